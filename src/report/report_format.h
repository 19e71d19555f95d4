/* SPDX-License-Identifier: MIT
 * Numbers as the report writes them. What is not there is an en dash. */
#ifndef R2S_REPORT_FORMAT_H
#define R2S_REPORT_FORMAT_H

#include "report/report_doc.h"
#include "report/report_folder.h"

r2s_short r2s_fmt(double value, int decimals);
/* Significant digits. */
r2s_short r2s_fmt_short(double value, int digits);
/* "100.0 % [96.3, 100.0], n = 100"; "100.0 %, n = 2" of trials that would only repeat; "not run" */
r2s_short r2s_fmt_accuracy(r2s_json_accuracy accuracy);
/* "trials of seed 9, task go-nogo (...), noise_mv=0": what a result of run.json was made with and config.yaml
 * does not say; "" where that is nothing or not known. model: as in run.json; NULL: the rate network. */
r2s_short r2s_fmt_other(const r2s_folder *folder, const char *model, const json_t *result);
/* The same of a spikes file. */
r2s_short r2s_fmt_other_sim(const r2s_folder *folder, r2s_sim_kind kind);
/* For figures: "what, 1/λ = 44", with an asterisk where r2s_fmt_other_sim is not empty. */
r2s_short r2s_fmt_sim(const r2s_folder *folder, r2s_sim_kind kind, const char *what);
/* "`psc-dexp`, NEST, scale 44.1" of a SIM; without the scale where the model has none, and with r2s_fmt_other
 */
r2s_short r2s_fmt_simulation(const r2s_folder *folder, const char *model, const char *engine,
                             const json_t *sim);
/* "NEST" for "nest" and "nest 3.9", else as it is */
r2s_short r2s_fmt_engine(const char *engine);
/* " (`lif`: 99.5 % [97.2, 99.9], n = 200)": what the certificate's verdict hangs on; "" where it doesn't say
 */
r2s_short r2s_fmt_decisive(const r2s_folder *folder);
r2s_short r2s_fmt_seed(uint64_t seed);
/* The seed that trained the network (a later stage may have been given another one); "unknown" */
r2s_short r2s_fmt_training_seed(const r2s_folder *folder);
/* The recipe that trained it: "`matched`"; "unknown" */
r2s_short r2s_fmt_recipe(const r2s_folder *folder);
/* "1.04 ± 0.03"; "1.04" where all are equal */
r2s_short r2s_fmt_spread(double mean, double sd, int decimals);
/* Where the trials of a condition of run.json end: "1.04 ± 0.03; −0.98 ± 0.1" of each output, `between` being
 * "; "; rise: when they rise there, "240; –". An earlier version tells output 0 alone, which is said. */
void r2s_put_outputs(r2s_text *out, const r2s_folder *folder, const json_t *condition, bool rise,
                     const char *between);

#endif
