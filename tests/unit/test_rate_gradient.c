/* SPDX-License-Identifier: MIT
 * Protects: the gradients. The plain twin's against central differences, with the amplitudes of the shot
 * noise held (the gradient passes straight through them); the kernels' against the twin's. For each recipe.
 * And its bits against the machine's cache, whose size cuts the edges into chunks; and what a group's trials
 * are, against the task's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "rate/rate_single.h"
#include "unit/largest_difference.h"
#include "unit/rate_cases.h"
#include "unit/rate_twin.h"

typedef struct setting {
  const char *name;
  r2s_recipe recipe;
  const char *task;
  r2s_activation activation;
  double noise; /* m */
  double tau_max_ms;
  bool dale;
  int shift, outputs, masked;
  int steps;    /* 0: the task's */
  double drive; /* w_in is multiplied by it; 0: as it is */
} setting;

static const setting settings[] = {
    {"matched, no shot noise", R2S_RECIPE_MATCHED, "go-nogo-short", R2S_ACTIVATION_SIEGERT, 0, 35, true, 1, 1,
     0, 0, 0},
    {"matched", R2S_RECIPE_MATCHED, "go-nogo-short", R2S_ACTIVATION_SIEGERT, 1, 35, true, 1, 1, 0, 0, 0},
    {"matched, trained tau", R2S_RECIPE_MATCHED, "go-nogo", R2S_ACTIVATION_SIEGERT, 0.7, 100, true, 0, 1, 0,
     0, 0},
    {"matched, two outputs", R2S_RECIPE_MATCHED, "xor", R2S_ACTIVATION_SIEGERT, 1, 100, true, 1, 2, 1, 0, 0},
    {"writeup", R2S_RECIPE_WRITEUP, "go-nogo-short", R2S_ACTIVATION_SIGMOID, 0, 35, true, 1, 1, 0, 0, 0},
    {"kim2019", R2S_RECIPE_KIM2019, "xor", R2S_ACTIVATION_SIGMOID, 0, 100, true, 1, 1, 0, 0, 0},
    {"sigmoid with shot noise", R2S_RECIPE_MATCHED, "go-nogo", R2S_ACTIVATION_SIGMOID, 0.5, 100, true, 1, 1,
     0, 0, 0},
    {"no Dale", R2S_RECIPE_KIM2019, "go-nogo", R2S_ACTIVATION_SIGMOID, 0, 100, false, 1, 1, 1, 0, 0},
    {"softplus", R2S_RECIPE_KIM2019, "go-nogo", R2S_ACTIVATION_SOFTPLUS, 0, 100, true, 1, 1, 0, 0, 0},
    {"clipped relu", R2S_RECIPE_KIM2019, "go-nogo", R2S_ACTIVATION_RELU, 0, 100, true, 0, 1, 1, 0, 0},
    {"clipped relu at its limit", R2S_RECIPE_KIM2019, "go-nogo", R2S_ACTIVATION_RELU, 0, 100, true, 1, 1, 0,
     0, 300}};

/* A setting's network, a group of its trials run forward by the kernels, and the same trials for the twin. */
typedef struct fixture {
  r2s_task task;
  r2s_model model;
  r2s_rate_net net;
  r2s_rate_levels levels;
  r2s_rate_view view;
  r2s_rate_group group;
  r2s_rate_trials trials;
  r2s_rate_outcome outcome;
  rate_twin twin;
} fixture;

static void second_output(r2s_task *task) {
  task->n_outputs = 2;
  for (int c = 0; c < task->n_conditions; c++) {
    r2s_task_condition *condition = &task->conditions[c];
    for (int k = 1; k < condition->n_targets; k++) condition->targets[k].output = 1;
    if (condition->n_targets == 1 && c % 2) condition->targets[0].output = 1;
  }
}

