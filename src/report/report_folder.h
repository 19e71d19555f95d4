/* SPDX-License-Identifier: MIT
 * A run folder as figures and report read it (docs/formats.md). What a stage has not written yet is absent,
 * which is no error; a damaged file is. */
#ifndef R2S_REPORT_FOLDER_H
#define R2S_REPORT_FOLDER_H

#include <jansson.h>

#include "rate2spike/config.h"
#include "rate2spike/io.h"
#include "report/report_csv.h"

/* The spiking simulations of a run, in the order in which they are shown. */
typedef enum r2s_sim_kind {
  R2S_SIM_LIF,
  R2S_SIM_LIF_UNIT,
  R2S_SIM_DEXP_NATIVE,
  R2S_SIM_DEXP_NEST,
  R2S_SIM_ALPHA_NATIVE,
  R2S_SIM_ALPHA_NEST,
  R2S_SIM_COUNT
} r2s_sim_kind;

typedef struct r2s_sim {
  r2s_spike_record *records; /* NULL: not there */
  int n_records;
  r2s_spike_info info;
  bool of_others; /* it is there, but of another task or network, and not loaded */
} r2s_sim;

typedef struct r2s_folder {
  char dir[4096];
  json_t *run; /* run.json; an empty object where it is absent */
  r2s_config config;
  r2s_task task;
  char trials[R2S_TRIALS_NAME]; /* names the trials of config's seed and task */
  r2s_model model;              /* n = 0: not there */
  r2s_rate_traces rate;         /* n_trials = 0: not there */
  r2s_sim sims[R2S_SIM_COUNT];
  r2s_csv training, conversion, curve, certificate; /* n_columns = 0: not there */
  int training_rows; /* of training.csv: a training that goes on has some behind its network's, those of
                        `training` */
} r2s_folder;

/* config.yaml must be there: it names the task. The monitor is asked before each file of spikes, which may be
 * large. */
R2S_MUST_CHECK r2s_status r2s_folder_load(r2s_folder *out, const char *dir, const r2s_monitor *monitor,
                                          r2s_error *err);
void r2s_folder_free(r2s_folder *folder);

/* "psc-dexp", as in run.json */
const char *r2s_sim_model(r2s_sim_kind kind);
/* "native" or "nest" */
const char *r2s_sim_engine(r2s_sim_kind kind);
/* "LIF", "psc-dexp, NEST", ... */
const char *r2s_sim_label(r2s_sim_kind kind);

/* Path of a file of the folder; cut where it is too long (opening it then fails). */
void r2s_folder_path(const r2s_folder *folder, const char *name, char *path, size_t size);

/* A condition's name for people: "go" and "nogo" as the field writes them, others as the task has them. */
const char *r2s_folder_condition(const r2s_folder *folder, int condition);

/* Whether there is a certificate, and config.yaml was changed after it by hand: a stage would have judged
 * anew. */
bool r2s_folder_is_edited(const r2s_folder *folder);

/* Whether trials (trials_of) are of another task: no figure shows them, as their conditions, stimulus and
 * target are others. */
bool r2s_folder_is_another_task(const r2s_folder *folder, const char *trials);

/* Whether the task is a Go-NoGo preset, which the published numbers are of. */
bool r2s_folder_go_nogo(const r2s_folder *folder);

/* Whether a training that ran out of steps has begun to go on with more, and has given no network yet. */
bool r2s_folder_goes_on(const r2s_folder *folder);

/* Whether NEST has simulated anything, of whatever settings and trials. */
bool r2s_folder_has_nest(const r2s_folder *folder);

/* Whether each unit is excitatory or inhibitory. */
bool r2s_folder_dale(const r2s_folder *folder);

/* A number of an object of run.json; NaN: not there. */
double r2s_folder_member(const json_t *object, const char *name);

/* Accuracy as run.json has it. */
typedef struct r2s_json_accuracy {
  double accuracy, low, high; /* NaN: not there */
  int n;                      /* 0: not there */
} r2s_json_accuracy;

/* Whether the network was given: config.yaml's seed, recipe, net.* and train.* did not make it then. */
bool r2s_folder_imported(const r2s_folder *folder);
r2s_json_accuracy r2s_folder_accuracy(const json_t *object);

/* Whether no scale of the LIF's search was better than another; the middle one is taken then
 * (convert_search.c). */
bool r2s_folder_scales_alike(const r2s_folder *folder);

/* The member of run.json at a path such as "stages/convert/held_out"; NULL where a part is absent or null. */
json_t *r2s_folder_json(const r2s_folder *folder, const char *fmt, ...) R2S_PRINTF(2, 3);
double r2s_folder_number(const r2s_folder *folder, const char *path);      /* NaN: not there */
const char *r2s_folder_string(const r2s_folder *folder, const char *path); /* NULL: not there */

#endif
