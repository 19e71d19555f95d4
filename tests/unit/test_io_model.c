/* SPDX-License-Identifier: MIT
 * Protects: model files. Every member survives model.h5 bit for bit, and model.mat as far as that format
 * goes; the authors' own file reads as what they trained; matio, another reader, finds the same in ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <matio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "h5_change.h"
#include "io/io_mat.h"
#include "io_model_fixture.h"

static void path_of(char path[256], const char *name) {
  snprintf(path, 256, "%s/%s", fixture_folder(), name);
}

static void test_h5_keeps_every_bit(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model, back;
  fixture_model(&model, 7, 2, 3);
  path_of(path, "model.h5");
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  assert_ok(r2s_model_load(&back, path, &err), &err);
  assert_same_model(&model, &back);
  r2s_model_free(&back);
  /* without the initial weights, without provenance */
  free(model.w0), free(model.w_out0), free(model.taus_gaus0);
  model.w0 = model.w_out0 = model.taus_gaus0 = NULL;
  model.config_hash[0] = model.task[0] = 0;
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  assert_ok(r2s_model_load(&back, path, &err), &err);
  assert_same_model(&model, &back);
  r2s_model_free(&back);
  r2s_model_free(&model);
}

static void test_mat_keeps_every_bit_of_live_edges(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model, back;
  fixture_model(&model, 7, 2, 3);
  path_of(path, "model.mat");
  assert_ok(r2s_model_save_mat(&model, NULL, path, &err), &err);
  assert_ok(r2s_model_load(&back, path, &err), &err);
  /* Dale: dead edges come back as 0 */
  for (int k = 0; k < 49; k++) {
    model.w[k] = model.w[k] > 0 ? model.w[k] : 0;
    model.w0[k] = model.w0[k] > 0 ? model.w0[k] : 0;
  }
  assert_same_model(&model, &back);
  r2s_model_free(&back);
  r2s_model_free(&model);
}

static void test_mat_without_dale_and_with_one_tau(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model, back;
  fixture_model(&model, 5, 1, 1);
  model.dale = false;
  for (int i = 0; i < 5; i++) model.sign[i] = 1;
  model.tau_min_ms = model.tau_max_ms = 35;
  path_of(path, "free.mat");
  assert_ok(r2s_model_save_mat(&model, NULL, path, &err), &err);
  assert_ok(r2s_model_load(&back, path, &err), &err);
  assert_same_model(&model, &back);
  r2s_model_free(&back);
  r2s_model_free(&model);
}

static void test_the_authors_network(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_model model;
  assert_ok(r2s_model_load(&model, R2S_TEST_DATA "/authors_gonogo.mat", &err), &err);
  assert_int_equal(model.n, 200);
  assert_int_equal(model.n_in, 1);
  assert_int_equal(model.n_out, 1);
  assert_int_equal(model.activation, R2S_ACTIVATION_SIGMOID);
  assert_true(model.dale);
  assert_true(model.dt_ms == 5 && model.tau_min_ms == 20 && model.tau_max_ms == 100);
  assert_int_equal(model.train_steps, 1502); /* their tr, 1501, counts from 0 */
  assert_float_equal(model.b_out[0], 0.04250858, 1e-8);
  assert_non_null(model.w0);
  mat_t *mat = Mat_Open(R2S_TEST_DATA "/authors_gonogo.mat", MAT_ACC_RDONLY);
  assert_non_null(mat);
  matvar_t *w = Mat_VarRead(mat, "w"), *m = Mat_VarRead(mat, "m"), *inh = Mat_VarRead(mat, "inh");
  assert_true(w && m && inh);
  const float *w_values = w->data, *m_values = m->data;
  const unsigned char *inhibitory = inh->data;
  double *W = malloc(200 * 200 * sizeof *W);
  r2s_model_effective_w(&model, false, W);
  for (int i = 0; i < 200; i++)
    for (int j = 0; j < 200; j++) {
      assert_true(model.w[i * 200 + j] == w_values[j * 200 + i]); /* [post][pre]; theirs is column-major */
      assert_true(W[i * 200 + j] == (double)w_values[j * 200 + i] * m_values[j * 200 + j]);
    }
  for (int j = 0; j < 200; j++) assert_true(model.sign[j] == (inhibitory[j] ? -1 : 1));
  free(W);
  Mat_VarFree(w), Mat_VarFree(m), Mat_VarFree(inh);
  Mat_Close(mat);
  r2s_model_free(&model);
}

