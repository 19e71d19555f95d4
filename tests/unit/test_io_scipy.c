/* SPDX-License-Identifier: MIT
 * Protects: what other programs see in our model files. scipy loads model.mat and follows the authors' MATLAB
 * code (LIF_network_fnc.m) up to the matrix and the time constants; h5py loads model.h5; both must give this
 * library's numbers. scipy also writes one back, in the types that the authors' program has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/base_process.h"
#include "io_model_fixture.h"

static const char script[] =
    "import sys, numpy, scipy.io, h5py\n"
    "folder = sys.argv[1]\n"
    "want = numpy.fromfile(folder + '/want.bin')\n"
    "m = scipy.io.loadmat(folder + '/model.mat')\n"
    "N = int(m['N'].item())\n"
    "want_W, want_W0, want_td = want[:N*N].reshape(N, N), want[N*N:2*N*N].reshape(N, N), want[2*N*N:]\n"
    "W = m['w'] @ m['m'] * m['som_m']\n"
    "W0 = m['w0'] @ m['m'] * m['som_m']\n"
    "taus = m['taus'].ravel()\n"
    "td = (1 / (1 + numpy.exp(-m['taus_gaus'])) * (taus[1] - taus[0]) + taus[0]) * 5 / 1000\n"
    "assert (W == want_W).all() and (W0 == want_W0).all()\n"
    "assert numpy.allclose(td.ravel() * 1000, want_td, rtol=1e-12)\n"
    "assert m['taus_gaus0'].shape == (N, 1) and m['w_in'].shape == (N, 2) and m['w_out'].shape == (1, N)\n"
    "assert m['b_out'].shape == (1, 1)\n"
    "assert (m['exc'] + m['inh'] == 1).all() and (m['inh'].ravel() == (numpy.diag(m['m']) < 0)).all()\n"
    "assert m['u'].shape == (2, 4) and m['x'].shape == (4, N, 1) and m['x'][1, 2, 0] == N + 2\n"
    "assert m['activation'][0] == 'siegert' and m['r2s_seed'][0] == '18446744073709551614'\n"
    "with h5py.File(folder + '/model.h5') as f:\n"
    "    w = f['w'][:]\n"
    "    W = numpy.where(w > 0, w, 0) * f['sign'][:] * f['som_mask'][:]\n"
    "    assert (W == want_W).all() and f['w'].attrs['unit'] == b'1'\n"
    "    assert f.attrs['seed'] == 18446744073709551614 and f.attrs['kappa_hz'] == 44.1\n"
    "keep = {k: m[k].astype(numpy.float32) for k in ('w', 'w0', 'm', 'som_m', 'w_in', 'w_out', 'b_out', "
    "'taus_gaus')}\n"
    "keep.update(N=N, taus=taus, exc=m['exc'] == 1, inh=m['inh'] == 1, activation='sigmoid')\n"
    "scipy.io.savemat(folder + '/back.mat', keep)\n"
    "scipy.io.savemat(folder + '/packed.mat', keep, do_compression=True)\n";

/* W, W0 and tau_d as this library has them. */
static void write_wanted(const r2s_model *model, const char *path) {
  size_t n = (size_t)model->n;
  double *want = malloc((2 * n * n + n) * sizeof *want);
  r2s_error err = {0};
  r2s_model_effective_w(model, false, want);
  r2s_model_effective_w(model, true, want + n * n);
  r2s_model_tau_d_ms(model, want + 2 * n * n);
  assert_ok(r2s_io_write_atomic(path, want, (2 * n * n + n) * sizeof *want, &err), &err);
  free(want);
}

static void check_back(const r2s_model *model, const char *path) {
  r2s_error err = {0};
  r2s_model back;
  assert_ok(r2s_model_load(&back, path, &err), &err);
  assert_true(back.n == model->n && back.dale && back.activation == R2S_ACTIVATION_SIGMOID);
  for (int k = 0; k < model->n * model->n; k++)
    assert_true(back.w[k] == (model->w[k] > 0 ? (double)(float)model->w[k] : 0));
  for (int i = 0; i < model->n; i++)
    assert_true(back.sign[i] == model->sign[i] && back.taus_gaus[i] == (double)(float)model->taus_gaus[i]);
  r2s_model_free(&back);
}

/* An environment made for NEST alone has no scipy. */
static bool has_judges(const char *python) {
  if (!python || access(python, X_OK) != 0) return false;
  const char *const argv[] = {python, "-c", "import scipy.io, h5py", NULL};
  const r2s_process_config config = {.argv = argv};
  return r2s_process_check(&config, NULL, NULL) == R2S_OK;
}

static void test_scipy_and_h5py(void **state) {
  (void)state;
  const char *python = getenv("R2S_PYTHON");
  if (!has_judges(python)) skip();
  enum { N = 9, STEPS = 4 };
  char path[128];
  double u[2 * STEPS] = {1}, x[STEPS * N];
  for (int k = 0; k < STEPS * N; k++) x[k] = k;
  r2s_model_extras extras = {.n_steps = STEPS, .u = u, .x = x};
  r2s_error err = {0};
  r2s_model model;
  fixture_model(&model, N, 2, 1);
  snprintf(path, sizeof path, "%s/want.bin", fixture_folder());
  write_wanted(&model, path);
  snprintf(path, sizeof path, "%s/model.mat", fixture_folder());
  assert_ok(r2s_model_save_mat(&model, &extras, path, &err), &err);
  snprintf(path, sizeof path, "%s/model.h5", fixture_folder());
  assert_ok(r2s_model_save_h5(&model, path, &err), &err);
  const char *const argv[] = {python, "-c", script, fixture_folder(), NULL};
  const r2s_process_config config = {.argv = argv};
  assert_ok(r2s_process_check(&config, NULL, &err), &err);
  snprintf(path, sizeof path, "%s/back.mat", fixture_folder());
  check_back(&model, path);
  snprintf(path, sizeof path, "%s/packed.mat", fixture_folder());
  check_back(&model, path);
  r2s_model_free(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_scipy_and_h5py)};
  return cmocka_run_group_tests(tests, fixture_make_folder, fixture_remove_folder);
}
