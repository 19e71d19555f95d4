/* SPDX-License-Identifier: MIT
 * A run on a network that somebody else trained. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base_json.h"
#include "io/config_table.h"
#include "io/io_network.h"
#include "run/run_json.h"
#include "run/run_model.h"
#include "run/run_replace.h"

/* Whether a network tells which LIF it was trained for: that of its rate curve, or of the kick and the shot
 * noise that the sigmoid was trained with. Others' sigmoid networks tell none. */
static bool has_neuron(const r2s_model *model) {
  return model->activation == R2S_ACTIVATION_SIEGERT ||
         (model->activation == R2S_ACTIVATION_SIGMOID && model->version[0]);
}

/* That one is simulated, but for what the user says otherwise. */
static r2s_status adopt_neuron(r2s_run *run, const r2s_model *model, r2s_error *err) {
  r2s_config *config = &run->config;
  const size_t first = offsetof(r2s_config, lif.neuron), end = first + sizeof config->lif.neuron;
  config->lif.neuron = run->opened; /* a network that was given before had another one */
  r2s_config_share(config);
  if (!has_neuron(model)) return r2s_run_name(run, err);
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const size_t at = r2s_config_options[k].offset;
    if (at < first || at >= end || r2s_config_option_origin(config, k) != R2S_ORIGIN_DEFAULT) continue;
    memcpy((char *)config + at, (const char *)&model->neuron + (at - first), sizeof(double));
    if (at == offsetof(r2s_config, lif.neuron.noise_mv) && config->lif.noise_per_root_dt)
      config->lif.neuron.noise_mv *=
          sqrt(R2S_NOISE_STEP_MS / model->neuron.dt_ms); /* the file's is of a step of its own */
  }
  r2s_config_share(config);
  r2s_status st = r2s_config_check(config, err);
  if (st != R2S_OK)
    return r2s_fail_context(err, st, "the network's own LIF unit, with neuron.* as they are set");
  return r2s_run_name(run, err);
}

/* The user's own net.* would be written down of a network that has not got them. (A file's may be those of a
 * whole configuration.) */
static r2s_status refuse_net_options(const r2s_run *run, const char *model_path, r2s_error *err) {
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const char *key = r2s_config_option(k).key;
    if (strncmp(key, "net.", 4) == 0 && r2s_config_option_origin(&run->config, k) == R2S_ORIGIN_SET)
      return r2s_fail(err, R2S_ERR_CONFIG, "%s is set; expected no net.*: the network is that of %s", key,
                      model_path);
  }
  return R2S_OK;
}

bool r2s_run_is_given(const r2s_run *run) {
  /* an earlier version's run.json does not tell what began */
  return json_is_null(json_object_get(run->json, "training_hash")) ||
         r2s_run_json_has_stopped(run, "imported");
}

/* R2S_ERR_ARG where the folder has a training, which would be lost. */
static r2s_status refuse_training(const r2s_run *run, bool same, r2s_error *err) {
  if (r2s_run_next_trains(run))
    return r2s_fail(err, R2S_ERR_ARG,
                    "%s/" R2S_RUN_NEXT
                    ": has a training that was stopped, which a given network would replace; "
                    "expected it to be ended (train --resume -o DIR) or removed, or another folder",
                    run->dir);
  if (r2s_run_is_given(run)) return R2S_OK;
  if (r2s_run_has_file(run, "model.h5") || r2s_run_json_get_stage(run, "train"))
    return r2s_fail(err, R2S_ERR_ARG,
                    "%s: has a network that was trained there, which the given one would replace; expected "
                    "%s",
                    run->dir,
                    same ? "the folder itself (convert DIR), as it is the same network" : "another folder");
  if (!r2s_run_has_file(run, "checkpoint.h5")) return R2S_OK;
  return r2s_fail(err, R2S_ERR_ARG,
                  "%s: has the checkpoint of a training, which a given network would replace; expected "
                  "another folder",
                  run->dir);
}

/* The hash of the folder's network: that of its results, or of model.h5 where these tell none (of an earlier
 * version, or stopped before there were any); "": there is no network. */
static void hash_of_folder(const r2s_run *run, char hash[65]) {
  const char *known =
      json_string_value(json_object_get(r2s_run_json_get_stage(run, "train"), "network_hash"));
  char path[R2S_PATH_SIZE];
  r2s_model model = {0};
  if (known)
    snprintf(hash, 65, "%s", known);
  else if (!r2s_run_has_file(run, "model.h5") || r2s_run_path(run, "model.h5", path, NULL) != R2S_OK ||
           r2s_model_load(&model, path, NULL) != R2S_OK || r2s_network_hash(&model, hash, NULL) != R2S_OK)
    hash[0] = 0;
  r2s_model_free(&model);
}

/* What the folder has already. */
typedef struct found_network {
  bool same;            /* this very network, */
  bool keeps;           /* and its results, with settings that hold for its test trials */
  const char *replaced; /* what is else, for a message; NULL: nothing */
} found_network;