static void set_up(fixture *f, const setting *s, int n) {
  r2s_error err = {0};
  r2s_net_config config = r2s_net_config_default(s->recipe);
  r2s_neuron_params neuron = r2s_neuron_params_default();
  r2s_train_config train = r2s_train_config_default(s->recipe);
  *f = (fixture){
      .levels = {0.1, s->noise, 0.01, train.start_kick},
      .trials = {.seed = 11, .set = R2S_SET_TRAIN, .index = 5, .active = 13, .target_shift = s->shift}};
  config.n = n;
  config.n_inh = n / 5;
  config.activation = s->activation;
  config.dale = s->dale;
  config.tau_min_ms = s->tau_max_ms > 35 ? 20 : 35;
  config.tau_max_ms = s->tau_max_ms;
  config.w_out_sd = 0.3;
  config.som_n = s->dale && n >= 15 ? 2 : 0;
  if (s->activation == R2S_ACTIVATION_RELU || s->activation == R2S_ACTIVATION_SOFTPLUS) config.gain = 0.5;
  assert_int_equal(r2s_task_load(&f->task, s->task, &err), R2S_OK);
  if (s->steps) f->task.n_steps = s->steps;
  if (s->outputs == 2) second_output(&f->task);
  if (s->masked) {
    f->task.mask = calloc(1, sizeof *f->task.mask);
    *f->task.mask = (r2s_task_period){200, 700};
    f->task.n_mask = 1;
  }
  assert_int_equal(r2s_rate_init(&f->model, &config, &neuron, &f->task, 21, &err), R2S_OK);
  f->model.b_out[0] = 0.125;
  for (int k = 0; s->drive != 0 && k < n * f->model.n_in; k++) f->model.w_in[k] *= s->drive;
  const r2s_rate_noise noise = {s->noise > 0, train.start_kick, {50, 0}};
  assert_int_equal(r2s_rate_net_create(&f->net, &f->model, 1, &noise, NULL, &err), R2S_OK);
  f->view = r2s_rate_net_view(&f->net, &f->levels);
  assert_int_equal(r2s_rate_group_create(&f->group, &f->net, f->task.n_steps, true, true, &err), R2S_OK);
  r2s_rate_group_draw(&f->trials, &f->task);
  r2s_rate_group_forward(&f->group, &f->net, &f->view, &f->levels, &f->task, &f->trials, R2S_CRITERION_PACING,
                         &f->outcome);
  make_twin(&f->twin, &f->group, &f->net, &f->model, &f->levels, &f->trials);
}

static void tear_down(fixture *f) {
  free_twin(&f->twin);
  r2s_rate_group_free(&f->group);
  r2s_rate_net_free(&f->net);
  r2s_model_free(&f->model);
  r2s_task_free(&f->task);
}

/* What the twin is given, too: so it can't tell. */
static void test_a_group_draws_the_trials_of_its_task(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    fixture f;
    set_up(&f, &settings[s], 20);
    const size_t T = (size_t)f.task.n_steps, n_in = (size_t)f.task.n_channels,
                 n_out = (size_t)f.task.n_outputs, shift = (size_t)settings[s].shift;
    float *u = malloc(T * n_in * sizeof *u), *z = malloc(T * n_out * sizeof *z),
          *mask = malloc(T * sizeof *mask);
    for (size_t lane = 0; lane < R2S_LANES; lane++) {
      const bool active = lane < (size_t)f.trials.active;
      const r2s_trial_id id = {f.trials.seed, f.trials.set, f.trials.index * R2S_LANES + lane};
      r2s_task_make_trial(&f.task, active ? f.trials.conditions[lane] : 0, id, u, z, mask);
      for (size_t k = 0; k < T * n_in; k++)
        assert_true(f.group.work.u[k * R2S_LANES + lane] == (active ? u[k] : 0));
      for (size_t k = n_out; k < T * n_out; k++)
        assert_true(f.group.work.target[k * R2S_LANES + lane] == (active ? z[k - shift * n_out] : 0));
      for (size_t t = 1; t < T; t++) assert_true(f.group.work.mask[t] == mask[t - shift]);
    }
    free(u);
    free(z);
    free(mask);
    tear_down(&f);
  }
}