/* matio's view of a double variable of ours. */
static const double *matio_values(mat_t *mat, const char *name, matvar_t **var, size_t rows, size_t columns) {
  *var = Mat_VarRead(mat, name);
  assert_non_null(*var);
  assert_int_equal((*var)->class_type, MAT_C_DOUBLE);
  assert_true((*var)->dims[0] == rows && (*var)->dims[1] == columns);
  return (*var)->data;
}

static void test_matio_reads_ours(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model;
  const double u[] = {1, 2, 3, 4, 5, 6}, losses[] = {3, 2, 1};
  r2s_model_extras extras = {.n_steps = 3,
                             .u = u,
                             .n_losses = 3,
                             .losses = losses,
                             .eval_perf_mean = 0.5,
                             .n_scales = 3,
                             .scaling_factors = losses,
                             .all_perfs = losses,
                             .opt_scaling_factor = 2};
  fixture_model(&model, 4, 2, 1);
  path_of(path, "ours.mat");
  assert_ok(r2s_model_save_mat(&model, &extras, path, &err), &err);
  mat_t *mat = Mat_Open(path, MAT_ACC_RDONLY);
  assert_non_null(mat);
  matvar_t *var;
  const double *w_in = matio_values(mat, "w_in", &var, 4, 2);
  for (int i = 0; i < 4; i++)
    for (int c = 0; c < 2; c++) assert_true(w_in[c * 4 + i] == model.w_in[i * 2 + c]);
  Mat_VarFree(var);
  const double *steps = matio_values(mat, "u", &var, 2, 3);
  for (int c = 0; c < 2; c++)
    for (int t = 0; t < 3; t++) assert_true(steps[t * 2 + c] == u[c * 3 + t]);
  Mat_VarFree(var);
  const double *perfs = matio_values(mat, "all_perfs", &var, 3, 1);
  assert_memory_equal(perfs, losses, sizeof losses);
  Mat_VarFree(var);
  var = Mat_VarRead(mat, "N");
  assert_true(var && var->class_type == MAT_C_INT64 && *(const int64_t *)var->data == 4);
  Mat_VarFree(var);
  var = Mat_VarRead(mat, "inh");
  assert_true(var && var->isLogical);
  for (int i = 0; i < 4; i++) assert_int_equal(((const unsigned char *)var->data)[i], model.sign[i] < 0);
  Mat_VarFree(var);
  static const char *const all[] = {"x0",
                                    "r0",
                                    "w0",
                                    "taus_gaus0",
                                    "w_in0",
                                    "u",
                                    "o",
                                    "w",
                                    "x",
                                    "target",
                                    "w_out",
                                    "r",
                                    "m",
                                    "som_m",
                                    "N",
                                    "exc",
                                    "inh",
                                    "w_in",
                                    "b_out",
                                    "som_N",
                                    "losses",
                                    "taus",
                                    "eval_perf_mean",
                                    "eval_loss_mean",
                                    "eval_os",
                                    "eval_labels",
                                    "taus_gaus",
                                    "tr",
                                    "activation",
                                    "opt_scaling_factor",
                                    "all_perfs",
                                    "scaling_factors"};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
    var = Mat_VarReadInfo(mat, all[k]);
    if (!var) fail_msg("variable %s is missing", all[k]);
    Mat_VarFree(var);
  }
  Mat_Close(mat);
  r2s_model_free(&model);
}

