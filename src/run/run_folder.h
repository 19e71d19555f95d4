/* SPDX-License-Identifier: MIT
 * What a run holds, and the files of its folder. */
#ifndef R2S_RUN_FOLDER_H
#define R2S_RUN_FOLDER_H

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/base_clock.h"
#include "base/base_error.h"
#include "base/base_locale.h"
#include "io/io_text.h"
#include "rate2spike/config.h"
#include "rate2spike/io.h"
#include "rate2spike/run.h"

struct r2s_run {
  char *dir;        /* NULL: nothing is kept on disk */
  size_t there;     /* characters of dir that name a folder which was there before */
  int lock;         /* its descriptor, which keeps other processes from writing there; -1: none */
  pid_t owner;      /* the process that opened the run */
  bool view;        /* nothing may be written */
  bool config_kept; /* config.yaml is that of config */
  bool mat_is_old;  /* model.mat has not the trials of rate.h5 */
  bool next_told;   /* the monitor knows of the training in R2S_RUN_NEXT */
  bool resumable;   /* a checkpoint.h5 is of the training that was asked for */
  r2s_config config;
  r2s_neuron_params opened; /* config.lif.neuron as it was opened: a given network may bring its own */
  char hash[72];            /* of the configuration, without what can't change a result */
  char training[72];        /* of what a training depends on */
  r2s_task task;
  char trials[R2S_TRIALS_NAME]; /* names the trials that seed and task make */
  r2s_model model;              /* n = 0: there is none, or it is not loaded */
  json_t *json;                 /* run.json */
  char *command;                /* r2s_run_set_command; NULL: none */
  char *nest_python;            /* in which NEST was found; NULL: it was not, or nobody asked */
  char nest_version[32];        /* there */
};

enum { R2S_PATH_SIZE = 4096 };

/* Makes, checks and locks the folder of a run that has none yet, and reads its run.json. */
R2S_MUST_CHECK r2s_status r2s_run_take_folder(r2s_run *run, const char *dir, r2s_error *err);
/* mkdir -p; *there: how many characters of the path name a folder that was there, also after a failure. */
R2S_MUST_CHECK r2s_status r2s_run_make_folder(const char *dir, size_t *there, r2s_error *err);
/* Takes away what that has made, as far as it is empty. */
void r2s_run_unmake_folder(const char *dir, size_t there);
/* dir/name; R2S_ERR_IO where that is too long */
R2S_MUST_CHECK r2s_status r2s_run_path_in(const char *dir, const char *name, char path[R2S_PATH_SIZE],
                                          r2s_error *err);
/* The same in the run's folder; R2S_ERR_ARG where it has none. */
R2S_MUST_CHECK r2s_status r2s_run_path(const r2s_run *run, const char *name, char path[R2S_PATH_SIZE],
                                       r2s_error *err);
bool r2s_run_has_file(const r2s_run *run, const char *name);
R2S_MUST_CHECK r2s_status r2s_run_remove(const r2s_run *run, const char *name, r2s_error *err);
/* Where a folder keeps a task that is no preset. */
#define R2S_RUN_TASK_FILE "task.yaml"
/* Writes config.yaml, and the task where it is no preset; with_json: and run.json, all or none. */
R2S_MUST_CHECK r2s_status r2s_run_keep_config(r2s_run *run, bool with_json, r2s_error *err);
/* *same: whether net.* and train.* are those of the folder's config.yaml, as far as its network hangs on
 * them; else `differs` (or NULL) tells what differs, and how to go on. */
R2S_MUST_CHECK r2s_status r2s_run_compare_training(const r2s_run *run, bool *same, r2s_error *differs,
                                                   r2s_error *err);
/* For a stage that takes the folder's network as it is: R2S_ERR_CONFIG where they are not, and config.yaml
 * would tell of a network that was never trained. */
