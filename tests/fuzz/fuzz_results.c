/* SPDX-License-Identifier: MIT
 * HDF5 files of a run's folder: what is read can be written. */
#include "fuzz.h"
#include "rate2spike/io.h"

static void read_records(const char *path) {
  r2s_spike_record *records;
  r2s_spike_info info;
  r2s_error err = {0};
  int n;
  if (r2s_records_load(&records, &n, &info, path, &err) != R2S_OK) {
    FUZZ_EXPECT_MESSAGE(err);
    return;
  }
  FUZZ_EXPECT(n > 0);
  r2s_records_free(records, n);
}

static void read_traces(const char *path) {
  r2s_rate_traces traces;
  r2s_error err = {0};
  if (r2s_rate_traces_load(&traces, path, &err) == R2S_OK)
    FUZZ_EXPECT(r2s_rate_traces_save(&traces, path, &err) == R2S_OK);
  else
    FUZZ_EXPECT_MESSAGE(err);
  r2s_rate_traces_free(&traces);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  const char *path = fuzz_write("results.h5", bytes, size);
  char hash[72];
  void *state;
  size_t state_size;
  r2s_error err = {0};
  read_records(path);
  if (r2s_checkpoint_load(path, hash, &state, &state_size, &err) != R2S_OK) FUZZ_EXPECT_MESSAGE(err);
  free(state);
  read_traces(path);
  return 0;
}
