/* SPDX-License-Identifier: MIT
 * Protects: a training gives the same bits for any number of threads, on any instruction set with fused
 * multiply-add, and after being stopped and restored; it stops on damaged states and on infinite weights
 * without harm; dead edges stay dead; batches are balanced where they shall be; shot noise takes the place of
 * the state noise; the final phase evaluates and gives the mean of its weights, and trains no differently for
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/base_isa.h"
#include "rate/rate_trainer.h"
#include "rate2spike/config.h"
#include "sanitized.h"
#include "unit/rate_cases.h"

/* matched, on a net so small that the noise starts within the test */
static rate_case quick_case_of(int batch) {
  rate_case c = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", 61);
  c.train.pace_start = 0.05;
  c.train.pace_up = 0.05;
  c.train.pace_down = 0.01;
  c.train.ramp_steps = 12;
  c.train.final_steps = 6;
  c.train.average_steps = 4;
  c.train.eval_every = 8;
  c.train.batch = batch;
  return c;
}

static rate_case quick_case(void) {
  return quick_case_of(40); /* the last group is not full */
}

static void assert_same_state(const r2s_trainer *a, const r2s_trainer *b) {
  void *x, *y;
  size_t x_size, y_size;
  assert_int_equal(r2s_trainer_state(a, &x, &x_size, NULL), R2S_OK);
  assert_int_equal(r2s_trainer_state(b, &y, &y_size, NULL), R2S_OK);
  assert_int_equal(x_size, y_size);
  assert_memory_equal(x, y, x_size);
  free(x);
  free(y);
}

/* noise: shot noise from the first step on. */
static void check_threads(const rate_case *c, int threads, int team_size, double noise, int steps) {
  r2s_trainer *one = start_training(c, 5, 1), *many = start_training(c, 5, threads);
  assert_int_equal(many->team_size, team_size);
  one->pace.noise = many->pace.noise = noise;
  r2s_train_step a = take_steps(one, steps), b = take_steps(many, steps);
  assert_true(a.loss == b.loss && a.grad_norm == b.grad_norm);
  assert_same_state(one, many);
  r2s_trainer_free(one);
  r2s_trainer_free(many);
}

static void test_threads_give_the_same_bits(void **state) {
  (void)state;
  rate_case c = quick_case();
  check_threads(&c, 3, 1, 0, 20);
  free_rate_case(&c);
}

/* More threads than lane groups share them, by code and by lists; of the first four steps two are a
 * team's. Batches of one and of three groups, the last of which is not full; tiles that are no multiple of
 * the threads. */
static void test_threads_that_share_a_group_give_the_same_bits(void **state) {
  (void)state;
  const char *isas[] = {"avx512", "avx2", "baseline"};
  const size_t n_isas = EMULATED ? 1 : sizeof isas / sizeof *isas; /* the others run elsewhere as they are */
  for (size_t k = 0; k < n_isas; k++) {
    setenv("R2S_ISA", isas[k], 1);
    if (strcmp(r2s_isa_name(r2s_isa_current()), isas[k]) != 0) continue; /* not this machine's */
    rate_case matched = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", 250),
              outputs = make_rate_case(R2S_RECIPE_MATCHED, R2S_TEST_DATA "/task_two_outputs.yaml", 113),
              plain = make_rate_case(R2S_RECIPE_WRITEUP, "xor", 130);
    matched.train.batch = 16;
    outputs.train.keep_state_noise = true; /* and normals for each unit's readout */
    plain.train.batch = 40;
    plain.train.noise_end = 0;
    plain.model.tau_max_ms = 2 * plain.model.tau_min_ms; /* trained */
    check_threads(&matched, 4, 4, 1, 6);
    check_threads(&matched, 3, 3, 0.5, 4);
    check_threads(&outputs, 4, 2, 1, 3);
    check_threads(&plain, 7, 2, 0, 4);
    free_rate_case(&matched);
    free_rate_case(&outputs);
    free_rate_case(&plain);
  }
  unsetenv("R2S_ISA");
}

