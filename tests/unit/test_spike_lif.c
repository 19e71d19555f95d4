/* SPDX-License-Identifier: MIT
 * Protects: the fast LIF engine. It follows the double-precision one on the same noise under every option,
 * obeys the closed forms of a single unit, and gives the same bits on every instruction set, for any number
 * of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "psc_network.h"

enum { N = 67, N_IN = 2, N_TRIALS = 4 };

typedef struct fixture {
  r2s_model model;
  r2s_spike_trial trials[N_TRIALS];
  float *u[N_TRIALS];
} fixture;

static int set_up(void **state) {
  fixture *f = calloc(1, sizeof *f);
  r2s_error err = {0};
  psc_recipe recipe = {N, N_IN, 1.5, 0.2, true, 20, 100, 3};
  assert_int_equal(psc_network(&f->model, &recipe, &err), R2S_OK);
  f->model.b_out[0] = 0.25;
  for (int k = 0; k < N_TRIALS; k++) f->trials[k] = psc_trial(N_IN, 61, k % 2 == 0, (uint64_t)k, &f->u[k]);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  for (int k = 0; k < N_TRIALS; k++) free(f->u[k]);
  r2s_model_free(&f->model);
  free(f);
  return 0;
}

static r2s_spike_config lif_config(void) {
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  config.record_spikes = config.record_voltage = true;
  return config;
}

static void run(const r2s_model *model, const r2s_spike_config *config, const r2s_spike_trial *trials, int n,
                r2s_spike_record *records) {
  r2s_error err = {0};
  r2s_status st = r2s_spike_run(r2s_spike_native(), model, config, trials, n, records, NULL, NULL, &err);
  if (st != R2S_OK) fail_msg("%s", err.msg);
}

static void free_all(r2s_spike_record *records, int n) {
  for (int k = 0; k < n; k++) r2s_spike_record_free(&records[k]);
}

static void assert_same_bits(const r2s_spike_record *a, const r2s_spike_record *b) {
  assert_int_equal(a->n_spikes, b->n_spikes);
  assert_memory_equal(a->spikes, b->spikes, a->n_spikes * sizeof *a->spikes);
  assert_memory_equal(a->out, b->out, (size_t)(a->n_samples * a->n_out) * sizeof *a->out);
  assert_memory_equal(a->voltage, b->voltage, (size_t)a->n_samples * 8 * sizeof *a->voltage);
  assert_memory_equal(a->rates_end, b->rates_end, (size_t)a->n * sizeof *a->rates_end);
  assert_memory_equal(a->counts, b->counts, (size_t)a->n * sizeof *a->counts);
}

/* Share of the first trial's spikes up to where the engines part, and the largest difference of the outputs
 * there */
static void compare_with_reference(fixture *f, r2s_spike_config config, const char *what) {
  r2s_spike_trial trial = f->trials[0];
  trial.duration_ms = 200;
  r2s_spike_record fast, reference;
  run(&f->model, &config, &trial, 1, &fast);
  config.reference = true;
  run(&f->model, &config, &trial, 1, &reference);
  uint64_t same = 0;
  while (same < fast.n_spikes && same < reference.n_spikes &&
         memcmp(&fast.spikes[same], &reference.spikes[same], sizeof *fast.spikes) == 0)
    same++;
  double parted_ms = same < reference.n_spikes ? reference.spikes[same].step * config.neuron.dt_ms : 200;
  if (reference.n_spikes < 100 || parted_ms < 60)
    fail_msg("%s: %lu spikes, the engines part after %g ms", what, (unsigned long)reference.n_spikes,
             parted_ms);
  double largest = 0;
  for (int k = 0; k < 2 * (int)parted_ms; k++) largest = fmax(largest, fabs(reference.out[k]));
  for (int k = 0; k < 2 * ((int)parted_ms - 1); k++)
    if (!(fabs(fast.out[k] - reference.out[k]) < 1e-4 * largest))
      fail_msg("%s: output %d is %g, reference %g", what, k, fast.out[k], reference.out[k]);
  for (int k = 0; k < 8 * ((int)parted_ms - 1); k++)
    if (!(fabs(fast.voltage[k] - reference.voltage[k]) < 0.05))
      fail_msg("%s: voltage %d is %g, reference %g", what, k, fast.voltage[k], reference.voltage[k]);
  r2s_spike_record_free(&fast);
  r2s_spike_record_free(&reference);
}

/* Steps are done in blocks of 64 at most, which end at samples, at the input's switches and with the trial:
 * of whatever length these are, no sample is left out, and no step comes behind the last one. The time is too
 * short for the engines to part. */
