/* SPDX-License-Identifier: MIT
 * Protects: the inspection of model files. What is wrong is found and named; what is right gives no finding;
 * the numbers (density, time constants, eigenvalues) are those of networks where they are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "io/io_mat.h"
#include "io/io_spectrum.h"
#include "io_model_fixture.h"

/* A small network in the authors' format, one variable of which a test spoils. */
typedef struct small {
  double w[16], m[16], w_in[4], w_out[4], taus[2], taus_gaus[4], exc[4], inh[4];
  double n;
} small;

static small small_network(void) {
  small s = {.w_in = {1, 2, 3, 4}, .w_out = {1, -1, 1, -1}, .taus = {4, 20}, .n = 4};
  for (int i = 0; i < 4; i++) {
    s.exc[i] = i < 3, s.inh[i] = i == 3, s.m[i * 4 + i] = i < 3 ? 1 : -1;
    for (int j = 0; j < 4; j++) s.w[i * 4 + j] = (i + j) % 2 ? 0.5 : 0;
  }
  return s;
}

static void put_small(r2s_mat_writer *mat, const small *s, const char *without) {
  const struct {
    const char *name;
    size_t rows, columns;
    const double *values;
  } vars[] = {{"w", 4, 4, s->w},         {"m", 4, 4, s->m},       {"w_in", 4, 1, s->w_in},
              {"w_out", 1, 4, s->w_out}, {"taus", 1, 2, s->taus}, {"taus_gaus", 4, 1, s->taus_gaus},
              {"exc", 4, 1, s->exc},     {"inh", 4, 1, s->inh},   {"N", 1, 1, &s->n}};
  for (size_t k = 0; k < sizeof vars / sizeof *vars; k++)
    if (!without || strcmp(vars[k].name, without) != 0)
      r2s_mat_put_matrix(mat, vars[k].name, vars[k].rows, vars[k].columns, vars[k].values);
}

static void inspect_bytes(r2s_mat_writer *mat, r2s_inspection *out) {
  char path[128];
  r2s_error err = {0};
  snprintf(path, sizeof path, "%s/small.mat", fixture_folder());
  assert_ok(r2s_mat_save(mat, path, &err), &err);
  assert_ok(r2s_model_inspect(path, out, NULL, &err), &err);
}

static void inspect(const small *s, const char *without, r2s_inspection *out) {
  r2s_mat_writer mat;
  r2s_mat_begin(&mat);
  put_small(&mat, s, without);
  inspect_bytes(&mat, out);
}

/* The one finding about a variable. */
static const r2s_finding *finding(const r2s_inspection *found, const char *variable) {
  const r2s_finding *one = NULL;
  for (int k = 0; k < found->n_findings; k++)
    if (strcmp(found->findings[k].variable, variable) == 0) {
      assert_null(one);
      one = &found->findings[k];
    }
  if (!one) fail_msg("no finding about %s", variable);
  return one;
}

static void expect(const small *s, const char *without, const char *variable, bool is_error,
                   const char *word) {
  r2s_inspection found;
  inspect(s, without, &found);
  const r2s_finding *one = finding(&found, variable);
  if (one->error != is_error || !strstr(one->text, word)) fail_msg("%s: %s", one->variable, one->text);
  assert_int_equal(found.loaded, !is_error || strcmp(variable, "exc") == 0 || strcmp(variable, "inh") == 0);
  assert_null(strstr(one->text, fixture_folder())); /* the caller knows the path */
  r2s_inspection_free(&found);
}

static void test_sound_network(void **state) {
  (void)state;
  small s = small_network();
  r2s_inspection found;
  inspect(&s, NULL, &found);
  assert_int_equal(found.n_findings, 0);
  assert_true(found.loaded && found.n == 4 && found.n_in == 1 && found.n_out == 1);
  assert_true(found.n_exc == 3 && found.n_inh == 1);
  assert_true(found.edges == 8 && found.autapses == 0 && found.density == 0.5);
  assert_true(found.tau_min_ms == 60 && found.tau_median_ms == 60 && found.tau_max_ms == 60);
  assert_string_equal(found.format, "mat v5");
  r2s_inspection_free(&found);
}