/* The same network as other programs write it. */
static void write_foreign(const char *path, enum mat_ft version, enum matio_compression packed,
                          const r2s_model *model) {
  size_t n = (size_t)model->n, matrix[2] = {n, n}, column[2] = {n, 1}, row[2] = {1, n}, one[2] = {1, 1},
         two[2] = {1, 2}, name_shape[2] = {1, 7};
  float *w = malloc(n * n * sizeof *w), *w_in = malloc(n * sizeof *w_in);
  double *inh = malloc(n * sizeof *inh), taus[2] = {4, 20};
  int32_t count = (int32_t)n;
  mat_t *mat = Mat_CreateVer(path, NULL, version);
  assert_non_null(mat);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) w[j * n + i] = (float)model->w[i * n + j];
    w_in[i] = (float)model->w_in[i];
    inh[i] = model->sign[i] < 0;
  }
  const struct {
    const char *name;
    enum matio_classes type;
    enum matio_types stored;
    size_t *shape;
    const void *data;
  } vars[] = {{"w", MAT_C_SINGLE, MAT_T_SINGLE, matrix, w},
              {"w_in", MAT_C_SINGLE, MAT_T_SINGLE, column, w_in},
              {"w_out", MAT_C_DOUBLE, MAT_T_DOUBLE, row, model->w_out},
              {"inh", MAT_C_DOUBLE, MAT_T_DOUBLE, row, inh},
              {"N", MAT_C_INT32, MAT_T_INT32, one, &count},
              {"taus", MAT_C_DOUBLE, MAT_T_DOUBLE, two, taus},
              {"taus_gaus", MAT_C_DOUBLE, MAT_T_DOUBLE, row, model->taus_gaus},
              {"activation", MAT_C_CHAR, MAT_T_UINT8, name_shape, "sigmoid"}};
  for (size_t k = 0; k < sizeof vars / sizeof *vars; k++) {
    if (version == MAT_FT_MAT73 && vars[k].type == MAT_C_CHAR) continue;
    matvar_t *var =
        Mat_VarCreate(vars[k].name, vars[k].type, vars[k].stored, 2, vars[k].shape, (void *)vars[k].data, 0);
    assert_non_null(var);
    assert_int_equal(Mat_VarWrite(mat, var, packed), 0);
    Mat_VarFree(var);
  }
  Mat_Close(mat);
  free(w), free(w_in), free(inh);
}

static void check_foreign(const char *path, const r2s_model *model) {
  r2s_error err = {0};
  r2s_model back;
  assert_ok(r2s_model_load(&back, path, &err), &err);
  assert_int_equal(back.n, model->n);
  assert_true(back.dale);
  for (int k = 0; k < model->n * model->n; k++) assert_true(back.w[k] == (double)(float)model->w[k]);
  for (int i = 0; i < model->n; i++) {
    assert_true(back.w_in[i] == (double)(float)model->w_in[i]);
    assert_true(back.w_out[i] == model->w_out[i]);
    assert_true(back.taus_gaus[i] == model->taus_gaus[i]);
    assert_true(back.sign[i] == model->sign[i]);
  }
  assert_true(back.tau_min_ms == 20 && back.tau_max_ms == 100);
  assert_true(back.b_out[0] == 0 && back.som_mask[3] == 1 && !back.w0); /* absent: defaults */
  r2s_model_free(&back);
}

static void test_files_of_matio(void **state) {
  (void)state;
  char path[256];
  r2s_model model;
  fixture_model(&model, 6, 1, 1);
  path_of(path, "plain.mat");
  write_foreign(path, MAT_FT_MAT5, MAT_COMPRESSION_NONE, &model);
  check_foreign(path, &model);
  path_of(path, "packed.mat");
  write_foreign(path, MAT_FT_MAT5, MAT_COMPRESSION_ZLIB, &model);
  check_foreign(path, &model);
  path_of(path, "new.mat");
  write_foreign(path, MAT_FT_MAT73, MAT_COMPRESSION_NONE, &model);
  check_foreign(path, &model);
  path_of(path, "new_packed.mat");
  write_foreign(path, MAT_FT_MAT73, MAT_COMPRESSION_ZLIB, &model);
  check_foreign(path, &model);
  r2s_model_free(&model);
}

