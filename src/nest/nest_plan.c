/* SPDX-License-Identifier: MIT
 * What is sent to NEST: plan.json with the scalars, one .npy file for each array. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_json.h"
#include "base/base_memory.h"
#include "base/base_random.h"
#include "nest/nest_bridge.h"

static r2s_status write_doubles(const r2s_nest_folder *folder, const char *name, const double *data,
                                size_t rows, size_t columns, r2s_error *err) {
  r2s_nest_array array = {R2S_NEST_DOUBLE, columns ? 2 : 1, {rows, columns, 0}, data};
  return r2s_nest_array_write(folder, name, &array, err);
}

static r2s_status write_ints(const r2s_nest_folder *folder, const char *name, const int32_t *data,
                             size_t rows, size_t columns, r2s_error *err) {
  r2s_nest_array array = {R2S_NEST_INT32, columns ? 2 : 1, {rows, columns, 0}, data};
  return r2s_nest_array_write(folder, name, &array, err);
}

/* Every synapse of one replica; psc-dexp: once for each port, the second with the negative weight (Eq. N5).
 */
static r2s_status write_synapses(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                                 r2s_error *err) {
  r2s_status st = R2S_OK;
  const int copies = net->alpha ? 1 : net->n_ports;
  const size_t count = net->n_synapses * (size_t)copies;
  int32_t *pre = NULL, *post = NULL, *port = NULL;
  double *weight = NULL;
  R2S_ALLOC(st, &pre, count, "plan for NEST", err);
  R2S_ALLOC(st, &post, count, "plan for NEST", err);
  R2S_ALLOC(st, &port, count, "plan for NEST", err);
  R2S_ALLOC(st, &weight, count, "plan for NEST", err);
  size_t at = 0;
  for (int copy = 0; copy < copies; copy++)
    for (int j = 0; j < net->layout.n; j++)
      for (size_t s = net->start[j]; s < net->start[j + 1]; s++, at++) {
        pre[at] = j;
        post[at] = net->target[s];
        port[at] = net->alpha ? 0 : copy + 1;
        weight[at] = copy ? -net->weight_pa[s] : net->weight_pa[s];
      }
  R2S_TRY(st, write_ints(folder, "pre", pre, count, 0, err));
  R2S_TRY(st, write_ints(folder, "post", post, count, 0, err));
  R2S_TRY(st, write_ints(folder, "port", port, count, 0, err));
  R2S_TRY(st, write_doubles(folder, "weight_pa", weight, count, 0, err));
done:
  free(pre);
  free(post);
  free(port);
  free(weight);
  return st;
}

/* tau_syn [N x ports] and the initial voltages [trials x N]. */
static r2s_status write_neurons(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                                const r2s_spike_trial *trials, int n_trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)net->layout.n, ports = (size_t)net->n_ports;
  double *tau = NULL, *v = NULL;
  R2S_ALLOC(st, &tau, n * ports, "plan for NEST", err);
  R2S_ALLOC(st, &v, n * (size_t)n_trials, "plan for NEST", err);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < ports; k++)
      tau[i * ports + k] = k && !net->alpha ? net->tau_rise_ms : net->tau_syn_ms[i];
  for (int k = 0; k < n_trials; k++)
    r2s_spike_initial_voltages(&trials[k], &net->neuron, net->layout.n, v + (size_t)k * n);
  R2S_TRY(st, write_doubles(folder, "tau_syn_ms", tau, n, ports, err));
  R2S_TRY(st, write_doubles(folder, "v_mv", v, (size_t)n_trials, n, err));
done:
  free(tau);
  free(v);
  return st;
}