static void test_blocks_end_where_they_must(void **state) {
  static const int samples[] = {1, 20, 62, 63, 64, 65, 100, 126, 127},
                   lengths[] = {127, 163, 164, 165, 263, 391};
  enum { SAMPLES = sizeof samples / sizeof *samples, LENGTHS = sizeof lengths / sizeof *lengths };
  fixture *f = *state;
  for (int k = 0; k < SAMPLES * LENGTHS; k++) {
    const int per_sample = samples[k / LENGTHS], steps = lengths[k % LENGTHS];
    r2s_spike_record fast, reference;
    r2s_spike_trial trial = f->trials[0];
    r2s_spike_config config = lif_config();
    trial.duration_ms = 0.05 * steps;
    config.record_ms = 0.05 * per_sample;
    config.input_on_step = true;
    run(&f->model, &config, &trial, 1, &fast);
    config.reference = true;
    run(&f->model, &config, &trial, 1, &reference);
    assert_true(reference.n_spikes > 20 && reference.n_samples == steps / per_sample);
    assert_int_equal(fast.n_spikes, reference.n_spikes);
    assert_memory_equal(fast.spikes, reference.spikes, fast.n_spikes * sizeof *fast.spikes);
    assert_int_equal(fast.n_samples, reference.n_samples);
    double largest = 0;
    for (int s = 0; s < 2 * fast.n_samples; s++) largest = fmax(largest, fabs(reference.out[s]));
    for (int s = 0; s < 2 * fast.n_samples; s++)
      if (!(fabs(fast.out[s] - reference.out[s]) <= 1e-5 * largest))
        fail_msg("%d steps, %d a sample: output %d is %g, reference %g", steps, per_sample, s, fast.out[s],
                 reference.out[s]);
    /* one step more would change a unit's rate by its share of the time constant: 5 to 25 in 10,000 */
    for (int i = 0; i < N; i++)
      if (!(fabs(fast.rates_end[i] - reference.rates_end[i]) <= 1e-5 * fabs(reference.rates_end[i])))
        fail_msg("%d steps, %d a sample: unit %d ends at %g Hz, reference %g", steps, per_sample, i,
                 fast.rates_end[i], reference.rates_end[i]);
    r2s_spike_record_free(&fast);
    r2s_spike_record_free(&reference);
  }
}

static void test_follows_reference(void **state) {
  fixture *f = *state;
  r2s_spike_config config = lif_config();
  compare_with_reference(f, config, "defaults");
  config.tau_r_ms = 0;
  compare_with_reference(f, config, "single exponential");
  config = lif_config();
  config.tau_of_sender = true;
  compare_with_reference(f, config, "tau of the sender");
  config.tau_r_ms = 0;
  compare_with_reference(f, config, "tau of the sender, single exponential");
  config = lif_config();
  config.tau_of_sender = true;
  const double kept = f->model.taus_gaus[1];
  f->model.taus_gaus[1] = f->model.taus_gaus[0];
  compare_with_reference(f, config, "tau of the sender, of which two are equal");
  f->model.taus_gaus[1] = kept;
  config = lif_config();
  config.readout_bias = true;
  compare_with_reference(f, config, "readout with bias");
  config = lif_config();
  config.input_on_step = true;
  compare_with_reference(f, config, "input on its step");
  config = lif_config();
  config.neuron.dt_ms = 0.1;
  config.noise_per_root_dt = true;
  compare_with_reference(f, config, "0.1 ms, noise by the root of dt");
  config = lif_config();
  config.neuron.t_ref_ms = 0;
  compare_with_reference(f, config, "no refractory time");
  config = lif_config();
  config.neuron.t_ref_ms = 3.33;
  config.neuron.tau_m_ms = 15;
  config.neuron.noise_mv = 0.2;
  compare_with_reference(f, config, "other neuron");
  config = lif_config();
  config.record_ms = 0.15;
  config.neuron.noise_mv = 0;
  r2s_spike_record record;
  run(&f->model, &config, f->trials, 1, &record);
  assert_int_equal(record.n_samples, 2000);
  r2s_spike_record_free(&record);
}

/* Options that must change something, do. */
static void test_options_matter(void **state) {
  fixture *f = *state;
  r2s_spike_config plain = lif_config();
  r2s_spike_record a, b;
  run(&f->model, &plain, f->trials, 1, &a);
  for (int option = 0; option < 5; option++) {
    r2s_spike_config config = plain;
    if (option == 0) config.tau_of_sender = true;
    if (option == 1) config.readout_bias = true;
    if (option == 2) config.input_on_step = true;
    if (option == 3) config.tau_r_ms = 0;
    if (option == 4) config.neuron.dt_ms = 0.1;
    run(&f->model, &config, f->trials, 1, &b);
    assert_memory_not_equal(a.out, b.out, (size_t)(2 * a.n_samples) * sizeof *a.out);
    if (option == 1)
      for (int k = 0; k < a.n_samples; k++) assert_true(fabs(b.out[2 * k] - a.out[2 * k] - 0.25) < 1e-12);
    r2s_spike_record_free(&b);
  }
  r2s_spike_record_free(&a);
}