static r2s_status find_given(const r2s_run *run, const r2s_model *model, found_network *out, r2s_error *err) {
  r2s_status st = R2S_OK;
  char own[65], there[65];
  *out = (found_network){0};
  if (!run->dir) return R2S_OK;
  R2S_TRY(st, r2s_network_hash(model, own, err));
  hash_of_folder(run, there);
  out->same = strcmp(own, there) == 0;
  R2S_TRY(st, refuse_training(run, out->same, err));
  const bool tested = r2s_run_json_get_stage(run, "train");
  if (out->same && tested) R2S_TRY(st, r2s_run_compare_training(run, &out->keeps, NULL, err));
  if (!out->keeps && json_object_size(json_object_get(run->json, "stages")) > 0)
    out->replaced = !out->same ? "results of another network are replaced"
                    : tested   ? "results of this network, tested with other train.*, are replaced"
                               : "results of this network, which was not tested, are replaced";
done:
  return st;
}

/* The folder's own copy, or where that was damaged or changed the given one in its place. */
static r2s_status keep_model(r2s_run *run, r2s_model *model, const r2s_monitor *monitor, r2s_error *err) {
  r2s_error why = {0};
  char path[R2S_PATH_SIZE];
  r2s_status st = r2s_run_need_model(run, &why);
  if (st == R2S_OK) return st;
  if (st == R2S_ERR_MEMORY) return r2s_fail(err, st, "%s", why.msg);
  r2s_monitor_note(monitor, R2S_NOTE_WARNING, "%s; the given network is put there, of which the results are",
                   why.msg);
  run->model = *model;
  *model = (r2s_model){0};
  st = r2s_run_path(run, "model.h5", path, err);
  return st == R2S_OK ? r2s_model_save_h5(&run->model, path, err) : st;
}

/* What there is to write of a given network, beside itself. */
typedef struct given_network {
  r2s_rate_traces tests;
  json_t *stage; /* what they tell */
} given_network;

static r2s_status write_given(r2s_run *run, void *user, r2s_error *err) {
  const given_network *given = user;
  const r2s_status st = r2s_run_begin(run, NULL, R2S_RUN_NOTHING, err);
  return st == R2S_OK ? r2s_run_model_save(run, &given->tests, given->stage, err) : st;
}

/* What is there goes when the network is tested and written: until then a failure costs nothing. */
static r2s_status replace(r2s_run *run, double start, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  given_network given = {0};
  R2S_TRY(st, r2s_run_check_replaceable(run, err));
  R2S_TRY(st, r2s_run_model_measure(run, start, monitor, &given.tests, &given.stage, err));
  r2s_json_add(&given.stage, "stop", json_string("imported"));
  r2s_json_add(&given.stage, "steps_to_full_noise", json_null());
  r2s_json_add(&given.stage, "shot_noise", json_null());
  r2s_json_add(&given.stage, "resumed", json_false());
  st = r2s_run_has_earlier(run) ? r2s_run_replace(run, write_given, &given, err)
                                : write_given(run, &given, err);
done:
  json_decref(given.stage);
  r2s_rate_traces_free(&given.tests);
  return st;
}

/* What comes of a network's numbers names their file; what comes of the settings does not. */
static r2s_status name_file(r2s_status st, const char *model_path, r2s_error *err) {
  if (st != R2S_ERR_NUMERIC && st != R2S_ERR_ARG) return st;
  return r2s_fail_context(err, st, "%s", model_path);
}

r2s_status r2s_run_import(r2s_run *run, const char *model_path, int models, const r2s_monitor *monitor,
                          r2s_error *err) {
  r2s_status st = R2S_OK;
  double start = r2s_clock();
  found_network given;
  r2s_model model = {0};
  /* read before anything is removed: it may be this folder's own */
  R2S_TRY(st, r2s_model_load_for(&model, model_path, &run->task, err));
  R2S_TRY(st, refuse_net_options(run, model_path, err));
  R2S_TRY(st, r2s_run_refuse_view(run, err));
  R2S_TRY(st, find_given(run, &model, &given, err));
  R2S_TRY(st, adopt_neuron(run, &model, err));
  R2S_TRY(st, name_file(r2s_run_check_models(run, &model, models, err), model_path, err));
  r2s_run_note_criteria(run, monitor);
  if (given.keeps) {
    st = keep_model(run, &model, monitor, err);
    goto done;
  }
  if (given.replaced) r2s_monitor_note(monitor, R2S_NOTE_WARNING, "%s: %s", run->dir, given.replaced);
  r2s_model_free(&run->model);
  run->model = model;
  model = (r2s_model){0};
  if (run->dir) st = name_file(replace(run, start, monitor, err), model_path, err);
  if (st != R2S_OK) r2s_model_free(&run->model); /* the folder may have another one still */
done:
  r2s_model_free(&model);
  return st;
}
