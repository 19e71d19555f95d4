/* SPDX-License-Identifier: MIT
 * A run on a network that somebody else trained. */
#include <math.h>
#include <string.h>

#include "base/base_json.h"
#include "io/config_table.h"
#include "io/io_network.h"
#include "run/run_json.h"
#include "run/run_model.h"

/* A network with the LIF's own rate curve knows which LIF: that one is simulated, but for what the user says
 * otherwise. */
static r2s_status adopt_neuron(r2s_run *run, const r2s_model *model, r2s_error *err) {
  r2s_config *config = &run->config;
  const size_t first = offsetof(r2s_config, lif.neuron), end = first + sizeof config->lif.neuron;
  if (model->activation != R2S_ACTIVATION_SIEGERT) return R2S_OK;
  for (int k = 0; k < r2s_config_option_count(); k++) {
    const size_t at = r2s_config_options[k].offset;
    if (at < first || at >= end || r2s_config_option_origin(config, k) != R2S_ORIGIN_DEFAULT) continue;
    memcpy((char *)config + at, (const char *)&model->neuron + (at - first), sizeof(double));
    if (at == offsetof(r2s_config, lif.neuron.noise_mv) && config->lif.noise_per_root_dt)
      config->lif.neuron.noise_mv *=
          sqrt(0.05 / model->neuron.dt_ms); /* the file's is of a step of its own */
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

/* What the folder has already. *same: this very network, given before with the same train.*, whose results
 * are kept. One that was trained there would be lost; another given one is in its file. */
static r2s_status find_given(const r2s_run *run, const r2s_model *model, bool *same,
                             const r2s_monitor *monitor, r2s_error *err) {
  const json_t *train = r2s_run_json_get_stage(run, "train");
  const char *hash = json_string_value(json_object_get(train, "network_hash")),
             *stop = json_string_value(json_object_get(train, "stop"));
  /* it began to be given, and may have been stopped then; or was, with an earlier version */
  const bool given =
      json_is_null(json_object_get(run->json, "training_hash")) || (stop && strcmp(stop, "imported") == 0);
  char own[65];
  *same = false;
  const bool has_model = r2s_run_has_file(run, "model.h5");
  if (has_model) {
    const r2s_status st = r2s_network_hash(model, own, err);
    if (st != R2S_OK) return st;
    *same = hash && strcmp(own, hash) == 0;
  }
  if (has_model && !given)
    return r2s_fail(err, R2S_ERR_ARG,
                    "%s: has a network that was trained there, which the given one would replace; expected "
                    "%s",
                    run->dir, *same ? "the folder alone, as it is the same one" : "another folder");
  if (r2s_run_has_file(run, "checkpoint.h5"))
    return r2s_fail(err, R2S_ERR_ARG,
                    "%s: has the checkpoint of a training, which a given network would replace; expected "
                    "another folder",
                    run->dir);
  if (!has_model) return R2S_OK;
  *same = *same && r2s_run_check_later_config(run, NULL) == R2S_OK;
  if (!*same)
    r2s_monitor_note(monitor, R2S_NOTE_INFO,
                     "%s: what is there of another network, or with other train.*, is replaced", run->dir);
  return R2S_OK;
}

/* rate.h5 first: model.mat has its trials. */
static r2s_status keep(r2s_run *run, double start, const r2s_monitor *monitor, r2s_error *err) {
  json_t *stage;
  r2s_status st = r2s_run_model_measure(run, start, monitor, &stage, err);
  if (st != R2S_OK) return st;
  r2s_json_add(&stage, "stop", json_string("imported"));
  r2s_json_add(&stage, "steps_to_full_noise", json_null());
  r2s_json_add(&stage, "shot_noise", json_null());
  r2s_json_add(&stage, "resumed", json_false());
  st = r2s_run_model_save(run, err);
  if (st == R2S_OK) return r2s_run_json_set_stage(run, "train", stage, err);
  json_decref(stage);
  return st;
}

r2s_status r2s_run_import(r2s_run *run, const char *model_path, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  double start = r2s_clock();
  bool same;
  r2s_model model = {0};
  /* read before anything is removed: it may be this folder's own */
  R2S_TRY(st, r2s_model_load_for(&model, model_path, &run->task, err));
  R2S_TRY(st, refuse_net_options(run, model_path, err));
  R2S_TRY(st, find_given(run, &model, &same, monitor, err));
  R2S_TRY(st, adopt_neuron(run, &model, err));
  R2S_TRY(st, r2s_run_check_models(run, &model, R2S_RUN_ALL, err));
  if (same) {
    R2S_TRY(st, r2s_run_need_model(run, err));
    goto done;
  }
  R2S_TRY(st, r2s_run_begin(run, NULL, err));
  run->model = model;
  run->has_model = true;
  model = (r2s_model){0};
  if (run->dir) R2S_TRY(st, keep(run, start, monitor, err));
done:
  r2s_model_free(&model);
  return st;
}
