/* SPDX-License-Identifier: MIT
 * Files: models (HDF5, .mat), tasks (YAML), recorded runs, results. Formats: docs/formats.md.
 *
 * Every save writes a temporary file in the same folder, syncs it and renames it: a reader sees the old file
 * or the new one. Every load checks shapes, types and finiteness, and names file and variable on failure;
 * what it would refuse is not saved: R2S_ERR_ARG, or R2S_ERR_NUMERIC for an array with numbers that are not
 * finite. */
#ifndef RATE2SPIKE_IO_H
#define RATE2SPIKE_IO_H

#include "convert.h"
#include "model.h"
#include "rate.h"
#include "spike.h"
#include "task.h"

R2S_API_BEGIN

/* ---- models ---- */

/* Reads model.h5 (ours) or a .mat (the authors', v5 or v7.3), told apart by content. */
R2S_MUST_CHECK r2s_status r2s_model_load(r2s_model *out, const char *path, r2s_error *err);
/* The same of a network that must fit a task (r2s_model_fits). */
R2S_MUST_CHECK r2s_status r2s_model_load_for(r2s_model *out, const char *path, const r2s_task *task,
                                             r2s_error *err);
/* Writes model.h5 from a model that r2s_model_check passes, as r2s_model_save_mat does. Else, and where it
 * can't be written (R2S_ERR_IO), the file that was there stays. */
R2S_MUST_CHECK r2s_status r2s_model_save_h5(const r2s_model *model, const char *path, r2s_error *err);

/* What the authors' files hold beside the network; NULL members are written as empty arrays. */
typedef struct r2s_model_extras {
  int n_steps;          /* T */
  const double *u;      /* [n_in x T] last training trial */
  const double *x, *r;  /* [T x N] */
  const double *o;      /* [T-1 x n_out] */
  const double *target; /* [T x n_out] */
  int n_losses;
  const double *losses; /* [n_losses] */
  double eval_perf_mean, eval_loss_mean;
  int n_eval;
  const double *eval_os;     /* [n_eval x T-1] (output 0) */
  const double *eval_labels; /* [n_eval] */
  int n_scales;              /* 0: the three scale variables are left out */
  const double *scaling_factors, *all_perfs;
  double opt_scaling_factor;
} r2s_model_extras;
/* v5 .mat with the authors' variables, which their LIF_network_fnc.m loads; extras may be NULL. */
R2S_MUST_CHECK r2s_status r2s_model_save_mat(const r2s_model *model, const r2s_model_extras *extras,
                                             const char *path, r2s_error *err);

enum { R2S_MAX_SPECTRUM = 3000 };

/* What is wrong or odd about a model file. */
typedef struct r2s_finding {
  bool error;        /* true: it can't be read, or contradicts itself; false: a warning */
  char variable[32]; /* "file" for the file as a whole */
  char text[256];    /* what was found, what was expected */
} r2s_finding;
typedef struct r2s_inspection {
  bool loaded; /* false: no model could be read; the findings say why */
  int n, n_in, n_out, n_exc, n_inh;
  int64_t edges;                                /* non-zero effective weights */
  int64_t autapses;                             /* of them, a unit's weight to itself */
  double density;                               /* edges/N^2 */
  double tau_min_ms, tau_median_ms, tau_max_ms; /* of the units' tau_d */
  /* eigenvalues of W; for more than R2S_MAX_SPECTRUM units (minutes of work) only that which stands out
   * (NaN: none was found), and no bulk_radius (NaN). All NaN where there are none, as a finding tells */
  double spectral_radius;        /* largest |eigenvalue| */
  double outlier_re, outlier_im; /* that eigenvalue */
  double bulk_radius;            /* largest |eigenvalue| but that one (and its conjugate) */
  bool outlier;                  /* it stands out: spectral_radius >= 1.2 bulk_radius */
  char format[16];               /* "hdf5", "mat v5", "mat v7.3" */
  int n_findings;
  r2s_finding *findings;
} r2s_inspection;
/* Fails only where the file can't be opened at all, or memory is short; damaged content becomes findings.
 * model may be NULL; it is zeroed where none could be read. */
R2S_MUST_CHECK r2s_status r2s_model_inspect(const char *path, r2s_inspection *out, r2s_model *model,
                                            r2s_error *err);
void r2s_inspection_free(r2s_inspection *inspection); /* NULL is allowed */

/* ---- checkpoints ---- */

/* The state of a training (r2s_trainer_state), with the hash of what it depends on (r2s_config_training_hash)
 * and a checksum; atomically. */
R2S_MUST_CHECK r2s_status r2s_checkpoint_save(const char *path, const char *config_hash, const void *bytes,
                                              size_t size, r2s_error *err);
/* config_hash [72] and bytes (malloc'ed) are outputs; a checksum is verified. */
R2S_MUST_CHECK r2s_status r2s_checkpoint_load(const char *path, char *config_hash, void **bytes, size_t *size,
                                              r2s_error *err);

/* ---- tasks ---- */