/* Mean loss of the first lanes. */
static double mean_loss(fixture *f, int lanes) {
  double sum = 0, loss;
  for (int lane = 0; lane < lanes; lane++) {
    assert_int_equal(r2s_rate_reference_loss(&f->twin.trial[lane], &loss, NULL), R2S_OK);
    sum += loss / lanes;
  }
  return sum;
}

static void twin_gradient(fixture *f, int lanes) {
  for (int lane = 0; lane < lanes; lane++) {
    double loss;
    assert_int_equal(r2s_rate_reference_loss(&f->twin.trial[lane], &loss, NULL), R2S_OK);
    assert_int_equal(
        r2s_rate_reference_backward(&f->twin.trial[lane], loss, 1.0 / lanes, &f->twin.gradient, NULL),
        R2S_OK);
  }
}

/* Largest difference between g [n] and central differences over parameter p [n], relative to max |g|. */
static double difference(fixture *f, int lanes, double *p, const double *g, size_t n, bool positive_only) {
  double worst = 0, scale = largest(g, n);
  assert_true(scale > 0);
  for (size_t k = 0; k < n; k++) {
    double old = p[k], h = 1e-5 * fmax(1, fabs(old)), slope = 0;
    if (positive_only && old <= h) continue;
    /* fourth order: 8 (f(h) - f(-h)) - (f(2h) - f(-2h)) over 12 h */
    const double at[4] = {1, -1, 2, -2}, weight[4] = {8, -8, -1, 1};
    for (int c = 0; c < 4; c++) {
      p[k] = old + at[c] * h;
      slope += weight[c] * mean_loss(f, lanes) / (12 * h);
    }
    p[k] = old;
    worst = fmax(worst, fabs(slope - g[k]) / scale);
  }
  return worst;
}

/* The gradient of w_out without the noise of what was sent, which takes the place of r in it (Eq. R6). */
static void take_r(const fixture *f, int lanes, double *w_out) {
  const size_t n = (size_t)f->model.n, n_out = (size_t)f->model.n_out;
  for (int lane = 0; lane < lanes; lane++) {
    const r2s_rate_reference *trial = &f->twin.trial[lane];
    double loss;
    assert_int_equal(r2s_rate_reference_loss(trial, &loss, NULL), R2S_OK);
    for (size_t at = n_out; at < (size_t)trial->n_steps * n_out; at++) {
      const size_t t = at / n_out, k = at % n_out;
      const double d = trial->mask[t] * trial->mask[t] * (trial->o[at] - trial->target[at]) / loss / lanes;
      for (size_t j = 0; j < n; j++) w_out[k * n + j] -= d * trial->sent_noise[t * n + j];
    }
  }
}

static void test_the_twin_follows_central_differences(void **state) {
  (void)state;
  enum { N = 15, LANES = 3 };
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    fixture f;
    set_up(&f, &settings[s], N);
    twin_gradient(&f, LANES);
    take_r(&f, LANES, f.twin.gradient.w_out);
    for (int lane = 0; lane < LANES; lane++) f.twin.trial[lane].hold = true;
    size_t n_out = (size_t)f.model.n_out;
    bool trained_tau = f.model.tau_max_ms > f.model.tau_min_ms;
    double w = difference(&f, LANES, f.model.w, f.twin.gradient.w, N * N, f.model.dale);
    double w_out = difference(&f, LANES, f.model.w_out, f.twin.gradient.w_out, n_out * N, false);
    double b_out = difference(&f, LANES, f.model.b_out, f.twin.gradient.b_out, n_out, false);
    double tau =
        trained_tau ? difference(&f, LANES, f.model.taus_gaus, f.twin.gradient.taus_gaus, N, false) : 0;
    print_message("%-26s w %.1e, w_out %.1e, b_out %.1e, taus_gaus %.1e of max |g|\n", settings[s].name, w,
                  w_out, b_out, tau);
    assert_true(w <= 1e-6 && w_out <= 1e-6 && b_out <= 1e-6 && tau <= 1e-6);
    tear_down(&f);
  }
}