static void test_same_bits_on_every_instruction_set(void **state) {
  fixture *f = *state;
  for (int sender = 0; sender < 2; sender++) {
    r2s_spike_config config = lif_config();
    config.tau_of_sender = sender;
    r2s_spike_record first[N_TRIALS], other[N_TRIALS];
    setenv("R2S_ISA", "baseline", 1);
    run(&f->model, &config, f->trials, N_TRIALS, first);
    const char *sets[] = {"avx2", "avx512"}; /* where the machine lacks one, the best it has */
    for (int s = 0; s < 2; s++) {
      setenv("R2S_ISA", sets[s], 1);
      run(&f->model, &config, f->trials, N_TRIALS, other);
      for (int k = 0; k < N_TRIALS; k++) assert_same_bits(&first[k], &other[k]);
      free_all(other, N_TRIALS);
    }
    free_all(first, N_TRIALS);
    unsetenv("R2S_ISA");
  }
}

/* An output at each step, or each third, cuts the run into blocks so short that steps are not taken two at
 * once, or that some are. */
static void test_same_bits_for_any_cut_into_blocks(void **state) {
  fixture *f = *state;
  /* the last ones' noise takes some units back to the threshold in the step after their reset, some not */
  static const struct {
    double v_reset_mv, t_ref_ms;
  } cases[] = {{-65, 2}, {-41, 2}, {-41, 0.1}, {-41, 0.05}, {-41, 0}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    r2s_spike_config config = lif_config();
    config.neuron.noise_mv = 1; /* spikes in neighbouring steps */
    config.neuron.v_reset_mv = cases[k].v_reset_mv;
    config.neuron.t_ref_ms = cases[k].t_ref_ms;
    config.record_voltage = false;
    r2s_spike_record whole, cut;
    run(&f->model, &config, f->trials, 1, &whole);
    assert_true(whole.n_spikes > 1000);
    for (int steps = 1; steps <= 3; steps += 2) {
      config.record_ms = 0.05 * steps;
      run(&f->model, &config, f->trials, 1, &cut);
      assert_int_equal(cut.n_spikes, whole.n_spikes);
      assert_memory_equal(cut.spikes, whole.spikes, whole.n_spikes * sizeof *whole.spikes);
      r2s_spike_record_free(&cut);
    }
    r2s_spike_record_free(&whole);
  }
}

static void test_same_bits_for_any_threads_and_order(void **state) {
  fixture *f = *state;
  for (int reference = 0; reference < 2; reference++) {
    r2s_spike_config config = lif_config();
    config.reference = reference;
    r2s_spike_record one[N_TRIALS], three[N_TRIALS], alone;
    config.threads = 1;
    run(&f->model, &config, f->trials, N_TRIALS, one);
    config.threads = 3;
    run(&f->model, &config, f->trials, N_TRIALS, three);
    for (int k = 0; k < N_TRIALS; k++) assert_same_bits(&one[k], &three[k]);
    run(&f->model, &config, f->trials + 2, 1, &alone);
    assert_same_bits(&one[2], &alone);
    r2s_spike_record_free(&alone);
    free_all(one, N_TRIALS);
    free_all(three, N_TRIALS);
  }
}

/* One unit, no synapses, constant drive 10 mV above threshold. */
static void make_single_unit(r2s_model *model) {
  r2s_error err = {0};
  assert_int_equal(r2s_model_alloc(model, 1, 1, 1, &err), R2S_OK);
  model->dt_ms = 5;
  model->tau_min_ms = model->tau_max_ms = 35;
  model->w_in[0] = 10;
  model->w_out[0] = 25;
}

