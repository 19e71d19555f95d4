/* SPDX-License-Identifier: MIT
 * The report as Markdown (GitHub's flavour). */
#include <string.h>

#include "report/report_doc.h"

/* Running text: ours already, but for what Markdown would take for HTML or for the end of a cell. */
static void put_inline(r2s_text *out, const char *text, size_t size) {
  bool code = false;
  for (size_t k = 0; k < size; k++) {
    const char c = text[k];
    if (c == '\\' && k + 1 < size) {
      r2s_text_put_bytes(out, text + k++, 2);
      continue;
    }
    if (c == '`') code = !code;
    if (c == '|')
      r2s_text_put(out, "\\|");
    else if (c == '<' && !code)
      r2s_text_put(out, "&lt;");
    else if (c == '&' && !code)
      r2s_text_put(out, "&amp;");
    else
      r2s_text_put_bytes(out, &c, 1);
  }
}

static void put_cells(r2s_text *out, const char *cells) {
  r2s_text_put(out, "|");
  for (const char *cell = cells; cell;) {
    const char *end = strchr(cell, R2S_CELL[0]);
    r2s_text_put(out, " ");
    put_inline(out, cell, end ? (size_t)(end - cell) : strlen(cell));
    r2s_text_put(out, " |");
    cell = end ? end + 1 : NULL;
  }
  r2s_text_put(out, "\n");
}

static void put_figure(r2s_text *out, const r2s_block *block, const char *dir) {
  char path[4300];
  r2s_short missing;
  if (r2s_doc_find_figure(block, dir, path, &missing))
    r2s_text_add(out, "![%s](%s.png)\n\n", block->alt, block->file);
  else
    r2s_text_add(out, "*%s*\n\n", missing.text);
}

static void put_block(r2s_text *out, const r2s_block *block, const char *dir) {
  const char *text = r2s_text_string(&block->text);
  switch (block->kind) {
  case R2S_BLOCK_HEADING:
    for (int k = 0; k < block->level; k++) r2s_text_put(out, "#");
    r2s_text_put(out, " ");
    break;
  case R2S_BLOCK_ITEM:
    r2s_text_put(out, "- ");
    break;
  case R2S_BLOCK_CODE:
    r2s_text_add(out, "```\n%s\n```\n", text);
    return;
  case R2S_BLOCK_TABLE:
    put_cells(out, text);
    for (const char *a = block->align; *a; a++) r2s_text_put(out, *a == 'r' ? "|--:" : "|:--");
    r2s_text_put(out, "|\n");
    return;
  case R2S_BLOCK_ROW:
    put_cells(out, text);
    return;
  case R2S_BLOCK_FIGURE:
    put_figure(out, block, dir);
    break;
  case R2S_BLOCK_FOLD:
    r2s_text_put(out, "<details><summary>");
    r2s_doc_html_inline(out, text);
    r2s_text_put(out, "</summary>\n");
    return;
  case R2S_BLOCK_UNFOLD:
    r2s_text_put(out, "</details>\n");
    return;
  case R2S_BLOCK_PARAGRAPH:
    break;
  }
  put_inline(out, text, block->text.size);
  r2s_text_put(out, "\n");
}

void r2s_doc_markdown(const r2s_doc *doc, const char *dir, r2s_text *out) {
  for (int k = 0; k < doc->n; k++) {
    const r2s_block_kind kind = doc->blocks[k].kind, before = k ? doc->blocks[k - 1].kind : kind;
    const bool same = (kind == R2S_BLOCK_ITEM && before == kind) || kind == R2S_BLOCK_ROW;
    if (k && !same) r2s_text_put(out, "\n");
    put_block(out, &doc->blocks[k], dir);
  }
}