/* Units that are slow but near each other, or of which some are fast, are not a mistake of units. */
static void test_slow_units_alone_are_no_finding(void **state) {
  (void)state;
  static const double taus[][2] = {{16, 24}, {20, 20}, {15, 29.9}, {14.9, 40}};
  for (size_t k = 0; k < sizeof taus / sizeof *taus; k++) {
    small s = small_network();
    r2s_inspection found;
    memcpy(s.taus, taus[k], sizeof s.taus);
    inspect(&s, NULL, &found);
    if (found.n_findings) fail_msg("%g to %g steps: %s", taus[k][0], taus[k][1], found.findings[0].text);
    r2s_inspection_free(&found);
  }
}

/* What a file lacks is named, and nothing that it may not need: one fixed tau_d has no taus_gaus. */
static void test_no_more_is_asked_for_than_needed(void **state) {
  (void)state;
  const small s = small_network();
  r2s_mat_writer mat;
  r2s_inspection found;
  r2s_mat_begin(&mat);
  r2s_mat_put_matrix(&mat, "w", 4, 4, s.w);
  inspect_bytes(&mat, &found);
  (void)finding(&found, "taus");
  for (int k = 0; k < found.n_findings; k++) assert_string_not_equal(found.findings[k].variable, "taus_gaus");
  r2s_inspection_free(&found);
}

/* More units than all eigenvalues are sought of. */
static void test_a_large_network(void **state) {
  (void)state;
  enum { N = R2S_MAX_SPECTRUM + 1 };
  double *W = malloc((size_t)N * N * sizeof *W);
  r2s_inspection found = {0};
  r2s_error err = {0};
  assert_non_null(W);
  for (size_t k = 0; k < (size_t)N * N; k++) W[k] = 2.0 / N;
  assert_ok(r2s_io_spectrum(W, N, &found, &err), &err);
  assert_true(fabs(found.spectral_radius - 2) < 1e-6 && found.outlier && isnan(found.bulk_radius));
  free(W);
}

/* A MATLAB file of a machine of the other byte order, one without variables, and a text that is too long. */
static void test_files_that_hold_no_network(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  r2s_mat_writer mat;
  r2s_inspection found;
  for (int k = 0; k < 2; k++) {
    r2s_mat_begin(&mat);
    if (k) memcpy(mat.bytes + 124, (const char[]){1, 0, 'M', 'I'}, 4);
    inspect_bytes(&mat, &found);
    assert_non_null(
        strstr(finding(&found, "file")->text, k ? "a big-endian MATLAB file" : "without variables"));
    r2s_inspection_free(&found);
  }
  const small s = small_network();
  r2s_mat_begin(&mat);
  put_small(&mat, &s, NULL);
  r2s_mat_put_text(&mat, "r2s_recipe", "a recipe with a name of many words");
  inspect_bytes(&mat, &found);
  assert_non_null(strstr(finding(&found, "r2s_recipe")->text, "expected a text of less than 16 characters"));
  r2s_inspection_free(&found);
  snprintf(path, sizeof path, "%s/small.mat", fixture_folder());
  r2s_model model;
  assert_int_equal(r2s_model_load(&model, path, &err), R2S_ERR_FORMAT);
}

