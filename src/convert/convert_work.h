/* SPDX-License-Identifier: MIT
 * How long a scale search takes, for the progress of a stage. */
#ifndef R2S_CONVERT_WORK_H
#define R2S_CONVERT_WORK_H

/* In units of one trial at one scale. Drawing a trial's noise, once for all scales, takes as long as two. */
static inline double r2s_convert_work(int n_scales, int n_trials) {
  return (n_scales + 2.0) * n_trials;
}

#endif
