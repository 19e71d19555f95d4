/* SPDX-License-Identifier: MIT
 * The measurements of docs/noise_matched_training.md: what a LIF unit does against what its twin is told.
 *
 *     bench_noise_match [SEED]     (default 1)
 *
 * 1. Single units: Siegert's rate and the chain's Fano factor beside simulated units, and kappa sigmoid.
 * 2. Networks trained on go-nogo-short by recipes matched and writeup: the fluctuation of the units' input in
 * the LIF network at the predicted scale beside what Eq. C5 says it is, and the units that spike at a trial's
 * start. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_clock.h"
#include "base/base_sort.h"

#define BENCH "bench_noise_match"
#include "bench_network.h"

enum { TRIALS = 40, SETTLED_MS = 500, SAMPLE_MS = 5 };

static void *grab(size_t count, size_t size) {
  void *p = calloc(count, size);
  if (!p) exit(1);
  return p;
}

static void single_units(void) {
  const double inputs[] = {-8, -5, -4, -3, -2, -1, 0, 1, 2, 4, 5, 8, 12, 20, 30, 40, 60};
  enum { N = sizeof inputs / sizeof *inputs };
  r2s_neuron_params p = r2s_neuron_params_default();
  double fano[N], kappa = r2s_neuron_sigmoid_kappa_hz(&p, 4), squares = 0, worst = 0;
  double fit = 0, fit_rates = 0;
  MUST(r2s_neuron_fano(&p, 50, inputs, N, fano, NULL, &err));
  printf("kappa of the sigmoid, |I| <= 4 mV: %.2f Hz\n", kappa);
  printf("%8s %9s %9s %9s %8s %9s\n", "I (mV)", "Siegert", "simulated", "sigmoid", "Fano", "simulated");
  for (int k = 0; k < N; k++) {
    double rate, simulated, siegert = r2s_neuron_rate_hz(&p, inputs[k]);
    double sigmoid = kappa / (1 + exp(-inputs[k]));
    MUST(r2s_neuron_simulate(&p, inputs[k], 1000, 500, 5000, 50, 1, &rate, &simulated, &err));
    printf("%8g %9.2f %9.2f %9.2f %8.3f %9.3f\n", inputs[k], siegert, rate, sigmoid, fano[k], simulated);
    squares += (siegert - rate) * (siegert - rate) / N;
    worst = fmax(worst, fabs(siegert - rate));
  }
  for (int k = -40; k <= 40; k++) {
    double rate = r2s_neuron_rate_hz(&p, 0.1 * k), d = kappa / (1 + exp(-0.1 * k)) - rate;
    fit += d * d / 81, fit_rates += rate / 81;
  }
  printf("Siegert off by %.2f Hz rms, %.2f Hz at worst; the sigmoid by %.2f Hz rms on |I| <= 4 mV (mean rate "
         "%.1f Hz)\n",
         sqrt(squares), worst, sqrt(fit), fit_rates);
  r2s_neuron_curve curve;
  double from = r2s_clock();
  MUST(r2s_neuron_curve_make(&curve, &p, -10, 120, 0.1, 50, NULL, &err));
  printf("curve of %d entries: %.0f ms\n", curve.n, 1000 * (r2s_clock() - from));
  r2s_neuron_curve_free(&curve);
}

/* Sums over samples of the units' recurrent input, mV, and of its square, by condition. */
typedef struct moments {
  double samples, *sum, *square, *rate; /* [N]; rate in Hz */
} moments;

/* Adds one trial. The filters of all units are alike (one tau_d): W is applied to the filtered spikes. */
static void add_trial(const r2s_model *model, const double *W, double scale, const r2s_spike_record *record,
                      moments *out) {
  int n = model->n;
  double tau_d = model->tau_min_ms, tau_r = 2, dt = record->spike_dt_ms;
  double *slow = grab(2 * (size_t)n, sizeof *slow), *fast = slow + n;
  uint64_t next = 0;
  double window_s = (record->duration_ms - SETTLED_MS) / 1000;
  for (double end = SAMPLE_MS; end <= record->duration_ms + 1e-6; end += SAMPLE_MS) {
    for (int i = 0; i < n; i++) slow[i] *= exp(-SAMPLE_MS / tau_d), fast[i] *= exp(-SAMPLE_MS / tau_r);
    for (; next < record->n_spikes && record->spikes[next].step * dt <= end + 1e-6; next++) {
      double age = end - record->spikes[next].step * dt;
      slow[record->spikes[next].unit] += exp(-age / tau_d);
      fast[record->spikes[next].unit] += exp(-age / tau_r);
      if (end > SETTLED_MS + 1e-6) out->rate[record->spikes[next].unit] += 1 / window_s;
    }
    if (end <= SETTLED_MS) continue;
    out->samples++;
    for (int i = 0; i < n; i++) {
      double input = 0;
      for (int j = 0; j < n; j++) input += W[(size_t)i * (size_t)n + (size_t)j] * (slow[j] - fast[j]);
      input *= 1000 / ((tau_d - tau_r) * scale);
      out->sum[i] += input;
      out->square[i] += input * input;
    }
  }
  free(slow);
}

static double median(double *x, int n) {
  r2s_sort(x, (size_t)n);
  return (x[(n - 1) / 2] + x[n / 2]) / 2;
}