/* Two units as a program writes them that knows `inh` and no m, and what a test adds. */
static void begin_two_units(r2s_mat_writer *writer, double inh) {
  const double w[4] = {0, 1, 2, 0}, column[2] = {1, 2}, cells[2] = {0, inh};
  r2s_mat_begin(writer);
  r2s_mat_put_number(writer, "N", R2S_MAT_INT64, 2);
  r2s_mat_put_matrix(writer, "w", 2, 2, w);
  r2s_mat_put_matrix(writer, "w_in", 2, 1, column);
  r2s_mat_put_matrix(writer, "w_out", 1, 2, column);
  r2s_mat_put_matrix(writer, "inh", 2, 1, cells);
  r2s_mat_put_number(writer, "taus", R2S_MAT_DOUBLE, 4);
}

/* Loading and inspecting say the same of a file. */
static void expect_refusal(const char *path, const char *message) {
  r2s_error err = {0};
  r2s_model model;
  r2s_inspection found;
  assert_int_equal(r2s_model_load(&model, path, &err), R2S_ERR_FORMAT);
  if (!strstr(err.msg, path) || !strstr(err.msg, message)) fail_msg("%s", err.msg);
  assert_ok(r2s_model_inspect(path, &found, NULL, &err), &err);
  assert_true(!found.loaded && found.n_findings == 1 && found.findings[0].error);
  assert_non_null(strstr(message, found.findings[0].variable));
  r2s_inspection_free(&found);
}

static void test_values_that_a_variable_cannot_have(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    double number;
    const char *message;
  } cases[] = {
      {"r2s_seed", "-12abc", 0, "variable r2s_seed: found \"-12abc\"; expected 0 to 2^64 - 1 in digits"},
      {"r2s_seed", "18446744073709551616", 0, "variable r2s_seed: found \"18446744073709551616\""},
      {"r2s_dale", NULL, 0.5, "variable r2s_dale: found 0.5; expected an integer from 0 to 1"},
      {"tr", NULL, -5, "variable tr: found -5; expected an integer from 0 to"},
      {"tr", NULL, 2.5, "variable tr: found 2.5"},
      /* an activation of "" was told as well */
      {"activation", NULL, 1, "variable activation: found 1 x 1 (double); expected a text of less than 32"},
  };
  char path[256];
  r2s_error err = {0};
  r2s_mat_writer writer;
  path_of(path, "odd.mat");
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    begin_two_units(&writer, 1);
    if (cases[k].text)
      r2s_mat_put_text(&writer, cases[k].name, cases[k].text);
    else
      r2s_mat_put_number(&writer, cases[k].name, R2S_MAT_DOUBLE, cases[k].number);
    assert_ok(r2s_mat_save(&writer, path, &err), &err);
    expect_refusal(path, cases[k].message);
  }
  begin_two_units(&writer, 0.3);
  assert_ok(r2s_mat_save(&writer, path, &err), &err);
  expect_refusal(path, "variable inh: found 0.3 for unit 2 (from 1); expected 0 or 1");
}

/* The first one was taken; scipy takes the last. */
static void test_two_variables_of_a_name(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_mat_writer writer;
  r2s_model model;
  path_of(path, "twice.mat");
  begin_two_units(&writer, 1);
  r2s_mat_put_matrix(&writer, "w", 2, 2, (const double[]){0, 3, 4, 0});
  assert_ok(r2s_mat_save(&writer, path, &err), &err);
  assert_int_equal(r2s_model_load(&model, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "twice.mat: variable w: found twice; expected once"));
}

/* Its members are not looked at. */
static void test_network_in_a_struct(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model;
  r2s_mat_writer writer;
  path_of(path, "struct.mat");
  r2s_mat_begin(&writer);
  r2s_mat_put_number(&writer, "net", R2S_MAT_DOUBLE, 1);
  writer.bytes[128 + 16] = 2; /* header, tag, tag of the flags */
  assert_ok(r2s_mat_save(&writer, path, &err), &err);
  assert_int_equal(r2s_model_load(&model, path, &err), R2S_ERR_FORMAT);
  assert_non_null(
      strstr(err.msg, "struct.mat: found a struct, net, alone; expected its members as variables"));
}