/* Largest |a - b| over max |b| */
static double distance(const float *a, const double *b, size_t n) {
  return largest_difference(a, b, n) / largest(b, n);
}

/* A gradient of the kernels against the twin's, of every tensor, and the largest difference of the outputs.
 * The table's amplitudes are those of single precision: with shot noise outputs differ more. Rates of a relu
 * may be far from each other within a block, whose largest sets the quantum of 16 bits. */
static void compare(const fixture *f, const setting *s, const char *what, const float *gradient,
                    double output) {
  size_t n = (size_t)f->net.n;
  const float *g = gradient;
  double *g_w = calloc(n * n, sizeof *g_w), tau = 0;
  const double most = s->noise > 0 ? 5e-5 : s->activation == R2S_ACTIVATION_RELU ? 2e-5 : 1e-5;
  for (size_t e = 0; e < f->net.count[R2S_RATE_W]; e++)
    g_w[e] = f->twin.gradient.w[f->net.post[e] * n + f->net.pre[e]];
  double w = distance(g, g_w, f->net.count[R2S_RATE_W]);
  g += f->net.count[R2S_RATE_W];
  double w_out = distance(g, f->twin.gradient.w_out, f->net.count[R2S_RATE_W_OUT]);
  g += f->net.count[R2S_RATE_W_OUT];
  double b_out = distance(g, f->twin.gradient.b_out, f->net.count[R2S_RATE_B_OUT]);
  g += f->net.count[R2S_RATE_B_OUT];
  if (f->model.tau_max_ms > f->model.tau_min_ms) tau = distance(g, f->twin.gradient.taus_gaus, n);
  print_message("%-24s %-16s outputs %.1e; w %.1e, w_out %.1e, b_out %.1e, taus_gaus %.1e of max |g|\n",
                s->name, what, output, w, w_out, b_out, tau);
  assert_true(w <= most && w_out <= most && b_out <= most && tau <= most);
  assert_true(output <= 20 * most);
  free(g_w);
}

static void compare_kernels(const setting *s, const char *isa, int n) {
  fixture f;
  setenv("R2S_ISA", isa, 1);
  set_up(&f, s, n);
  unsetenv("R2S_ISA");
  int lanes = f.trials.active;
  double output = 0;
  twin_gradient(&f, lanes);
  float *gradient = calloc(r2s_rate_net_gradient_size(&f.net), sizeof *gradient);
  /* twice: what the first pass left in the sums is not added to the second's */
  r2s_rate_group_backward(&f.group, &f.net, &f.view, &f.trials, &f.outcome, lanes, gradient);
  memset(gradient, 0, r2s_rate_net_gradient_size(&f.net) * sizeof *gradient);
  r2s_rate_group_forward(&f.group, &f.net, &f.view, &f.levels, &f.task, &f.trials, R2S_CRITERION_PACING,
                         &f.outcome);
  r2s_rate_group_backward(&f.group, &f.net, &f.view, &f.trials, &f.outcome, lanes, gradient);
  for (int lane = 0; lane < lanes; lane++)
    for (size_t k = (size_t)f.net.n_out; k < (size_t)f.task.n_steps * (size_t)f.net.n_out; k++)
      output =
          fmax(output, fabs((double)f.group.work.o[k * R2S_LANES + (size_t)lane] - f.twin.trial[lane].o[k]));
  compare(&f, s, isa, gradient, output);
  free(gradient);
  tear_down(&f);
}