static void test_isas_give_the_same_bits(void **state) {
  (void)state;
  if (r2s_isa_current() != R2S_ISA_AVX512) skip();
  for (int batch = 1; batch <= 40; batch += 39) {
    rate_case c = quick_case_of(batch);
    r2s_trainer *wide = start_training(&c, 5, 1);
    setenv("R2S_ISA", "avx2", 1);
    r2s_trainer *narrow = start_training(&c, 5, 1);
    unsetenv("R2S_ISA");
    take_steps(wide, 20);
    take_steps(narrow, 20);
    assert_same_state(wide, narrow);
    r2s_trainer_free(wide);
    r2s_trainer_free(narrow);
    free_rate_case(&c);
  }
}

static void test_a_restored_training_goes_on_to_the_same_bits(void **state) {
  (void)state;
  for (int k = 0; k < 4; k++) {
    rate_case c = quick_case_of(k % 2 ? 1 : 40);
    bool final = k / 2; /* cut in the ramp, or in the final phase, which has a mean */
    r2s_trainer *whole = start_training(&c, 7, 2), *cut = start_training(&c, 7, 2);
    take_steps(whole, 11);
    while (final && whole->pace.phase != R2S_RATE_FINAL) take_steps(whole, 1);
    int at = (int)whole->pace.step + 3 * final;
    take_steps(whole, at + 13 - (int)whole->pace.step);
    take_steps(cut, at);
    assert_int_equal(cut->pace.phase == R2S_RATE_FINAL && cut->pace.final_step > 0, final);
    void *bytes;
    size_t size;
    assert_int_equal(r2s_trainer_state(cut, &bytes, &size, NULL), R2S_OK);
    r2s_trainer_free(cut);
    r2s_trainer *resumed = start_training(&c, 7, 1);
    r2s_error err = {0};
    assert_int_equal(r2s_trainer_restore(resumed, bytes, size, &err), R2S_OK);
    take_steps(resumed, 13);
    assert_same_state(whole, resumed);
    free(bytes);
    r2s_trainer_free(whole);
    r2s_trainer_free(resumed);
    free_rate_case(&c);
  }
}

/* As one that had more steps from the start: ended in a final phase, and at its end, which failed. */
static void test_a_training_out_of_steps_goes_on(void **state) {
  (void)state;
  rate_case c = quick_case();
  for (int left = 2; left >= 0; left -= 2) {
    c.train.max_steps = 1000;
    r2s_trainer *whole = start_training(&c, 7, 2), *more = start_training(&c, 7, 2);
    while (whole->pace.phase != R2S_RATE_FINAL || whole->pace.final_step < c.train.final_steps - left)
      take_steps(whole, 1);
    c.train.max_steps = (int)whole->pace.step;
    r2s_trainer *less = start_training(&c, 7, 2);
    const r2s_train_step last = take_steps(less, c.train.max_steps);
    void *bytes;
    size_t size;
    r2s_error err = {0};
    assert_int_equal(r2s_trainer_stop(less, &last), R2S_TRAIN_EXHAUSTED);
    assert_int_equal(r2s_trainer_state(less, &bytes, &size, NULL), R2S_OK);
    assert_int_equal(r2s_trainer_restore(more, bytes, size, &err), R2S_OK);
    assert_int_equal(r2s_trainer_stop(more, &last), R2S_TRAIN_RUNNING);
    take_steps(whole, 9);
    take_steps(more, 9);
    assert_same_state(whole, more);
    free(bytes);
    r2s_trainer_free(whole);
    r2s_trainer_free(more);
    r2s_trainer_free(less);
  }
  free_rate_case(&c);
}

/* mean <- the running mean of n steps, the last of which left `now` (R13) */
static void take_into_mean(r2s_model *mean, const r2s_model *now, int n, int memory) {
  const double weight = 1.0 / (n < memory ? n : memory);
  for (int k = 0; k < 61 * 61; k++) mean->w[k] += (now->w[k] - mean->w[k]) * weight;
  for (int k = 0; k < 61; k++) mean->w_out[k] += (now->w_out[k] - mean->w_out[k]) * weight;
}

static void assert_model_is(const r2s_model *model, const r2s_model *expected, const r2s_model *now) {
  for (int k = 0; k < 61 * 61; k++) {
    double w = now->w[k] > 0 ? expected->w[k] : now->w[k]; /* dead edges have no mean */
    assert_true(fabs(model->w[k] - w) < 1e-6);
  }
  for (int k = 0; k < 61; k++) assert_true(fabs(model->w_out[k] - expected->w_out[k]) < 1e-6);
}