static void test_hdf5_of_another_program(void **state) {
  (void)state;
  char path[256];
  path_of(path, "other.h5");
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(file >= 0 && H5Fclose(file) >= 0);
  expect_refusal(path,
                 "attribute format is missing: HDF5 of another program; expected our model.h5, or a .mat");
}

static void test_attributes_of_h5_out_of_range(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model;
  fixture_model(&model, 4, 1, 1);
  path_of(path, "odd.h5");
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  change_attribute(path, "train_steps", H5T_NATIVE_INT64, &(int64_t){-5});
  expect_refusal(path, "attribute train_steps: found -5; expected 0 to");
  /* the nearest number was taken */
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  retype_attribute(path, "seed", H5T_STD_I64LE, &(int64_t){-1});
  expect_refusal(path, "attribute seed: found -1; expected 0 to 2^64 - 1");
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  retype_attribute(path, "train_steps", H5T_STD_U64LE, &(uint64_t){UINT64_MAX});
  expect_refusal(path, "attribute train_steps: found 18446744073709551615; expected at most 2^63 - 1");
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  hid_t text = H5Tcopy(H5T_C_S1);
  assert_true(H5Tset_size(text, 2) >= 0);
  change_attribute(path, "activation", text, "\0"); /* was taken as sigmoid */
  H5Tclose(text);
  r2s_model none;
  expect_refusal(path, "activation: found \"\"; expected sigmoid, siegert");
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  change_attribute(path, "format_version", H5T_NATIVE_INT64, &(int64_t){2});
  assert_int_equal(r2s_model_load(&none, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "attribute format_version: found 2; this program knows 1 to 1"));
  r2s_model_free(&model);
}

/* Whole numbers of whatever type another program takes for them. */
static void test_integers_of_every_width(void **state) {
  (void)state;
  static const struct {
    enum matio_classes class;
    enum matio_types type;
  } kinds[] = {{MAT_C_INT8, MAT_T_INT8},     {MAT_C_UINT8, MAT_T_UINT8},   {MAT_C_INT16, MAT_T_INT16},
               {MAT_C_UINT16, MAT_T_UINT16}, {MAT_C_INT32, MAT_T_INT32},   {MAT_C_UINT32, MAT_T_UINT32},
               {MAT_C_INT64, MAT_T_INT64},   {MAT_C_UINT64, MAT_T_UINT64}, {MAT_C_SINGLE, MAT_T_SINGLE},
               {MAT_C_DOUBLE, MAT_T_DOUBLE}};
  char path[256];
  path_of(path, "integers.mat");
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const float single = 7;
    const double wide = 7;
    const uint64_t whole = 7;
    const void *seven = kinds[k].class == MAT_C_SINGLE   ? (const void *)&single
                        : kinds[k].class == MAT_C_DOUBLE ? (const void *)&wide
                                                         : (const void *)&whole; /* little-endian */
    size_t dims[2] = {1, 1}, size;
    char *bytes;
    r2s_error err = {0};
    r2s_mat read;
    double value;
    mat_t *mat = Mat_CreateVer(path, NULL, MAT_FT_MAT5);
    matvar_t *var = Mat_VarCreate("seven", kinds[k].class, kinds[k].type, 2, dims, (void *)seven, 0);
    assert_int_equal(Mat_VarWrite(mat, var, MAT_COMPRESSION_NONE), 0);
    Mat_VarFree(var);
    Mat_Close(mat);
    assert_ok(r2s_io_read_all(path, &bytes, &size, &err), &err);
    assert_ok(r2s_mat_read(&read, path, bytes, size, &err), &err);
    assert_ok(r2s_mat_number(&read, "seven", &value, &err), &err);
    assert_true(value == 7);
    r2s_mat_free(&read);
    free(bytes);
  }
}

