/* SPDX-License-Identifier: MIT
 * model.h5 (docs/formats.md): every member of r2s_model, bit for bit. */
#include <stddef.h>
#include <string.h>

#include "io/io_h5.h"
#include "io/io_model.h"

static const char format_name[] = "rate2spike model";
enum { FORMAT_VERSION = 1 };

/* Extents of the arrays. */
typedef enum extent { UNITS, INPUTS, OUTPUTS, EXTENTS } extent;

typedef struct model_array {
  const char *name;
  size_t offset;
  int rank;
  extent shape[2];
  bool optional;
  const char *unit, *about;
} model_array;

/* In an order in which each extent is first met where it can be told. */
static const model_array arrays[] = {
    {"w",
     offsetof(r2s_model, w),
     2,
     {UNITS, UNITS},
     false,
     "1",
     "raw recurrent weights [post][pre]; with Dale's law entries <= 0 are absent edges"},
    {"w_in", offsetof(r2s_model, w_in), 2, {UNITS, INPUTS}, false, "1", "input weights [unit][channel]"},
    {"w_out", offsetof(r2s_model, w_out), 2, {OUTPUTS, UNITS}, false, "1", "output weights [output][unit]"},
    {"b_out", offsetof(r2s_model, b_out), 1, {OUTPUTS, 0}, false, "1", "output biases"},
    {"sign",
     offsetof(r2s_model, sign),
     1,
     {UNITS, 0},
     false,
     "1",
     "+1 excitatory, -1 inhibitory; all +1 without Dale's law"},
    {"som_mask",
     offsetof(r2s_model, som_mask),
     2,
     {UNITS, UNITS},
     false,
     "1",
     "factor of each weight [post][pre], 0 or 1"},
    {"taus_gaus",
     offsetof(r2s_model, taus_gaus),
     1,
     {UNITS, 0},
     false,
     "1",
     "tau_d = sigmoid(taus_gaus)(tau_max_ms - tau_min_ms) + tau_min_ms"},
    {"w0", offsetof(r2s_model, w0), 2, {UNITS, UNITS}, true, "1", "w before training"},
    {"w_out0", offsetof(r2s_model, w_out0), 2, {OUTPUTS, UNITS}, true, "1", "w_out before training"},
    {"taus_gaus0", offsetof(r2s_model, taus_gaus0), 1, {UNITS, 0}, true, "1", "taus_gaus before training"},
};
enum { N_ARRAYS = sizeof arrays / sizeof *arrays };

typedef struct model_field {
  const char *name;
  size_t offset, size;
} model_field;

#define NUMBER(name, member)                                                                                 \
  { name, offsetof(r2s_model, member), sizeof(double) }
static const model_field numbers[] = {
    NUMBER("dt_ms", dt_ms),
    NUMBER("tau_min_ms", tau_min_ms),
    NUMBER("tau_max_ms", tau_max_ms),
    NUMBER("kappa_hz", kappa_hz),
    NUMBER("neuron_tau_m_ms", neuron.tau_m_ms),
    NUMBER("neuron_t_ref_ms", neuron.t_ref_ms),
    NUMBER("neuron_v_th_mv", neuron.v_th_mv),
    NUMBER("neuron_v_reset_mv", neuron.v_reset_mv),
    NUMBER("neuron_v_bias_mv", neuron.v_bias_mv),
    NUMBER("neuron_noise_mv", neuron.noise_mv),
    NUMBER("neuron_dt_ms", neuron.dt_ms),
    NUMBER("neuron_v0_low_mv", neuron.v0_low_mv),
    NUMBER("neuron_v0_high_mv", neuron.v0_high_mv),
};
enum { N_NUMBERS = sizeof numbers / sizeof *numbers };

#define TEXT(name, member)                                                                                   \
  { name, offsetof(r2s_model, member), sizeof((r2s_model *)0)->member }
static const model_field texts[] = {
    TEXT("recipe", recipe),
    TEXT("task", task),
    TEXT("version", version),
    TEXT("config_hash", config_hash),
};
enum { N_TEXTS = sizeof texts / sizeof *texts };

