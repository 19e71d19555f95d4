/* SPDX-License-Identifier: MIT
 * Settings of a training that takes a moment, for tests that make it fail at each of its calls. */
#ifndef R2S_TEST_SMALLEST_TRAINING_H
#define R2S_TEST_SMALLEST_TRAINING_H

/* the network, */
#define SMALLEST_NET "net.n=6", "net.n_inh=2"
/* and what else */
#define SMALLEST_TRAINING                                                                                    \
  "train.max_steps=2", "train.batch=2", "train.eval_trials=2", "train.test_trials=1", "recipe=writeup",      \
      "threads=1"

#endif
