/* SPDX-License-Identifier: MIT
 * Whether arrays hold numbers. */
#ifndef R2S_BASE_FINITE_H
#define R2S_BASE_FINITE_H

#include <stddef.h>

#include "base/base_error.h"

/* Whether all of rows x columns values are finite: R2S_ERR_NUMERIC, with how many are not and where the first
 * one is. */
R2S_MUST_CHECK r2s_status r2s_finite_check(const char *name, const double *values, size_t rows,
                                           size_t columns, r2s_error *err);

#endif