static r2s_status write_inputs(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                               const r2s_spike_trial *trials, int n_trials, r2s_error *err) {
  r2s_status st = R2S_OK;
  const size_t n = (size_t)net->layout.n;
  r2s_nest_inputs inputs = {0};
  double *noise = NULL;
  R2S_TRY(st, r2s_nest_inputs_make(&inputs, &net->layout, trials, n_trials, err));
  R2S_TRY(st, write_doubles(folder, "input_pa", net->input_pa, (size_t)net->layout.n_in, n, err));
  R2S_TRY(st, write_ints(folder, "source_channel", inputs.channel, inputs.n_sources, 0, err));
  R2S_TRY(st, write_ints(folder, "source_offset", inputs.offset, inputs.n_sources + 1, 0, err));
  R2S_TRY(st, write_ints(folder, "source_step", inputs.step, inputs.n_changes, 0, err));
  R2S_TRY(st, write_doubles(folder, "source_value", inputs.value, inputs.n_changes, 0, err));
  R2S_TRY(st, write_ints(folder, "source_link", inputs.link, inputs.n_links, 2, err));
  R2S_ALLOC(st, &noise, (size_t)n_trials, "plan for NEST", err);
  for (int k = 0; k < n_trials; k++) noise[k] = r2s_spike_psc_noise_pa(net, &trials[k]);
  R2S_TRY(st, write_doubles(folder, "noise_pa", noise, (size_t)n_trials, 0, err));
  for (int k = 0; k < n_trials; k++) {
    if (!trials[k].injected_pa) continue;
    char name[32];
    snprintf(name, sizeof name, "injected_%d", k);
    size_t steps = (size_t)r2s_spike_layout_steps(&net->layout, &trials[k]);
    R2S_TRY(st, write_doubles(folder, name, trials[k].injected_pa, steps, n, err));
  }
done:
  free(noise);
  r2s_nest_inputs_free(&inputs);
  return st;
}

/* NEST's seed: 1 to 2^31 - 1, from the first trial. */
static int make_seed(const r2s_spike_trial *first) {
  r2s_random random;
  r2s_random_seed_trial(&random, first->id, R2S_STREAM_NEST);
  uint32_t seed = r2s_random_u32(&random) >> 1;
  return seed ? (int)seed : 1;
}

static json_t *make_plan(const r2s_spike_psc_net *net, const r2s_nest_replicas *replicas, int steps) {
  const double h = net->layout.dt_ms, voltage_ms = h * net->layout.steps_per_sample;
  json_t *injected = json_array();
  for (int k = 0; k < replicas->count; k++)
    if (replicas->trials[k].injected_pa) r2s_json_append(&injected, json_integer(k));
  return json_pack(
      "{s:s, s:i, s:i, s:i, s:b, s:f, s:f, s:i, s:f, s:i, s:o, s:{s:f, s:f, s:f, s:f, s:f, s:f, s:f}}",
      "model", net->alpha ? "iaf_psc_alpha" : "iaf_psc_exp_multisynapse", "n", net->layout.n, "trials",
      replicas->count, "steps", steps, "ports", !net->alpha, "resolution_ms", h, "delay_ms",
      h * net->delay_steps, "rng_seed", make_seed(replicas->trials), "voltage_ms",
      net->layout.record_voltage ? voltage_ms : 0.0, "voltage_samples", steps / net->layout.steps_per_sample,
      "injected", injected, "neuron", "C_m", net->c_m_pf, "tau_m", net->neuron.tau_m_ms, "t_ref",
      net->neuron.t_ref_ms, "V_th", net->neuron.v_th_mv, "V_reset", net->neuron.v_reset_mv, "E_L",
      net->e_l_mv, "I_e", net->i_e_pa);
}

r2s_status r2s_nest_plan_write(const r2s_nest_folder *folder, const r2s_spike_psc_net *net,
                               const r2s_nest_replicas *replicas, int steps, r2s_error *err) {
  r2s_status st = R2S_OK;
  char path[R2S_NEST_PATH];
  json_t *plan = NULL;
  R2S_TRY(st, write_synapses(folder, net, err));
  R2S_TRY(st, write_neurons(folder, net, replicas->trials, replicas->count, err));
  R2S_TRY(st, write_inputs(folder, net, replicas->trials, replicas->count, err));
  R2S_TRY(st, r2s_nest_folder_file(folder, "plan.json", path, err));
  plan = make_plan(net, replicas, steps);
  if (!plan)
    st = r2s_fail(err, R2S_ERR_MEMORY, "no memory for the plan for NEST");
  else if (json_dump_file(plan, path, JSON_INDENT(1)))
    st = r2s_fail(err, R2S_ERR_IO, "%s: can't be written: %s", path, strerror(errno));
done:
  json_decref(plan);
  return st;
}
