/* SPDX-License-Identifier: MIT
 * Model files and recorded runs (.mat v5 and v7.3, HDF5): what is read passes its check. */
#include "fuzz.h"
#include "rate2spike/io.h"

static void inspect(const char *path, bool readable) {
  r2s_inspection found;
  r2s_error err = {0};
  if (r2s_model_inspect(path, &found, NULL, &err) != R2S_OK) {
    FUZZ_EXPECT_MESSAGE(err);
    return;
  }
  FUZZ_EXPECT(found.loaded || !readable);
  r2s_inspection_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  const char *path = fuzz_write("model", bytes, size);
  r2s_model model;
  r2s_case recorded;
  r2s_error err = {0};
  const bool readable = r2s_model_load(&model, path, &err) == R2S_OK;
  FUZZ_EXPECT(readable || err.msg[0]);
  if (readable) FUZZ_EXPECT(r2s_model_check(&model, &err) == R2S_OK);
  if (!readable || model.n <= 100) inspect(path, readable); /* the spectrum of more takes long */
  r2s_model_free(&model);
  if (r2s_case_load(&recorded, path, &err) != R2S_OK) FUZZ_EXPECT_MESSAGE(err);
  r2s_case_free(&recorded);
  return 0;
}
