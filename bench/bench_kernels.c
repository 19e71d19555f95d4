/* SPDX-License-Identifier: MIT
 * What each kernel takes, in cycles a unit of its work, beside the least that the work needs
 * (bench/README.md).
 *
 *   bench_kernels [--n 250] [--p 0.1] [--rounds 20]        R2S_ISA chooses the instruction set
 *
 * Shortest of many short runs, in rounds through all kernels, so that other programs do little harm. The
 * parts of a pass that are no function of their own are differences: a pass with all edges less one without,
 * a noisy trial less its noise. A product without edges still stores its sums: that is the product's. */
#include "base/base_flush.h"
#include "bench_bounds.h"
#include "rate/rate_group.h"
#include "rate2spike/io.h"

enum { REPEATS = 20, SHARED_BLOCKS = 32, NORMALS = SHARED_BLOCKS * R2S_SHARED_BLOCK };

typedef struct bench_case {
  r2s_isa isa;
  r2s_model model;
  r2s_task task;
  r2s_rate_net net;
  r2s_rate_group group;
  r2s_rate_levels levels;
  r2s_rate_view view;
  r2s_rate_trials trials;
  r2s_rate_outcome outcome;
  float *gradient;
  r2s_random random;
  float *normals;
  r2s_spike_trial *spike_trial;
  void *engine;
  uint64_t spikes;
} bench_case;

static void product(bench_case *c) {
  R2S_KERNEL_PICK(c->isa, r2s_rate_product)(&c->net.by_post, c->group.work.sent, c->group.work.input);
}

static void forward(bench_case *c) {
  r2s_rate_group_forward(&c->group, &c->net, &c->view, &c->levels, &c->task, &c->trials, R2S_CRITERION_RATE,
                         &c->outcome);
}

static void backward(bench_case *c) {
  r2s_rate_group_backward(&c->group, &c->net, &c->view, &c->trials, &c->outcome, R2S_LANES, c->gradient);
}

static void noise(bench_case *c) {
  r2s_random_fill_normal(&c->random, c->normals, NORMALS, c->isa);
}

static void shared_noise(bench_case *c) {
  R2S_KERNEL_PICK(c->isa, r2s_random_shared_blocks)(c->random.s, c->normals, SHARED_BLOCKS);
}

static void spike_trial(bench_case *c) {
  r2s_spike_record record;
  r2s_error err = {0};
  bench_stop_on(r2s_spike_native()->run(c->engine, c->spike_trial, 1, &record, NULL, NULL, &err), &err);
  c->spikes = record.n_spikes;
  r2s_spike_record_free(&record);
}

/* Nanoseconds of a run, if less than *ns: the shortest of some series of 200 us or more. */
static void least(void (*work)(bench_case *), bench_case *c, double *ns) {
  double best = 1e9, from = r2s_clock();
  work(c);
  int runs = 1 + (int)(200e-6 / (r2s_clock() - from));
  for (int k = 0; k < REPEATS; k++) {
    from = r2s_clock();
    for (int run = 0; run < runs; run++) work(c);
    double seconds = (r2s_clock() - from) / runs;
    if (seconds < best) best = seconds;
  }
  *ns = fmin(*ns, 1e9 * best);
}

/* One row: cycles a unit of work, those that the bound allows, the share. */
static void row(const char *kernel, const char *unit, double cycles, double bound, const char *which) {
  printf("| %s | %s | %.2f | %.2f | %s | %.0f %% |\n", kernel, unit, cycles, bound, which,
         100 * bound / cycles);
}

static void prepare(bench_case *c, r2s_recipe recipe, int n, double p) {
  r2s_error err = {0};
  r2s_net_config net = r2s_net_config_default(recipe);
  r2s_train_config train = r2s_train_config_default(recipe);
  r2s_neuron_params neuron = r2s_neuron_params_default();
  net.n = n, net.n_inh = n / 5, net.p_rec = p;
  c->isa = r2s_isa_current();
  bench_stop_on(r2s_task_load(&c->task, "go-nogo-short", &err), &err);
  bench_stop_on(r2s_rate_init(&c->model, &net, &neuron, &c->task, 1, &err), &err);
  c->levels = (r2s_rate_levels){r2s_train_state_noise(&train, train.noise_end), train.noise_end, train.x0_sd,
                                train.start_kick};
  const r2s_rate_noise noise = {train.noise_end > 0, train.start_kick, {50, 0}};
  bench_stop_on(r2s_rate_net_create(&c->net, &c->model, 1, &noise, NULL, &err), &err);
  bench_stop_on(r2s_rate_group_create(&c->group, &c->net, c->task.n_steps, true, false, &err), &err);
  c->view = r2s_rate_net_view(&c->net, &c->levels);
  c->trials = (r2s_rate_trials){.seed = 1, .set = R2S_SET_BENCH, .active = R2S_LANES, .target_shift = 1};
  r2s_rate_group_draw(&c->trials, &c->task);
  c->gradient = calloc(r2s_rate_net_gradient_size(&c->net), sizeof *c->gradient);
  c->normals = malloc(NORMALS * sizeof *c->normals);
  if (!c->gradient || !c->normals) exit(1);
  r2s_random_seed(&c->random, 1, R2S_STREAM_NEURON, 0, 0, 0);
}

