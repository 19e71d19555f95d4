/* SPDX-License-Identifier: MIT
 * Runs a harness over files, without a fuzzer: the seeds in the tests, an input that crashed in a debugger.
 */
#include "fuzz.h"

int main(int argc, char **argv) {
  for (int k = 1; k < argc; k++) {
    FILE *file = fopen(argv[k], "rb");
    FUZZ_EXPECT(file);
    FUZZ_EXPECT(fseek(file, 0, SEEK_END) == 0);
    const long size = ftell(file);
    FUZZ_EXPECT(size >= 0);
    rewind(file);
    uint8_t *bytes = malloc((size_t)size + 1);
    FUZZ_EXPECT(bytes);
    FUZZ_EXPECT(fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
  }
  printf("%d files\n", argc - 1);
  return argc > 1 ? 0 : 1;
}