/* The kernels of one trial a step. The twin's trial 0 gets their inputs and random numbers. */
static void compare_single(const setting *s, const char *isa) {
  enum { N = 70 };
  fixture f;
  r2s_rate_single single;
  r2s_rate_outcome outcome;
  double loss;
  setenv("R2S_ISA", isa, 1);
  set_up(&f, s, N);
  assert_int_equal(r2s_rate_single_create(&single, &f.net, f.task.n_steps, NULL), R2S_OK);
  unsetenv("R2S_ISA");
  size_t T = (size_t)f.task.n_steps, n_out = (size_t)f.net.n_out;
  float *gradient = calloc(r2s_rate_net_gradient_size(&f.net), sizeof *gradient);
  r2s_rate_single_step(&single, &f.net, &f.view, &f.levels, &f.task, &f.trials, R2S_CRITERION_PACING,
                       &outcome, gradient);
  make_twin_single(&f.twin, &f.net, &f.levels, &f.trials);
  twin_gradient(&f, 1);
  assert_int_equal(r2s_rate_reference_loss(&f.twin.trial[0], &loss, NULL), R2S_OK);
  assert_true(fabs(outcome.loss[0] / loss - 1) < 1e-5);
  double output = largest_difference(single.work.o + n_out, f.twin.trial[0].o + n_out, (T - 1) * n_out);
  char what[32];
  snprintf(what, sizeof what, "%s, single", isa);
  compare(&f, s, what, gradient, output);
  free(gradient);
  r2s_rate_single_free(&single);
  tear_down(&f);
}

static void test_the_kernels_follow_the_twin(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++)
    for (int isa = R2S_ISA_BASELINE; isa <= (int)r2s_isa_current(); isa++)
      compare_kernels(&settings[s], r2s_isa_name((r2s_isa)isa), 70);
}

/* The edges' gradient takes blocks of 16 steps, in pairs: whatever is left over. */
static void test_any_number_of_steps(void **state) {
  (void)state;
  for (int left = 0; left < R2S_RATE_BLOCK; left++) {
    setting s = settings[0];
    s.steps = 208 + left; /* the task's periods end at 200 */
    compare_kernels(&s, r2s_isa_name(r2s_isa_current()), 40);
  }
}

static void test_the_kernels_follow_the_twin_where_planes_lie_apart(void **state) {
  (void)state;
  assert_true(r2s_rate_plane(70) == 70 * R2S_LANES && r2s_rate_plane(64) > 64 * R2S_LANES);
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++)
    compare_kernels(&settings[s], r2s_isa_name(r2s_isa_current()), 64);
}

/* Without output weights the pooled noise of the readout has no size, and divides nothing. */
static void test_no_output_weights(void **state) {
  (void)state;
  fixture f;
  r2s_rate_single single;
  r2s_rate_outcome outcome;
  set_up(&f, &settings[1], 70);
  memset(f.model.w_out, 0, 70 * sizeof *f.model.w_out);
  r2s_rate_net_free(&f.net);
  assert_int_equal(
      r2s_rate_net_create(&f.net, &f.model, 1, &(r2s_rate_noise){true, true, {50, 0}}, NULL, NULL), R2S_OK);
  f.view = r2s_rate_net_view(&f.net, &f.levels);
  const size_t size = r2s_rate_net_gradient_size(&f.net);
  float *gradient = calloc(2 * size, sizeof *gradient);
  assert_int_equal(r2s_rate_single_create(&single, &f.net, f.task.n_steps, NULL), R2S_OK);
  r2s_rate_group_forward(&f.group, &f.net, &f.view, &f.levels, &f.task, &f.trials, R2S_CRITERION_PACING,
                         &outcome);
  r2s_rate_group_backward(&f.group, &f.net, &f.view, &f.trials, &outcome, f.trials.active, gradient);
  r2s_rate_single_step(&single, &f.net, &f.view, &f.levels, &f.task, &f.trials, R2S_CRITERION_PACING,
                       &outcome, gradient + size);
  for (size_t k = 0; k < 2 * size; k++) assert_true(isfinite(gradient[k]));
  free(gradient);
  r2s_rate_single_free(&single);
  tear_down(&f);
}

static void test_the_kernels_of_one_trial_follow_the_twin(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++)
    for (int isa = R2S_ISA_BASELINE; isa <= (int)r2s_isa_current(); isa++)
      compare_single(&settings[s], r2s_isa_name((r2s_isa)isa));
}

