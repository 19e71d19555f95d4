/* SPDX-License-Identifier: MIT
 * What a spiking model is to the native engine (spike_run.c), and what the models share: the layout of a
 * trial, edges by sender, random initial voltages, the growing list of spikes. */
#ifndef R2S_SPIKE_MODEL_H
#define R2S_SPIKE_MODEL_H

#include "base/base_error.h"
#include "rate2spike/spike.h"

/* Sizes and steps that follow from model and config, checked: a rate step and an output sample are whole
 * numbers of simulation steps. */
typedef struct r2s_spike_layout {
  int n, n_in, n_out;
  double dt_ms;         /* simulation step */
  int steps_per_column; /* simulation steps in a rate step (a column of u) */
  int steps_per_sample; /* simulation steps between output samples */
  bool record_spikes, record_voltage;
} r2s_spike_layout;

/* span/step where that is a whole number, `least` or more, to a part in a million; else -1. */
int r2s_spike_whole_steps(double span_ms, double step_ms, int least);

R2S_MUST_CHECK r2s_status r2s_spike_layout_make(r2s_spike_layout *out, const r2s_model *model,
                                                const r2s_spike_config *config, r2s_error *err);

/* Simulation steps of a trial; sample k of the output is the state after step (k + 1) steps_per_sample. */
int r2s_spike_layout_steps(const r2s_spike_layout *layout, const r2s_spike_trial *trial);

/* Whether an engine can run the trial, the `number`-th of a call: its channels, duration, columns of input,
 * noise_scale, and every number that it brings. */
R2S_MUST_CHECK r2s_status r2s_spike_trial_check(const r2s_spike_trial *trial, const r2s_spike_layout *layout,
                                                const r2s_spike_config *config, int number, r2s_error *err);

/* How a trial learns that it shall end: the calling thread asks the monitor, the others read what it said. */
typedef struct r2s_spike_watch {
  const r2s_monitor *monitor; /* NULL in the other threads */
  const int *cancelled;       /* shared by the threads; read atomically */
} r2s_spike_watch;

/* Fails with R2S_ERR_CANCELLED if the trial shall end. A trial asks at each sample of the output. watch: NULL
 * is allowed. */
R2S_MUST_CHECK r2s_status r2s_spike_watch_ask(const r2s_spike_watch *watch, r2s_error *err);

enum { R2S_SPIKE_MOST_TOGETHER = 16 }; /* networks side by side: as many as fit into the L2 cache */

/* One spiking model. A state is read-only once prepared and shared by the threads; each thread has a
 * workspace. */
typedef struct r2s_spike_ops {
  r2s_status (*prepare)(void **state, const r2s_model *model, const r2s_spike_config *config,
                        const r2s_spike_layout *layout, r2s_error *err);
  void (*free)(void *state); /* NULL is allowed */
  r2s_status (*workspace_create)(void **workspace, const void *state, r2s_error *err);
  void (*workspace_free)(void *workspace); /* NULL is allowed */
  /* Simulates `steps` steps. The record comes with its arrays allocated and zeroed (r2s_spike_record_begin)
   * and its fields set but for n_spikes, which is 0, and spikes, which is NULL. The engine frees it on
   * failure. The trial is checked: every column that r2s_spike_column asks for is there. Same bits whatever
   * ran before. NULL where there is run_together. */
  r2s_status (*run_trial)(const void *state, void *workspace, const r2s_spike_trial *trial, int steps,
                          const r2s_spike_watch *watch, r2s_spike_record *record, r2s_error *err);
  /* The same for `count` states of one layout side by side, up to R2S_SPIKE_MOST_TOGETHER, each with its
   * workspace and record; of a model for which that takes less than one after the other. NULL: run_trial. */
  r2s_status (*run_together)(void *const *states, void *const *workspaces, int count,
                             const r2s_spike_trial *trial, int steps, const r2s_spike_watch *watch,
                             r2s_spike_record *records, r2s_error *err);
} r2s_spike_ops;

const r2s_spike_ops *r2s_spike_lif(void);           /* spike_lif.c */
const r2s_spike_ops *r2s_spike_lif_reference(void); /* spike_lif_reference.c */
const r2s_spike_ops *r2s_spike_lif_unit(void);      /* spike_lif_unit.c */
const r2s_spike_ops *r2s_spike_psc(void);           /* spike_psc_trial.c: psc-dexp and psc-alpha */

/* Column of u in simulation step k = 1..: round(k / steps_per_column), half away from zero, as the authors'
 * code has it (half a rate step early), or with on_step the rate step in which the step lies. */
static inline int r2s_spike_column(const r2s_spike_layout *layout, int k, bool on_step) {
  int per = layout->steps_per_column;
  return on_step ? (k - 1) / per : (2 * k + per) / (2 * per);
}

/* Initial voltages [N]: the trial's v0, or uniform in [v0_low, v0_high] by the trial's id. */
void r2s_spike_initial_voltages(const r2s_spike_trial *trial, const r2s_neuron_params *neuron, int n,
                                double *v0);

/* The edges W [N x N] that are not 0, by sender: those of sender j are start[j] .. start[j + 1] - 1 of
 * target, ascending. Both are allocated. */
R2S_MUST_CHECK r2s_status r2s_spike_edges(const double *W, int n, size_t **start, int **target,
                                          r2s_error *err);

/* Whether every weight of W [N x N], divided by the scale, is finite. */
R2S_MUST_CHECK r2s_status r2s_spike_scaled_check(const double *W, int n, double scale, r2s_error *err);

/* Fails where the voltage of unit 0.. at a trial's end is not finite: such a unit spikes no more, and nothing
 * else in the record shows why. */
R2S_MUST_CHECK r2s_status r2s_spike_voltage_check(int unit, double v, r2s_error *err);

/* Spikes of the trial in progress; kept in the workspace, so that it grows once and not in each trial. */
typedef struct r2s_spike_list {
  r2s_spike_event *events;
  size_t count, capacity;
} r2s_spike_list;
/* Makes room for `more` further events. Empty a list with count = 0, free it with free(events). */
R2S_MUST_CHECK r2s_status r2s_spike_list_reserve(r2s_spike_list *list, size_t more, r2s_error *err);

/* Allocates the record's arrays for a trial (rates_end always; voltage where asked for). */
R2S_MUST_CHECK r2s_status r2s_spike_record_begin(r2s_spike_record *record, const r2s_spike_layout *layout,
                                                 const r2s_spike_trial *trial, r2s_error *err);
/* Copies a list of spikes into the record. */
R2S_MUST_CHECK r2s_status r2s_spike_record_spikes(r2s_spike_record *record, const r2s_spike_list *list,
                                                  r2s_error *err);
/* Frees the record's spikes where the trial says so (drop_spikes). */
void r2s_spike_record_drop(r2s_spike_record *record, const r2s_spike_trial *trial);

#endif
