/* SPDX-License-Identifier: MIT
 * What the machine is, for run.json. */
#ifndef R2S_RUN_MACHINE_H
#define R2S_RUN_MACHINE_H

#include <jansson.h>

/* {cpu, isa, cores, os}; NULL: out of memory */
json_t *r2s_run_machine(void);

#endif
