/* SPDX-License-Identifier: MIT
 * Stage train: the loop around the trainer, its checkpoints, and what is kept of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"
#include "base/base_plural.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_outlook.h"
#include "run/run_replace.h"
#include "run/run_resume.h"
#include "run/run_rows.h"
#include "run/run_simulation.h"
#include "spike/spike_trials.h"

/* From checkpoint to checkpoint; more where writing one takes long: at most a twentieth of the time goes into
 * them. */
#define CHECKPOINT_SECONDS 5.0
enum { CHECKPOINT_PAUSE = 20 };

typedef struct training {
  r2s_run *run;
  const char *replaces; /* the folder with what its network is to replace; NULL: none */
  r2s_trainer *trainer;
  r2s_run_rows rows;
  r2s_run_outlook outlook;
  r2s_train_stop stop;
  bool resumed;
  r2s_rate_traces tests; /* of the network that it ended with, */
  json_t *stage;         /* and what they tell */
} training;

/* The network as it is now, with where it comes from. */
static r2s_status current_model(const training *t, r2s_model *out, r2s_error *err) {
  r2s_status st = r2s_trainer_model(t->trainer, out, err);
  if (st != R2S_OK) return st;
  const r2s_run *run = t->run;
  out->seed = run->config.seed;
  snprintf(out->recipe, sizeof out->recipe, "%s", r2s_recipe_name(run->config.recipe));
  snprintf(out->task, sizeof out->task, "%s", run->task.name);
  snprintf(out->version, sizeof out->version, "%s", r2s_version());
  snprintf(out->config_hash, sizeof out->config_hash, "%s", run->training);
  return R2S_OK;
}

/* Into the run's folder. training.csv first: a resume drops the rows after the checkpoint's step. */
static r2s_status save_checkpoint(training *t, const r2s_run *run, r2s_error *err) {
  r2s_status st = R2S_OK;
  void *bytes = NULL;
  size_t size = 0;
  char path[R2S_PATH_SIZE];
  R2S_TRY(st, r2s_run_path(run, "checkpoint.h5", path, err));
  R2S_TRY(st, r2s_run_rows_write(&t->rows, run, err));
  R2S_TRY(st, r2s_trainer_state(t->trainer, &bytes, &size, err));
  R2S_TRY(st, r2s_checkpoint_save(path, run->training, bytes, size, err));
done:
  free(bytes);
  return st;
}

/* The checkpoint's steps have one row each: save_checkpoint writes training.csv first. */
static r2s_status check_rows(const training *t, int steps, r2s_error *err) {
  int known = 0;
  while (known < t->rows.n && t->rows.row[known].step == known + 1) known++;
  if (known == steps && t->rows.n == steps) return R2S_OK;
  return r2s_fail(err, R2S_ERR_FORMAT,
                  "%s/training.csv: no row of step %d; expected one for each of the checkpoint's %d steps: "
                  "put the file back, or train anew without --resume",
                  t->run->dir, known + 1, steps);
}

/* t->resumed: from there. Beside a run.json that tells of this training, another's checkpoint is what a kill
 * left no time to remove. */
static r2s_status load_checkpoint(training *t, r2s_error *err) {
  r2s_status st = R2S_OK;
  void *bytes = NULL;
  size_t size = 0;
  char path[R2S_PATH_SIZE], hash[72];
  bool trained;
  r2s_model model = {0};
  R2S_TRY(st, r2s_run_path(t->run, "checkpoint.h5", path, err));
  st = r2s_checkpoint_load(path, hash, &bytes, &size, err);
  if (st == R2S_ERR_FORMAT) st = r2s_fail_context(err, st, "train anew without --resume");
  if (st != R2S_OK) goto done;
  R2S_TRY(st, r2s_config_trained(&t->run->config, &t->run->task, hash, &trained, err));
  if (!trained) {
    if (!r2s_run_begun(t->run)) st = r2s_run_refuse_resume(t->run, "checkpoint.h5", hash, err);
    goto done;
  }
  st = r2s_trainer_restore(t->trainer, bytes, size, err);
  if (st != R2S_OK) st = r2s_fail_context(err, st, "%s", path);
  if (st == R2S_ERR_FORMAT) st = r2s_fail_context(err, st, "train anew without --resume");
  if (st != R2S_OK) goto done;
  R2S_TRY(st, r2s_trainer_model(t->trainer, &model, err));
  R2S_TRY(st, r2s_run_check_max_steps(t->run, model.train_steps, err));
  R2S_TRY(st, r2s_run_rows_read(&t->rows, t->run, model.train_steps, err));
  R2S_TRY(st, check_rows(t, (int)model.train_steps, err));
  t->resumed = true;
done:
  if (st != R2S_OK) st = r2s_fail_context(err, st, "can't resume");
  r2s_model_free(&model);
  free(bytes);
  return st;
}

