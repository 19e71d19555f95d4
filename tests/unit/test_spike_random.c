/* SPDX-License-Identifier: MIT
 * Protects: spiking networks have the same bits on every instruction set, for any number of threads and with
 * scales side by side; psc-dexp and psc-alpha those of their plain twin; lif the first spikes of the
 * reference engine; at configurations that nobody chose.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/base_isa.h"
#include "spike/spike_psc.h"
#include "unit/draw.h"
#include "unit/psc_network.h"

enum { NETWORKS = 60, TRIALS = 3, SCALES = 3, BEFORE_CHAOS = 100 /* steps */ };

static const char *const isas[] = {"baseline", "avx2", "avx512"}; /* what there is not is the best there is */

/* A network, its configuration and trials. */
typedef struct random_case {
  r2s_model model;
  r2s_spike_config config;
  r2s_spike_trial trials[TRIALS];
  float *u[TRIALS];
} random_case;

static void draw_config(draw *d, r2s_spike_config *config) {
  const r2s_spike_model kind = (r2s_spike_model)draw_int(d, 0, R2S_SPIKE_PSC_ALPHA);
  *config = r2s_spike_config_default(kind);
  r2s_neuron_params *neuron = &config->neuron;
  neuron->dt_ms = draw_bool(d, 0.5) ? 0.1 : 0.5;
  config->scale = draw_between(d, 2, 60);
  config->record_spikes = config->record_voltage = true;
  config->record_ms = neuron->dt_ms * draw_int(d, 1, 80);
  neuron->t_ref_ms = neuron->dt_ms * draw_int(d, 0, 30);
  if (kind != R2S_SPIKE_LIF_UNIT) {
    neuron->noise_mv = draw_bool(d, 0.3) ? 0 : draw_between(d, 0, 1);
    neuron->v_reset_mv = neuron->v_th_mv - draw_between(d, 0.01, 30);
    neuron->v0_high_mv = draw_between(d, neuron->v0_low_mv, 30);
    config->tau_r_ms = draw_bool(d, 0.2) ? 0 : draw_between(d, 0.5, 8);
  }
  config->tau_of_sender = draw_bool(d, 0.3);
  config->readout_bias = draw_bool(d, 0.3);
  config->noise_per_root_dt = draw_bool(d, 0.3);
  config->input_on_step = draw_bool(d, 0.3);
  config->unit_area = draw_bool(d, 0.3);
  config->delay_ms = draw_bool(d, 0.5) ? NAN : neuron->dt_ms * draw_int(d, 1, 40);
  if (draw_bool(d, 0.5)) config->weight_pa = NAN;
  if (draw_bool(d, 0.5)) config->tau_syn_ms = NAN;
}

static void set_up(draw *d, random_case *c) {
  r2s_error err = {0};
  const double tau_ms = draw_between(d, 9, 60);
  const psc_recipe recipe = {.n = draw_units(d, 150),
                             .n_in = draw_int(d, 1, 4),
                             .gain = draw_between(d, 0.5, 3),
                             .density = draw_between(d, 0.02, 1),
                             .dale = draw_bool(d, 0.7),
                             .tau_min_ms = tau_ms,
                             .tau_max_ms = tau_ms * draw_int(d, 1, 3),
                             .seed = draw_word(d)};
  if (psc_network(&c->model, &recipe, &err) != R2S_OK) fail_msg("%s", err.msg);
  draw_config(d, &c->config);
  for (int k = 0; k < TRIALS; k++) {
    c->trials[k] = psc_trial(recipe.n_in, draw_int(d, 12, 30), draw_bool(d, 0.5), (uint64_t)k, &c->u[k]);
    for (int q = 0; q < recipe.n_in * c->trials[k].n_columns; q++)
      if (draw_bool(d, 0.1)) c->u[k][q] = (float)draw_between(d, -2, 5);
  }
}

static void tear_down(random_case *c) {
  for (int k = 0; k < TRIALS; k++) free(c->u[k]);
  r2s_model_free(&c->model);
}

static bool same(const r2s_spike_record *a, const r2s_spike_record *b) {
  const size_t outputs = (size_t)a->n_samples * (size_t)a->n_out,
               voltages = (size_t)a->n_samples * R2S_VOLTAGE_UNITS;
  return a->n_spikes == b->n_spikes &&
         (a->n_spikes == 0 || !memcmp(a->spikes, b->spikes, a->n_spikes * sizeof *a->spikes)) &&
         !memcmp(a->out, b->out, outputs * sizeof *a->out) &&
         !memcmp(a->voltage, b->voltage, voltages * sizeof *a->voltage) &&
         !memcmp(a->rates_end, b->rates_end, (size_t)a->n * sizeof *a->rates_end);
}

static void run(random_case *c, const char *isa, int threads, r2s_spike_record *records) {
  r2s_error err = {0};
  setenv("R2S_ISA", isa, 1);
  c->config.threads = threads;
  if (r2s_spike_run(r2s_spike_native(), &c->model, &c->config, c->trials, TRIALS, records, NULL, NULL,
                    &err) != R2S_OK)
    fail_msg("%s", err.msg);
  unsetenv("R2S_ISA");
}

