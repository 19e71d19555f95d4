/* SPDX-License-Identifier: MIT
 * Loading a model, whichever its format; the checks that both formats share. */
#include "io/io_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void r2s_findings_add(r2s_findings *findings, bool is_error, const char *variable, const char *fmt, ...) {
  if (!findings) return;
  r2s_finding *list = realloc(findings->list, (size_t)(findings->n + 1) * sizeof *list);
  if (!list) {
    findings->no_memory = true;
    return;
  }
  findings->list = list;
  r2s_finding *finding = &list[findings->n++];
  *finding = (r2s_finding){.error = is_error};
  snprintf(finding->variable, sizeof finding->variable, "%s", variable);
  va_list args;
  va_start(args, fmt);
  vsnprintf(finding->text, sizeof finding->text, fmt, args);
  va_end(args);
}

void r2s_model_reader_note(r2s_model_reader *reader, const char *variable, r2s_status st,
                           const r2s_error *failure) {
  if (reader->st == R2S_OK) {
    reader->st = st;
    if (reader->err) *reader->err = *failure;
  }
  if (st == R2S_ERR_MEMORY && reader->findings) reader->findings->no_memory = true;
  const char *text = failure->msg;
  size_t prefix = strlen(reader->path);
  if (strncmp(text, reader->path, prefix) == 0 && strncmp(text + prefix, ": ", 2) == 0) text += prefix + 2;
  r2s_findings_add(reader->findings, true, variable, "%s", text);
}

r2s_model_format r2s_model_format_of(const void *bytes, size_t size) {
  if (r2s_mat_kind_of(bytes, size) != R2S_MAT_NONE) return R2S_MODEL_MAT;
  if (size >= 8 && memcmp(bytes, "\x89HDF\r\n\x1a\n", 8) == 0) return R2S_MODEL_H5;
  return R2S_MODEL_UNKNOWN;
}

r2s_status r2s_model_fail_format(const char *path, const void *bytes, size_t size, r2s_error *err) {
  const unsigned char *b = bytes;
  if (size == 1)
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: a file of one byte; expected a model (.h5 or .mat)", path);
  if (size == 0) return r2s_fail(err, R2S_ERR_FORMAT, "%s: empty file; expected a model (.h5 or .mat)", path);
  if (size >= 128 && b[126] == 'M' && b[127] == 'I')
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: a big-endian MATLAB file; save it again on a current machine",
                    path);
  return r2s_fail(
      err, R2S_ERR_FORMAT,
      "%s: neither HDF5 nor a MATLAB file of v5 or v7.3 (%zu bytes, starts with %02x %02x); expected a "
      "model (.h5 or .mat; a v4 .mat, or one in Octave's own format, can be saved again with save -v7)",
      path, size, b[0], b[1]);
}

r2s_status r2s_model_load(r2s_model *out, const char *path, r2s_error *err) {
  char *bytes = NULL;
  size_t size = 0;
  r2s_mat mat = {0};
  r2s_model_reader reader = {.path = path, .err = err};
  *out = (r2s_model){0};
  r2s_status st = r2s_io_read_all(path, &bytes, &size, err);
  if (st != R2S_OK) return st;
  switch (r2s_model_format_of(bytes, size)) {
  case R2S_MODEL_H5:
    st = r2s_model_read_h5(out, bytes, size, &reader);
    break;
  case R2S_MODEL_MAT:
    st = r2s_mat_read(&mat, path, bytes, size, err);
    if (st == R2S_OK) st = r2s_model_read_mat(out, &mat, &reader);
    r2s_mat_free(&mat);
    break;
  case R2S_MODEL_UNKNOWN:
    st = r2s_model_fail_format(path, bytes, size, err);
    break;
  }
  free(bytes);
  return st;
}

r2s_status r2s_model_load_for(r2s_model *out, const char *path, const r2s_task *task, r2s_error *err) {
  r2s_status st = r2s_model_load(out, path, err);
  if (st != R2S_OK) return st;
  st = r2s_model_fits(out, task, err);
  if (st == R2S_OK) return st;
  r2s_model_free(out);
  return r2s_fail_context(err, st, "%s", path);
}

r2s_status r2s_model_parse_activation(const char *name, const char *path, r2s_activation *out,
                                      r2s_error *err) {
  static const r2s_activation all[] = {R2S_ACTIVATION_SIGMOID, R2S_ACTIVATION_SIEGERT, R2S_ACTIVATION_RELU,
                                       R2S_ACTIVATION_SOFTPLUS};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (strcmp(name, r2s_activation_name(all[k])) == 0) {
      *out = all[k];
      return R2S_OK;
    }
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s: activation: found \"%.40s\"; expected sigmoid, siegert, clipped_relu or softplus",
                  path, name);
}

r2s_status r2s_model_check_file(const r2s_model *model, r2s_status code, const char *path, r2s_error *err) {
  const r2s_status st = r2s_model_check(model, err);
  return st == R2S_OK ? st : r2s_fail_context(err, st == R2S_ERR_NUMERIC ? st : code, "%s", path);
}