static void report_step(const training *t, const r2s_train_step *row, const r2s_monitor *monitor) {
  const r2s_train_config *train = &t->run->config.train;
  char detail[96];
  r2s_run_outlook_tell(&t->outlook, train, row, detail, sizeof detail);
  const double end = t->stop == R2S_TRAIN_RUNNING ? r2s_run_outlook_end(&t->outlook, train) : row->step;
  r2s_monitor_progress(monitor, "train", row->step, end, detail);
}

static r2s_status fail_with_checkpoint(const r2s_run *run, const char *what, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_CANCELLED, "%s; its checkpoint is kept: %s/checkpoint.h5", what, run->dir);
}

static r2s_status interrupted(training *t, r2s_error *err) {
  char what[64];
  int step = t->rows.n ? t->rows.row[t->rows.n - 1].step : 0;
  snprintf(what, sizeof what, "interrupted in training, after step %d", step);
  if (!t->run->dir) return r2s_fail(err, R2S_ERR_CANCELLED, "%s", what);
  r2s_status st = save_checkpoint(t, t->run, err);
  if (st != R2S_OK)
    return r2s_fail_context(err, st, "interrupted in training, and the checkpoint can't be written");
  return fail_with_checkpoint(t->run, what, err);
}

static r2s_status train_loop(training *t, const r2s_monitor *monitor, r2s_error *err) {
  double saved = r2s_clock(), pause = CHECKPOINT_SECONDS;
  while (t->stop == R2S_TRAIN_RUNNING) {
    if (r2s_monitor_cancelled(monitor)) return interrupted(t, err);
    r2s_train_step row;
    r2s_status st = r2s_trainer_step(t->trainer, &row, &t->stop, err);
    if (st == R2S_OK) st = r2s_run_rows_add(&t->rows, &row, err);
    if (st != R2S_OK) return st;
    r2s_run_outlook_add(&t->outlook, &t->run->config.train, &row);
    report_step(t, &row, monitor);
    if (t->run->dir && r2s_clock() - saved > pause) {
      const double begun_at = r2s_clock();
      st = save_checkpoint(t, t->run, err);
      if (st != R2S_OK) return st;
      saved = r2s_clock();
      pause = fmax(CHECKPOINT_SECONDS, CHECKPOINT_PAUSE * (saved - begun_at));
    }
  }
  return R2S_OK;
}

/* The step at which the shot noise reached its full amount; null: never, or none was asked for. */
static json_t *steps_to_full_noise(const training *t) {
  double full = t->run->config.train.noise_end;
  for (int k = 0; full > 0 && k < t->rows.n; k++) {
    if (t->rows.row[k].noise >= full) return json_integer(t->rows.row[k].step);
  }
  return json_null();
}

/* The last step's shot noise as a share of the full amount; null: none was asked for. */
static json_t *last_noise(const training *t) {
  const double full = t->run->config.train.noise_end;
  return full > 0 && t->rows.n > 0 ? json_real(t->rows.row[t->rows.n - 1].noise / full) : json_null();
}

/* Whether the shot noise was full without an end of the training, or takes long to become so. */
static bool stalled(const training *t) {
  const r2s_train_config *config = &t->run->config.train;
  int full = 0;
  for (int k = 0; k < t->rows.n; k++) full += t->rows.row[k].noise >= config->noise_end;
  return full > 0 ? full > config->final_steps : t->outlook.ramp_steps > 2 * config->ramp_steps;
}