/* Beside a training without it. 40 steps are several final phases, since they fail. */
static void test_the_final_phase_gives_the_mean_of_its_weights(void **state) {
  (void)state;
  enum { MEMORY = 3 };
  rate_case c = quick_case();
  c.train.average_steps = 0;
  r2s_trainer *plain = start_training(&c, 7, 2);
  c.train.average_steps = MEMORY;
  r2s_trainer *averaging = start_training(&c, 7, 2);
  r2s_model mean, now, given;
  int in_mean = 0, most = 0, evaluated = 0;
  assert_int_equal(r2s_trainer_model(plain, &mean, NULL), R2S_OK);
  for (int k = 0; k < 40; k++) {
    r2s_train_step a = take_steps(plain, 1), b = take_steps(averaging, 1);
    assert_true(a.loss == b.loss && a.grad_norm == b.grad_norm); /* the training is the same */
    assert_int_equal(r2s_trainer_model(plain, &now, NULL), R2S_OK);
    assert_int_equal(r2s_trainer_model(averaging, &given, NULL), R2S_OK);
    in_mean = averaging->pace.phase == R2S_RATE_FINAL ? averaging->pace.final_step : 0;
    most = in_mean > most ? in_mean : most;
    if (in_mean > 0) take_into_mean(&mean, &now, in_mean, MEMORY);
    assert_model_is(&given, in_mean > 0 ? &mean : &now, &now);
    if (in_mean > 1 && !isnan(b.eval_loss)) evaluated += b.eval_loss != a.eval_loss;
    r2s_model_free(&now);
    r2s_model_free(&given);
  }
  assert_true(most > MEMORY && evaluated > 0); /* the mean is what is evaluated */
  r2s_model_free(&mean);
  r2s_trainer_free(plain);
  r2s_trainer_free(averaging);
  free_rate_case(&c);
}

/* Two trainings of frozen weights, of which one has 50 times the state noise. */
static void test_shot_noise_takes_the_place_of_the_state_noise(void **state) {
  (void)state;
  for (int keep = 0; keep < 2; keep++) {
    rate_case c = quick_case();
    c.train.learning_rate = 0;
    c.train.pace_start = c.train.pace_up = c.train.pace_down = 0;
    c.train.pace_average = 1e-6;
    c.train.keep_state_noise = keep;
    r2s_trainer *weak = start_training(&c, 7, 1);
    c.train.state_noise = 5;
    r2s_trainer *strong = start_training(&c, 7, 1);
    r2s_train_step a = {0}, b = {0};
    for (int k = 0; k < 50 && !(a.noise > 0); k++) a = take_steps(weak, 1), b = take_steps(strong, 1);
    assert_true(a.noise > 0 && a.noise == b.noise);
    assert_int_equal(a.loss == b.loss, !keep);
    r2s_trainer_free(weak);
    r2s_trainer_free(strong);
    free_rate_case(&c);
  }
}

/* Where the number of steps taken lies in a state: the first double of that value behind "pace". */
static size_t place_of_step(const unsigned char *bytes, size_t size, double step) {
  size_t at = 0;
  while (at + 8 < size && memcmp(bytes + at, "pace\0", 5) != 0) at++;
  while (at + 8 < size && memcmp(bytes + at, &step, sizeof step) != 0) at++;
  assert_true(at + 8 < size);
  return at;
}