/* Without N the sizes are those of w; without a word of Dale's law and without inhibition, negative weights
 * mean that it does not hold. */
static void test_a_file_that_leaves_things_out(void **state) {
  (void)state;
  const double mixed[4] = {0, -1, 2, 0}, positive[4] = {0, 1, 2, 0}, wide[6] = {0, 1, 2, 0, 1, 2};
  const double column[3] = {1, 2, 3}, none[3] = {0}, *const weights[] = {mixed, positive, wide};
  char path[256];
  r2s_error err = {0};
  r2s_model model;
  path_of(path, "short.mat");
  for (int k = 0; k < 3; k++) {
    const size_t units = k < 2 ? 2 : 3;
    r2s_mat_writer writer;
    r2s_mat_begin(&writer);
    r2s_mat_put_matrix(&writer, "w", 2, units, weights[k]);
    r2s_mat_put_matrix(&writer, "w_in", 2, 1, column);
    r2s_mat_put_matrix(&writer, "w_out", 1, 2, column);
    r2s_mat_put_matrix(&writer, "inh", 2, 1, none);
    r2s_mat_put_number(&writer, "taus", R2S_MAT_DOUBLE, 4);
    r2s_mat_put_number(&writer, "N", units == 2 ? R2S_MAT_INT64 : R2S_MAT_DOUBLE, units == 2 ? 2 : 2.5);
    assert_ok(r2s_mat_save(&writer, path, &err), &err);
    if (units == 2) {
      assert_ok(r2s_model_load(&model, path, &err), &err);
      assert_true(model.dale == (weights[k] == positive)); /* a guess */
      r2s_model_free(&model);
    }
  }
  r2s_inspection found;
  assert_ok(r2s_model_inspect(path, &found, NULL, &err), &err);
  bool told = false;
  for (int k = 0; k < found.n_findings; k++)
    told |= strstr(found.findings[k].text, "found 2 x 3; expected N x N") != NULL;
  assert_true(told);
  r2s_inspection_free(&found);
}

/* Two units and a text of 8 characters, "Zürich é" in UTF-8 with the first byte of its ü. */
static void write_with_text(const char *path, const char name[9], char lead) {
  r2s_mat_writer writer;
  r2s_error err = {0};
  char text[] = "\x0e\0\0\0\x48\0\0\0"               /* a matrix of 72 bytes */
                "\6\0\0\0\x8\0\0\0\4\0\0\0\0\0\0\0"  /* of class char */
                "\5\0\0\0\x8\0\0\0\1\0\0\0\x8\0\0\0" /* 1 x 8 */
                "\1\0\0\0\x8\0\0\0r2s_name"
                "\x10\0\0\0\xa\0\0\0Z\xc3\xbcrich \xc3\xa9\0\0\0\0\0"; /* 10 bytes, padded to 16 */
  memcpy(text + 48, name, 8);
  text[65] = lead;
  begin_two_units(&writer, 1);
  assert_ok(r2s_mat_save(&writer, path, &err), &err);
  FILE *out = fopen(path, "ab");
  assert_non_null(out);
  assert_int_equal(fwrite(text, 1, sizeof text, out), 80);
  assert_int_equal(fclose(out), 0);
}

static void test_texts_in_utf8(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model;
  path_of(path, "utf8.mat");
  write_with_text(path, "a_remark", '\xc3');
  assert_ok(r2s_model_load(&model, path, &err), &err);
  r2s_model_free(&model);
  write_with_text(path, "r2s_task", '\xc3');
  assert_ok(r2s_model_load(&model, path, &err), &err);
  assert_string_equal(model.task, "Z?rich ?");
  r2s_model_free(&model);
  write_with_text(path, "a_remark", 'u'); /* damaged, and not needed */
  assert_ok(r2s_model_load(&model, path, &err), &err);
  r2s_model_free(&model);
  write_with_text(path, "r2s_task", 'u');
  expect_refusal(path, "variable r2s_task: found class damaged char; expected a text");
}