static void release(bench_case *c) {
  free(c->gradient);
  free(c->normals);
  r2s_rate_group_free(&c->group);
  r2s_rate_net_free(&c->net);
  r2s_model_free(&c->model);
  r2s_task_free(&c->task);
}

enum { PLAIN, BARE, MATCHED, RATE_CASES }; /* recipe writeup; the same without edges; matched without edges */
enum { QUIET, SILENT, NOISY, SPIKE_CASES }; /* without spikes or noise; without noise; with all */

/* The least of all rounds, in nanoseconds. */
typedef struct kernel_times {
  double product, no_product, normals, shared; /* whole calls; no_product: one without edges */
  double forward[RATE_CASES], backward[RATE_CASES], trial[SPIKE_CASES];
} kernel_times;

static void prepare_spikes(bench_case *c, double noise_scale, const double *v0) {
  r2s_error err = {0};
  r2s_spike_config config = r2s_spike_config_default(R2S_SPIKE_LIF);
  config.scale = 25;
  config.threads = 1;
  bench_stop_on(r2s_model_load(&c->model, "tests/data/authors_gonogo.mat", &err), &err);
  bench_stop_on(r2s_task_load(&c->task, "go-nogo", &err), &err);
  bench_stop_on(r2s_spike_trials_make(&c->spike_trial, &c->task, 1, R2S_SET_BENCH, 0, 1, NULL, &err), &err);
  c->spike_trial->noise_scale = noise_scale;
  if (v0) c->spike_trial->v0 = v0;
  if (v0) memset((float *)c->spike_trial->u, 0, (size_t)c->spike_trial->n_columns * sizeof(float));
  bench_stop_on(r2s_spike_native()->prepare(&c->engine, &c->model, &config, &err), &err);
}

static void release_spikes(bench_case *c, bool own_v0) {
  r2s_spike_native()->free(c->engine);
  if (own_v0) c->spike_trial->v0 = NULL;
  r2s_spike_trials_free(c->spike_trial, 1);
  r2s_model_free(&c->model);
  r2s_task_free(&c->task);
}

/* One round through all kernels. */
static void measure(bench_case rate[RATE_CASES], bench_case spikes[SPIKE_CASES], kernel_times *found) {
  for (int k = 0; k < RATE_CASES; k++) {
    least(forward, &rate[k], &found->forward[k]);
    least(backward, &rate[k], &found->backward[k]);
  }
  least(product, &rate[PLAIN], &found->product);
  least(product, &rate[BARE], &found->no_product);
  least(noise, &rate[PLAIN], &found->normals);
  least(shared_noise, &rate[PLAIN], &found->shared);
  for (int k = 0; k < SPIKE_CASES; k++) least(spike_trial, &spikes[k], &found->trial[k]);
}

static void rate_rows(const bench_peak *peak, const bench_case *plain, const kernel_times *of) {
  const int n = plain->net.n;
  const double edges = (double)plain->net.count[R2S_RATE_W], area = 199.0 * n, ghz = peak->ghz;
  const double normals = ghz * of->normals * R2S_LANES / NORMALS,
               shared = ghz * of->shared * R2S_LANES / NORMALS, product = ghz * of->no_product;
  const bench_bounds bound = bench_bounds_of(peak);
  row("sparse product", "edge, step, 16 trials", ghz * of->product / edges, bound.product, bound.product_by);
  row("forward, edges", "edge, step, 16 trials",
      (ghz * (of->forward[PLAIN] - of->forward[BARE]) / 199 + product) / edges, bound.product,
      bound.product_by);
  row("backward, edges: product, weight gradient", "edge, step, 16 trials",
      (ghz * (of->backward[PLAIN] - of->backward[BARE]) / 199 + product) / edges,
      bound.product + bound.gradient, "the same; loads and products of 16 bits");
  row("normals", "16 numbers", normals, bound.normals, "vector operations");
  row("normals, shared", "16 numbers", shared, bound.shared, "vector operations or stores");
  row("forward, units: sigmoid, update, readout", "unit, step, 16 trials",
      ghz * of->forward[BARE] / area - shared - product / n, bound.sigmoid, "the loop's instructions");
  row("forward, units, recipe matched", "unit, step, 16 trials",
      ghz * of->forward[MATCHED] / area - shared - product / n, bound.matched, "the loop's instructions");
  row("backward, units, and numbers to 16 bits", "unit, step, 16 trials",
      ghz * of->backward[BARE] / area - product / n, bound.back_sigmoid + bound.fix,
      "multiply-adds or caches; vector operations or L2");
}

/* Edges of a sender, on average. */
static double edges_of_a_spike(void) {
  r2s_model model;
  r2s_error err = {0};
  bench_stop_on(r2s_model_load(&model, "tests/data/authors_gonogo.mat", &err), &err);
  size_t n = (size_t)model.n, edges = 0;
  double *W = calloc(n * n, sizeof *W);
  if (!W) exit(1);
  r2s_model_effective_w(&model, false, W);
  for (size_t k = 0; k < n * n; k++) edges += W[k] != 0;
  free(W);
  r2s_model_free(&model);
  return (double)edges / (double)n;
}

