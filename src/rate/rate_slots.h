/* SPDX-License-Identifier: MIT
 * The order in which the gradient of the edges is taken: in fours of one receiver, which share what is loaded
 * of it, chunk of senders by chunk, so that what was sent stays in the L1 cache while all receivers pass. A
 * slot is a place in that order. An edge's sum does not depend on it: so chunks may follow from the machine.
 */
#ifndef R2S_RATE_SLOTS_H
#define R2S_RATE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/base_error.h"

enum { R2S_RATE_SLOTS_FOUR = 4 };

typedef struct r2s_rate_slots {
  size_t n, n_out, chunk; /* units, outputs, senders of a chunk */
  size_t edges;           /* between units, that they were built for */
  size_t most, fours;     /* fours that there is room for, and that there are */
  uint32_t *post;         /* [fours] the receiver: a unit, or N + k for output k */
  uint32_t *pre;          /* [fours x 4] the slot's sender */
  uint32_t *slot, *w_out; /* [edges], [n_out x N] the slot of an edge and of an output weight: one of them,
                             where a receiver's last four has its last edge again and again */
  uint32_t *next;         /* [N] the receiver's next edge, while they are built */
} r2s_rate_slots;

/* n_out: outputs whose weights are edges, too. sender_bytes: what a pass over the edges reads of each sender.
 */
R2S_MUST_CHECK r2s_status r2s_rate_slots_create(r2s_rate_slots *out, int n, int n_out, size_t edges,
                                                size_t sender_bytes, r2s_error *err);
void r2s_rate_slots_free(r2s_rate_slots *slots);

/* For edges in the order of post, pre. Where some of them are taken out later, the others keep their slots.
 */
void r2s_rate_slots_build(r2s_rate_slots *slots, size_t edges, const uint32_t *post, const uint32_t *pre);

#endif
