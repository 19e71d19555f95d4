/* SPDX-License-Identifier: MIT
 * Reads a CSV file as a text. */
#include "io/io_read_csv.h"

#include <stdlib.h>
#include <string.h>

#include "rate2spike/io.h"

r2s_status r2s_io_read_csv(const char *path, char **text, r2s_error *err) {
  size_t size = 0;
  r2s_status st = r2s_io_read_all(path, text, &size, err);
  if (st != R2S_OK) return st;
  const size_t whole = strlen(*text);
  if (whole == size) return R2S_OK;
  int line = 1, cell = 1;
  for (size_t k = 0; k < whole; k++) {
    const bool next = (*text)[k] == '\n';
    line += next;
    cell = next ? 1 : cell + ((*text)[k] == ',');
  }
  free(*text);
  *text = NULL;
  return r2s_fail(err, R2S_ERR_FORMAT, "%s:%d: cell %d: found a byte of 0; expected text", path, line, cell);
}
