/* SPDX-License-Identifier: MIT
 * One figure: data files, a gnuplot script that draws them, and the drawing. The script is its variables,
 * written from the run, followed by a body that is the same for every run (src/report/gnuplot/). */
#ifndef R2S_REPORT_FIGURE_H
#define R2S_REPORT_FIGURE_H

#include "io/io_text.h"
#include "rate2spike/report.h"
#include "report/report_folder.h"

enum {
  R2S_FIGURES = 3,
  R2S_FIGURE_FORMATS = 3,
  R2S_FIGURE_CONDITIONS = 8,
  R2S_FIGURE_TRIALS = 5 /* single ones of a condition */
};

typedef struct r2s_figure r2s_figure;
struct r2s_figure {
  const char *name;                                 /* "fig1" */
  r2s_status (*make)(r2s_figure *, r2s_error *err); /* its data and variables */
  const r2s_folder *folder;
  char directory[4200]; /* of the figures */
  int n_conditions;     /* shown: at most R2S_FIGURE_CONDITIONS */
  int n_outputs;        /* shown: at most R2S_FIGURE_OUTPUTS */
  r2s_text head;        /* variables of the script */
};

/* Starts the script with what all figures use: conditions, stimulus periods, length of a trial. */
void r2s_figure_begin(r2s_figure *out, const char *name, const r2s_folder *folder);
void r2s_figure_free(r2s_figure *figure);

/* Variables of the script; `comment` (may be NULL) says what it is. */
void r2s_figure_number(r2s_figure *figure, const char *name, double value, const char *comment);
void r2s_figure_array(r2s_figure *figure, const char *name, const double *values, int n, const char *comment);
void r2s_figure_string(r2s_figure *figure, const char *name, const char *value, const char *comment);

/* The smallest of 1, 2, 3, 4, 5, 6, 8 times a power of ten that is at least x: the end of an axis. */
double r2s_figure_axis(double x);

/* Writes <name>_<part>.dat */
R2S_MUST_CHECK r2s_status r2s_figure_data(const r2s_figure *figure, const char *part, const r2s_text *data,
                                          r2s_error *err);
/* Writes the script. */
R2S_MUST_CHECK r2s_status r2s_figure_script(const r2s_figure *figure, r2s_error *err);
/* Draws png, svg or pdf (format 0 to 2); the old one stays where gnuplot fails. */
R2S_MUST_CHECK r2s_status r2s_figure_draw(const r2s_figure *figure, int format, const r2s_monitor *monitor,
                                          r2s_error *err);

/* Whether inputs that last the whole trial (context's) are not shaded: they would cover the shorter ones. */
bool r2s_figure_leaves_inputs_out(const r2s_task *task);

/* Units in a row and column of a cell of figure 3A, of n: 1, or means are drawn. */
int r2s_figure_cell(int n);

/* SOM units of a network: inhibitory ones without edges from inhibitory ones. */
int r2s_figure_som_units(const r2s_model *model);

/* Of kinds [n], the first that was simulated with the configuration's trials and settings, at the
 * certificate's scale, else the first with these, else the first that was simulated; -1: none was. */
int r2s_figure_choose(const r2s_folder *folder, const r2s_sim_kind *kinds, size_t n);

/* Whose spikes 2A shows; -1: none were simulated. */
int r2s_figure_raster_kind(const r2s_folder *folder);
/* So many of the first trials have their spikes (run_simulation.c keeps them of some only). */
int r2s_figure_kept_trials(const r2s_sim *sim);
/* The first trial of a condition that has its spikes: the first of each keeps them; n_records: none. */
int r2s_figure_first_trial(const r2s_sim *sim, int condition);

/* Paths in a run's folder of all that stage figures writes there, up to a NULL. */
extern const char *const r2s_figures_files[];

/* Names the results that the figures were drawn from. */
#define R2S_DRAWN_FROM "figures/drawn_from"
/* Writes it, once all are drawn. */
R2S_MUST_CHECK r2s_status r2s_drawn_record(const r2s_folder *folder, r2s_error *err);
/* Whether there are figures, and not (all) of the results that the folder has. */
bool r2s_drawn_is_old(const r2s_folder *folder);

/* Makes and draws n figures, up to R2S_FIGURES, side by side on that many threads (<= 0: cores). Data and
 * scripts are there even where gnuplot fails. */
R2S_MUST_CHECK r2s_status r2s_report_draw(r2s_figure *figures, int n, int threads, const r2s_monitor *monitor,
                                          r2s_error *err);

/* Conditions of a task that are shown. */
int r2s_figure_conditions(const r2s_task *task);

/* Single trials that a panel shows of each condition: more of them would hide one another. */
int r2s_figure_single_trials(const r2s_task *task);

/* Outputs of trials: for each output shown a block for each condition with rows t_ms, mean, mean - sd, mean +
 * sd, up to R2S_FIGURE_TRIALS single trials. has_<part> of the script says whether there are any, and
 * no_<part> of a simulation why not. */
R2S_MUST_CHECK r2s_status r2s_figure_rate_traces(r2s_figure *figure, const char *part, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_figure_sim_traces(r2s_figure *figure, const char *part, r2s_sim_kind kind,
                                                r2s_error *err);
/* fig<k>_target.dat: blocks as those of traces, with rows t_ms, target. */
R2S_MUST_CHECK r2s_status r2s_figure_targets(r2s_figure *figure, r2s_error *err);

/* What a panel says of simulations that it can't show: of_others as in r2s_sim. */
const char *r2s_figure_no_trials(bool of_others);

/* The spikes of the first trial of each condition that has them: a block for E and one for I; without Dale's
 * law, all units and an empty one. position [n]: of each unit in the raster, E first. */
R2S_MUST_CHECK r2s_status r2s_figure_raster(r2s_figure *figure, const r2s_sim *sim, const int *position,
                                            int n_exc, r2s_text *data, r2s_error *err);

/* Data and variables of the three figures. */
R2S_MUST_CHECK r2s_status r2s_figure_accuracy_of_scale(r2s_figure *figure, r2s_error *err); /* fig1 */
R2S_MUST_CHECK r2s_status r2s_figure_spikes(r2s_figure *figure, r2s_error *err); /* fig2: raster, rates */
R2S_MUST_CHECK r2s_status r2s_figure_stages(r2s_figure *figure, r2s_error *err); /* fig2: bars */
R2S_MUST_CHECK r2s_status r2s_figure_structure(r2s_figure *figure,
                                               r2s_error *err); /* fig3: weights, spectra */
R2S_MUST_CHECK r2s_status r2s_figure_time_constants(r2s_figure *figure, r2s_error *err); /* fig3: tau_d */
R2S_MUST_CHECK r2s_status r2s_figure_training(r2s_figure *figure, r2s_error *err); /* fig3: learning curve */
R2S_MUST_CHECK r2s_status r2s_figure_curve(r2s_figure *figure, r2s_error *err);    /* fig3: rate curve */

#endif