/* Why the shot noise did not begin. Of short trainings nobody knows. */
static void tell_of_plain_phase(const training *t, const r2s_monitor *monitor) {
  enum { MANY_STEPS = 1000 };
  const double guessed = 0.6; /* the most that two answers, of which one is right, come to by chance */
  double best = 0;
  for (int k = 0; k < t->rows.n; k++) best = fmax(best, t->rows.row[k].running_accuracy);
  const double shown = floor(100 * best) / 100;
  if (best > guessed && r2s_spike_inputs_differ(&t->run->task))
    r2s_monitor_note(
        monitor, R2S_NOTE_WARNING,
        "its shot noise never began: the running accuracy came to %.2f, train.pace_start is %g; where "
        "the input's noise allows no more, set train.pace_start, train.pace_up, train.pace_down and "
        "train.stop_accuracy lower (docs/noise_matched_training.md, section 6)",
        shown, t->run->config.train.pace_start);
  else if (best <= guessed && t->rows.n >= MANY_STEPS)
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "the task was not found: the running accuracy came to %.2f; where it asks for memory, "
                     "slower synapses help (net.tau_min_ms, net.tau_max_ms; "
                     "docs/noise_matched_training.md, section 5)",
                     shown);
}

/* Why recipe `matched` may not end, however many steps it gets: the task's own noise, or memory, may keep the
 * accuracy below what begins the shot noise, and this one below what lets it rise or ends the training. */
static void tell_of_shot_noise(const training *t, const r2s_monitor *monitor) {
  if (t->outlook.pace.phase == R2S_RATE_PLAIN)
    tell_of_plain_phase(t, monitor);
  else if (stalled(t))
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "under its shot noise, now %.0f %% of the full amount, its accuracy was too low "
                     "(train.pace_up, train.stop_accuracy); more units (net.n) lessen that noise: see "
                     "docs/noise_matched_training.md, section 6",
                     floor(100 * t->outlook.pace.noise / t->run->config.train.noise_end));
}

static void tell_exhausted(const training *t, const r2s_monitor *monitor) {
  const r2s_train_config *config = &t->run->config.train;
  r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                   "training ended after %d step%s (train.max_steps) without meeting its criterion%s",
                   config->max_steps, r2s_plural(config->max_steps),
                   t->run->dir ? "; --resume with more goes on from there" : "");
  if (config->max_steps <= config->min_steps)
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "its criterion asks for more steps than train.min_steps, which is %d",
                     config->min_steps);
  else if (!(config->noise_end > 0) && config->max_steps < config->eval_every)
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "its criterion was not looked at: train.eval_every is %d steps", config->eval_every);
  else if (config->noise_end > 0)
    tell_of_shot_noise(t, monitor);
}

/* Of a training that went on beside the network that it gave when it ran out of steps: the new one's files,
 * with the training's. Where that fails, the run's own checkpoint gives all of it again. */
static r2s_status write_next(r2s_run *next, void *user, r2s_error *err) {
  r2s_status st = R2S_OK;
  training *t = user;
  const json_t *commands = json_object_get(t->run->json, "commands");
  if (commands) R2S_TRY(st, r2s_run_json_set(next, "commands", json_deep_copy(commands), err));
  R2S_TRY(st, r2s_run_begin(next, next->training, R2S_RUN_TRAINING, err));
  R2S_TRY(st, save_checkpoint(t, next, err));
  R2S_TRY(st, r2s_run_model_save(next, &t->tests, t->stage, err));
  if (t->stop == R2S_TRAIN_CONVERGED) st = r2s_run_remove(next, "checkpoint.h5", err);
done:
  return st;
}

static r2s_status write_network(training *t, const r2s_monitor *monitor, r2s_error *err) {
  r2s_run *run = t->run;
  if (t->resumed && r2s_run_has_file(run, "model.h5")) {
    r2s_monitor_note(monitor, R2S_NOTE_INFO, "%s: what was made of the network that was there is replaced",
                     run->dir);
    return r2s_run_replace(run, write_next, t, err);
  }
  const r2s_status st = t->resumed ? r2s_run_begin(run, run->training, R2S_RUN_TRAINING, err) : R2S_OK;
  return st == R2S_OK ? r2s_run_model_save(run, &t->tests, t->stage, err) : st;
}

