/* SPDX-License-Identifier: MIT
 * rate2spike: rate networks trained on cognitive tasks, converted to spiking networks, with a certificate. */
#ifndef RATE2SPIKE_RATE2SPIKE_H
#define RATE2SPIKE_RATE2SPIKE_H

#include "config.h"
#include "convert.h"
#include "io.h"
#include "model.h"
#include "nest.h"
#include "neuron.h"
#include "rate.h"
#include "report.h"
#include "run.h"
#include "spike.h"
#include "status.h"
#include "task.h"
#include "trial.h"

#endif
