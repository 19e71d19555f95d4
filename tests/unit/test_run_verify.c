/* SPDX-License-Identifier: MIT
 * Protects: `verify` of the authors' recorded runs: every output is compared, and a recording whose samples
 * or outputs do not fit is refused, not compared in part or with nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <matio.h>
#include <stdlib.h>
#include <string.h>

#include "rate2spike/run.h"
#include "unit/io_model_fixture.h"

#define MODEL R2S_TEST_DATA "/authors_gonogo.mat"
#define CASE R2S_TEST_DATA "/lif64_nogo_25_double.mat"
#define OUTPUTS_MODEL R2S_TEST_DATA "/outputs_network.mat"
#define OUTPUTS_CASE R2S_TEST_DATA "/lif64_outputs_25_double.mat"

static char path[256];

static int setup(void **state) {
  const int failed = fixture_make_folder(state);
  snprintf(path, sizeof path, "%s/case.mat", fixture_folder());
  return failed;
}

/* How a recorded run (NULL: CASE) is changed: out1 of another shape (0: as it is), .5 added to entry `raised`
 * of it, from 1 (0: none), its first two spikes swapped, `value` as the first one of variable `name` (NULL:
 * none). */
typedef struct change {
  const char *from;
  size_t rows, columns, raised;
  bool swapped;
  const char *name;
  double value;
} change;

static void write_case(change c) {
  mat_t *from = Mat_Open(c.from ? c.from : CASE, MAT_ACC_RDONLY),
        *to = Mat_CreateVer(path, NULL, MAT_FT_MAT5);
  assert_non_null(from);
  assert_non_null(to);
  for (matvar_t *var = Mat_VarReadNext(from); var; var = Mat_VarReadNext(from)) {
    if (strcmp(var->name, "out1") == 0) {
      if (c.rows) var->dims[0] = c.rows, var->dims[1] = c.columns;
      var->nbytes = var->dims[0] * var->dims[1] * sizeof(double);
      if (c.raised) ((double *)var->data)[c.raised - 1] += .5;
    }
    if (c.swapped && (strcmp(var->name, "unit") == 0 || strcmp(var->name, "step") == 0)) {
      int32_t *values = var->data, first = values[0];
      values[0] = values[1], values[1] = first;
    }
    if (c.name && strcmp(var->name, c.name) == 0) {
      const int32_t whole = (int32_t)c.value;
      assert_true(var->data_type == MAT_T_DOUBLE || var->data_type == MAT_T_INT32);
      if (var->data_type == MAT_T_DOUBLE)
        memcpy(var->data, &c.value, sizeof c.value);
      else
        memcpy(var->data, &whole, sizeof whole);
    }
    assert_int_equal(Mat_VarWrite(to, var, MAT_COMPRESSION_NONE), 0);
    Mat_VarFree(var);
  }
  Mat_Close(from);
  Mat_Close(to);
}

/* Cancels when it is asked for the fifth time. */
static bool is_over(void *user) {
  return ++*(int *)user == 5;
}

static void test_samples_must_fit_the_input(void **state) {
  (void)state;
  r2s_verification v;
  r2s_error err = {0};
  write_case((change){0});
  if (r2s_run_verify(MODEL, path, &v, NULL, &err) != R2S_OK) fail_msg("%s", err.msg);
  assert_true(v.identical && v.out_max_difference < 1e-9);
  write_case((change){.rows = 1, .columns = 999});
  int asked = 0;
  const r2s_monitor monitor = {.cancelled = is_over, .user = &asked};
  assert_int_equal(r2s_run_verify(MODEL, path, &v, &monitor, &err), R2S_ERR_FORMAT);
  assert_int_equal(asked, 0); /* nothing was simulated first */
  assert_non_null(strstr(err.msg, path));
  assert_non_null(strstr(err.msg, "variable out1: found 1 x 999 numbers; expected 1 x 1000, a row for each "
                                  "output of the network and a column for each 20 steps"));
  write_case((change){.rows = 1000, .columns = 1});
  assert_ok(r2s_run_verify(MODEL, path, &v, NULL, &err), &err);
  assert_true(v.identical && v.out_max_difference < 1e-9);
}