static void test_what_cannot_be_used_is_not_written(void **state) {
  (void)state;
  char path[256];
  r2s_error err = {0};
  r2s_model model;
  fixture_model(&model, 4, 1, 1);
  model.w_in[2] = NAN;
  path_of(path, "never.h5");
  assert_int_equal(r2s_model_save_h5(&model, path, &err), R2S_ERR_NUMERIC);
  assert_non_null(strstr(err.msg, "w_in"));
  assert_int_equal(r2s_model_save_mat(&model, NULL, path, &err), R2S_ERR_NUMERIC);
  assert_int_equal(access(path, F_OK), -1);
  r2s_model_free(&model);
}

/* What no load would take is not saved, and the file that is there stays. */
static void test_what_loads_refuse_is_not_saved(void **state) {
  (void)state;
  char h5[256], mat[256];
  r2s_error err = {0};
  r2s_model good, m, back;
  fixture_model(&good, 7, 2, 3);
  path_of(h5, "kept.h5"), path_of(mat, "kept.mat");
  assert_ok(r2s_model_save_h5(&good, h5, &err), &err);
  assert_ok(r2s_model_save_mat(&good, NULL, mat, &err), &err);
#define REFUSED(change, status, word)                                                                        \
  m = good, m.activation = R2S_ACTIVATION_SIGMOID;                                                           \
  change;                                                                                                    \
  assert_int_equal(r2s_model_save_h5(&m, h5, &err), status);                                                 \
  assert_non_null(strstr(err.msg, word));                                                                    \
  assert_int_equal(r2s_model_save_mat(&m, NULL, mat, &err), status);                                         \
  assert_non_null(strstr(err.msg, word))
  REFUSED(m.kappa_hz = NAN, R2S_ERR_NUMERIC, "kappa_hz");
  REFUSED(m.neuron.noise_mv = NAN, R2S_ERR_NUMERIC, "neuron");
  REFUSED(m.train_steps = -1, R2S_ERR_ARG, "train_steps: found -1");
  REFUSED(m.train_steps = INT64_MAX, R2S_ERR_ARG, "train_steps");
  REFUSED(memset(m.recipe, 'x', sizeof m.recipe), R2S_ERR_ARG, "recipe");
  REFUSED(memset(m.task, 'x', sizeof m.task), R2S_ERR_ARG, "task");
  REFUSED(memset(m.version, 'x', sizeof m.version), R2S_ERR_ARG, "version");
  REFUSED(memset(m.config_hash, 'x', sizeof m.config_hash), R2S_ERR_ARG, "config_hash");
  REFUSED(m.dt_ms = -1, R2S_ERR_ARG, "dt_ms");
#undef REFUSED
  assert_ok(r2s_model_load(&back, h5, &err), &err);
  assert_same_model(&good, &back);
  r2s_model_free(&back);
  assert_ok(r2s_model_load(&back, mat, &err), &err);
  r2s_model_free(&back);
  r2s_model_free(&good);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_h5_keeps_every_bit),
      cmocka_unit_test(test_what_loads_refuse_is_not_saved),
      cmocka_unit_test(test_mat_keeps_every_bit_of_live_edges),
      cmocka_unit_test(test_mat_without_dale_and_with_one_tau),
      cmocka_unit_test(test_the_authors_network),
      cmocka_unit_test(test_matio_reads_ours),
      cmocka_unit_test(test_files_of_matio),
      cmocka_unit_test(test_values_that_a_variable_cannot_have),
      cmocka_unit_test(test_two_variables_of_a_name),
      cmocka_unit_test(test_network_in_a_struct),
      cmocka_unit_test(test_hdf5_of_another_program),
      cmocka_unit_test(test_attributes_of_h5_out_of_range),
      cmocka_unit_test(test_a_file_that_leaves_things_out),
      cmocka_unit_test(test_integers_of_every_width),
      cmocka_unit_test(test_texts_in_utf8),
      cmocka_unit_test(test_what_cannot_be_used_is_not_written),
  };
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
