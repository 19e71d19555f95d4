/* SPDX-License-Identifier: MIT
 * Protects: a training has the same bits for any number of threads and teams of them, on any instruction set
 * with fused multiply-add, and when it is restored on its way, at configurations that nobody chose; and what
 * it computes there against the plain twin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate/rate_average.h"
#include "rate/rate_trainer.h"
#include "unit/draw.h"
#include "unit/largest_difference.h"
#include "unit/rate_twin.h"

enum { TRAININGS = 50, STEPS = 5, CONDITIONS = 2, MOST_OUTPUTS = 6 };

/* A task and what it points to. */
typedef struct random_task {
  r2s_task task;
  r2s_task_condition conditions[CONDITIONS];
  r2s_task_pulse pulses[CONDITIONS];
  r2s_task_target targets[CONDITIONS][MOST_OUTPUTS];
  r2s_task_rule rule;
  r2s_task_period mask;
} random_task;

static void draw_period(draw *d, const r2s_task *task, double *from_ms, double *to_ms) {
  const int from = draw_int(d, 0, task->n_steps - 1), to = draw_int(d, from + 1, task->n_steps);
  *from_ms = from * task->dt_ms;
  *to_ms = to * task->dt_ms;
}

static void draw_task(draw *d, random_task *t) {
  *t = (random_task){.task = {.name = "random",
                              .n_steps = draw_int(d, 2, 40),
                              .dt_ms = 5,
                              .n_channels = draw_int(d, 1, 5),
                              .n_outputs = draw_int(d, 1, MOST_OUTPUTS),
                              .n_conditions = CONDITIONS,
                              .conditions = t->conditions}};
  r2s_task *task = &t->task;
  t->rule = (r2s_task_rule){.from_ms = task->dt_ms, .to_ms = task->n_steps * task->dt_ms, .threshold = 0.1};
  if (draw_bool(d, 0.3)) {
    task->mask = &t->mask;
    task->n_mask = 1;
    draw_period(d, task, &t->mask.from_ms, &t->mask.to_ms);
  }
  for (int c = 0; c < CONDITIONS; c++) {
    r2s_task_condition *condition = &t->conditions[c];
    *condition = (r2s_task_condition){
        .probability = 0.5, .n_pulses = 1, .pulses = &t->pulses[c], .targets = t->targets[c]};
    snprintf(condition->name, sizeof condition->name, "c%d", c);
    t->pulses[c] = (r2s_task_pulse){.channel = draw_int(d, 0, task->n_channels - 1),
                                    .value = draw_between(d, -1, 2),
                                    .noise_sd = draw_bool(d, 0.3)};
    draw_period(d, task, &t->pulses[c].from_ms, &t->pulses[c].to_ms);
    for (int k = 0; k < task->n_outputs; k++) {
      r2s_task_target *target = &t->targets[c][condition->n_targets++];
      *target = (r2s_task_target){.output = k, .value = draw_bool(d, 0.1) ? 1e4 : draw_between(d, -1, 1)};
      draw_period(d, task, &target->from_ms, &target->to_ms);
    }
    for (int k = 0; k < R2S_CRITERION_COUNT; k++)
      condition->rules[k] = (r2s_task_rules){.count = 1, .rule = &t->rule};
  }
}

static void draw_network(draw *d, const r2s_task *task, r2s_model *model) {
  r2s_net_config net = r2s_net_config_default(R2S_RECIPE_MATCHED);
  const r2s_neuron_params neuron = r2s_neuron_params_default();
  r2s_error err = {0};
  net.n = draw_units(d, 250);
  net.n_inh = draw_int(d, -1, net.n);
  net.p_rec = draw_bool(d, 0.2) ? 1 : draw_between(d, 0.01, 0.5);
  net.gain = draw_between(d, 0, 2.5);
  net.dale = draw_bool(d, 0.7);
  net.tau_min_ms = draw_between(d, 6, 50);
  net.tau_max_ms = net.tau_min_ms * draw_int(d, 1, 3); /* fixed, or trained */
  net.w_out_sd = draw_bool(d, 0.1) ? 0 : 0.3;
  net.activation = (r2s_activation)draw_int(d, 0, R2S_ACTIVATION_SOFTPLUS);
  if (r2s_rate_init(model, &net, &neuron, task, draw_word(d), &err) != R2S_OK) fail_msg("%s", err.msg);
  for (int k = 0; net.dale && k < net.n * net.n; k++)
    if (draw_bool(d, 0.1)) model->w[k] = 0;
}