static void test_damaged_states_are_refused(void **state) {
  (void)state;
  rate_case c = quick_case();
  r2s_trainer *trainer = start_training(&c, 7, 1), *other = start_training(&c, 7, 1);
  take_steps(trainer, 3);
  unsigned char *bytes;
  void *block;
  size_t size;
  r2s_error err = {0};
  assert_int_equal(r2s_trainer_state(trainer, &block, &size, NULL), R2S_OK);
  bytes = block;
  for (size_t cut = 0; cut < size; cut += 1 + cut / 7)
    assert_int_equal(r2s_trainer_restore(other, bytes, cut, &err), R2S_ERR_FORMAT);
  for (size_t at = 0; at < 300; at++) {
    bytes[at] ^= 0x01;
    assert_int_not_equal(r2s_trainer_restore(other, bytes, size, &err), R2S_OK);
    bytes[at] ^= 0x01;
  }
  unsigned char *longer = calloc(1, size + 5);
  assert_non_null(longer);
  memcpy(longer, bytes, size);
  assert_int_equal(r2s_trainer_restore(other, longer, size + 5, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "5 bytes behind its last record"));
  free(longer);
  float nan = NAN, old;
  memcpy(&old, bytes + size - 4, 4);
  memcpy(bytes + size - 4, &nan, 4);
  assert_int_equal(r2s_trainer_restore(other, bytes, size, &err), R2S_ERR_FORMAT);
  memcpy(bytes + size - 4, &old, 4);
  const double steps[2] = {3, 9e15}; /* was an int below 0 */
  const size_t place = place_of_step(bytes, size, steps[0]);
  memcpy(bytes + place, &steps[1], sizeof *steps);
  assert_int_equal(r2s_trainer_restore(other, bytes, size, &err), R2S_ERR_FORMAT);
  assert_non_null(strstr(err.msg, "training state: step is 9e+15; expected 0 to 2.14748e+09"));
  memcpy(bytes + place, &steps[0], sizeof *steps);
  r2s_trainer *fresh = start_training(&c, 7, 1);
  assert_same_state(other, fresh); /* refusals changed nothing */
  assert_int_equal(r2s_trainer_restore(other, bytes, size, &err), R2S_OK);
  c.train.learning_rate = 0.02;
  r2s_trainer *different = start_training(&c, 7, 1);
  assert_int_equal(r2s_trainer_restore(different, bytes, size, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "learning_rate"));
  free(block);
  r2s_trainer_free(trainer);
  r2s_trainer_free(other);
  r2s_trainer_free(fresh);
  r2s_trainer_free(different);
  free_rate_case(&c);
}

static void test_infinite_losses_stop_the_training_unharmed(void **state) {
  (void)state;
  rate_case c = quick_case();
  for (int i = 0; i < 61; i++) c.model.w_out[i] = 3e38; /* outputs of single precision: infinite */
  r2s_trainer *trainer = start_training(&c, 7, 1);
  r2s_train_step row;
  r2s_train_stop stop;
  r2s_error err = {0};
  r2s_model before, after;
  assert_int_equal(r2s_trainer_model(trainer, &before, NULL), R2S_OK);
  assert_int_equal(r2s_trainer_step(trainer, &row, &stop, &err), R2S_ERR_NUMERIC);
  assert_non_null(strstr(err.msg, "step 1"));
  assert_int_equal(r2s_trainer_model(trainer, &after, NULL), R2S_OK);
  assert_memory_equal(before.w, after.w, 61 * 61 * sizeof(double));
  assert_memory_equal(before.w_out, after.w_out, 61 * sizeof(double));
  r2s_model_free(&before);
  r2s_model_free(&after);
  r2s_trainer_free(trainer);
  free_rate_case(&c);
}

/* The recipe's settings but for option `key`, which gets the first of some values that it can have and has
 * not got. */
static r2s_train_config another_value(const char *key, int option) {
  static const char *const values[] = {"false", "true", "1", "2", "0.5", "0.05", "0"};
  static r2s_config config; /* large */
  char old[64], set[96];
  const char *const sets[] = {set};
  r2s_config_default(&config, R2S_RECIPE_MATCHED, R2S_COMPAT_KIM2019);
  assert_int_equal(r2s_config_value(&config, option, old, sizeof old, NULL), R2S_OK);
  for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
    snprintf(set, sizeof set, "%s=%s", key, values[k]);
    if (strcmp(values[k], old) != 0 && r2s_config_load(&config, NULL, sets, 1, NULL) == R2S_OK)
      return config.train;
  }
  fail_msg("no other value for %s (%s)", key, old);
  return config.train;
}

