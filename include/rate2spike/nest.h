/* SPDX-License-Identifier: MIT
 * The real NEST as a spike engine, through PyNEST (docs/nest.md). */
#ifndef RATE2SPIKE_NEST_H
#define RATE2SPIKE_NEST_H

#include "spike.h"

R2S_API_BEGIN

/* Engine "nest": models psc-dexp and psc-alpha; all trials of one run as replicas in one kernel. */
const r2s_spike_engine *r2s_nest_engine(void);

/* Whether `python` (NULL: "python3") can import nest and numpy; version [32] gets NEST's version. Takes a
 * second or two, at most 60; monitor may be NULL. */
R2S_MUST_CHECK r2s_status r2s_nest_probe(const char *python, char *version, const r2s_monitor *monitor,
                                         r2s_error *err);

R2S_API_END
#endif