static void *member(const r2s_model *model, size_t offset) {
  return (char *)model + offset;
}

static double *array_of(const r2s_model *model, const model_array *array) {
  double *values;
  memcpy(&values, member(model, array->offset), sizeof values);
  return values;
}

static r2s_status write_model(r2s_h5 *h5, const r2s_model *model, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t extents[EXTENTS] = {(size_t)model->n, (size_t)model->n_in, (size_t)model->n_out};
  R2S_TRY(st, r2s_h5_write_text(h5, "format", format_name, err));
  R2S_TRY(st, r2s_h5_write_integer(h5, "format_version", FORMAT_VERSION, err));
  for (int k = 0; k < N_TEXTS; k++)
    R2S_TRY(st, r2s_h5_write_text(h5, texts[k].name, member(model, texts[k].offset), err));
  R2S_TRY(st, r2s_h5_write_unsigned(h5, "seed", model->seed, err));
  R2S_TRY(st, r2s_h5_write_integer(h5, "train_steps", model->train_steps, err));
  R2S_TRY(st, r2s_h5_write_text(h5, "activation", r2s_activation_name(model->activation), err));
  R2S_TRY(st, r2s_h5_write_integer(h5, "dale", model->dale, err));
  for (int k = 0; k < N_NUMBERS; k++) {
    double value;
    memcpy(&value, member(model, numbers[k].offset), sizeof value);
    R2S_TRY(st, r2s_h5_write_number(h5, numbers[k].name, value, err));
  }
  for (int k = 0; k < N_ARRAYS; k++) {
    const model_array *a = &arrays[k];
    const double *values = array_of(model, a);
    if (!values) continue;
    r2s_h5_array set = {
        .name = a->name, .type = R2S_H5_DOUBLE, .rank = a->rank, .unit = a->unit, .about = a->about};
    for (int d = 0; d < a->rank; d++) set.shape[d] = extents[a->shape[d]];
    R2S_TRY(st, r2s_h5_write(h5, &set, values, err));
  }
done:
  return st;
}

r2s_status r2s_model_save_h5(const r2s_model *model, const char *path, r2s_error *err) {
  r2s_h5 h5 = {0};
  r2s_status st = r2s_model_check_file(model, R2S_ERR_ARG, path, err);
  if (st == R2S_OK) st = r2s_h5_create(&h5, path, err);
  if (st == R2S_OK) st = write_model(&h5, model, err);
  if (st == R2S_OK) st = r2s_h5_save(&h5, err);
  r2s_h5_close(&h5);
  return st;
}

static r2s_status check_format(r2s_h5 *h5, r2s_error *err) {
  int64_t version;
  if (!r2s_h5_has_attribute(h5, "format"))
    return r2s_fail(
        err, R2S_ERR_FORMAT,
        "%s: attribute format is missing: HDF5 of another program; expected our model.h5, or a .mat "
        "(of MATLAB and Octave by save -v7, of Python by scipy.io.savemat)",
        h5->path);
  r2s_status st = r2s_h5_check_format(h5, format_name, err);
  if (st == R2S_OK) st = r2s_h5_read_integer(h5, "format_version", &version, err);
  if (st == R2S_OK && (version < 1 || version > FORMAT_VERSION))
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute format_version: found %lld; this program knows 1 to %d",
                  h5->path, (long long)version, FORMAT_VERSION);
  return st;
}

/* An integer in 0..high. */
static r2s_status read_integer(r2s_h5 *h5, const char *name, int64_t high, int64_t *value, r2s_error *err) {
  r2s_status st = r2s_h5_read_integer(h5, name, value, err);
  if (st == R2S_OK && (*value < 0 || *value > high))
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: attribute %s: found %lld; expected 0 to %lld", h5->path, name,
                  (long long)*value, (long long)high);
  return st;
}

static r2s_status read_activation(r2s_h5 *h5, r2s_activation *out, r2s_error *err) {
  char name[32];
  const r2s_status st = r2s_h5_read_text(h5, "activation", name, sizeof name, err);
  return st == R2S_OK ? r2s_model_parse_activation(name, h5->path, out, err) : st;
}