static void spike_rows(const bench_peak *peak, const bench_case spikes[SPIKE_CASES], const kernel_times *of) {
  const double ghz = peak->ghz, normals = ghz * of->normals * R2S_LANES / NORMALS;
  const double quiet = ghz * of->trial[QUIET], silent = ghz * of->trial[SILENT],
               whole = ghz * of->trial[NOISY];
  const double steps = 20000, padded = 208, vectors = padded / 16;
  /* two steps: 6 loads and 3 stores, 14 operations */
  row("LIF step, no noise", "16 units, step", quiet / (steps * vectors),
      bound_of(4.5 * 64 / peak->load_l1, 7 / peak->alu), "vector operations or L1");
  row("LIF trial's noise", "16 units, step", (whole - silent) / (steps * 12.5), normals, "normals alone");
  row("LIF, a spike's delivery and record", "spike", (silent - quiet) / (double)spikes[SILENT].spikes,
      edges_of_a_spike(), "a load, addition and store an edge");
  printf("\nlif: %.2f ms a trial, of it %.2f ms normals, %.2f ms steps; %llu spikes\n",
         1e-6 * of->trial[NOISY], normals / ghz * steps * 12.5 * 1e-6, 1e-6 * of->trial[QUIET],
         (unsigned long long)spikes[NOISY].spikes);
}

static void print_peak(const bench_peak *peak, r2s_isa isa) {
  printf("%s: %.2f GHz; a cycle: %.2f multiply-adds, %.2f with a load, %.2f other operations on 16 floats, "
         "loads "
         "of %.0f, %.0f, %.0f bytes from L1, L2, L3, stores of %.0f, %.0f to L1, L3; a division of 16 floats "
         "takes %.1f, an edge's product %.2f, its gradient over %d steps %.1f cycles\n\n",
         r2s_isa_name(isa), peak->ghz, peak->fma, peak->fma_load, peak->alu, peak->load_l1, peak->load_l2,
         peak->load_l3, peak->store_l1, peak->store_l3, peak->division, peak->product, R2S_RATE_BLOCK,
         peak->gradient);
}

int main(int argc, char **argv) {
  static bench_case rate[RATE_CASES], spikes[SPIKE_CASES];
  static double rest[200];
  const r2s_isa isa = r2s_isa_current();
  const int n = (int)bench_number(argc, argv, "n", 250), rounds = (int)bench_number(argc, argv, "rounds", 20);
  const double p = bench_number(argc, argv, "p", 0.1);
  bench_peak peak = {0};
  kernel_times found;
  if (isa == R2S_ISA_BASELINE || rounds < 1) {
    fprintf(stderr, "error: bench_kernels needs AVX2 or AVX-512, and rounds\n");
    return 1;
  }
  for (size_t k = 0; k < sizeof found / sizeof(double); k++) ((double *)&found)[k] = INFINITY;
  for (int i = 0; i < 200; i++) rest[i] = -65;
  prepare(&rate[PLAIN], R2S_RECIPE_WRITEUP, n, p);
  prepare(&rate[BARE], R2S_RECIPE_WRITEUP, n, 1e-6);
  prepare(&rate[MATCHED], R2S_RECIPE_MATCHED, n, 1e-6);
  prepare_spikes(&spikes[QUIET], 0, rest);
  prepare_spikes(&spikes[SILENT], 0, NULL);
  prepare_spikes(&spikes[NOISY], 1, NULL);
  const r2s_rate_net *plain = &rate[PLAIN].net;
  const bool wide = isa == R2S_ISA_AVX512;
  bench_product edges =
      bench_product_make(wide, plain->by_post.tile[0].product, n, (double)plain->count[R2S_RATE_W]);
  bench_gradient gradient = bench_gradient_make(&plain->slots);
  char *buffer = bench_peak_buffer();
  r2s_flush_on();
  for (int round = 0; round < rounds; round++) {
    const bench_peak now = bench_peak_measure(wide, &edges, &gradient, REPEATS, buffer);
    peak = round ? bench_peak_best(&peak, &now) : now;
    measure(rate, spikes, &found);
  }
  free(buffer);
  bench_gradient_free(&gradient);
  bench_list_free(&edges.list);
  if (spikes[QUIET].spikes) {
    fprintf(stderr, "error: %llu spikes in the quiet trial\n", (unsigned long long)spikes[QUIET].spikes);
    return 1;
  }
  print_peak(&peak, isa);
  printf("| kernel | unit of work | cycles | bound | by | reached |\n|---|---|---|---|---|---|\n");
  rate_rows(&peak, &rate[PLAIN], &found);
  spike_rows(&peak, spikes, &found);
  for (int k = 0; k < RATE_CASES; k++) release(&rate[k]);
  for (int k = 0; k < SPIKE_CASES; k++) release_spikes(&spikes[k], k == QUIET);
  return 0;
}
