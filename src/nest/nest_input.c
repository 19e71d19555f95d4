/* SPDX-License-Identifier: MIT
 * Which step_current_generators the trials need: trials with the same input share theirs. */
#include <stdlib.h>
#include <string.h>

#include "base/base_memory.h"
#include "nest/nest_bridge.h"

void r2s_nest_inputs_free(r2s_nest_inputs *inputs) {
  free(inputs->channel);
  free(inputs->offset);
  free(inputs->step);
  free(inputs->value);
  free(inputs->link);
  memset(inputs, 0, sizeof *inputs);
}

static float at(const r2s_spike_trial *trial, int n_in, int column, int channel) {
  return trial->u[(size_t)column * (size_t)n_in + (size_t)channel];
}

static bool same_course(const r2s_spike_trial *a, const r2s_spike_trial *b, int n_in, int channel) {
  if (a->n_columns != b->n_columns) return false;
  for (int t = 0; t < a->n_columns; t++)
    if (at(a, n_in, t, channel) != at(b, n_in, t, channel)) return false;
  return true;
}

/* Writes the changes of a channel's course, from 0 before the first. A generator can't change before step 1,
 * so column 0 starts there (and never, where a column is one step). Returns how many. */
static size_t list_changes(const r2s_spike_layout *layout, const r2s_spike_trial *trial, int channel,
                           int32_t *step, double *value) {
  size_t count = 0;
  double last = 0;
  for (int t = layout->steps_per_column == 1; t < trial->n_columns; t++) {
    double u = at(trial, layout->n_in, t, channel);
    if (u == last) continue;
    step[count] = t ? t * layout->steps_per_column : 1;
    value[count++] = last = u;
  }
  return count;
}

r2s_status r2s_nest_inputs_make(r2s_nest_inputs *out, const r2s_spike_layout *layout,
                                const r2s_spike_trial *trials, int n_trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n_in = (size_t)layout->n_in, most = n_in * (size_t)n_trials;
  size_t columns = 0;
  int *source = NULL; /* [n_trials] of the channel at hand; -1: silent */
  *out = (r2s_nest_inputs){0};
  for (int k = 0; k < n_trials; k++) columns += (size_t)trials[k].n_columns;
  R2S_ALLOC(st, &source, (size_t)n_trials, "inputs", err);
  R2S_ALLOC(st, &out->channel, most, "inputs", err);
  R2S_ALLOC(st, &out->offset, most + 1, "inputs", err);
  R2S_ALLOC(st, &out->step, columns * n_in, "inputs", err);
  R2S_ALLOC(st, &out->value, columns * n_in, "inputs", err);
  R2S_ALLOC(st, &out->link, 2 * most, "inputs", err);
  for (int c = 0; c < layout->n_in; c++)
    for (int k = 0; k < n_trials; k++) {
      int twin = 0;
      while (twin < k && !same_course(&trials[twin], &trials[k], layout->n_in, c)) twin++;
      source[k] = twin < k ? source[twin] : -1;
      if (twin == k) {
        size_t more =
            list_changes(layout, &trials[k], c, out->step + out->n_changes, out->value + out->n_changes);
        if (more) {
          source[k] = (int)out->n_sources;
          out->channel[out->n_sources++] = c;
          out->n_changes += more;
          out->offset[out->n_sources] = (int32_t)out->n_changes;
        }
      }
      if (source[k] < 0) continue;
      out->link[2 * out->n_links] = source[k];
      out->link[2 * out->n_links++ + 1] = k;
    }
done:
  free(source);
  if (st != R2S_OK) r2s_nest_inputs_free(out);
  return st;
}