static r2s_train_config draw_training(draw *d, const r2s_model *model) {
  const bool unit =
      model->activation == R2S_ACTIVATION_SIEGERT || model->activation == R2S_ACTIVATION_SIGMOID;
  r2s_train_config train = r2s_train_config_default(R2S_RECIPE_MATCHED);
  train.batch = draw_bool(d, 0.2) ? 1 : draw_int(d, 1, 50);
  train.balanced = draw_bool(d, 0.5);
  train.learning_rate = draw_between(d, 0, 0.1); /* edges die */
  train.clip_norm = draw_int(d, 0, 1);
  train.state_noise = draw_bool(d, 0.3) ? 0 : 0.1;
  train.target_shift = draw_int(d, 0, 1);
  train.train_b_out = draw_bool(d, 0.5);
  train.eval_every = draw_int(d, 1, 3);
  train.eval_trials = draw_int(d, 1, 40);
  train.noise_end = unit && draw_bool(d, 0.6) ? 1 : 0;
  train.start_kick = unit && draw_bool(d, 0.5);
  train.keep_state_noise = draw_bool(d, 0.5);
  train.fano_constant = 0.6; /* the unit's own takes time */
  train.pace_average = 1;
  train.pace_start = train.pace_up = train.pace_down = 0;
  train.ramp_steps = draw_int(d, 1, 3);
  train.final_steps = draw_int(d, 0, 2);
  train.average_steps = draw_int(d, 0, 2);
  return train;
}

static void choose_isa(draw *d, bool fused) {
  static const char *const isas[] = {"avx2", "avx512"}; /* where the machine lacks one, the best it has */
  setenv("R2S_ISA", fused ? isas[draw_int(d, 0, 1)] : "baseline", 1);
}

/* A training whose threads, where there are enough, share the groups in each step. */
static r2s_trainer *create(draw *d, const r2s_model *model, const r2s_task *task,
                           const r2s_train_config *train, bool fused) {
  r2s_trainer *trainer;
  r2s_error err = {0};
  choose_isa(d, fused);
  if (r2s_trainer_create(&trainer, model, task, train, 5, draw_int(d, 1, 5), NULL, &err) != R2S_OK)
    fail_msg("%s", err.msg);
  unsetenv("R2S_ISA");
  trainer->choice = (r2s_rate_choice){.way = 1, .next = UINT64_MAX};
  return trainer;
}

/* The trainer's state moves to another one. */
static r2s_trainer *restored(r2s_trainer *trainer, r2s_trainer *fresh) {
  void *bytes;
  size_t size;
  r2s_error err = {0};
  assert_int_equal(r2s_trainer_state(trainer, &bytes, &size, NULL), R2S_OK);
  if (r2s_trainer_restore(fresh, bytes, size, &err) != R2S_OK) fail_msg("%s", err.msg);
  free(bytes);
  r2s_trainer_free(trainer);
  return fresh;
}

static bool same_state(const r2s_trainer *a, const r2s_trainer *b) {
  void *x, *y;
  size_t x_size, y_size;
  assert_int_equal(r2s_trainer_state(a, &x, &x_size, NULL), R2S_OK);
  assert_int_equal(r2s_trainer_state(b, &y, &y_size, NULL), R2S_OK);
  const bool same = x_size == y_size && memcmp(x, y, x_size) == 0;
  free(x);
  free(y);
  return same;
}

/* A trained network and some trials of it: what the kernels make of them, and the plain twin. */
typedef struct comparison {
  r2s_rate_net *net;
  r2s_model model;
  r2s_rate_levels levels;
  r2s_rate_trials trials;
  r2s_rate_group group;
  r2s_rate_single single; /* where its one trial was run */
  bool is_single;
  r2s_rate_outcome outcome;
  float *gradient; /* of the mean loss */
  rate_twin twin;
  double loss[R2S_LANES]; /* the twin's */
} comparison;