static void test_each_fault_is_named(void **state) {
  (void)state;
  static const char *const required[] = {"w", "w_in", "w_out", "N", "taus", "taus_gaus"};
  small s = small_network();
  for (size_t k = 0; k < sizeof required / sizeof *required; k++)
    expect(&s, required[k], required[k], true, "missing");
  s = small_network(), s.w[5] = NAN;
  expect(&s, NULL, "w", true, "row 2, column 2");
  s = small_network(), s.w_out[2] = INFINITY;
  expect(&s, NULL, "w_out", true, "column 3");
  s = small_network(), s.m[1] = 0.5;
  expect(&s, NULL, "m", true, "row 1, column 2");
  s = small_network(), s.m[5] = 2;
  expect(&s, NULL, "m", true, "diagonal");
  s = small_network(), s.taus[0] = -1;
  expect(&s, NULL, "taus", true, "above 0");
  s = small_network(), s.taus[0] = 30;
  expect(&s, NULL, "taus", true, "least and");
  s = small_network(), s.taus_gaus[3] = -INFINITY;
  expect(&s, NULL, "taus_gaus", true, "row 4");
  s = small_network(), s.n = 4.5;
  expect(&s, NULL, "N", true, "4.5");
  s = small_network(), s.n = 1 << 20; /* no default array of N x N is made: som_m is absent */
  r2s_inspection found;
  inspect(&s, NULL, &found);
  assert_non_null(strstr(finding(&found, "w")->text, "found 4 x 4"));
  r2s_inspection_free(&found);
  s = small_network(), s.w[1] = -0.5;
  expect(&s, NULL, "w", false, "1 weights are negative");
  s = small_network(), s.w[3] = s.w[11] = -0.5; /* its inhibition was taken as absent */
  expect(&s, NULL, "w", true,
         "found 2 negative weights, each of an inhibitory unit; expected weights of 0 or");
  s.w[1] = -0.5; /* not the signed matrix: one of before relu */
  expect(&s, NULL, "w", false, "3 weights are negative");
  s = small_network(), s.exc[0] = 0;
  expect(&s, NULL, "exc", true, "unit 1");
  s = small_network(), s.inh[1] = 1;
  expect(&s, NULL, "inh", true, "unit 2");
  s = small_network(), s.taus[0] = 0.02, s.taus[1] = 0.1;
  expect(&s, NULL, "taus", false, "seconds");
  s = small_network(), s.taus[0] = 0.5;
  expect(&s, NULL, "taus", false, "the least tau_d is 2.5 ms; expected 5 to 1000");
  s = small_network(), s.taus[0] = 20, s.taus[1] = 100;
  expect(&s, NULL, "taus", false, "written in ms");
  s = small_network(), s.taus[0] = 15, s.taus[1] = 30; /* 75 to 150 ms */
  expect(&s, NULL, "taus", false, "written in ms");
  s = small_network(), s.taus[1] = 400;
  expect(&s, NULL, "taus", false, "2000");
  s = small_network(), memset(s.w_out, 0, sizeof s.w_out);
  expect(&s, NULL, "w_out", false, "read no unit");
  s = small_network(), memset(s.w_in, 0, sizeof s.w_in);
  expect(&s, NULL, "w_in", false, "reach no unit");
  s = small_network(), memset(s.w, 0, sizeof s.w);
  expect(&s, NULL, "w", false, "no edge");
  s = small_network(), s.w[7] = 1e38;
  inspect(&s, NULL, &found);
  assert_int_equal(found.n_findings, 0);
  r2s_inspection_free(&found);
  s = small_network(), s.w[9] = 1e39; /* every network of it was refused */
  expect(&s, NULL, "w", false, "found 1e+39 in row 3, column 2 (from 1): no number of single precision");
  s = small_network(), s.w_out[2] = -1e39;
  expect(&s, NULL, "w_out", false, "found -1e+39 in row 1, column 3");
  s = small_network();
  for (int i = 0; i < 3; i++) s.m[i * 4 + i] = -1, s.exc[i] = 0, s.inh[i] = 1;
  expect(&s, NULL, "m", false, "no unit is excitatory");
}

static void test_all_faults_at_once(void **state) {
  (void)state;
  small s = small_network();
  r2s_inspection found;
  s.w[3] = NAN, s.w_in[0] = INFINITY, s.taus[0] = 0;
  inspect(&s, "w_out", &found);
  assert_false(found.loaded);
  assert_int_equal(found.n_findings, 4);
  finding(&found, "w"), finding(&found, "w_in"), finding(&found, "w_out"), finding(&found, "taus");
  r2s_inspection_free(&found);
}

static void test_shapes_and_classes(void **state) {
  (void)state;
  small s = small_network();
  r2s_inspection found;
  r2s_mat_writer mat;
  r2s_mat_begin(&mat);
  put_small(&mat, &s, "w_in");
  r2s_mat_put_matrix(&mat, "w_in", 2, 2, s.w_in);
  r2s_mat_put_text(&mat, "b_out", "zero");
  r2s_mat_put_text(&mat, "activation", "tanh");
  inspect_bytes(&mat, &found);
  assert_non_null(strstr(finding(&found, "w_in")->text, "found 2 x 2 (double); expected 4 x any"));
  assert_non_null(strstr(finding(&found, "b_out")->text, "char"));
  assert_non_null(strstr(finding(&found, "activation")->text, "tanh"));
  r2s_inspection_free(&found);
}