/* A training that went on with another setting would be none of a configuration. */
static void test_every_setting_is_compared(void **state) {
  (void)state;
  rate_case c = make_rate_case(R2S_RECIPE_MATCHED, "go-nogo-short", 20);
  c.train = r2s_train_config_default(R2S_RECIPE_MATCHED);
  r2s_trainer *trainer = start_training(&c, 7, 1);
  void *bytes;
  size_t size;
  int compared = 0;
  assert_int_equal(r2s_trainer_state(trainer, &bytes, &size, NULL), R2S_OK);
  r2s_trainer_free(trainer);
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const char *key = r2s_config_option(k).key;
    if (strncmp(key, "train.", 6) != 0 || !r2s_config_trains(key)) continue;
    const bool may_differ = strcmp(key, "train.max_steps") == 0;
    r2s_error err = {0};
    c.train = another_value(key, k);
    trainer = start_training(&c, 7, 1);
    const r2s_status st = r2s_trainer_restore(trainer, bytes, size, &err);
    if (st != (may_differ ? R2S_OK : R2S_ERR_CONFIG) ||
        (!may_differ && !strstr(err.msg, key + strlen("train."))))
      fail_msg("%s: %d %s", key, (int)st, err.msg);
    r2s_trainer_free(trainer);
    compared++;
  }
  assert_true(compared > 30);
  c.train = r2s_train_config_default(R2S_RECIPE_MATCHED);
  c.model.neuron.noise_mv += 0.01; /* another rate curve */
  r2s_error err = {0};
  trainer = start_training(&c, 7, 1);
  assert_int_equal(r2s_trainer_restore(trainer, bytes, size, &err), R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "noise_mv"));
  r2s_trainer_free(trainer);
  free(bytes);
  free_rate_case(&c);
}

/* Their squares would freeze parameters, and no checkpoint of them could be read. */
static void test_gradients_beyond_the_optimisers_squares_are_refused(void **state) {
  (void)state;
  rate_case c = make_rate_case(R2S_RECIPE_WRITEUP, "go-nogo-short", 20);
  c.model.activation = R2S_ACTIVATION_RELU;
  for (int i = 0; i < 20; i++) {
    c.model.sign[i] = 1;
    c.model.w_out[i] = 2.5e16;
    for (int j = 0; j < 20; j++) c.model.w[20 * i + j] = 0.95 / 20; /* an eigenvalue of .95 */
  }
  r2s_train_step row;
  r2s_train_stop stop;
  r2s_error err = {0};
  for (int clipped = 0; clipped < 2; clipped++) {
    c.train.clip_norm = clipped;
    r2s_trainer *trainer = start_training(&c, 7, 1);
    assert_int_equal(r2s_trainer_step(trainer, &row, &stop, &err), clipped ? R2S_OK : R2S_ERR_NUMERIC);
    assert_true(isfinite(row.grad_norm) && row.grad_norm > 1e18);
    r2s_trainer_free(trainer);
  }
  assert_non_null(strstr(err.msg, "the gradient's norm is "));
  free_rate_case(&c);
}

static void test_edges_die_and_stay_dead(void **state) {
  (void)state;
  rate_case c = quick_case();
  r2s_trainer *trainer = start_training(&c, 9, 1);
  r2s_model early, late;
  r2s_train_step a = take_steps(trainer, 8);
  assert_int_equal(r2s_trainer_model(trainer, &early, NULL), R2S_OK);
  r2s_train_step b = take_steps(trainer, 8);
  assert_int_equal(r2s_trainer_model(trainer, &late, NULL), R2S_OK);
  int alive = 0, drawn = 0;
  for (int k = 0; k < 61 * 61; k++) {
    alive += late.w[k] > 0;
    drawn += c.model.w[k] > 0;
    assert_true(late.w[k] >= 0);
    assert_true(late.w[k] == 0 || early.w[k] > 0);
    assert_true(early.w[k] == 0 || c.model.w[k] > 0);
  }
  assert_int_equal(alive, b.edges);
  assert_true(b.edges < a.edges && a.edges < drawn);
  assert_int_equal(late.train_steps, 16);
  r2s_model_free(&early);
  r2s_model_free(&late);
  r2s_trainer_free(trainer);
  free_rate_case(&c);
}

static void test_b_out_moves_only_where_it_is_trained(void **state) {
  (void)state;
  for (int trained = 0; trained < 2; trained++) {
    rate_case c = quick_case();
    c.train.train_b_out = trained;
    r2s_trainer *trainer = start_training(&c, 9, 1);
    r2s_model model;
    take_steps(trainer, 2);
    assert_int_equal(r2s_trainer_model(trainer, &model, NULL), R2S_OK);
    assert_int_equal(model.b_out[0] != 0, trained);
    assert_memory_equal(model.taus_gaus, c.model.taus_gaus, 61 * sizeof(double)); /* one fixed tau */
    r2s_model_free(&model);
    r2s_trainer_free(trainer);
    free_rate_case(&c);
  }
}