static void read_attributes(r2s_h5 *h5, r2s_model *model, r2s_model_reader *reader) {
  int64_t dale = 0;
  for (int k = 0; k < N_TEXTS; k++)
    R2S_MODEL_NOTE(
        reader, texts[k].name,
        r2s_h5_read_text(h5, texts[k].name, member(model, texts[k].offset), texts[k].size, failure));
  for (int k = 0; k < N_NUMBERS; k++) {
    double value = 0;
    R2S_MODEL_NOTE(reader, numbers[k].name, r2s_h5_read_number(h5, numbers[k].name, &value, failure));
    memcpy(member(model, numbers[k].offset), &value, sizeof value);
  }
  R2S_MODEL_NOTE(reader, "seed", r2s_h5_read_unsigned(h5, "seed", &model->seed, failure));
  R2S_MODEL_NOTE(reader, "train_steps",
                 read_integer(h5, "train_steps", INT64_MAX, &model->train_steps, failure));
  R2S_MODEL_NOTE(reader, "dale", read_integer(h5, "dale", 1, &dale, failure));
  model->dale = dale != 0;
  R2S_MODEL_NOTE(reader, "activation", read_activation(h5, &model->activation, failure));
}

/* What is not asked of r2s_h5_read: that no array is empty, and that w is square. */
static r2s_status check_shape(const char *path, const model_array *array, const size_t *shape,
                              r2s_error *err) {
  for (int d = 0; d < array->rank; d++)
    if (shape[d] == 0)
      return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s: found no numbers; expected at least one", path,
                      array->name);
  if (array->rank == 2 && array->shape[0] == array->shape[1] && shape[0] != shape[1])
    return r2s_fail(err, R2S_ERR_FORMAT, "%s: dataset %s: found %zu x %zu; expected a square", path,
                    array->name, shape[0], shape[1]);
  return R2S_OK;
}

static void read_arrays(r2s_h5 *h5, r2s_model *model, r2s_model_reader *reader) {
  size_t extents[EXTENTS] = {R2S_H5_ANY, R2S_H5_ANY, R2S_H5_ANY};
  for (int k = 0; k < N_ARRAYS; k++) {
    const model_array *a = &arrays[k];
    double *values = NULL;
    if (a->optional && !r2s_h5_has(h5, a->name)) continue;
    r2s_h5_array set = {.name = a->name, .type = R2S_H5_DOUBLE, .rank = a->rank};
    for (int d = 0; d < a->rank; d++) set.shape[d] = extents[a->shape[d]];
    R2S_MODEL_NOTE(reader, a->name, r2s_h5_read(h5, &set, &values, failure));
    memcpy(member(model, a->offset), &values, sizeof values);
    if (!values) continue;
    R2S_MODEL_NOTE(reader, a->name, check_shape(h5->path, a, set.shape, failure));
    for (int d = 0; d < a->rank; d++) extents[a->shape[d]] = set.shape[d];
  }
  if (reader->st != R2S_OK) return;
  model->n = (int)extents[UNITS];
  model->n_in = (int)extents[INPUTS];
  model->n_out = (int)extents[OUTPUTS];
}

r2s_status r2s_model_read_h5(r2s_model *out, const void *bytes, size_t size, r2s_model_reader *reader) {
  r2s_h5 h5;
  r2s_model model = {0};
  *out = model;
  R2S_MODEL_NOTE(reader, "", r2s_h5_open_bytes(&h5, reader->path, bytes, size, failure));
  if (reader->st != R2S_OK) return reader->st;
  R2S_MODEL_NOTE(reader, "format", check_format(&h5, failure));
  if (reader->st == R2S_OK) {
    read_attributes(&h5, &model, reader);
    read_arrays(&h5, &model, reader);
  }
  r2s_h5_close(&h5);
  if (reader->st == R2S_OK)
    R2S_MODEL_NOTE(reader, "", r2s_model_check_file(&model, R2S_ERR_FORMAT, reader->path, failure));
  if (reader->st == R2S_OK)
    *out = model;
  else
    r2s_model_free(&model);
  return reader->st;
}
