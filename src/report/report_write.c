/* SPDX-License-Identifier: MIT
 * The stage "report": builds the document once and writes it as REPORT.md and report.html. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base_locale.h"
#include "base/base_memory.h"
#include "rate2spike/report.h"
#include "report/report_figure.h"
#include "report/report_format.h"
#include "report/report_sections.h"

static r2s_status build(r2s_doc *doc, const r2s_folder *folder, r2s_error *err) {
  r2s_section_summary(doc, folder);
  r2s_section_stages(doc, folder);
  r2s_section_published(doc, folder);
  r2s_section_scales(doc, folder);
  r2s_section_certificate(doc, folder);
  r2s_section_identities(doc, folder);
  r2s_status st = r2s_section_parameters(doc, folder, err);
  if (st == R2S_OK) st = r2s_section_differences(doc, folder, err);
  if (st != R2S_OK) return st;
  r2s_section_provenance(doc, folder);
  for (int k = 0; k < doc->n; k++) doc->failed |= doc->blocks[k].text.failed;
  return doc->failed ? r2s_fail(err, R2S_ERR_MEMORY, "out of memory for the report") : R2S_OK;
}

/* What the report says of itself, too. */
static void note_what_is_old(const r2s_folder *folder, const r2s_monitor *monitor) {
  r2s_text dir = {0};
  r2s_text_add_word(&dir, folder->dir);
  if (r2s_folder_is_edited(folder))
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "config.yaml was changed after the certificate's verdict: rate2spike simulate %s (or "
                     "convert) judges anew",
                     r2s_text_string(&dir));
  if (r2s_drawn_is_old(folder))
    r2s_monitor_note(monitor, R2S_NOTE_WARNING,
                     "the figures were drawn from earlier results: rate2spike figures %s draws them anew",
                     r2s_text_string(&dir));
  r2s_text_free(&dir);
}

r2s_status r2s_report_write(const char *dir, const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  const r2s_locale locale = r2s_locale_c();
  r2s_folder *folder = NULL;
  r2s_doc doc = {0};
  r2s_text markdown = {0}, html = {0};
  char path[4200], title[512];
  R2S_ALLOC(st, &folder, 1, "run folder", err);
  R2S_TRY(st, r2s_folder_load(folder, dir, monitor, err));
  note_what_is_old(folder, monitor);
  r2s_monitor_progress(monitor, "report", 0, 1, "");
  R2S_TRY(st, build(&doc, folder, err));
  r2s_doc_markdown(&doc, dir, &markdown);
  R2S_TRY(st, r2s_text_check(&markdown, err));
  snprintf(title, sizeof title, "rate2spike: %s, seed %.100s", folder->task.name,
           r2s_fmt_training_seed(folder).text);
  R2S_TRY(st, r2s_doc_html(&doc, title, dir, &html, err));
  if (r2s_monitor_cancelled(monitor))
    R2S_TRY(st, r2s_fail(err, R2S_ERR_CANCELLED, "interrupted before the report was written"));
  r2s_folder_path(folder, "REPORT.md", path, sizeof path);
  R2S_TRY(st, r2s_io_write_atomic(path, r2s_text_string(&markdown), markdown.size, err));
  r2s_folder_path(folder, "report.html", path, sizeof path);
  R2S_TRY(st, r2s_io_write_atomic(path, r2s_text_string(&html), html.size, err));
  r2s_monitor_progress(monitor, "report", 1, 1, "");
done:
  r2s_locale_restore(locale);
  r2s_text_free(&markdown);
  r2s_text_free(&html);
  r2s_doc_free(&doc);
  if (folder) r2s_folder_free(folder);
  free(folder);
  return st;
}
