/* SPDX-License-Identifier: MIT
 * The sections of the report, in its order. Each adds its blocks; what the run does not have is said to be
 * missing. */
#ifndef R2S_REPORT_SECTIONS_H
#define R2S_REPORT_SECTIONS_H

#include "report/report_doc.h"
#include "report/report_folder.h"

void r2s_section_summary(r2s_doc *doc, const r2s_folder *folder);
/* Nothing where the certificate is of config.yaml. */
void r2s_section_edited(r2s_doc *doc, const r2s_folder *folder);
/* Nothing, and false, where all results are of config.yaml's trials and settings. */
bool r2s_section_other(r2s_doc *doc, const r2s_folder *folder);
/* mixed: results of several configurations, as r2s_section_other gives it */
void r2s_section_figures(r2s_doc *doc, const r2s_folder *folder, bool mixed);
void r2s_section_stages(r2s_doc *doc, const r2s_folder *folder);
void r2s_section_published(r2s_doc *doc, const r2s_folder *folder);
void r2s_section_scales(r2s_doc *doc, const r2s_folder *folder);
void r2s_section_certificate(r2s_doc *doc, const r2s_folder *folder);
void r2s_section_identities(r2s_doc *doc, const r2s_folder *folder);
R2S_MUST_CHECK r2s_status r2s_section_parameters(r2s_doc *doc, const r2s_folder *folder, r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_section_differences(r2s_doc *doc, const r2s_folder *folder, r2s_error *err);
void r2s_section_provenance(r2s_doc *doc, const r2s_folder *folder);

/* Why an option has its default of recipe matched and compat kim2019; NULL: unknown option. */
const char *r2s_rationale(const char *key);

/* The scale at which the synapses of `lif` have the area of those of psc-alpha; NaN where its weight follows
 * from a scale. */
double r2s_alpha_scale(const r2s_folder *folder);

/* Mean of a filtered spike train r over whole periods, long after its start: spikes every `period` steps. */
typedef enum r2s_filter {
  R2S_FILTER_UNIT_INVERSE_RISE, /* lif-unit, spike_amp 1/tau_r */
  R2S_FILTER_UNIT_AREA,         /* lif-unit, spike_amp dt/(tau_r tau_d) */
  R2S_FILTER_LIF                /* lif: the authors' double exponential */
} r2s_filter;
/* dt and the time constants in the same unit of time */
double r2s_filter_mean(r2s_filter filter, double dt, double tau_r, double tau_d, int period);

#endif