/* A preset's name ("go-nogo-short") or a path of a YAML file. */
R2S_MUST_CHECK r2s_status r2s_task_load(r2s_task *out, const char *name_or_path, r2s_error *err);
/* The same from a text; name is the file's, for messages. */
R2S_MUST_CHECK r2s_status r2s_task_parse(r2s_task *out, const char *name, const char *text, size_t size,
                                         r2s_error *err);
/* The task as such a YAML text, everything written out; malloc'ed. One that r2s_task_check refuses is not
 * written (nor are its trials named). */
R2S_MUST_CHECK r2s_status r2s_task_yaml(const r2s_task *task, char **yaml, r2s_error *err);
/* Names the trials that a seed makes of a task, as rate.h5 and spike files do: results of equal names have
 * the same trials. */
R2S_MUST_CHECK r2s_status r2s_task_trials_name(const r2s_task *task, uint64_t seed,
                                               char name[R2S_TRIALS_NAME], r2s_error *err);
/* Presets 0..count-1; their names, and the texts that users copy and change. NULL for other k. */
int r2s_task_preset_count(void);
const char *r2s_task_preset_name(int k);
const char *r2s_task_preset_yaml(int k);
bool r2s_task_is_preset(const char *name);

/* ---- recorded runs of the authors' code (verify) ---- */
typedef struct r2s_case {
  int n, n_in, n_columns;
  double *v0; /* [N] mV */
  double *u;  /* [n_columns x n_in], time-major */
  double scale, t_ref_ms, tau_r_ms;
  int out_rows, out_columns; /* of out1, as in the file */
  double *out1;              /* [outputs x samples] every 20 steps; a single output's may be a column */
  int64_t n_spikes;
  r2s_spike_event *spikes; /* units from 0, steps from 1 */
} r2s_case;
/* Reads a .mat file (v5 or v7.3) as docs/formats.md has it; *out is the caller's: r2s_case_free.
 * R2S_ERR_FORMAT where a variable is missing or has another shape. */
R2S_MUST_CHECK r2s_status r2s_case_load(r2s_case *out, const char *path, r2s_error *err);
void r2s_case_free(r2s_case *c); /* NULL is allowed */

/* ---- results ---- */

/* Trials of the rate network (rate.h5). */
typedef struct r2s_rate_traces {
  char trials[R2S_TRIALS_NAME]; /* what they are trials of; "": not known */
  int n_trials, n_samples, n_out, n;
  double t0_ms, dt_ms;
  int *conditions;   /* [n_trials] */
  double *out;       /* [n_trials x n_samples x n_out] */
  double *mean_rate; /* [n_trials x N] time-averaged r of each unit */
} r2s_rate_traces;
/* rate.h5, atomically; and back. *out is the caller's: r2s_rate_traces_free. */
R2S_MUST_CHECK r2s_status r2s_rate_traces_save(const r2s_rate_traces *traces, const char *path,
                                               r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_rate_traces_load(r2s_rate_traces *out, const char *path, r2s_error *err);
void r2s_rate_traces_free(r2s_rate_traces *traces); /* NULL is allowed */

/* The settings of the model that config is of, but for the scale, `reference` (r2s_spike_info.engine tells
 * it) and what changes no result: "tau_m_ms=10 t_ref_ms=2 ...", named as in r2s_spike_config; "" where there
 * is no such model. Results of equal text, engine and scale can be compared. */
void r2s_spike_settings(const r2s_spike_config *config, char text[R2S_SETTINGS_SIZE]);
/* Of settings `found`, those that `expected` has not, "" where there are none. */
void r2s_spike_settings_other(const char *found, const char *expected, char text[R2S_SETTINGS_SIZE]);

/* Spiking trials of one model and engine (spikes_<model>_<engine>.h5). Outputs and counts of all trials;
 * spikes where the records have them. info: NULL is allowed. */
R2S_MUST_CHECK r2s_status r2s_records_save(const r2s_spike_record *records, int n_records,
                                           const r2s_spike_config *config, const r2s_spike_info *info,
                                           const char *path, r2s_error *err);
/* records (malloc'ed, n_records) are the caller's: r2s_records_free. info: NULL is allowed. */
R2S_MUST_CHECK r2s_status r2s_records_load(r2s_spike_record **records, int *n_records, r2s_spike_info *info,
                                           const char *path, r2s_error *err);
void r2s_records_free(r2s_spike_record *records, int n_records); /* NULL is allowed */

/* The largest file, in bytes, that is read, and so that is written: far above any model. */
#define R2S_IO_MOST ((uint64_t)4 << 30)
/* Writes at most R2S_IO_MOST bytes to path atomically (temporary file, fsync, rename). */
R2S_MUST_CHECK r2s_status r2s_io_write_atomic(const char *path, const void *bytes, size_t size,
                                              r2s_error *err);
/* Reads a whole file of at most R2S_IO_MOST bytes; *text is malloc'ed and has a 0 after `size` bytes. */
R2S_MUST_CHECK r2s_status r2s_io_read_all(const char *path, char **text, size_t *size, r2s_error *err);

R2S_API_END
#endif