/* Slots as they would be where a sender takes `sender_bytes` of the cache: each edge has one of its receiver
 * and its sender, and the others are those of a receiver's last edge, which may fill its last four; chunk by
 * chunk of a four's last sender, in them receiver by receiver. */
static void cut(r2s_rate_slots *slots, const r2s_rate_net *net, size_t sender_bytes) {
  const size_t n = (size_t)net->n, edges = net->count[R2S_RATE_W], n_out = slots->n_out;
  size_t last = 0;
  r2s_rate_slots_free(slots);
  assert_int_equal(r2s_rate_slots_create(slots, net->n, (int)n_out, edges, sender_bytes, NULL), R2S_OK);
  r2s_rate_slots_build(slots, edges, net->post, net->pre);
  assert_true(slots->fours <= slots->most);
  bool *named = calloc(slots->fours * 4, sizeof *named);
  for (size_t edge = 0; edge < edges + n_out * n; edge++) {
    const size_t slot = edge < edges ? slots->slot[edge] : slots->w_out[edge - edges],
                 output = (edge - edges) / n;
    assert_true(slot < slots->fours * 4 && !named[slot]);
    assert_int_equal(slots->post[slot / 4], edge < edges ? net->post[edge] : n + output);
    assert_int_equal(slots->pre[slot], edge < edges ? net->pre[edge] : (edge - edges) % n);
    named[slot] = true;
  }
  for (size_t four = 0; four < slots->fours; four++) {
    const uint32_t *pre = slots->pre + 4 * four;
    const size_t key = pre[3] / slots->chunk * (n + n_out) + slots->post[four];
    assert_true(key >= last);
    last = key;
    for (size_t k = 0; k < 4; k++) assert_true(named[4 * four + k] || pre[k] == pre[3]);
  }
  free(named);
}

static void test_chunks_change_no_bit(void **state) {
  (void)state;
  static const size_t sender_bytes[] = {64, 4000, 10000, 1000000};
  size_t chunk[sizeof sender_bytes / sizeof *sender_bytes];
  fixture f;
  r2s_rate_single single;
  r2s_rate_outcome outcome;
  set_up(&f, &settings[1], 70);
  assert_int_equal(r2s_rate_single_create(&single, &f.net, f.task.n_steps, NULL), R2S_OK);
  size_t size = r2s_rate_net_gradient_size(&f.net), bytes = size * sizeof(float);
  float *first = malloc(2 * bytes), *gradient = malloc(2 * bytes);
  for (size_t k = 0; k < sizeof sender_bytes / sizeof *sender_bytes; k++) {
    float *to = k ? gradient : first;
    cut(&f.net.slots, &f.net, sender_bytes[k]);
    chunk[k] = f.net.slots.chunk;
    r2s_rate_group_forward(&f.group, &f.net, &f.view, &f.levels, &f.task, &f.trials, R2S_CRITERION_PACING,
                           &outcome);
    r2s_rate_group_backward(&f.group, &f.net, &f.view, &f.trials, &outcome, f.trials.active, to);
    r2s_rate_single_step(&single, &f.net, &f.view, &f.levels, &f.task, &f.trials, R2S_CRITERION_PACING,
                         &outcome, to + size);
    if (k) assert_memory_equal(first, gradient, 2 * bytes);
  }
  assert_true(chunk[0] == 70 && chunk[3] == 1); /* one chunk of all, and one of each */
  free(first);
  free(gradient);
  r2s_rate_single_free(&single);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_group_draws_the_trials_of_its_task),
      cmocka_unit_test(test_the_twin_follows_central_differences),
      cmocka_unit_test(test_the_kernels_follow_the_twin),
      cmocka_unit_test(test_any_number_of_steps),
      cmocka_unit_test(test_no_output_weights),
      cmocka_unit_test(test_the_kernels_follow_the_twin_where_planes_lie_apart),
      cmocka_unit_test(test_the_kernels_of_one_trial_follow_the_twin),
      cmocka_unit_test(test_chunks_change_no_bit)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