static void free_all(r2s_spike_record *records, int n) {
  for (int k = 0; k < n; k++) r2s_spike_record_free(&records[k]);
}

/* psc-dexp and psc-alpha: the first trial's spikes. */
static void check_twin(const random_case *c, const r2s_spike_record *record, int number) {
  r2s_error err = {0};
  r2s_spike_layout layout;
  r2s_spike_psc_net net;
  r2s_spike_list spikes = {0};
  double *v_end = malloc((size_t)c->model.n * sizeof *v_end);
  assert_int_equal(r2s_spike_layout_make(&layout, &c->model, &c->config, &err), R2S_OK);
  assert_int_equal(r2s_spike_psc_net_build(&net, &c->model, &c->config, &layout, &err), R2S_OK);
  const int steps = r2s_spike_layout_steps(&layout, &c->trials[0]);
  assert_int_equal(r2s_spike_psc_reference(&net, &c->trials[0], steps, &spikes, v_end, &err), R2S_OK);
  if (record->n_spikes != spikes.count ||
      (spikes.count > 0 && memcmp(record->spikes, spikes.events, spikes.count * sizeof *spikes.events)))
    fail_msg("network %d: spikes differ from the plain twin's", number);
  free(spikes.events);
  free(v_end);
  r2s_spike_psc_net_free(&net);
}

/* lif: the first trial's spikes up to step BEFORE_CHAOS. */
static bool has_first_spikes(random_case *c, const r2s_spike_record *record) {
  r2s_spike_record reference[TRIALS];
  uint64_t n = 0;
  c->config.reference = true;
  run(c, isas[0], 1, reference);
  c->config.reference = false;
  const r2s_spike_record *r = &reference[0];
  while (n < record->n_spikes && n < r->n_spikes &&
         !memcmp(&record->spikes[n], &r->spikes[n], sizeof *r->spikes))
    n++;
  const bool one = n < record->n_spikes && record->spikes[n].step <= BEFORE_CHAOS,
             two = n < r->n_spikes && r->spikes[n].step <= BEFORE_CHAOS;
  free_all(reference, TRIALS);
  return !one && !two;
}

/* r2s_spike_take: user is the records [SCALES x TRIALS] of one scale after the other. */
static r2s_status compare(void *user, int scale, int trial, const r2s_spike_record *record, r2s_error *err) {
  const r2s_spike_record *alone = user;
  (void)err;
  return same(record, &alone[scale * TRIALS + trial]) ? R2S_OK : R2S_ERR_NUMERIC;
}

static void check_scales(draw *d, random_case *c, int number) {
  double scales[SCALES];
  r2s_spike_record alone[SCALES * TRIALS];
  for (int k = 0; k < SCALES; k++) {
    c->config.scale = scales[k] = draw_between(d, 2, 60);
    run(c, isas[draw_int(d, 0, 2)], 1, alone + k * TRIALS);
  }
  if (r2s_spike_run_scales(&c->model, &c->config, scales, SCALES, c->trials, TRIALS, compare, alone, NULL,
                           NULL) != R2S_OK)
    fail_msg("network %d, %s: a scale has other bits beside others", number,
             r2s_spike_model_name(c->config.model));
  free_all(alone, SCALES * TRIALS);
}

/* What the networks come to. */
typedef struct sums {
  uint64_t spikes;
  int lif, parted; /* of these, those that had not the reference engine's first spikes */
} sums;

static void check_network(draw *d, int number, sums *sum) {
  random_case c;
  r2s_spike_record first[TRIALS], other[TRIALS];
  set_up(d, &c);
  run(&c, isas[0], 1, first);
  sum->spikes += first[0].n_spikes;
  for (int isa = 1; isa < 3; isa++) {
    run(&c, isas[isa], draw_int(d, 1, 4), other);
    for (int k = 0; k < TRIALS; k++)
      if (!same(&first[k], &other[k]))
        fail_msg("network %d, %s of %d units: trial %d has other bits on %s", number,
                 r2s_spike_model_name(c.config.model), c.model.n, k, isas[isa]);
    free_all(other, TRIALS);
  }
  if (c.config.model == R2S_SPIKE_PSC_DEXP || c.config.model == R2S_SPIKE_PSC_ALPHA)
    check_twin(&c, &first[0], number);
  if (c.config.model == R2S_SPIKE_LIF) {
    sum->lif++;
    sum->parted += !has_first_spikes(&c, &first[0]);
  }
  check_scales(d, &c, number);
  free_all(first, TRIALS);
  tear_down(&c);
}

static void test_random_networks_have_the_same_bits(void **state) {
  (void)state;
  sums sum = {0};
  for (int k = 0; k < NETWORKS; k++) check_network(&(draw){(uint64_t)k}, k, &sum);
  print_message("%llu spikes; lif: %d networks, %d of other first spikes than the reference engine's\n",
                (unsigned long long)sum.spikes, sum.lif, sum.parted);
  assert_true(sum.spikes > 10000 && sum.lif > 5);
  /* single precision: a voltage may reach the threshold a step sooner or later */
  assert_true(sum.parted * 10 <= sum.lif);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_networks_have_the_same_bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