/* A small network learns the task: its evaluation stops the training, and fresh trials bear it out. */
static void test_a_training_converges(void **state) {
  (void)state;
  enum { TRIALS = 64 };
  rate_case c = make_rate_case(R2S_RECIPE_WRITEUP, "go-nogo-short", 100);
  c.train.eval_every = 50;
  c.train.eval_trials = 100;
  r2s_trainer *trainer = start_training(&c, 1, 2);
  r2s_train_step row = {0};
  r2s_train_stop stop = R2S_TRAIN_RUNNING;
  while (stop == R2S_TRAIN_RUNNING) assert_int_equal(r2s_trainer_step(trainer, &row, &stop, NULL), R2S_OK);
  assert_int_equal(stop, R2S_TRAIN_CONVERGED);
  assert_true(row.eval_accuracy == 1 && row.step % 50 == 0);
  r2s_model model;
  r2s_rate_run_config config = {.state_noise = 0.1, .x0_sd = 0.01, .threads = 2};
  int conditions[TRIALS], samples = c.task.n_steps - 1, correct = 0;
  double *o = malloc(TRIALS * (size_t)samples * sizeof *o);
  for (int k = 0; k < TRIALS; k++) conditions[k] = k % 2;
  assert_int_equal(r2s_trainer_model(trainer, &model, NULL), R2S_OK);
  assert_int_equal(
      r2s_rate_run(&model, &c.task, &config, 1, R2S_SET_TEST, 0, TRIALS, conditions, o, NULL, NULL, NULL),
      R2S_OK);
  for (int k = 0; k < TRIALS; k++)
    correct += r2s_task_correct(&c.task, conditions[k], R2S_CRITERION_RATE, o + k * samples, samples,
                                c.task.dt_ms, c.task.dt_ms);
  assert_true(correct >= 61);
  free(o);
  r2s_model_free(&model);
  r2s_trainer_free(trainer);
  free_rate_case(&c);
}

static void test_weights_that_are_no_numbers_are_refused(void **state) {
  (void)state;
  rate_case c = quick_case();
  r2s_trainer *trainer;
  r2s_error err = {0};
  c.model.w[61 * 2 + 5] = NAN;
  assert_int_equal(r2s_trainer_create(&trainer, &c.model, &c.task, &c.train, 1, 1, NULL, &err),
                   R2S_ERR_NUMERIC);
  assert_non_null(strstr(err.msg, "w: 1 of 3721 values are not finite, the first (nan) in row 3, column 6"));
  free_rate_case(&c);
}

/* They came back as infinite weights, of which no network can be made again. */
static void test_parameters_beyond_single_precision_are_refused(void **state) {
  (void)state;
  rate_case c = quick_case();
  const int conditions[1] = {0};
  const r2s_rate_run_config run = {.fano_window_ms = 50, .threads = 1};
  double *o = malloc((size_t)c.task.n_steps * sizeof *o);
  struct {
    double *values;
    const char *says;
  } cases[] = {{c.model.w, "w: found 1e+300 in row 1, column 3"},
               {c.model.w_out, "w_out: found 1e+300 in row 1, column 3"},
               {c.model.w_in, "w_in: found 1e+300 in row 3, column 1"},
               {c.model.taus_gaus, "taus_gaus: found 1e+300 in row 3, column 1"}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    r2s_trainer *trainer;
    r2s_error err = {0};
    const double old = cases[k].values[2];
    cases[k].values[2] = 1e300;
    assert_int_equal(r2s_trainer_create(&trainer, &c.model, &c.task, &c.train, 1, 1, NULL, &err),
                     R2S_ERR_NUMERIC);
    if (!strstr(err.msg, cases[k].says)) fail_msg("%s; expected %s", err.msg, cases[k].says);
    assert_int_equal(
        r2s_rate_run(&c.model, &c.task, &run, 1, R2S_SET_TEST, 0, 1, conditions, o, NULL, NULL, &err),
        R2S_ERR_NUMERIC);
    cases[k].values[2] = old;
  }
  free(o);
  free_rate_case(&c);
}

