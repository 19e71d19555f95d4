/* SPDX-License-Identifier: MIT
 * The report as one HTML file that needs nothing beside itself: style and figures are inside. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_embedded.h"
#include "rate2spike/io.h"
#include "report/report_doc.h"

static void put_escaped(r2s_text *out, char c) {
  switch (c) {
  case '<':
    r2s_text_put(out, "&lt;");
    break;
  case '>':
    r2s_text_put(out, "&gt;");
    break;
  case '&':
    r2s_text_put(out, "&amp;");
    break;
  case '"':
    r2s_text_put(out, "&quot;");
    break;
  case '\'':
    r2s_text_put(out, "&#39;");
    break;
  default:
    r2s_text_put_bytes(out, &c, 1);
  }
}

static void put_escaped_bytes(r2s_text *out, const char *text, size_t size) {
  for (size_t k = 0; k < size; k++) put_escaped(out, text[k]);
}

static void put_inline(r2s_text *out, const char *text, size_t size);

/* [text](address): gives how many bytes it took, 0 where it is none. */
static size_t put_link(r2s_text *out, const char *text, size_t size) {
  const char *middle = NULL, *end = NULL;
  for (size_t k = 1; k + 1 < size && !middle; k++)
    if (text[k] == ']' && text[k + 1] == '(') middle = text + k;
  if (middle) end = memchr(middle, ')', size - (size_t)(middle - text));
  if (!end || strncmp(middle + 2, "http", 4) != 0) return 0;
  r2s_text_put(out, "<a href=\"");
  put_escaped_bytes(out, middle + 2, (size_t)(end - middle - 2));
  r2s_text_put(out, "\">");
  put_inline(out, text + 1, (size_t)(middle - text - 1));
  r2s_text_put(out, "</a>");
  return (size_t)(end - text) + 1;
}

static void put_inline(r2s_text *out, const char *text, size_t size) {
  bool strong = false, emphasis = false;
  for (size_t k = 0; k < size; k++) {
    const char c = text[k];
    const char *code_end = c == '`' ? memchr(text + k + 1, '`', size - k - 1) : NULL;
    size_t link = c == '[' ? put_link(out, text + k, size - k) : 0;
    if (link) {
      k += link - 1;
    } else if (c == '\\' && k + 1 < size) {
      put_escaped(out, text[++k]);
    } else if (code_end) {
      r2s_text_put(out, "<code>");
      put_escaped_bytes(out, text + k + 1, (size_t)(code_end - text) - k - 1);
      r2s_text_put(out, "</code>");
      k = (size_t)(code_end - text);
    } else if (c == '*' && k + 1 < size && text[k + 1] == '*') {
      r2s_text_put(out, (strong = !strong) ? "<strong>" : "</strong>");
      k++;
    } else if (c == '*') {
      r2s_text_put(out, (emphasis = !emphasis) ? "<em>" : "</em>");
    } else {
      put_escaped(out, c);
    }
  }
  if (emphasis) r2s_text_put(out, "</em>");
  if (strong) r2s_text_put(out, "</strong>");
}

void r2s_doc_html_inline(r2s_text *out, const char *text) {
  put_inline(out, text, strlen(text));
}

static void put_base64(r2s_text *out, const unsigned char *bytes, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t k = 0; k < size; k += 3) {
    const size_t n = size - k < 3 ? size - k : 3;
    const unsigned v =
        (unsigned)bytes[k] << 16 | (n > 1 ? (unsigned)bytes[k + 1] << 8 : 0) | (n > 2 ? bytes[k + 2] : 0u);
    const char quad[4] = {digits[v >> 18], digits[v >> 12 & 63], n > 1 ? digits[v >> 6 & 63] : '=',
                          n > 2 ? digits[v & 63] : '='};
    r2s_text_put_bytes(out, quad, 4);
  }
}

static r2s_status put_figure(r2s_text *out, const r2s_block *block, const char *dir, r2s_error *err) {
  char path[4300];
  r2s_short missing;
  r2s_text_put(out, "<figure>");
  if (r2s_doc_find_figure(block, dir, path, &missing)) {
    char *bytes = NULL;
    size_t size = 0;
    r2s_status st = r2s_io_read_all(path, &bytes, &size, err);
    if (st != R2S_OK) return st;
    r2s_text_put(out, "<img alt=\"");
    put_escaped_bytes(out, block->alt, strlen(block->alt));
    r2s_text_put(out, "\" src=\"data:image/png;base64,");
    put_base64(out, (const unsigned char *)bytes, size);
    r2s_text_put(out, "\">");
    free(bytes);
  } else {
    r2s_text_add(out, "<p><em>%s</em></p>", missing.text);
  }
  r2s_text_put(out, "<figcaption>");
  r2s_doc_html_inline(out, r2s_text_string(&block->text));
  r2s_text_put(out, "</figcaption></figure>\n");
  return R2S_OK;
}