R2S_MUST_CHECK r2s_status r2s_run_check_later_config(const r2s_run *run, r2s_error *err);
/* Whether the folder's network was given, or began to be, not trained there. */
bool r2s_run_is_given(const r2s_run *run);
/* Writes config.yaml for such a stage, right before its first result: a command that is refused or
 * interrupted leaves the folder as it was. A certificate of other settings or trials goes. */
R2S_MUST_CHECK r2s_status r2s_run_keep_later_config(r2s_run *run, r2s_error *err);
/* Whether the files of all test and simulated trials of n_units units can be read again: R2S_ERR_CONFIG. */
R2S_MUST_CHECK r2s_status r2s_run_check_trials(const r2s_run *run, int n_units, r2s_error *err);
/* Whether the spiking models (a sum of R2S_RUN_*) can be prepared for a network with the run's settings, and
 * its trials kept: so that what is wrong is told before anything is removed or computed. */
R2S_MUST_CHECK r2s_status r2s_run_check_models(const r2s_run *run, const r2s_model *network, int models,
                                               r2s_error *err);
/* Whether python (NULL: "python3") has NEST: sets run->nest_python and nest_version. Found once, it is not
 * asked for again: importing NEST takes a second or two. */
R2S_MUST_CHECK r2s_status r2s_run_find_nest(r2s_run *run, const char *python, const r2s_monitor *monitor,
                                            r2s_error *err);
/* Warns of a task whose criteria ask for something else than its targets, or pass an output of 0. */
void r2s_run_note_criteria(const r2s_run *run, const r2s_monitor *monitor);
/* Makes the hashes of configuration and training and the trials' name, of config and task as they are. */
R2S_MUST_CHECK r2s_status r2s_run_name(r2s_run *run, r2s_error *err);
/* What is kept where results are removed: the files of one of these, and of those before it. */
typedef enum r2s_run_kept {
  R2S_RUN_NOTHING,
  R2S_RUN_TRAINING, /* checkpoint.h5, training.csv */
  R2S_RUN_NETWORK   /* model.h5, model.mat, rate.h5 */
} r2s_run_kept;
/* Names of the files that a run writes, but figures; NULL at the end. */
extern const char *const r2s_run_files[];
/* Forgets stages, writes config.yaml, and removes results but the kept files (and, with the training's, its
 * commands). training: hash of the training that begins; NULL: the network is given. */
R2S_MUST_CHECK r2s_status r2s_run_begin(r2s_run *run, const char *training, r2s_run_kept kept,
                                        r2s_error *err);
/* Lets run->json say what is to be removed. */
R2S_MUST_CHECK r2s_status r2s_run_mark_removal(r2s_run *run, r2s_run_kept kept, r2s_error *err);
/* Removes what run.json says is to be removed; also where a removal was stopped half way. */
R2S_MUST_CHECK r2s_status r2s_run_end_removal(r2s_run *run, r2s_error *err);
/* Removes what was made from an earlier network, its figures and report too, but the kept files. */
R2S_MUST_CHECK r2s_status r2s_run_remove_results(const r2s_run *run, r2s_run_kept kept, r2s_error *err);
/* R2S_ERR_ARG where nothing may be written. */
R2S_MUST_CHECK r2s_status r2s_run_refuse_view(const r2s_run *run, r2s_error *err);
/* Does nothing without a folder. */
R2S_MUST_CHECK r2s_status r2s_run_write(const r2s_run *run, const char *name, const char *text, size_t size,
                                        r2s_error *err);

/* A CSV file that is built in memory and written at once; locale "C" meanwhile. */
typedef struct r2s_run_text {
  r2s_text csv; /* add here */
  r2s_locale locale;
} r2s_run_text;
void r2s_run_text_open(r2s_run_text *text);
R2S_MUST_CHECK r2s_status r2s_run_text_write(r2s_run_text *text, const r2s_run *run, const char *name,
                                             r2s_error *err);
void r2s_run_text_free(r2s_run_text *text);
/* ",x" or "," where x is not finite */
void r2s_run_text_number(r2s_run_text *text, double x);

#endif
