/* SPDX-License-Identifier: MIT
 * Builds the report's list of blocks. */
#include "report/report_doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_has.h"

static r2s_block *add_block(r2s_doc *doc, r2s_block_kind kind) {
  if (doc->n == doc->capacity) {
    int capacity = doc->capacity ? 2 * doc->capacity : 128;
    r2s_block *blocks = realloc(doc->blocks, (size_t)capacity * sizeof *blocks);
    if (!blocks) {
      doc->failed = true;
      return NULL;
    }
    doc->blocks = blocks;
    doc->capacity = capacity;
  }
  r2s_block *block = &doc->blocks[doc->n++];
  *block = (r2s_block){.kind = kind};
  return block;
}

#define ADD_FORMATTED(block, fmt)                                                                            \
  do {                                                                                                       \
    r2s_block *block_ = (block);                                                                             \
    va_list args_;                                                                                           \
    va_start(args_, fmt);                                                                                    \
    if (block_) r2s_text_add_args(&block_->text, fmt, args_);                                                \
    va_end(args_);                                                                                           \
  } while (0)

void r2s_doc_heading(r2s_doc *doc, int level, const char *fmt, ...) {
  r2s_block *block = add_block(doc, R2S_BLOCK_HEADING);
  if (block) block->level = level;
  ADD_FORMATTED(block, fmt);
}

void r2s_doc_paragraph(r2s_doc *doc, const char *fmt, ...) {
  ADD_FORMATTED(add_block(doc, R2S_BLOCK_PARAGRAPH), fmt);
}

void r2s_doc_item(r2s_doc *doc, const char *fmt, ...) {
  ADD_FORMATTED(add_block(doc, R2S_BLOCK_ITEM), fmt);
}

void r2s_doc_code(r2s_doc *doc, const char *fmt, ...) {
  ADD_FORMATTED(add_block(doc, R2S_BLOCK_CODE), fmt);
}

void r2s_doc_fold(r2s_doc *doc, const char *fmt, ...) {
  ADD_FORMATTED(add_block(doc, R2S_BLOCK_FOLD), fmt);
}

void r2s_doc_unfold(r2s_doc *doc) {
  add_block(doc, R2S_BLOCK_UNFOLD);
}

void r2s_doc_figure(r2s_doc *doc, const char *file, const char *alt, const char *fmt, ...) {
  r2s_block *block = add_block(doc, R2S_BLOCK_FIGURE);
  if (block) {
    snprintf(block->file, sizeof block->file, "%s", file);
    snprintf(block->alt, sizeof block->alt, "%s", alt);
  }
  ADD_FORMATTED(block, fmt);
}

void r2s_doc_table(r2s_doc *doc, const char *align, const char *columns) {
  r2s_block *block = add_block(doc, R2S_BLOCK_TABLE);
  if (!block) return;
  snprintf(block->align, sizeof block->align, "%s", align);
  for (const char *c = columns; *c; c++) r2s_text_put_bytes(&block->text, *c == '|' ? R2S_CELL : c, 1);
}

void r2s_doc_row(r2s_doc *doc) {
  add_block(doc, R2S_BLOCK_ROW);
}

void r2s_doc_cell(r2s_doc *doc, const char *fmt, ...) {
  r2s_block *row = doc->n && doc->blocks[doc->n - 1].kind == R2S_BLOCK_ROW ? &doc->blocks[doc->n - 1] : NULL;
  if (row && row->text.data) r2s_text_put(&row->text, R2S_CELL);
  ADD_FORMATTED(row, fmt);
}

void r2s_doc_free(r2s_doc *doc) {
  for (int k = 0; k < doc->n; k++) r2s_text_free(&doc->blocks[k].text);
  free(doc->blocks);
  *doc = (r2s_doc){0};
}

r2s_short r2s_plain(const char *string) {
  r2s_short out;
  size_t n = 0;
  for (const char *c = string; *c && n + 3 < sizeof out.text; c++) {
    if (strchr("\\`*[]", *c)) out.text[n++] = '\\';
    out.text[n++] = (unsigned char)*c < ' ' ? ' ' : *c;
  }
  out.text[n] = 0;
  return out;
}

bool r2s_doc_find_figure(const r2s_block *block, const char *dir, char path[4300], r2s_short *missing) {
  snprintf(path, 4300, "%s/%s.png", dir, block->file);
  snprintf(missing->text, sizeof missing->text, "%s.png is missing: the figures were not drawn.",
           block->file);
  return r2s_io_has(path);
}