static void put_cells(r2s_text *out, const char *tag, const char *align, const char *cells) {
  r2s_text_put(out, "<tr>");
  int column = 0;
  const int n_align = (int)strlen(align);
  for (const char *cell = cells; cell; column++) {
    const char *end = strchr(cell, R2S_CELL[0]);
    const char kind = column < n_align ? align[column] : 'l';
    r2s_text_add(out, "<%s%s>", tag, kind == 'r' ? " class=\"r\"" : kind == 'n' ? " class=\"n\"" : "");
    put_inline(out, cell, end ? (size_t)(end - cell) : strlen(cell));
    r2s_text_add(out, "</%s>", tag);
    cell = end ? end + 1 : NULL;
  }
  r2s_text_put(out, "</tr>\n");
}

static void put_wrapped(r2s_text *out, const char *open, const char *text, const char *close) {
  r2s_text_put(out, open);
  r2s_doc_html_inline(out, text);
  r2s_text_put(out, close);
}

/* One block; align: of the table that a row belongs to. */
static r2s_status put_block(r2s_text *out, const r2s_block *block, int number, const char *align,
                            const char *dir, r2s_error *err) {
  const char *text = r2s_text_string(&block->text);
  char open[48], close[8];
  switch (block->kind) {
  case R2S_BLOCK_HEADING:
    snprintf(open, sizeof open, "<h%d id=\"s%d\">", block->level, number);
    snprintf(close, sizeof close, "</h%d>\n", block->level);
    put_wrapped(out, open, text, close);
    break;
  case R2S_BLOCK_PARAGRAPH:
    put_wrapped(out, "<p>", text, "</p>\n");
    break;
  case R2S_BLOCK_ITEM:
    put_wrapped(out, "<li>", text, "</li>\n");
    break;
  case R2S_BLOCK_CODE:
    r2s_text_put(out, "<pre>");
    put_escaped_bytes(out, text, block->text.size);
    r2s_text_put(out, "</pre>\n");
    break;
  case R2S_BLOCK_TABLE:
    r2s_text_put(out, "<div class=\"table\"><table><thead>");
    put_cells(out, "th", align, text);
    r2s_text_put(out, "</thead><tbody>\n");
    break;
  case R2S_BLOCK_ROW:
    put_cells(out, "td", align, text);
    break;
  case R2S_BLOCK_FIGURE:
    return put_figure(out, block, dir, err);
  case R2S_BLOCK_FOLD:
    put_wrapped(out, "<details><summary>", text, "</summary>\n");
    break;
  case R2S_BLOCK_UNFOLD:
    r2s_text_put(out, "</details>\n");
    break;
  }
  return R2S_OK;
}

/* Links to the main sections, under the title. */
static void put_contents(const r2s_doc *doc, r2s_text *out) {
  r2s_text_put(out, "<nav>");
  for (int k = 0; k < doc->n; k++)
    if (doc->blocks[k].kind == R2S_BLOCK_HEADING && doc->blocks[k].level == 2) {
      r2s_text_add(out, "<a href=\"#s%d\">", k);
      r2s_doc_html_inline(out, r2s_text_string(&doc->blocks[k].text));
      r2s_text_put(out, "</a> ");
    }
  r2s_text_put(out, "</nav>\n");
}

r2s_status r2s_doc_html(const r2s_doc *doc, const char *title, const char *dir, r2s_text *out,
                        r2s_error *err) {
  const r2s_embedded_file *style = r2s_embedded("report/report.css");
  const char *align = "";
  r2s_text_put(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
  put_escaped_bytes(out, title, strlen(title));
  r2s_text_put(out, "</title>\n<style>\n");
  r2s_text_put_bytes(out, style->data, style->size);
  r2s_text_put(out, "</style></head><body>\n");
  bool contents = false;
  for (int k = 0; k < doc->n; k++) {
    const r2s_block *block = &doc->blocks[k];
    const r2s_block_kind next = k + 1 < doc->n ? doc->blocks[k + 1].kind : R2S_BLOCK_HEADING;
    if (block->kind == R2S_BLOCK_HEADING && block->level == 2 && !contents) {
      put_contents(doc, out);
      contents = true;
    }
    if (block->kind == R2S_BLOCK_ITEM && (k == 0 || doc->blocks[k - 1].kind != R2S_BLOCK_ITEM))
      r2s_text_put(out, "<ul>\n");
    if (block->kind == R2S_BLOCK_TABLE) align = block->align;
    r2s_status st = put_block(out, block, k, align, dir, err);
    if (st != R2S_OK) return st;
    if (block->kind == R2S_BLOCK_ITEM && next != R2S_BLOCK_ITEM) r2s_text_put(out, "</ul>\n");
    if ((block->kind == R2S_BLOCK_TABLE || block->kind == R2S_BLOCK_ROW) && next != R2S_BLOCK_ROW)
      r2s_text_put(out, "</tbody></table></div>\n");
  }
  r2s_text_put(out, "</body></html>\n");
  return r2s_text_check(out, err);
}