static void test_neither_m_nor_inh(void **state) {
  (void)state;
  small s = small_network();
  r2s_inspection found;
  r2s_mat_writer mat;
  r2s_mat_begin(&mat);
  r2s_mat_put_matrix(&mat, "w", 4, 4, s.w);
  inspect_bytes(&mat, &found);
  assert_non_null(strstr(finding(&found, "m")->text, "inh"));
  r2s_inspection_free(&found);
}

/* The model by way of a file of ours. */
static void inspect_model(const r2s_model *model, r2s_inspection *found) {
  char path[128];
  r2s_error err = {0};
  snprintf(path, sizeof path, "%s/model.h5", fixture_folder());
  assert_ok(r2s_model_save_h5(model, path, &err), &err);
  assert_ok(r2s_model_inspect(path, found, NULL, &err), &err);
}

/* A ring of three units has the eigenvalues 1 and two of modulus 1 at +-120 degrees; a unit alone one more.
 */
static void test_eigenvalues(void **state) {
  (void)state;
  r2s_inspection found;
  r2s_model model;
  fixture_model(&model, 4, 1, 1);
  memset(model.w, 0, 16 * sizeof(double));
  for (int k = 0; k < 16; k++) model.som_mask[k] = 1;
  model.w[1 * 4 + 0] = model.w[2 * 4 + 1] = model.w[0 * 4 + 2] = 1;
  model.w[15] = 3; /* unit 3 is inhibitory: eigenvalue -3 */
  inspect_model(&model, &found);
  assert_string_equal(found.format, "hdf5");
  assert_float_equal(found.spectral_radius, 3, 1e-12);
  assert_float_equal(found.outlier_re, -3, 1e-12);
  assert_float_equal(found.bulk_radius, 1, 1e-12);
  assert_true(found.outlier && found.autapses == 1 && found.edges == 4);
  r2s_inspection_free(&found);
  model.w[15] = 0.5;
  inspect_model(&model, &found);
  assert_float_equal(found.spectral_radius, 1, 1e-12);
  assert_false(found.outlier);
  r2s_inspection_free(&found);
  r2s_model_free(&model);
}

/* Weights and mask of finite numbers, whose products are not. */
static void test_infinite_weights(void **state) {
  (void)state;
  r2s_inspection found;
  r2s_model model;
  fixture_model(&model, 4, 1, 1);
  for (int k = 0; k < 16; k++) model.w[k] = k % 3 ? 0.5 : 1e200, model.som_mask[k] = k % 3 ? 1 : 1e200;
  inspect_model(&model, &found);
  assert_true(found.loaded && found.n == 4);
  assert_true(isnan(found.spectral_radius) && isnan(found.outlier_re) && isnan(found.bulk_radius));
  int told = 0;
  for (int k = 0; k < found.n_findings; k++)
    told += strstr(found.findings[k].text, "eigenvalues of a 4 x 4 matrix: W: 6 of 16 values") != NULL;
  assert_int_equal(told, 1);
  r2s_inspection_free(&found);
  r2s_model_free(&model);
}

/* Units 2 and 3 turn around each other: 3i and -3i stand out together, and neither is the other's bulk. */
static void test_a_pair_of_eigenvalues_stands_out(void **state) {
  (void)state;
  r2s_inspection found;
  r2s_model model;
  fixture_model(&model, 4, 1, 1);
  memset(model.w, 0, 16 * sizeof(double));
  for (int k = 0; k < 16; k++) model.som_mask[k] = 1;
  model.w[3 * 4 + 2] = model.w[2 * 4 + 3] = 3; /* unit 3 is inhibitory */
  model.w[0] = 1;
  inspect_model(&model, &found);
  assert_float_equal(found.outlier_re, 0, 1e-12);
  assert_float_equal(found.outlier_im, 3, 1e-12);
  assert_float_equal(found.bulk_radius, 1, 1e-12);
  assert_true(found.outlier);
  r2s_inspection_free(&found);
  r2s_model_free(&model);
}

