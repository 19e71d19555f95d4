/* SPDX-License-Identifier: MIT
 * Identities that the parameters rest on, computed from the run's settings: resting potential at threshold,
 * the level of a filtered spike train, and what one weight means in each model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_memory.h"
#include "base/base_sort.h"
#include "report/report_format.h"
#include "report/report_sections.h"

/* The state of a filter: the readout and what rises before it. */
typedef struct filter_state {
  double r, s;
} filter_state;

/* A period from x on, with a spike at its beginning or none; adds what r was at each step. */
static filter_state filter_period(r2s_filter filter, double dt, double tau_r, double tau_d, int period,
                                  bool spikes, filter_state x, double *sum) {
  for (int k = 0; k < period; k++) {
    const bool spike = spikes && k == 0;
    if (filter == R2S_FILTER_LIF) {
      x.r = x.r * exp(-dt / tau_d) + x.s * dt;
      x.s = x.s * exp(-dt / tau_r) + spike / (tau_r * tau_d);
    } else {
      if (spike) x.s += filter == R2S_FILTER_UNIT_AREA ? dt / (tau_r * tau_d) : 1 / tau_r;
      x.r = (1 - dt / tau_d) * x.r + dt * x.s;
      x.s = (1 - dt / tau_r) * x.s;
    }
    *sum += x.r;
  }
  return x;
}

/* A period takes the state x to M x + b, M without its lower left, so that the state long after the start, x
 * = M x + b, needs no wait for it, however slow the filter is. */
double r2s_filter_mean(r2s_filter filter, double dt, double tau_r, double tau_d, int period) {
  double sum = 0;
  const filter_state b = filter_period(filter, dt, tau_r, tau_d, period, true, (filter_state){0, 0}, &sum),
                     of_r =
                         filter_period(filter, dt, tau_r, tau_d, period, false, (filter_state){1, 0}, &sum),
                     of_s =
                         filter_period(filter, dt, tau_r, tau_d, period, false, (filter_state){0, 1}, &sum);
  filter_state settled = {.s = b.s / (1 - of_s.s)};
  settled.r = (b.r + of_s.r * settled.s) / (1 - of_r.r);
  sum = 0;
  filter_period(filter, dt, tau_r, tau_d, period, true, settled, &sum);
  return sum / period;
}

/* The voltage without threshold and input. */
static double equilibrium_mv(const r2s_spike_config *c) {
  return r2s_spike_resting_mv(c) + c->neuron.tau_m_ms / c->c_m_pf * c->i_e_pa;
}

static bool rests_at_threshold(const r2s_spike_config *c) {
  return fabs(equilibrium_mv(c) - c->neuron.v_th_mv) < 1e-9;
}

static void add_equilibrium_row(r2s_doc *doc, const char *model, const r2s_spike_config *c) {
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "`%s`", model);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(r2s_spike_resting_mv(c), 6).text);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(c->neuron.tau_m_ms, 6).text);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(c->c_m_pf, 6).text);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(c->i_e_pa, 6).text);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(equilibrium_mv(c), 6).text);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(c->neuron.v_th_mv, 6).text);
  r2s_doc_cell(doc, "%s", rests_at_threshold(c) ? "yes" : "**no**");
}

static void add_equilibrium(r2s_doc *doc, const r2s_config *config) {
  const bool all = rests_at_threshold(&config->psc_dexp) && rests_at_threshold(&config->psc_alpha);
  r2s_doc_heading(doc, 3,
                  all ? "The resting potential lies at threshold" : "Resting potential and threshold");
  r2s_doc_table(
      doc, "lrrrrrrl",
      "Model|E_L (mV)|τ_m (ms)|C_m (pF)|I_e (pA)|V_eq = E_L + (τ_m/C_m) I_e (mV)|V_th (mV)|V_eq = V_th");
  add_equilibrium_row(doc, "psc-dexp", &config->psc_dexp);
  add_equilibrium_row(doc, "psc-alpha", &config->psc_alpha);
  r2s_doc_paragraph(
      doc, "%s",
      all ? "This is the bias of the authors' LIF, which rests at its threshold. Without noise and input the "
            "voltage approaches the threshold from below, and that of `psc-alpha`, which gets there by I_e, "
            "stalls one rounding error (1e-13 mV) under it, so that its silence without input rests on "
            "rounding: a thousandth of a pA more already makes every unit fire."
          : "The authors' LIF rests at its threshold. Where V_eq is above it, a unit fires without any "
            "input; where it is below, input or noise must lift it over the difference.");
}

