/* SPDX-License-Identifier: MIT
 * Protects: readers of binary files against ones that hold less, or other numbers, than they say. What was
 * never stored is not taken as zeros, and does not take the memory of what is there; no number is taken as
 * the nearest one that fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <hdf5.h>

#include "h5_change.h"
#include "io/io_h5.h"
#include "io/io_mat.h"
#include "io_model_fixture.h"

enum { N = 4 };

static char path[128];

static void expect_refusal(const char *what) {
  r2s_error err = {0};
  r2s_model model;
  assert_int_equal(r2s_model_load(&model, path, &err), R2S_ERR_FORMAT);
  if (!strstr(err.msg, path) || !strstr(err.msg, what)) fail_msg("%s", err.msg);
}

static void save_model(void) {
  r2s_error err = {0};
  r2s_model model;
  fixture_model(&model, N, 1, 1);
  for (int k = 0; k < N * N; k++) model.w[k] = fabs(model.w[k]), model.w0[k] = fabs(model.w0[k]);
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  r2s_model_free(&model);
}

/* A dataset in chunks of 1 x 2, of which the first `rows` rows are stored. */
static void put_rows(hid_t file, const char *name, hsize_t rows) {
  const hsize_t shape[2] = {N, N}, chunk[2] = {1, 2}, start[2] = {0, 0}, part[2] = {rows, N};
  const double ones[N * N] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  hid_t space = H5Screate_simple(2, shape, NULL), memory = H5Screate_simple(2, part, NULL);
  hid_t create = H5Pcreate(H5P_DATASET_CREATE);
  assert_true(H5Pset_chunk(create, 2, chunk) >= 0);
  hid_t set = H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
  assert_true(set >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, part, NULL) >= 0);
  assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, ones) >= 0);
  H5Dclose(set), H5Pclose(create), H5Sclose(memory), H5Sclose(space);
}

/* HDF5 gave zeros for the rest of w, and the network was another one without a word. */
static void test_h5_with_a_part_of_w(void **state) {
  (void)state;
  for (hsize_t rows = 1; rows <= N; rows++) {
    r2s_error err = {0};
    r2s_model model;
    save_model();
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0 && H5Ldelete(file, "w", H5P_DEFAULT) >= 0);
    put_rows(file, "w", rows);
    assert_true(H5Fclose(file) >= 0);
    if (rows < N) {
      expect_refusal("dataset w: damaged: its data, or a part of them, were never stored");
    } else {
      assert_ok(r2s_model_load(&model, path, &err), &err);
      for (int k = 0; k < N * N; k++) assert_true(model.w[k] == 1);
      r2s_model_free(&model);
    }
  }
}

/* It was called "a single number". */
static void test_h5_with_a_null_dataspace(void **state) {
  (void)state;
  save_model();
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_NULL);
  assert_true(file >= 0 && H5Ldelete(file, "w_in", H5P_DEFAULT) >= 0);
  hid_t set = H5Dcreate2(file, "w_in", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(set >= 0);
  H5Dclose(set), H5Sclose(space), H5Fclose(file);
  expect_refusal("dataset w_in: found no elements (a null dataspace); expected 4 x any");
}

static void test_an_empty_file(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_rate_traces traces;
  assert_ok(r2s_io_write_atomic(path, "", 0, &err), &err);
  assert_int_equal(r2s_rate_traces_load(&traces, path, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, ": empty file; expected an HDF5 file"));
}

static hid_t create_v73(void) {
  hid_t create = H5Pcreate(H5P_FILE_CREATE);
  assert_true(H5Pset_userblock(create, 512) >= 0);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, create, H5P_DEFAULT);
  assert_true(file >= 0);
  H5Pclose(create);
  return file;
}

static void test_v73_with_a_part_of_w(void **state) {
  (void)state;
  for (hsize_t rows = 1; rows <= N; rows++) {
    hid_t file = create_v73();
    put_rows(file, "w", rows);
    assert_true(H5Fclose(file) >= 0);
    expect_refusal(rows < N ? "variable w: damaged: its data, or a part of them, were never stored"
                            : "variable N is missing");
  }
}

/* Three compressed variables of 2^28 zeros, half a megabyte together, took the memory of 6 GiB. */
static void test_mat_of_too_many_values(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_mat mat = {.path = "few.mat", .n_values = R2S_MAT_MAX_VALUES - 3};
  r2s_mat_var *var;
  for (size_t count = 4; count >= 3; count--) {
    assert_ok(r2s_mat_add(&mat, &var, &err), &err);
    strcpy(var->name, "b");
    var->count = count;
    if (count == 3) assert_ok(r2s_mat_alloc_values(&mat, var, &err), &err);
    if (count == 4) assert_int_equal(r2s_mat_alloc_values(&mat, var, &err), R2S_ERR_FORMAT);
  }
  assert_string_equal(err.msg, "few.mat: variable b: found 4 values beside 536870909 of the variables "
                               "before it; expected at most 536870912 in a file");
  r2s_mat_free(&mat);
}