/* Keeps the trained network, tests it, and tells. The checkpoint goes last, and stays where more steps may
 * follow. */
static r2s_status finish(training *t, double start, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_run *run = t->run;
  /* what comes now may be interrupted, too */
  if (run->dir) R2S_TRY(st, save_checkpoint(t, run, err));
  r2s_model_free(&run->model);
  R2S_TRY(st, current_model(t, &run->model, err));
  R2S_TRY(st, r2s_run_model_measure(run, start, monitor, &t->tests, &t->stage, err));
  r2s_json_add(&t->stage, "stop", json_string(t->stop == R2S_TRAIN_CONVERGED ? "converged" : "exhausted"));
  r2s_json_add(&t->stage, "steps_to_full_noise", steps_to_full_noise(t));
  r2s_json_add(&t->stage, "shot_noise", last_noise(t));
  r2s_json_add(&t->stage, "resumed", json_boolean(t->resumed));
  R2S_TRY(st, write_network(t, monitor, err));
  if (t->stop == R2S_TRAIN_CONVERGED) R2S_TRY(st, r2s_run_remove(run, "checkpoint.h5", err));
  if (t->stop == R2S_TRAIN_EXHAUSTED) tell_exhausted(t, monitor);
done:
  if (st != R2S_OK) r2s_model_free(&run->model); /* the folder may have another one still */
  if (st == R2S_ERR_CANCELLED && run->dir)
    return fail_with_checkpoint(run, "interrupted in the test trials", err);
  return st;
}

/* Interrupted before the folder was touched. */
static r2s_status not_begun(const r2s_run *run, r2s_error *err) {
  if (r2s_run_can_resume(run)) return fail_with_checkpoint(run, "interrupted before training went on", err);
  return r2s_fail(err, R2S_ERR_CANCELLED, "interrupted before the first step of the training");
}

/* Goes on where the checkpoint is, or from the first step on. */
static r2s_status begin(training *t, bool resume, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_run *run = t->run;
  const bool checkpoint = r2s_run_can_resume(run);
  if (checkpoint) R2S_TRY(st, load_checkpoint(t, err));
  if (t->resumed) {
    for (int k = 0; k < t->rows.n; k++) r2s_run_outlook_add(&t->outlook, &run->config.train, &t->rows.row[k]);
    if (t->rows.n > 0) t->stop = r2s_trainer_stop(t->trainer, &t->rows.row[t->rows.n - 1]);
    /* until it gives another network, the folder is that of the one that is there */
    if (r2s_run_json_get_stage(run, "train")) return R2S_OK;
    R2S_TRY(st, r2s_run_json_set(run, "training_hash", json_string(run->training), err));
    R2S_TRY(st, r2s_run_keep_config(run, false, err));
  } else {
    if (resume)
      r2s_monitor_note(monitor, R2S_NOTE_INFO, "%s: training starts anew",
                       checkpoint ? "the checkpoint is of an earlier training" : "no checkpoint");
    if (t->replaces)
      r2s_monitor_note(monitor, R2S_NOTE_INFO,
                       "%s: what an earlier run left there is replaced when the new network is there",
                       t->replaces);
    r2s_model_free(&run->model);
    R2S_TRY(st, r2s_run_begin(run, run->training, R2S_RUN_NOTHING, err));
    run->resumable = true;
  }
  R2S_TRY(st, r2s_run_json_add_command(run, err));
  R2S_TRY(st, r2s_run_json_save(run, err));
done:
  return st;
}

/* Of a unit that hardly spikes no gradient tells what would make it spike. */
static void note_silent_unit(const r2s_run *run, const r2s_neuron_params *neuron,
                             const r2s_monitor *monitor) {
  if (run->config.net.activation == R2S_ACTIVATION_SIEGERT && isnan(r2s_neuron_sigmoid_unit_hz(neuron)))
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "activation siegert is the rate curve of %s: training may find nothing",
                     r2s_run_curve_line(run).text);
}