/* Median of tau_d over units: the run's, or the configured one before there is a network. */
static double typical_tau_d_ms(const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  double *tau = NULL, value = 0.5 * (folder->config.net.tau_min_ms + folder->config.net.tau_max_ms);
  if (model->n > 0 && r2s_alloc(&tau, (size_t)model->n, sizeof *tau, "tau_d", NULL) == R2S_OK) {
    r2s_model_tau_d_ms(model, tau);
    r2s_sort(tau, (size_t)model->n);
    value = (tau[(model->n - 1) / 2] + tau[model->n / 2]) / 2;
  }
  free(tau);
  return value;
}

/* What a tau_d of typical_tau_d_ms is. */
static const char *median_text(const r2s_folder *folder) {
  const r2s_model *model = &folder->model;
  const r2s_net_config *net = &folder->config.net;
  const bool one = model->n > 0 ? model->tau_min_ms == model->tau_max_ms : net->tau_min_ms == net->tau_max_ms;
  return one ? "" : ", the median over units";
}

static void add_filter_row(r2s_doc *doc, const char *name, const char *amplitude, const char *law,
                           double predicted, double measured) {
  r2s_doc_row(doc);
  r2s_doc_cell(doc, "%s", name);
  r2s_doc_cell(doc, "%s", amplitude);
  r2s_doc_cell(doc, "%s", law);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(predicted, 5).text);
  r2s_doc_cell(doc, "%s", r2s_fmt_short(measured, 5).text);
  r2s_doc_cell(doc, "%s %%", r2s_fmt(100 * (measured / predicted - 1), 2).text);
}

static void add_filters(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_spike_config *unit = &folder->config.lif_unit, *lif = &folder->config.lif;
  const double tau_d = typical_tau_d_ms(folder), dt = unit->neuron.dt_ms, dt_lif = lif->neuron.dt_ms;
  const double interval_ms = 20; /* rounded to steps */
  const int period = (int)lround(interval_ms / dt), period_lif = (int)lround(interval_ms / dt_lif);
  const double rate_hz = 1e3 / (period * dt), rate_lif_hz = 1e3 / (period_lif * dt_lif);
  r2s_doc_heading(doc, 3, "The level of a filtered spike train");
  char other[sizeof(r2s_short) + 16] = ""; /* steps of another length: not quite the same rate */
  if (fabs(rate_lif_hz - rate_hz) > 1e-9 * rate_hz)
    snprintf(other, sizeof other, " (`lif`: %s Hz)", r2s_fmt_short(rate_lif_hz, 4).text);
  char other_rise[sizeof(r2s_short) + 24] = "";
  if (lif->tau_r_ms != unit->tau_r_ms)
    snprintf(other_rise, sizeof other_rise, " (`lif`: %s ms)", r2s_fmt_short(lif->tau_r_ms, 4).text);
  r2s_doc_paragraph(
      doc,
      "A regular train of R = %s Hz%s, put through each model's filter with this run's steps and time "
      "constants (τ_r = %s ms%s, τ_d = %s ms%s); its mean long after the start:",
      r2s_fmt_short(rate_hz, 4).text, other, r2s_fmt_short(unit->tau_r_ms, 4).text, other_rise,
      r2s_fmt_short(tau_d, 4).text, median_text(folder));
  r2s_doc_table(doc, "lllrrr", "Filter|Amplitude of a spike|r_ss should be|Predicted|Simulated|Difference");
  if (unit->tau_r_ms > 0) {
    add_filter_row(doc, unit->unit_area ? "`lif-unit`" : "`lif-unit`, as in this run", "1/τ_r", "R τ_d",
                   rate_hz * tau_d * 1e-3,
                   r2s_filter_mean(R2S_FILTER_UNIT_INVERSE_RISE, dt, unit->tau_r_ms, tau_d, period));
    add_filter_row(doc, unit->unit_area ? "`lif-unit`, as in this run" : "`lif-unit`, other convention",
                   "dt/(τ_r τ_d)", "R dt", rate_hz * dt * 1e-3,
                   r2s_filter_mean(R2S_FILTER_UNIT_AREA, dt, unit->tau_r_ms, tau_d, period));
  }
  if (lif->tau_r_ms > 0)
    add_filter_row(doc, "`lif`", "1/(τ_r τ_d)", "R, in Hz", rate_lif_hz,
                   1e3 * r2s_filter_mean(R2S_FILTER_LIF, dt_lif, lif->tau_r_ms, tau_d, period_lif));
  if (unit->tau_r_ms > 0 && lif->tau_r_ms > 0)
    r2s_doc_paragraph(
        doc,
        "So r_ss = R τ_d holds for spike_amp = 1/τ_r; with spike_amp = dt/(τ_r τ_d) a spike adds only dt/τ_d "
        "times as much, r_ss = R dt, and the network is practically uncoupled at λ = 1. The LIF's filter "
        "has unit area and gives the rate in Hz (a share of dt/(2 τ_r) + dt/(2 τ_d) more, since its Euler "
        "step sums the rise from the left).");
  r2s_doc_paragraph(
      doc,
      "A spike of the dimensionless LIF with spike_amp = 1/τ_r has area τ_d, one of the LIF unit area. Hence "
      "λ = 1 of the dimensionless LIF, whose unit of voltage is 100 mV, couples 100 · τ_d · 25 = **%s** "
      "times as strongly as scale 25 of the LIF (τ_d in seconds).",
      r2s_fmt_short(100 * tau_d * 1e-3 * 25, 3).text);
}

