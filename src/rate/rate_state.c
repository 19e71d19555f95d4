/* SPDX-License-Identifier: MIT
 * A training's state as one block of bytes, and back.
 *
 * 8 bytes "R2STRAIN", uint32 version, uint32 0x01020304 (byte order), then records: 24 bytes of name, uint64
 * size, that many bytes. Records come in a fixed order: sizes, seed, config (doubles in the order of
 * list_settings), pace, edges, then value, moments and mean of each tensor. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "rate/rate_trainer.h"

enum {
  VERSION = 6,
  NAME = 24,
  MAGIC = 8, /* bytes */
  BYTE_ORDER_MARK = 0x01020304,
  HEADER = MAGIC + 2 * sizeof(uint32_t),
  KINDS = 4,  /* of arrays that a tensor has */
  ARRAYS = 4, /* number of the first record that is an array: edges.post */
  RECORDS = ARRAYS + 2 + KINDS * R2S_RATE_TENSORS,
  COUNTS = 5, /* in the sizes, the first of the tensors' counts */
  SIZES = COUNTS + R2S_RATE_TENSORS
};
enum { PACE = 6, CONFIG = 43 };

static const char magic[] = "R2STRAIN";

/* What a state and the trainer that it is restored into must have in common. */
typedef struct setting {
  const char *key;
  double value;
} setting;

/* max_steps is left out: a resumed training may go on for longer. */
static void list_settings(const r2s_trainer *trainer, setting settings[CONFIG]) {
  const r2s_train_config *c = &trainer->config;
  const r2s_neuron_params *p = &trainer->start.neuron;
  const setting list[] = {{"batch", c->batch},
                          {"balanced", c->balanced},
                          {"learning_rate", c->learning_rate},
                          {"adam_beta1", c->adam_beta1},
                          {"adam_beta2", c->adam_beta2},
                          {"adam_epsilon", c->adam_epsilon},
                          {"clip_norm", c->clip_norm},
                          {"state_noise", c->state_noise},
                          {"x0_sd", c->x0_sd},
                          {"target_shift", c->target_shift},
                          {"train_b_out", c->train_b_out},
                          {"eval_every", c->eval_every},
                          {"eval_trials", c->eval_trials},
                          {"stop_accuracy", c->stop_accuracy},
                          {"stop_loss", c->stop_loss},
                          {"min_steps", c->min_steps},
                          {"noise_end", c->noise_end},
                          {"keep_state_noise", c->keep_state_noise},
                          {"start_kick", c->start_kick},
                          {"fano_window_ms", c->fano_window_ms},
                          {"fano_constant", c->fano_constant},
                          {"plain_rate", c->plain_rate},
                          {"plain_steps", c->plain_steps},
                          {"plain_rate_max", c->plain_rate_max},
                          {"pace_average", c->pace_average},
                          {"pace_start", c->pace_start},
                          {"pace_up", c->pace_up},
                          {"pace_down", c->pace_down},
                          {"ramp_steps", c->ramp_steps},
                          {"final_steps", c->final_steps},
                          {"final_rate", c->final_rate},
                          {"average_steps", c->average_steps},
                          {"(task) steps", trainer->task.n_steps},
                          {"(network) kappa_hz", trainer->start.kappa_hz},
                          {"(neuron) tau_m_ms", p->tau_m_ms},
                          {"(neuron) t_ref_ms", p->t_ref_ms},
                          {"(neuron) v_th_mv", p->v_th_mv},
                          {"(neuron) v_reset_mv", p->v_reset_mv},
                          {"(neuron) v_bias_mv", p->v_bias_mv},
                          {"(neuron) noise_mv", p->noise_mv},
                          {"(neuron) dt_ms", p->dt_ms},
                          {"(neuron) v0_low_mv", p->v0_low_mv},
                          {"(neuron) v0_high_mv", p->v0_high_mv}};
  _Static_assert(sizeof list / sizeof *list == CONFIG, "CONFIG settings");
  memcpy(settings, list, sizeof list);
}

static void config_values(const r2s_trainer *trainer, double values[CONFIG]) {
  setting settings[CONFIG];
  list_settings(trainer, settings);
  for (int k = 0; k < CONFIG; k++) values[k] = settings[k].value;
}

