/* SPDX-License-Identifier: MIT
 * Configurations: what is read passes its check, and can be written and read again as the same. */
#include <string.h>

#include "fuzz.h"
#include "rate2spike/config.h"

static r2s_config config, again; /* large */

static void read_again(void) {
  r2s_error err = {0};
  char *yaml, hash[72], same[72];
  FUZZ_EXPECT(r2s_config_check(&config, &err) == R2S_OK);
  FUZZ_EXPECT(r2s_config_yaml(&config, &yaml, &err) == R2S_OK);
  FUZZ_EXPECT(r2s_config_load(&again, fuzz_write("again.yaml", yaml, strlen(yaml)), NULL, 0, &err) == R2S_OK);
  FUZZ_EXPECT(r2s_config_hash(&config, hash, &err) == R2S_OK);
  FUZZ_EXPECT(r2s_config_hash(&again, same, &err) == R2S_OK);
  FUZZ_EXPECT(strcmp(hash, same) == 0);
  free(yaml);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  r2s_error err = {0};
  if (r2s_config_load(&config, fuzz_write("config.yaml", bytes, size), NULL, 0, &err) == R2S_OK)
    read_again();
  else
    FUZZ_EXPECT_MESSAGE(err);
  return 0;
}