static void run_kernels(comparison *c, const r2s_task *task) {
  r2s_rate_view view = r2s_rate_net_view(c->net, &c->levels);
  r2s_rate_net_fill_rows(c->net);
  assert_int_equal(r2s_rate_group_create(&c->group, c->net, task->n_steps, true, true, NULL), R2S_OK);
  r2s_rate_group_draw(&c->trials, task);
  r2s_rate_group_forward(&c->group, c->net, &view, &c->levels, task, &c->trials, R2S_CRITERION_PACING,
                         &c->outcome);
  c->gradient = calloc(r2s_rate_net_gradient_size(c->net), sizeof *c->gradient);
  r2s_rate_group_backward(&c->group, c->net, &view, &c->trials, &c->outcome, c->trials.active, c->gradient);
  if (!c->is_single) return;
  assert_int_equal(r2s_rate_single_create(&c->single, c->net, task->n_steps, NULL), R2S_OK);
  r2s_rate_single_step(&c->single, c->net, &view, &c->levels, task, &c->trials, R2S_CRITERION_PACING,
                       &c->outcome, c->gradient);
}

static void run_twin(comparison *c) {
  make_twin(&c->twin, &c->group, c->net, &c->model, &c->levels, &c->trials);
  if (c->is_single) make_twin_single(&c->twin, c->net, &c->levels, &c->trials);
  for (int lane = 0; lane < c->trials.active; lane++) {
    const r2s_rate_reference *trial = &c->twin.trial[lane];
    assert_int_equal(r2s_rate_reference_loss(trial, &c->loss[lane], NULL), R2S_OK);
    assert_int_equal(
        r2s_rate_reference_backward(trial, c->loss[lane], 1.0 / c->trials.active, &c->twin.gradient, NULL),
        R2S_OK);
  }
}

/* The outputs' largest difference, relative to the largest output. */
static double outputs_off(const comparison *c) {
  const size_t n_out = (size_t)c->net->n_out, width = c->is_single ? 1 : R2S_LANES;
  const float *o = c->is_single ? c->single.work.o : c->group.work.o;
  double worst = 0, most = 1e-3;
  for (int lane = 0; lane < c->trials.active; lane++) {
    const r2s_rate_reference *trial = &c->twin.trial[lane];
    const size_t samples = (size_t)trial->n_steps * n_out;
    most = fmax(most, largest(trial->o, samples));
    for (size_t k = n_out; k < samples; k++) {
      const double off = fabs((double)o[k * width + (size_t)lane] - trial->o[k]);
      if (!(off <= worst)) worst = off; /* what is no number, too */
    }
  }
  return worst / most;
}

/* The losses' largest difference, each relative to the loss. */
static double losses_off(const comparison *c) {
  double worst = 0;
  for (int lane = 0; lane < c->trials.active; lane++) {
    const double off = fabs(c->outcome.loss[lane] - c->loss[lane]) / fmax(c->loss[lane], 1e-3);
    if (!(off <= worst)) worst = off;
  }
  return worst;
}

/* That of the entries g [n] of a gradient, relative to the largest. */
static double gradient_off(const float *g, const double *twin, size_t n) {
  return largest_difference(g, twin, n) / fmax(largest(twin, n), 1e-3);
}