static void test_the_authors_network(void **state) {
  (void)state;
  r2s_error err = {0};
  r2s_inspection found;
  r2s_model model;
  assert_ok(r2s_model_inspect(R2S_TEST_DATA "/authors_gonogo.mat", &found, &model, &err), &err);
  assert_int_equal(found.n_findings, 0);
  assert_true(found.loaded && found.n_exc + found.n_inh == 200 && model.n == 200);
  assert_float_equal(found.density, 1 - 0.939175, 1e-9); /* numpy: (w <= 0).mean() */
  assert_true(found.tau_min_ms > 20 && found.tau_max_ms < 100);
  assert_true(found.bulk_radius <= found.spectral_radius && found.spectral_radius > 0.5);
  r2s_inspection_free(&found);
  r2s_model_free(&model);
}

static void test_files_that_are_no_models(void **state) {
  (void)state;
  char path[128];
  r2s_error err = {0};
  r2s_inspection found;
  snprintf(path, sizeof path, "%s/none.mat", fixture_folder());
  assert_int_equal(r2s_model_inspect(path, &found, NULL, &err), R2S_ERR_IO);
  assert_non_null(strstr(err.msg, "none.mat"));
  assert_int_equal(r2s_model_inspect(fixture_folder(), &found, NULL, &err), R2S_ERR_IO);
  assert_ok(r2s_io_write_atomic(path, "", 0, &err), &err);
  assert_ok(r2s_model_inspect(path, &found, NULL, &err), &err);
  assert_false(found.loaded);
  assert_non_null(strstr(finding(&found, "file")->text, "empty"));
  r2s_inspection_free(&found);
}

/* A path as long as a message, or longer: the message has only its beginning. */
static void test_path_longer_than_a_message(void **state) {
  (void)state;
  enum { DOTS = 700 };
  char path[2 * DOTS + 128], plain[128];
  r2s_error err = {0};
  r2s_mat_writer mat;
  small s = small_network();
  r2s_mat_begin(&mat);
  put_small(&mat, &s, "exc");
  r2s_mat_put_matrix(&mat, "exc", 2, 2, s.exc);
  snprintf(plain, sizeof plain, "%s/long.mat", fixture_folder());
  assert_ok(r2s_mat_save(&mat, plain, &err), &err);
  r2s_inspection near;
  assert_ok(r2s_model_inspect(plain, &near, NULL, &err), &err);
  for (int dots = 440; dots <= DOTS; dots++) { /* lengths around sizeof err.msg, one byte after the other */
    r2s_inspection found;
    int used = snprintf(path, sizeof path, "%s/", fixture_folder());
    for (int k = 0; k < dots; k++) used += snprintf(path + used, sizeof path - (size_t)used, "./");
    snprintf(path + used, sizeof path - (size_t)used, "%slong.mat", dots % 2 ? "/" : "");
    assert_ok(r2s_model_inspect(path, &found, NULL, &err), &err);
    assert_string_equal(finding(&found, "exc")->text, finding(&near, "exc")->text);
    r2s_inspection_free(&found);
  }
  r2s_inspection_free(&near);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sound_network),
      cmocka_unit_test(test_no_more_is_asked_for_than_needed),
      cmocka_unit_test(test_files_that_hold_no_network),
      cmocka_unit_test(test_a_large_network),
      cmocka_unit_test(test_each_fault_is_named),
      cmocka_unit_test(test_slow_units_alone_are_no_finding),
      cmocka_unit_test(test_all_faults_at_once),
      cmocka_unit_test(test_shapes_and_classes),
      cmocka_unit_test(test_neither_m_nor_inh),
      cmocka_unit_test(test_eigenvalues),
      cmocka_unit_test(test_infinite_weights),
      cmocka_unit_test(test_a_pair_of_eigenvalues_stands_out),
      cmocka_unit_test(test_the_authors_network),
      cmocka_unit_test(test_files_that_are_no_models),
      cmocka_unit_test(test_path_longer_than_a_message),
  };
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