static void pace_values(const r2s_rate_pace *pace, double values[PACE]) {
  const double list[PACE] = {pace->phase,   pace->final_step, (double)pace->step, (double)pace->evaluations,
                             pace->running, pace->noise};
  memcpy(values, list, sizeof list);
}

static r2s_rate_pace pace_from(const double values[PACE]) {
  return (r2s_rate_pace){.phase = (int32_t)values[0],
                         .final_step = (int32_t)values[1],
                         .step = (int64_t)values[2],
                         .evaluations = (int64_t)values[3],
                         .running = values[4],
                         .noise = values[5]};
}

static void size_values(const r2s_trainer *trainer, uint64_t sizes[SIZES]) {
  const r2s_rate_net *net = &trainer->net;
  const uint64_t list[COUNTS] = {(uint64_t)net->n, (uint64_t)net->n_in, (uint64_t)net->n_out,
                                 (uint64_t)net->activation, (uint64_t)net->dale};
  memcpy(sizes, list, sizeof list);
  for (int k = 0; k < R2S_RATE_TENSORS; k++) sizes[COUNTS + k] = net->count[k];
}

/* A record of the block. */
typedef struct record {
  char name[NAME];
  void *data;
  size_t size;
} record;

static record make_record(const char *name, void *data, size_t size) {
  record r = {.data = data, .size = size};
  snprintf(r.name, sizeof r.name, "%s", name);
  return r;
}

/* The records of a training; net gives the tensors, the other arrays are the caller's. */
static void list_records(record records[RECORDS], const r2s_rate_net *net, uint64_t *sizes, uint64_t *seed,
                         double *config, double *pace) {
  static const char *const kinds[KINDS] = {"value", "first", "second", "mean"};
  static const char *const tensors[R2S_RATE_TENSORS] = {"w", "w_out", "b_out", "taus_gaus"};
  int k = 0;
  size_t edges = (size_t)sizes[COUNTS + R2S_RATE_W];
  records[k++] = make_record("sizes", sizes, SIZES * sizeof *sizes);
  records[k++] = make_record("seed", seed, sizeof *seed);
  records[k++] = make_record("config", config, CONFIG * sizeof *config);
  records[k++] = make_record("pace", pace, PACE * sizeof *pace);
  records[k++] = make_record("edges.post", net->post, edges * sizeof *net->post);
  records[k++] = make_record("edges.pre", net->pre, edges * sizeof *net->pre);
  for (int t = 0; t < R2S_RATE_TENSORS; t++)
    for (int kind = 0; kind < KINDS; kind++) {
      float *const data[KINDS] = {net->value[t], net->first[t], net->second[t], net->mean[t]};
      char name[NAME];
      snprintf(name, sizeof name, "%s.%s", tensors[t], kinds[kind]);
      records[k++] = make_record(name, data[kind], (size_t)sizes[COUNTS + t] * sizeof(float));
    }
}

r2s_status r2s_trainer_state(const r2s_trainer *trainer, void **bytes, size_t *size, r2s_error *err) {
  uint64_t sizes[SIZES], seed = trainer->seed;
  double config[CONFIG], pace[PACE];
  record records[RECORDS];
  unsigned char *block;
  const uint32_t words[2] = {VERSION, BYTE_ORDER_MARK};
  size_values(trainer, sizes);
  config_values(trainer, config);
  pace_values(&trainer->pace, pace);
  list_records(records, &trainer->net, sizes, &seed, config, pace);
  *bytes = NULL;
  *size = HEADER;
  for (int k = 0; k < RECORDS; k++) *size += NAME + sizeof(uint64_t) + records[k].size;
  r2s_status st = r2s_alloc(&block, *size, 1, "training state", err);
  if (st != R2S_OK) return st;
  unsigned char *at = block + HEADER;
  memcpy(block, magic, MAGIC);
  memcpy(block + MAGIC, words, sizeof words);
  for (int k = 0; k < RECORDS; k++) {
    uint64_t length = records[k].size;
    memcpy(at, records[k].name, NAME);
    memcpy(at + NAME, &length, sizeof length);
    if (length) memcpy(at + NAME + sizeof length, records[k].data, length);
    at += NAME + sizeof length + length;
  }
  *bytes = block;
  return R2S_OK;
}

