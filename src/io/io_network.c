/* SPDX-License-Identifier: MIT
 * Which network it is, and whether a folder's results are of it. */
#include "io/io_network.h"

#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "io/io_model_mat.h"
#include "io/io_sha256.h"
#include "io/io_text.h"

/* copied [n or more]: scratch, may be `values`. Adding 0 makes -0 one: files differ in the sign of zeros. */
static void add_values(r2s_text *text, const double *values, size_t n, double *copied) {
  char hex[65];
  for (size_t k = 0; k < n; k++) copied[k] = values[k] + 0.0;
  r2s_sha256(copied, n * sizeof *copied, hex);
  r2s_text_add(text, "%s\n", hex);
}

r2s_status r2s_network_hash(const r2s_model *model, char hex[65], r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_text text = {0};
  double *values = NULL;
  const size_t n = (size_t)model->n, n_in = (size_t)model->n_in, n_out = (size_t)model->n_out,
               wide = n_in > n_out ? n_in : n_out, most = n * (n > wide ? n : wide);
  R2S_ALLOC(st, &values, most, "hash of the network", err);
  r2s_text_add(&text, "%d %d %d %s %d\n", model->n, model->n_in, model->n_out,
               r2s_activation_name(model->activation), model->dale);
  add_values(&text, &model->dt_ms, 1, values);
  if (model->activation == R2S_ACTIVATION_SIEGERT) { /* its rate curve is the unit's */
    double unit[R2S_MAT_NEURON];
    r2s_mat_pack_neuron(&model->neuron, unit);
    add_values(&text, &model->kappa_hz, 1, values);
    for (int k = 0; k < R2S_MAT_NEURON; k++) add_values(&text, &unit[k], 1, values);
  }
  r2s_model_effective_w(model, false, values);
  add_values(&text, values, n * n, values);
  /* not tau_d itself: another machine's exp may differ in the last bit */
  add_values(&text, &model->tau_min_ms, 1, values);
  add_values(&text, &model->tau_max_ms, 1, values);
  if (model->tau_min_ms < model->tau_max_ms) add_values(&text, model->taus_gaus, n, values);
  add_values(&text, model->sign, n, values);
  add_values(&text, model->w_in, n * n_in, values);
  add_values(&text, model->w_out, n_out * n, values);
  add_values(&text, model->b_out, n_out, values);
  R2S_TRY(st, r2s_text_check(&text, err));
  r2s_sha256(text.data, text.size, hex);
done:
  r2s_text_free(&text);
  free(values);
  return st;
}

r2s_status r2s_network_check(const json_t *run, const r2s_model *model, const char *path, r2s_error *err) {
  const json_t *train = json_object_get(json_object_get(run, "stages"), "train");
  const char *expected = json_string_value(json_object_get(train, "network_hash"));
  char found[65];
  if (!expected) return R2S_OK;
  r2s_status st = r2s_network_hash(model, found, err);
  if (st != R2S_OK || strcmp(found, expected) == 0) return st;
  return r2s_fail(
      err, R2S_ERR_FORMAT,
      "%s: found a network with hash %.12s...; expected %.12s..., of which the results here are. A "
      "changed network takes a folder of its own: rate2spike simulate MODEL.h5 -o OTHER",
      path, found, expected);
}