static void test_a_misfit_is_refused(void **state) {
  (void)state;
  rate_case c = quick_case(), xor = make_rate_case(R2S_RECIPE_MATCHED, "xor", 30);
  r2s_trainer *trainer;
  r2s_error err = {0};
  assert_int_equal(r2s_trainer_create(&trainer, &c.model, &xor.task, &c.train, 1, 1, NULL, &err),
                   R2S_ERR_CONFIG);
  assert_null(trainer);
  c.train.batch = 0;
  assert_int_equal(r2s_trainer_create(&trainer, &c.model, &c.task, &c.train, 1, 1, NULL, &err),
                   R2S_ERR_CONFIG);
  assert_non_null(strstr(err.msg, "train.batch"));
  c.train.batch = 16;
  c.model.activation = R2S_ACTIVATION_RELU;
  assert_int_equal(r2s_trainer_create(&trainer, &c.model, &c.task, &c.train, 1, 1, NULL, &err),
                   R2S_ERR_CONFIG);
  free_rate_case(&c);
  free_rate_case(&xor);
}

/* The last batch's trials of condition 0. */
static int of_first_condition(const r2s_trainer *trainer) {
  int count = 0;
  for (int k = 0; k < trainer->config.batch; k++)
    count += trainer->trials[k / R2S_LANES].conditions[k % R2S_LANES] == 0;
  return count;
}

static void test_batches_are_balanced(void **state) {
  (void)state;
  rate_case c = quick_case();
  int unlike = 0;
  for (int balanced = 0; balanced < 2; balanced++) {
    c.train.balanced = balanced;
    c.train.eval_every = 1000; /* an evaluation draws trials of its own */
    r2s_trainer *trainer = start_training(&c, 5, 2);
    for (int step = 0; step < 5; step++) {
      take_steps(trainer, 1);
      if (balanced)
        assert_int_equal(of_first_condition(trainer), 20);
      else
        unlike += of_first_condition(trainer) != 20;
    }
    r2s_trainer_free(trainer);
  }
  assert_true(unlike > 0);
  free_rate_case(&c);
}

/* The start's names would make another training's network its own (r2s_config_trained). */
static void test_a_network_is_of_its_own_training(void **state) {
  (void)state;
  rate_case c = quick_case();
  r2s_model model;
  strcpy(c.model.task, "another");
  strcpy(c.model.recipe, "kim2019");
  strcpy(c.model.version, "0.0.0");
  strcpy(c.model.config_hash, "0123abc");
  c.model.train_steps = 1000;
  r2s_trainer *trainer = start_training(&c, 77, 1);
  take_steps(trainer, 2);
  assert_int_equal(r2s_trainer_model(trainer, &model, NULL), R2S_OK);
  assert_string_equal(model.task, "go-nogo-short");
  assert_string_equal(model.version, r2s_version());
  assert_string_equal(model.recipe, "");
  assert_string_equal(model.config_hash, "");
  assert_true(model.seed == 77 && model.train_steps == 1002);
  r2s_model_free(&model);
  r2s_trainer_free(trainer);
  free_rate_case(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_batches_are_balanced),
      cmocka_unit_test(test_threads_give_the_same_bits),
      cmocka_unit_test(test_threads_that_share_a_group_give_the_same_bits),
      cmocka_unit_test(test_isas_give_the_same_bits),
      cmocka_unit_test(test_a_restored_training_goes_on_to_the_same_bits),
      cmocka_unit_test(test_a_training_out_of_steps_goes_on),
      cmocka_unit_test(test_the_final_phase_gives_the_mean_of_its_weights),
      cmocka_unit_test(test_shot_noise_takes_the_place_of_the_state_noise),
      cmocka_unit_test(test_damaged_states_are_refused),
      cmocka_unit_test(test_infinite_losses_stop_the_training_unharmed),
      cmocka_unit_test(test_every_setting_is_compared),
      cmocka_unit_test(test_gradients_beyond_the_optimisers_squares_are_refused),
      cmocka_unit_test(test_edges_die_and_stay_dead),
      cmocka_unit_test(test_b_out_moves_only_where_it_is_trained),
      cmocka_unit_test(test_a_training_converges),
      cmocka_unit_test(test_weights_that_are_no_numbers_are_refused),
      cmocka_unit_test(test_parameters_beyond_single_precision_are_refused),
      cmocka_unit_test(test_a_network_is_of_its_own_training),
      cmocka_unit_test(test_a_misfit_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