/* Eq. C5: var_i = sum_j W_ij^2 F_j nu_j/(2 scale^2 tau_d) */
static void compare(const r2s_model *model, const double *W, double scale, const char *name, int trials,
                    moments *m) {
  int n = model->n;
  double tau_s = model->tau_min_ms / 1000, rate = 0, sums[5] = {0};
  double *mean = grab(5 * (size_t)n, sizeof *mean), *fano = mean + n, *sd = fano + n, *predicted = sd + n;
  double *poisson = predicted + n;
  r2s_neuron_params p = r2s_neuron_params_default();
  for (int i = 0; i < n; i++) {
    mean[i] = m->sum[i] / m->samples;
    sd[i] = sqrt(fmax(m->square[i] / m->samples - mean[i] * mean[i], 0));
    m->rate[i] /= trials;
    rate += m->rate[i] / n;
  }
  MUST(r2s_neuron_fano(&p, 50, mean, n, fano, NULL, &err));
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      double w = W[(size_t)i * (size_t)n + (size_t)j] / scale, variance = w * w * m->rate[j] / (2 * tau_s);
      predicted[i] += fano[j] * variance;
      poisson[i] += variance;
    }
    predicted[i] = sqrt(predicted[i]);
    poisson[i] = sqrt(poisson[i]);
    const double terms[5] = {predicted[i], sd[i], predicted[i] * predicted[i], sd[i] * sd[i],
                             predicted[i] * sd[i]};
    for (int k = 0; k < 5; k++) sums[k] += terms[k] / n;
  }
  double correlation =
      (sums[4] - sums[0] * sums[1]) / sqrt((sums[2] - sums[0] * sums[0]) * (sums[3] - sums[1] * sums[1]));
  printf("  %-5s mean rate %.1f Hz; sd of a unit's input, median over units: measured %.3f mV, Eq. C5 %.3f "
         "(correlation over "
         "units %.3f), with F = 1 %.3f\n",
         name, rate, median(sd, n), median(predicted, n), correlation, median(poisson, n));
  free(mean);
}

/* Share of units that spike in the first step, and in the first 2 ms. */
static void start(const r2s_model *model, const r2s_spike_record *records) {
  double first = 0, early = 0;
  for (int k = 0; k < TRIALS; k++)
    for (uint64_t s = 0; s < records[k].n_spikes && records[k].spikes[s].step <= 40; s++) {
      first += records[k].spikes[s].step == 1;
      early++;
    }
  r2s_neuron_params p = r2s_neuron_params_default();
  printf("  start: %.4f of the units spike in the first step (Eq. C6: %.4f), %.4f spikes a unit in the first "
         "2 ms\n",
         first / TRIALS / model->n, r2s_neuron_start_probability(&p), early / TRIALS / model->n);
}

static void network(r2s_recipe recipe, const r2s_task *task, uint64_t seed) {
  r2s_model model;
  r2s_spike_trial *trials = NULL;
  static r2s_spike_record records[TRIALS];
  moments m[R2S_MAX_CONDITIONS] = {{0}};
  int correct = 0, count[R2S_MAX_CONDITIONS] = {0};
  r2s_train_stop stopped;
  int steps = train(recipe, task, seed, 0, 0, &model, &stopped);
  printf("\nrecipe %s, seed %llu: %s after %d steps\n", r2s_recipe_name(recipe), (unsigned long long)seed,
         stopped == R2S_TRAIN_CONVERGED ? "converged" : "not converged", steps);
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = r2s_convert_predicted_scale(&model, &config.neuron);
  config.record_spikes = true;
  MUST(r2s_spike_trials_make(&trials, task, seed, R2S_SET_BENCH, 0, TRIALS, NULL, &err));
  MUST(r2s_spike_run(r2s_spike_native(), &model, &config, trials, TRIALS, records, NULL, NULL, &err));
  double *W = grab((size_t)model.n * (size_t)model.n, sizeof *W);
  r2s_model_effective_w(&model, false, W);
  for (int c = 0; c < task->n_conditions; c++) {
    m[c].sum = grab(3 * (size_t)model.n, sizeof *m[c].sum);
    m[c].square = m[c].sum + model.n;
    m[c].rate = m[c].square + model.n;
  }
  for (int k = 0; k < TRIALS; k++) {
    const r2s_spike_record *r = &records[k];
    correct +=
        r2s_task_correct(task, r->condition, R2S_CRITERION_SPIKING, r->out, r->n_samples, r->t0_ms, r->dt_ms);
    add_trial(&model, W, config.scale, r, &m[r->condition]);
    count[r->condition]++;
  }
  printf("  lif at scale %.2f: %d of %d trials correct\n", config.scale, correct, TRIALS);
  for (int c = 0; c < task->n_conditions; c++) {
    compare(&model, W, config.scale, task->conditions[c].name, count[c], &m[c]);
    free(m[c].sum);
  }
  start(&model, records);
  for (int k = 0; k < TRIALS; k++) r2s_spike_record_free(&records[k]);
  r2s_spike_trials_free(trials, TRIALS);
  r2s_model_free(&model);
  free(W);
}

int main(int argc, char **argv) {
  r2s_task task;
  uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  single_units();
  MUST(r2s_task_load(&task, "go-nogo-short", &err));
  network(R2S_RECIPE_MATCHED, &task, seed);
  network(R2S_RECIPE_WRITEUP, &task, seed);
  r2s_task_free(&task);
  return 0;
}