/* Both readers count what they make room for. */
static void test_values_of_a_mat_are_counted(void **state) {
  (void)state;
  for (int v73 = 0; v73 < 2; v73++) {
    const double values[6] = {1, 2, 3, 4, 5, 6};
    char *bytes;
    size_t size;
    r2s_error err = {0};
    r2s_mat mat;
    if (v73) {
      hid_t file = create_v73();
      put_rows(file, "a", N);
      put_rows(file, "b", N);
      assert_true(H5Fclose(file) >= 0);
    } else {
      r2s_mat_writer writer;
      r2s_mat_begin(&writer);
      r2s_mat_put_matrix(&writer, "a", 2, 3, values);
      r2s_mat_put_matrix(&writer, "b", 4, 1, values);
      assert_ok(r2s_mat_save(&writer, path, &err), &err);
    }
    assert_ok(r2s_io_read_all(path, &bytes, &size, &err), &err);
    assert_ok(r2s_mat_read(&mat, path, bytes, size, &err), &err);
    assert_int_equal(mat.n, 2);
    assert_int_equal(mat.n_values, v73 ? 2 * N * N : 10);
    r2s_mat_free(&mat);
    free(bytes);
  }
}

/* Samples that can't be a trial's are told before any dataset is read, and so before there is room for them:
 * n_spikes, which is read later, is not there. */
static void test_records_of_too_many_samples(void **state) {
  (void)state;
  r2s_error err = {0};
  const double out[4] = {1, 2, 3, 4}, short_ms = 3;
  const uint32_t counts[1] = {1};
  const r2s_spike_event spike = {0, 5};
  r2s_spike_record record = {.n = 1,
                             .n_out = 1,
                             .n_samples = 4,
                             .dt_ms = 1,
                             .out = (double *)out,
                             .counts = (uint32_t *)counts,
                             .n_spikes = 1,
                             .spikes = (r2s_spike_event *)&spike,
                             .spike_dt_ms = 0.05,
                             .duration_ms = 4};
  const r2s_spike_config config = {.model = R2S_SPIKE_LIF, .scale = 44};
  const r2s_spike_info info = {.engine = "native"};
  r2s_spike_record *records;
  int n;
  assert_ok(r2s_records_save(&record, 1, &config, &info, path, &err), &err);
  change_attribute(path, "duration_ms", H5T_NATIVE_DOUBLE, &short_ms);
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
  assert_true(file >= 0 && H5Ldelete(file, "n_spikes", H5P_DEFAULT) >= 0 && H5Fclose(file) >= 0);
  assert_int_equal(r2s_records_load(&records, &n, NULL, path, &err), R2S_ERR_FORMAT);
  if (!strstr(err.msg, "dataset out: found 4 samples")) fail_msg("%s", err.msg);
}

/* HDF5 gave the nearest integer: 0, and the greatest one. */
static void test_integers_out_of_range(void **state) {
  (void)state;
  static const struct {
    int64_t value;
    r2s_h5_type type;
    const char *name; /* NULL: it fits */
  } cases[] = {
      {-1, R2S_H5_UINT64, "uint64"}, {-1, R2S_H5_UINT32, "uint32"}, {(int64_t)1 << 31, R2S_H5_INT32, "int32"},
      {256, R2S_H5_UINT8, "uint8"},  {255, R2S_H5_UINT8, NULL},     {INT64_MAX, R2S_H5_DOUBLE, NULL}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const hsize_t shape[1] = {1};
    char expected[80];
    r2s_error err = {0};
    r2s_h5 h5;
    void *data;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, shape, NULL);
    hid_t set = H5Dcreate2(file, "a", H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &cases[k].value) >= 0);
    H5Dclose(set), H5Sclose(space), H5Fclose(file);
    r2s_h5_array array = {.name = "a", .type = cases[k].type, .rank = 1, .shape = {1}};
    assert_ok(r2s_h5_open(&h5, path, &err), &err);
    const r2s_status st = r2s_h5_read(&h5, &array, &data, &err);
    r2s_h5_close(&h5);
    free(data);
    assert_int_equal(st, cases[k].name ? R2S_ERR_FORMAT : R2S_OK);
    if (!cases[k].name) continue;
    snprintf(expected, sizeof expected, "dataset a: found an integer out of range; expected ones of %s",
             cases[k].name);
    assert_non_null(strstr(err.msg, expected));
  }
}

/* Printed as it was, a text of a file coloured the terminal, or worse. */
static void test_texts_do_not_command_the_terminal(void **state) {
  (void)state;
  static const char recipe[31] = "a\x1b[31mr\xc3\xa9\xc2\x9b\x9b";
  r2s_error err = {0};
  r2s_model model;
  hid_t text = H5Tcopy(H5T_C_S1);
  assert_true(H5Tset_size(text, sizeof recipe) >= 0);
  save_model();
  retype_attribute(path, "recipe", text, recipe);
  assert_ok(r2s_model_load(&model, path, &err), &err);
  assert_string_equal(model.recipe, "a?[31mr\xc3\xa9???");
  r2s_model_free(&model);
  hid_t file = create_v73();
  put_rows(file, "v\x1b[31m", 1);
  H5Tclose(text), H5Fclose(file);
  expect_refusal("variable v?[31m: damaged");
}

static int begin(void **state) {
  if (fixture_make_folder(state) != 0) return -1;
  snprintf(path, sizeof path, "%s/partial", fixture_folder());
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_h5_with_a_part_of_w),
      cmocka_unit_test(test_h5_with_a_null_dataspace),
      cmocka_unit_test(test_an_empty_file),
      cmocka_unit_test(test_texts_do_not_command_the_terminal),
      cmocka_unit_test(test_v73_with_a_part_of_w),
      cmocka_unit_test(test_mat_of_too_many_values),
      cmocka_unit_test(test_values_of_a_mat_are_counted),
      cmocka_unit_test(test_integers_out_of_range),
      cmocka_unit_test(test_records_of_too_many_samples),
  };
  return cmocka_run_group_tests(tests, begin, fixture_remove_folder);
}