/* What a resume leaves as it is, though the configuration may have it otherwise. */
static void note_done(const r2s_run *run, const r2s_monitor *monitor) {
  const json_t *n = json_object_get(r2s_run_json_get_stage(run, "train"), "n");
  const long long tested = json_integer_value(n),
                  wanted = (long long)run->config.test_trials * run->task.n_conditions;
  r2s_monitor_note(monitor, R2S_NOTE_INFO, "%s: the network is trained already", run->dir);
  if (tested > 0 && tested != wanted)
    r2s_monitor_note(
        monitor, R2S_NOTE_WARNING,
        "train.test_trials asks for %lld test trials; the network was tested on %lld when it was "
        "trained, and is not tested again",
        wanted, tested);
}

/* In the run's own folder. replaces: see training. */
static r2s_status train(r2s_run *run, bool resume, const char *replaces, const r2s_monitor *monitor,
                        r2s_error *err) {
  r2s_status st = R2S_OK;
  double start_time = r2s_clock();
  training t = {.run = run, .replaces = replaces, .stop = R2S_TRAIN_RUNNING};
  r2s_model start = {0};
  bool done = false;
  run->resumable = resume;
  if (resume) R2S_TRY(st, r2s_run_find_trained(run, &done, err));
  if (done) {
    note_done(run, monitor);
    return st;
  }
  R2S_TRY(st, r2s_run_check_replaceable(run, err));
  const r2s_neuron_params neuron = r2s_spike_curve_neuron(&run->config.lif);
  R2S_TRY(st, r2s_rate_init(&start, &run->config.net, &neuron, &run->task, run->config.seed, err));
  R2S_TRY(st, r2s_run_check_models(run, &start, R2S_RUN_ALL, err));
  st = r2s_trainer_create(&t.trainer, &start, &run->task, &run->config.train, run->config.seed,
                          run->config.threads, monitor, err);
  if (st == R2S_ERR_CANCELLED) st = not_begun(run, err);
  if (st != R2S_OK) goto done;
  R2S_TRY(st, begin(&t, resume, monitor, err));
  r2s_run_note_criteria(run, monitor);
  note_silent_unit(run, &neuron, monitor);
  R2S_TRY(st, train_loop(&t, monitor, err));
  R2S_TRY(st, finish(&t, start_time, monitor, err));
done:
  r2s_model_free(&start);
  r2s_trainer_free(t.trainer);
  r2s_run_rows_free(&t.rows);
  r2s_rate_traces_free(&t.tests);
  json_decref(t.stage);
  return st;
}

/* In a folder of its own, as the run's has what it would replace. What is lost of the earlier network goes
 * with the last act; a stopped training is resumed there, or only has to take its place. */
static r2s_status train_next(r2s_run *run, bool resume, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  r2s_run *next = NULL;
  R2S_TRY(st, r2s_run_check_replaceable(run, err));
  R2S_TRY(st, r2s_run_open_next(&next, run, err));
  st = train(next, resume, run->dir, monitor, err);
  run->resumable = next->resumable;
  if (st != R2S_OK) goto done;
  R2S_TRY(st, r2s_run_need_model(next, err)); /* one that was trained already */
  st = r2s_run_put_in_place(run, next, err);
  if (st != R2S_OK && r2s_run_has_next(run))
    st = r2s_fail_context(err, st, "%s is trained, and --resume puts it in its place", next->dir);
done:
  r2s_run_close_next(next);
  return st;
}

/* Whether a resume goes on in R2S_RUN_NEXT: not where a training that goes on here was stopped as it began to
 * write its network there. */
static bool resumes_next(const r2s_run *run) {
  if (!r2s_run_has_next(run)) return false;
  const char *begun = json_string_value(r2s_run_begun(run));
  const bool here = r2s_run_has_file(run, "checkpoint.h5") && begun && strcmp(begun, run->training) == 0;
  return !here || r2s_run_has_file(run, R2S_RUN_NEXT "/checkpoint.h5") ||
         r2s_run_has_file(run, R2S_RUN_NEXT "/model.h5");
}

r2s_status r2s_run_train(r2s_run *run, bool resume, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = r2s_run_refuse_view(run, err);
  if (st != R2S_OK) return st;
  const bool beside = resume ? resumes_next(run) : r2s_run_has_earlier(run);
  return beside ? train_next(run, resume, monitor, err) : train(run, resume, NULL, monitor, err);
}