static double alpha_tau_syn_ms(const r2s_folder *folder) {
  const double tau_syn_ms = folder->config.psc_alpha.tau_syn_ms;
  return isfinite(tau_syn_ms) ? tau_syn_ms : typical_tau_d_ms(folder);
}

double r2s_alpha_scale(const r2s_folder *folder) {
  const r2s_spike_config *a = &folder->config.psc_alpha;
  return 1000 * a->c_m_pf / a->neuron.tau_m_ms / (M_E * alpha_tau_syn_ms(folder) * a->weight_pa);
}

static void add_weights(r2s_doc *doc, const r2s_folder *folder) {
  const r2s_spike_config *a = &folder->config.psc_alpha, *d = &folder->config.psc_dexp;
  const double tau_syn = alpha_tau_syn_ms(folder);
  const char *median = isfinite(a->tau_syn_ms) ? "" : median_text(folder);
  const double gain = a->c_m_pf / a->neuron.tau_m_ms; /* pA a mV of steady input */
  r2s_doc_heading(doc, 3, "What a weight is worth");
  const bool rises = d->tau_r_ms > 0;
  r2s_doc_item(doc,
               "`psc-dexp`: W/scale times a kernel of unit area, as in the authors' LIF: %s, k = 1000 "
               "(C_m/τ_m)/(scale %s) pA, with C_m/τ_m = %s pA/mV.",
               rises ? "two exponential ports with +k W and −k W" : "one exponential port with k W (τ_r = 0)",
               rises ? "(τ_d − τ_r)" : "τ_d", r2s_fmt_short(d->c_m_pf / d->neuron.tau_m_ms, 4).text);
  if (isfinite(a->weight_pa))
    r2s_doc_item(
        doc,
        "`psc-alpha`: %s pA is the *peak* of an alpha function, whose area is e τ_syn times the peak "
        "(τ_syn = %s ms%s). In the units above this is scale 1000 (C_m/τ_m)/(e τ_syn %s) = **%s**.",
        r2s_fmt_short(a->weight_pa, 4).text, r2s_fmt_short(tau_syn, 4).text, median,
        r2s_fmt_short(a->weight_pa, 4).text, r2s_fmt(r2s_alpha_scale(folder), 2).text);
  double scale = r2s_folder_number(folder, "stages/sim-native/models/psc-alpha-matched/scale");
  if (!isfinite(scale)) scale = r2s_folder_number(folder, "stages/convert/predicted");
  if (isfinite(scale))
    r2s_doc_item(doc,
                 "Matched alpha (`simulate.matched`): the peak that has the area of scale %s, 1000 "
                 "(C_m/τ_m)/(scale e τ_syn) = %s pA.",
                 r2s_fmt_short(scale, 4).text, r2s_fmt_short(1000 * gain / (scale * M_E * tau_syn), 3).text);
}

void r2s_section_identities(r2s_doc *doc, const r2s_folder *folder) {
  r2s_doc_heading(doc, 2, "Identities");
  add_equilibrium(doc, &folder->config);
  add_filters(doc, folder);
  add_weights(doc, folder);
}