/* Reads record `name` of exactly `size` bytes at *at, which moves on. */
static r2s_status take(const unsigned char **at, const unsigned char *end, const char *name, void *out,
                       size_t size, r2s_error *err) {
  uint64_t length;
  char padded[NAME] = {0};
  snprintf(padded, sizeof padded, "%s", name);
  if ((size_t)(end - *at) < NAME + sizeof length)
    return r2s_fail(err, R2S_ERR_FORMAT, "training state ends before record %s", name);
  memcpy(&length, *at + NAME, sizeof length);
  if (memcmp(*at, padded, NAME) != 0)
    return r2s_fail(err, R2S_ERR_FORMAT, "training state: record '%.23s'; expected %s", (const char *)*at,
                    name);
  *at += NAME + sizeof length;
  if (length != size || (size_t)(end - *at) < size)
    return r2s_fail(err, R2S_ERR_FORMAT, "training state, record %s: %llu bytes, %zu left; expected %zu",
                    name, (unsigned long long)length, (size_t)(end - *at), size);
  if (size) memcpy(out, *at, size);
  *at += size;
  return R2S_OK;
}

static r2s_status check_sizes(const uint64_t sizes[SIZES], const r2s_trainer *trainer, r2s_error *err) {
  static const char *const names[SIZES] = {"units", "inputs", "outputs", "activation", "dale",
                                           "edges", "w_out",  "b_out",   "taus_gaus"};
  uint64_t ours[SIZES];
  size_values(trainer, ours);
  ours[COUNTS + R2S_RATE_W] = trainer->max_edges;
  for (int k = 0; k < SIZES; k++)
    if (k == COUNTS + R2S_RATE_W ? sizes[k] > ours[k] : sizes[k] != ours[k])
      return r2s_fail(err, R2S_ERR_FORMAT, "training state: %s %llu; expected %s%llu", names[k],
                      (unsigned long long)sizes[k], k == COUNTS + R2S_RATE_W ? "at most " : "",
                      (unsigned long long)ours[k]);
  return R2S_OK;
}

static r2s_status check_config(const double config[CONFIG], uint64_t seed, const r2s_trainer *trainer,
                               r2s_error *err) {
  setting ours[CONFIG];
  list_settings(trainer, ours);
  if (seed != trainer->seed)
    return r2s_fail(err, R2S_ERR_CONFIG, "the training state is of seed %llu; expected %llu",
                    (unsigned long long)seed, (unsigned long long)trainer->seed);
  for (int k = 0; k < CONFIG; k++)
    if (config[k] != ours[k].value)
      return r2s_fail(err, R2S_ERR_CONFIG, "the training state is of %s = %g; expected %g", ours[k].key,
                      config[k], ours[k].value);
  return R2S_OK;
}

static r2s_status check_pace(const double pace[PACE], r2s_error *err) {
  static const char *const names[PACE] = {"phase",       "final step",       "step",
                                          "evaluations", "running accuracy", "noise"};
  static const double most[PACE] = {R2S_RATE_FINAL, 2e9, INT_MAX, 9e15, 1, 1e9};
  for (int k = 0; k < PACE; k++)
    if (!(pace[k] >= 0 && pace[k] <= most[k]))
      return r2s_fail(err, R2S_ERR_FORMAT, "training state: %s is %g; expected 0 to %g", names[k], pace[k],
                      most[k]);
  return R2S_OK;
}

/* Edges of the network, in their order, and finite parameters; w above 0 with Dale. */
static r2s_status check_values(const r2s_rate_net *net, const r2s_trainer *trainer, r2s_error *err) {
  uint64_t n = (uint64_t)net->n, last = 0;
  const r2s_model *start = &trainer->start;
  for (size_t e = 0; e < net->count[R2S_RATE_W]; e++) {
    uint64_t post = net->post[e], pre = net->pre[e];
    uint64_t key = post * n + pre + 1;
    if (post >= n || pre >= n || key <= last || start->som_mask[post * n + pre] == 0 ||
        (start->dale && !(start->w[post * n + pre] > 0)))
      return r2s_fail(err, R2S_ERR_FORMAT,
                      "training state: edge %zu from %llu to %llu is not one of the network's", e,
                      (unsigned long long)pre, (unsigned long long)post);
    if (start->dale && !(net->value[R2S_RATE_W][e] > 0))
      return r2s_fail(err, R2S_ERR_FORMAT, "training state: weight of edge %zu is %g; expected more than 0",
                      e, (double)net->value[R2S_RATE_W][e]);
    last = key;
  }
  for (int t = 0; t < R2S_RATE_TENSORS; t++)
    for (size_t k = 0; k < net->count[t]; k++)
      if (!isfinite(net->value[t][k]) || !isfinite(net->first[t][k]) || !(net->second[t][k] >= 0) ||
          isinf(net->second[t][k]) || !isfinite(net->mean[t][k]))
        return r2s_fail(err, R2S_ERR_FORMAT, "training state: parameter %zu of tensor %d is not finite", k,
                        t);
  return R2S_OK;
}

