/* SPDX-License-Identifier: MIT
 * What the harnesses share. Each is one function of libFuzzer's form, which hands any bytes to one reader and
 * aborts where that breaks its promise: README.md. */
#ifndef R2S_FUZZ_H
#define R2S_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A folder of this process; it stays behind after a crash. */
const char *fuzz_folder(void);
/* Writes a file of it and gives its path, until the next call. */
const char *fuzz_write(const char *name, const void *bytes, size_t size);

/* Stays in a release build, as assert does not. */
#define FUZZ_EXPECT(condition)                                                                               \
  do {                                                                                                       \
    if (condition) break;                                                                                    \
    fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                  \
    abort();                                                                                                 \
  } while (0)
/* A reader that fails says why. */
#define FUZZ_EXPECT_MESSAGE(err) FUZZ_EXPECT((err).msg[0])

#endif