/* Rounding to 16 bits (decision 7) is up to 3e-4 of the largest entry where few trials and steps add up. */
static void compare(const comparison *c, const char *what) {
  const double limit = 1e-3;
  const size_t n = (size_t)c->net->n, *count = c->net->count;
  const r2s_rate_reference_gradient *twin = &c->twin.gradient;
  const float *g = c->gradient;
  double off[2 + R2S_RATE_TENSORS] = {outputs_off(c), losses_off(c)},
                 *w = calloc(count[R2S_RATE_W] + 1, sizeof *w);
  for (size_t e = 0; e < count[R2S_RATE_W]; e++) w[e] = twin->w[c->net->post[e] * n + c->net->pre[e]];
  const double *const tensor[] = {w, twin->w_out, twin->b_out, twin->taus_gaus};
  for (int k = 0; k < R2S_RATE_TENSORS; g += count[k++]) off[2 + k] = gradient_off(g, tensor[k], count[k]);
  for (size_t k = 0; k < sizeof off / sizeof *off; k++)
    if (!(off[k] <= limit))
      fail_msg("%s, %d trials%s: off by %.1e of the largest output, by %.1e of a loss, and in the gradient "
               "by %.1e of w's, %.1e of w_out's, %.1e of b_out's and %.1e of taus_gaus' largest entry; "
               "expected at most %.0e",
               what, c->trials.active, c->is_single ? " (single)" : "", off[0], off[1], off[2], off[3],
               off[4], off[5], limit);
  free(w);
}

/* The trained network's outputs and gradients on other trials than those it has seen. */
static void check_gradient(draw *d, r2s_trainer *trainer, const r2s_task *task, bool fused,
                           const char *what) {
  const r2s_train_config *train = &trainer->config;
  comparison c = {.net = &trainer->net, .is_single = draw_bool(d, 0.3)};
  const int trials = 300000 / (c.net->n * c.net->n * task->n_steps); /* the twin is slow */
  c.levels = (r2s_rate_levels){train->state_noise, train->noise_end > 0 ? draw_between(d, 0, 2) : 0, 0.01,
                               train->start_kick};
  c.trials =
      (r2s_rate_trials){.seed = draw_word(d),
                        .set = R2S_SET_TRAIN,
                        .active = c.is_single || trials < 1 ? 1 : draw_int(d, 1, trials < 16 ? trials : 16),
                        .target_shift = train->target_shift};
  assert_int_equal(r2s_trainer_model(trainer, &c.model, NULL), R2S_OK);
  if (r2s_rate_pace_averaged(&trainer->pace, train) > 0) r2s_rate_average_swap(c.net);
  choose_isa(d, fused);
  run_kernels(&c, task);
  unsetenv("R2S_ISA");
  run_twin(&c);
  compare(&c, what);
  free_twin(&c.twin);
  free(c.gradient);
  r2s_rate_single_free(&c.single);
  r2s_rate_group_free(&c.group);
  r2s_model_free(&c.model);
}

static void check_training(draw *d, int number) {
  random_task t;
  r2s_model model;
  draw_task(d, &t);
  draw_network(d, &t.task, &model);
  const r2s_train_config train = draw_training(d, &model);
  const bool fused = draw_bool(d, 0.8);
  char what[80];
  snprintf(what, sizeof what, "training %d, %d units, %d outputs, batch %d, %d steps", number, model.n,
           model.n_out, train.batch, t.task.n_steps);
  r2s_trainer *one = create(d, &model, &t.task, &train, fused),
              *other = create(d, &model, &t.task, &train, fused);
  for (int step = 0; step < STEPS; step++) {
    r2s_train_step a, b;
    r2s_train_stop stop;
    if (draw_bool(d, 0.3)) other = restored(other, create(d, &model, &t.task, &train, fused));
    const r2s_status st = r2s_trainer_step(one, &a, &stop, NULL);
    assert_int_equal(r2s_trainer_step(other, &b, &stop, NULL), st);
    if (a.loss != b.loss || memcmp(&a.eval_loss, &b.eval_loss, sizeof a.eval_loss) || !same_state(one, other))
      fail_msg("%s: step %d has other bits with teams of %d and %d", what, step + 1, one->team_size,
               other->team_size);
    if (st != R2S_OK) break; /* states that grow without bounds */
    if (step == STEPS - 1) check_gradient(d, draw_bool(d, 0.5) ? one : other, &t.task, fused, what);
  }
  r2s_trainer_free(one);
  r2s_trainer_free(other);
  r2s_model_free(&model);
}

static void test_random_trainings_have_the_same_bits_and_follow_the_twin(void **state) {
  (void)state;
  for (int k = 0; k < TRAININGS; k++) check_training(&(draw){(uint64_t)k}, k);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_trainings_have_the_same_bits_and_follow_the_twin)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
