/* SPDX-License-Identifier: MIT
 * Waiting for another thread: by spinning for a moment only, then asleep. Where another program holds a core,
 * the thread that works gets the other. */
#ifndef R2S_BASE_WAIT_H
#define R2S_BASE_WAIT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/base_error.h"

/* What to wait with. R2S_ERR_MEMORY where the system has no more of them; on failure there is neither. */
R2S_MUST_CHECK r2s_status r2s_wait_create(pthread_mutex_t *lock, pthread_cond_t *changed, r2s_error *err);
/* One more to wait for. */
R2S_MUST_CHECK r2s_status r2s_wait_create_condition(pthread_cond_t *changed, r2s_error *err);

/* Until *number is (equal) or is no longer `value`. Who changes it then takes the lock and signals, or one on
 * its way to sleep may miss it. */
void r2s_wait_until(const atomic_uint *number, bool equal, unsigned value, pthread_mutex_t *lock,
                    pthread_cond_t *changed);

#endif
