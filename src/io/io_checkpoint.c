/* SPDX-License-Identifier: MIT
 * checkpoint.h5: the state of a training as a block of bytes, with its length and CRC-32. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/io_h5.h"
#include "rate2spike/io.h"

static const char format_name[] = "rate2spike checkpoint";
enum { HASH = 72 }; /* room of a configuration's hash */

static r2s_status write_state(r2s_h5 *h5, const char *config_hash, const void *bytes, size_t size,
                              r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_h5_array state = {.name = "state",
                        .type = R2S_H5_UINT8,
                        .rank = 1,
                        .shape = {size},
                        .unit = "byte",
                        .about = "the trainer's state (r2s_trainer_state)"};
  R2S_TRY(st, r2s_h5_write_text(h5, "format", format_name, err));
  R2S_TRY(st, r2s_h5_write_text(h5, "version", r2s_version(), err));
  R2S_TRY(st, r2s_h5_write_text(h5, "config_hash", config_hash, err));
  R2S_TRY(st, r2s_h5_write_unsigned(h5, "size", size, err));
  R2S_TRY(st, r2s_h5_write_unsigned(h5, "crc32", crc32_z(0, bytes, size), err));
  st = r2s_h5_write(h5, &state, bytes, err);
done:
  return st;
}

r2s_status r2s_checkpoint_save(const char *path, const char *config_hash, const void *bytes, size_t size,
                               r2s_error *err) {
  r2s_h5 h5;
  if (strlen(config_hash) >= HASH)
    return r2s_fail(err, R2S_ERR_ARG, "%s: a configuration's hash of %zu characters; expected at most %d",
                    path, strlen(config_hash), HASH - 1);
  r2s_status st = r2s_h5_create(&h5, path, err);
  if (st == R2S_OK) st = write_state(&h5, config_hash, bytes, size, err);
  if (st == R2S_OK) st = r2s_h5_save(&h5, err);
  r2s_h5_close(&h5);
  return st;
}

static r2s_status read_state(r2s_h5 *h5, char *config_hash, void **bytes, size_t *size, r2s_error *err) {
  r2s_status st = R2S_OK;
  uint64_t length = 0, sum = 0;
  r2s_h5_array state = {.name = "state", .type = R2S_H5_UINT8, .rank = 1, .shape = {R2S_H5_ANY}};
  R2S_TRY(st, r2s_h5_check_format(h5, format_name, err));
  R2S_TRY(st, r2s_h5_read_text(h5, "config_hash", config_hash, HASH, err));
  R2S_TRY(st, r2s_h5_read_unsigned(h5, "size", &length, err));
  R2S_TRY(st, r2s_h5_read_unsigned(h5, "crc32", &sum, err));
  R2S_TRY(st, r2s_h5_read(h5, &state, bytes, err));
  if (state.shape[0] != length) {
    st = r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: dataset state: found %zu bytes; expected %llu as in attribute size", h5->path,
                  state.shape[0], (unsigned long long)length);
    goto done;
  }
  *size = state.shape[0];
  if (crc32_z(0, *bytes, *size) != sum)
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset state: its checksum differs: the file is damaged",
                  h5->path);
done:
  return st;
}

r2s_status r2s_checkpoint_load(const char *path, char *config_hash, void **bytes, size_t *size,
                               r2s_error *err) {
  r2s_h5 h5;
  config_hash[0] = 0;
  *bytes = NULL;
  *size = 0;
  r2s_status st = r2s_h5_open(&h5, path, err);
  if (st == R2S_OK) st = read_state(&h5, config_hash, bytes, size, err);
  r2s_h5_close(&h5);
  if (st != R2S_OK) {
    free(*bytes);
    *bytes = NULL;
    *size = 0;
  }
  return st;
}