/* Only the first was compared, and of a recording of one output the first was taken for it. */
static void test_every_output_is_compared(void **state) {
  (void)state;
  r2s_verification v;
  r2s_error err = {0};
  assert_ok(r2s_run_verify(OUTPUTS_MODEL, OUTPUTS_CASE, &v, NULL, &err), &err);
  assert_true(v.identical && v.spikes_expected == 429 && v.n_out == 2 && v.out_max_difference < 1e-12);
  for (size_t o = 0; o < 2; o++) {
    write_case((change){.from = OUTPUTS_CASE, .raised = 2 * 77 + o + 1});
    assert_ok(r2s_run_verify(OUTPUTS_MODEL, path, &v, NULL, &err), &err);
    assert_int_equal(v.out_max_output, o);
    assert_true(fabs(v.out_max_difference - .5) < 1e-12);
  }
  static const struct {
    size_t rows, columns;
    const char *found;
  } wrong[] = {{1, 200, "found 1 x 200"}, {1, 400, "found 1 x 400"}, {200, 2, "found 200 x 2"}};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    write_case((change){.from = OUTPUTS_CASE, .rows = wrong[k].rows, .columns = wrong[k].columns});
    assert_int_equal(r2s_run_verify(OUTPUTS_MODEL, path, &v, NULL, &err), R2S_ERR_FORMAT);
    if (!strstr(err.msg, path) || !strstr(err.msg, wrong[k].found) || !strstr(err.msg, "expected 2 x 200"))
      fail_msg("%s", err.msg);
  }
}

/* As find(spk') gives them; identical spikes were told to differ. */
static void test_spikes_must_be_in_order(void **state) {
  (void)state;
  r2s_verification v;
  r2s_error err = {0};
  write_case((change){.swapped = true});
  assert_int_equal(r2s_run_verify(MODEL, path, &v, NULL, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, path));
  if (!strstr(err.msg, "in step 1 behind unit ") ||
      !strstr(err.msg, "expected them in order of step, then unit"))
    fail_msg("%s", err.msg);
}

static void test_a_duration_that_cannot_be_is_named(void **state) {
  (void)state;
  char long_model[300];
  r2s_model model;
  r2s_verification v;
  r2s_error err = {0};
  if (r2s_model_load(&model, MODEL, &err) != R2S_OK) fail_msg("%s", err.msg);
  model.dt_ms = 1e6; /* of a column of u */
  snprintf(long_model, sizeof long_model, "%s/long.h5", fixture_folder());
  if (r2s_model_save_h5(&model, long_model, &err) != R2S_OK) fail_msg("%s", err.msg);
  r2s_model_free(&model);
  write_case((change){0});
  assert_int_equal(r2s_run_verify(long_model, path, &v, NULL, &err), R2S_ERR_ARG);
  assert_non_null(strstr(err.msg, path));
  assert_non_null(strstr(err.msg, "duration = 2e+08 ms; expected 1 to 5e8 steps"));
}

/* A recording may be of any length. */
static void test_it_can_be_interrupted(void **state) {
  (void)state;
  r2s_verification v;
  r2s_error err = {0};
  int asked = 0;
  const r2s_monitor monitor = {.cancelled = is_over, .user = &asked};
  assert_int_equal(r2s_run_verify(MODEL, CASE, &v, &monitor, &err), R2S_ERR_CANCELLED);
  assert_int_equal(asked, 5);
  assert_non_null(strstr(err.msg, "interrupted in trial 1 of 1"));
}

static void test_values_that_no_case_has(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double value;
    const char *message;
  } cases[] = {{"scaling_factor", -1, "variable scaling_factor: found -1; expected a number above 0"},
               {"tref", 2, "variable tref: found 2; expected seconds from 0 to 1"},
               {"unit", 201, "variables unit, step: found unit 201 in step"},
               {"step", 0, "expected units from 1 to 200, steps from 1"}};
  r2s_verification v;
  r2s_error err = {0};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    write_case((change){.name = cases[k].name, .value = cases[k].value});
    assert_int_equal(r2s_run_verify(MODEL, path, &v, NULL, &err), R2S_ERR_FORMAT);
    if (!strstr(err.msg, path) || !strstr(err.msg, cases[k].message)) fail_msg("%s", err.msg);
  }
}

static void test_a_network_of_other_sizes(void **state) {
  (void)state;
  char small[300];
  r2s_model model;
  r2s_verification v;
  r2s_error err = {0};
  snprintf(small, sizeof small, "%s/small.h5", fixture_folder());
  for (int k = 0; k < 2; k++) {
    fixture_model(&model, k ? 200 : 5, 2, 1);
    assert_ok(r2s_model_save_h5(&model, small, &err), &err);
    r2s_model_free(&model);
    assert_int_equal(r2s_run_verify(small, CASE, &v, NULL, &err), R2S_ERR_FORMAT);
    assert_non_null(strstr(err.msg, k ? "u has 1 channels; the network's w_in has 2"
                                      : "v0 has 200 units; the network has 5"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_values_that_no_case_has),
                                     cmocka_unit_test(test_a_network_of_other_sizes),
                                     cmocka_unit_test(test_samples_must_fit_the_input),
                                     cmocka_unit_test(test_every_output_is_compared),
                                     cmocka_unit_test(test_spikes_must_be_in_order),
                                     cmocka_unit_test(test_a_duration_that_cannot_be_is_named),
                                     cmocka_unit_test(test_it_can_be_interrupted)};
  return cmocka_run_group_tests(tests, setup, fixture_remove_folder);
}