static void test_single_unit_fires_as_the_closed_form_says(void **state) {
  (void)state;
  r2s_model model;
  make_single_unit(&model);
  float u[201];
  for (int k = 0; k < 201; k++) u[k] = 1;
  double v0 = -65;
  r2s_spike_trial trial = {.u = u, .n_columns = 201, .duration_ms = 1000, .v0 = &v0, .noise_scale = 0};
  for (int reference = 0; reference < 2; reference++) {
    r2s_spike_config config = lif_config();
    config.reference = reference;
    r2s_spike_record record;
    run(&model, &config, &trial, 1, &record);
    /* from reset to threshold: (1 - dt/tau_m)^n 35 mV <= 10 mV; then 2 ms = 40 steps, give or take the
     * rounding */
    int rise = (int)ceil(log(10.0 / 35) / log(1 - 0.005));
    assert_true(record.n_spikes > 60);
    for (uint64_t k = 1; k < record.n_spikes; k++) {
      int interval = record.spikes[k].step - record.spikes[k - 1].step;
      assert_true(interval >= rise + 39 && interval <= rise + 41);
    }
    /* a spike's area under r: nearly 1, as the filters are sums; w_out/scale = 1, so that out is the rate in
     * Hz */
    double dt = config.neuron.dt_ms, area = dt / 2 / (1 - exp(-dt / 2)) * (dt / 35) / (1 - exp(-dt / 35));
    int from = record.spikes[40].step / 20, to = record.spikes[60].step / 20;
    double rate_hz = 20 / (dt * (record.spikes[60].step - record.spikes[40].step)) * 1000;
    double mean = 0;
    for (int k = from; k < to; k++) mean += record.out[k] / (to - from);
    assert_true(fabs(mean - rate_hz * area) < 0.002 * rate_hz);
    r2s_spike_record_free(&record);
  }
  r2s_model_free(&model);
}

/* 2 ms are 40 steps, so that rounding decides on the last of them. The authors add up the time of the last
 * spike, and a sum that is off by its last bit moves the next spike by a step. */
static void test_refractory_time_ends_with_the_references(void **state) {
  (void)state;
  r2s_model model;
  make_single_unit(&model);
  float u[41];
  for (int k = 0; k < 400; k++) {
    for (int t = 0; t < 41; t++) u[t] = 0.5f + 0.005f * (float)k;
    double v0 = -50 + 0.02 * k;
    r2s_spike_trial trial = {.u = u, .n_columns = 41, .duration_ms = 200, .v0 = &v0, .noise_scale = 0};
    r2s_spike_config config = lif_config();
    r2s_spike_record fast, reference;
    run(&model, &config, &trial, 1, &fast);
    config.reference = true;
    run(&model, &config, &trial, 1, &reference);
    assert_true(reference.n_spikes > 5);
    assert_int_equal(fast.n_spikes, reference.n_spikes);
    for (uint64_t s = 0; s < fast.n_spikes; s++)
      if (fast.spikes[s].step != reference.spikes[s].step)
        fail_msg("v0 %g mV, input %g: spike %d in step %d, reference %d", v0, (double)u[0], (int)s,
                 fast.spikes[s].step, reference.spikes[s].step);
    r2s_spike_record_free(&fast);
    r2s_spike_record_free(&reference);
  }
  r2s_model_free(&model);
}

static void test_start_above_threshold_spikes_in_the_first_step(void **state) {
  (void)state;
  r2s_model model;
  make_single_unit(&model);
  float u[2] = {0};
  double v0 = -39;
  r2s_spike_trial trial = {.u = u, .n_columns = 2, .duration_ms = 4.95, .v0 = &v0, .noise_scale = 0};
  r2s_spike_config config = lif_config();
  config.record_ms = 0.05;
  for (int reference = 0; reference < 2; reference++) {
    config.reference = reference;
    r2s_spike_record record;
    run(&model, &config, &trial, 1, &record);
    assert_int_equal(record.n_spikes, 1);
    assert_int_equal(record.spikes[0].step, 1);
    assert_true(record.voltage[0] == 30);
    assert_true(record.voltage[8] == -65);
    assert_true(record.voltage[1] == 0); /* there is no unit 1 */
    r2s_spike_record_free(&record);
  }
  r2s_model_free(&model);
}

static void test_denormals_are_on_again(void **state) {
  fixture *f = *state;
  r2s_spike_config config = lif_config();
  config.threads = 1;
  r2s_spike_record record;
  run(&f->model, &config, f->trials, 1, &record);
  r2s_spike_record_free(&record);
  volatile float tiny = 1e-38f;
  assert_true(tiny / 16 > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_follows_reference),
      cmocka_unit_test(test_blocks_end_where_they_must),
      cmocka_unit_test(test_options_matter),
      cmocka_unit_test(test_same_bits_on_every_instruction_set),
      cmocka_unit_test(test_same_bits_for_any_cut_into_blocks),
      cmocka_unit_test(test_same_bits_for_any_threads_and_order),
      cmocka_unit_test(test_single_unit_fires_as_the_closed_form_says),
      cmocka_unit_test(test_refractory_time_ends_with_the_references),
      cmocka_unit_test(test_start_above_threshold_spikes_in_the_first_step),
      cmocka_unit_test(test_denormals_are_on_again),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