static r2s_status allocate(r2s_rate_net *net, const uint64_t sizes[SIZES], r2s_error *err) {
  r2s_status st = R2S_OK;
  for (int t = 0; t < R2S_RATE_TENSORS; t++) {
    net->count[t] = (size_t)sizes[COUNTS + t];
    R2S_ALLOC(st, &net->value[t], net->count[t], "training state", err);
    R2S_ALLOC(st, &net->first[t], net->count[t], "training state", err);
    R2S_ALLOC(st, &net->second[t], net->count[t], "training state", err);
    R2S_ALLOC(st, &net->mean[t], net->count[t], "training state", err);
  }
  R2S_ALLOC(st, &net->post, net->count[R2S_RATE_W], "training state", err);
  R2S_ALLOC(st, &net->pre, net->count[R2S_RATE_W], "training state", err);
done:
  return st;
}

static void adopt(r2s_trainer *trainer, const r2s_rate_net *net, const double pace[PACE]) {
  r2s_rate_net *ours = &trainer->net;
  for (int t = 0; t < R2S_RATE_TENSORS; t++) {
    size_t bytes = net->count[t] * sizeof(float);
    ours->count[t] = net->count[t];
    memcpy(ours->value[t], net->value[t], bytes);
    memcpy(ours->first[t], net->first[t], bytes);
    memcpy(ours->second[t], net->second[t], bytes);
    memcpy(ours->mean[t], net->mean[t], bytes);
  }
  memcpy(ours->post, net->post, net->count[R2S_RATE_W] * sizeof *net->post);
  memcpy(ours->pre, net->pre, net->count[R2S_RATE_W] * sizeof *net->pre);
  r2s_rate_net_rebuild(ours);
  trainer->pace = pace_from(pace);
}

r2s_status r2s_trainer_restore(r2s_trainer *trainer, const void *bytes, size_t size, r2s_error *err) {
  r2s_status st = R2S_OK;
  const unsigned char *at = bytes, *end = at + size;
  r2s_rate_net net = {.n = trainer->net.n};
  uint64_t sizes[SIZES], seed;
  double config[CONFIG], pace[PACE];
  record records[RECORDS];
  uint32_t words[2];
  if (size < HEADER || memcmp(at, magic, MAGIC) != 0)
    return r2s_fail(err, R2S_ERR_FORMAT, "%zu bytes that are not a training state", size);
  memcpy(words, at + MAGIC, sizeof words);
  if (words[0] != VERSION || words[1] != BYTE_ORDER_MARK)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "training state of version %u, byte order %08x; expected version %d, 01020304", words[0],
                    words[1], VERSION);
  at += HEADER;
  R2S_TRY(st, take(&at, end, "sizes", sizes, sizeof sizes, err));
  R2S_TRY(st, check_sizes(sizes, trainer, err));
  R2S_TRY(st, take(&at, end, "seed", &seed, sizeof seed, err));
  R2S_TRY(st, take(&at, end, "config", config, sizeof config, err));
  R2S_TRY(st, check_config(config, seed, trainer, err));
  R2S_TRY(st, take(&at, end, "pace", pace, sizeof pace, err));
  R2S_TRY(st, check_pace(pace, err));
  R2S_TRY(st, allocate(&net, sizes, err));
  list_records(records, &net, sizes, &seed, config, pace);
  for (int k = ARRAYS; k < RECORDS; k++)
    R2S_TRY(st, take(&at, end, records[k].name, records[k].data, records[k].size, err));
  if (at != end) {
    st =
        r2s_fail(err, R2S_ERR_FORMAT, "training state: %zu bytes behind its last record", (size_t)(end - at));
    goto done;
  }
  R2S_TRY(st, check_values(&net, trainer, err));
  adopt(trainer, &net, pace);
done:
  r2s_rate_net_free(&net);
  return st;
}
