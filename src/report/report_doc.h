/* SPDX-License-Identifier: MIT
 * The report as a list of blocks, written once and emitted as Markdown and as HTML.
 *
 * Running text is a small part of Markdown: **strong**, *emphasis*, `code`, [text](address), and a backslash
 * before a character that shall stand for itself. Text from outside (names in files) goes through r2s_plain.
 */
#ifndef R2S_REPORT_DOC_H
#define R2S_REPORT_DOC_H

#include "io/io_text.h"

typedef enum r2s_block_kind {
  R2S_BLOCK_HEADING,
  R2S_BLOCK_PARAGRAPH,
  R2S_BLOCK_ITEM,   /* neighbours make one list */
  R2S_BLOCK_CODE,   /* verbatim */
  R2S_BLOCK_TABLE,  /* starts a table: text is its columns' names */
  R2S_BLOCK_ROW,    /* neighbours belong to the table before them */
  R2S_BLOCK_FIGURE, /* text is the caption */
  R2S_BLOCK_FOLD,   /* hides the blocks up to the next UNFOLD behind its text */
  R2S_BLOCK_UNFOLD
} r2s_block_kind;

/* Cells of a table are parted by this character, which no text of ours has. */
#define R2S_CELL "\x1f"

typedef struct r2s_block {
  r2s_block_kind kind;
  int level;      /* of a heading, 1 or more */
  char align[16]; /* of a table, for each column: 'l', 'r', or 'n' for left and never wrapped */
  char file[64];  /* of a figure, without extension: "figures/fig1" */
  char alt[160];  /* what it shows, for who can't see it */
  r2s_text text;
} r2s_block;

/* Starts as {0}. */
typedef struct r2s_doc {
  r2s_block *blocks;
  int n, capacity;
  bool failed; /* out of memory */
} r2s_doc;

void r2s_doc_heading(r2s_doc *doc, int level, const char *fmt, ...) R2S_PRINTF(3, 4);
void r2s_doc_paragraph(r2s_doc *doc, const char *fmt, ...) R2S_PRINTF(2, 3);
void r2s_doc_item(r2s_doc *doc, const char *fmt, ...) R2S_PRINTF(2, 3);
void r2s_doc_code(r2s_doc *doc, const char *fmt, ...) R2S_PRINTF(2, 3);
/* file, alt: as in r2s_block; the caption */
void r2s_doc_figure(r2s_doc *doc, const char *file, const char *alt, const char *fmt, ...) R2S_PRINTF(4, 5);
/* columns: names parted by '|'; align: a letter for each */
void r2s_doc_table(r2s_doc *doc, const char *align, const char *columns);
void r2s_doc_row(r2s_doc *doc);
void r2s_doc_cell(r2s_doc *doc, const char *fmt, ...) R2S_PRINTF(2, 3);
void r2s_doc_fold(r2s_doc *doc, const char *fmt, ...) R2S_PRINTF(2, 3);
void r2s_doc_unfold(r2s_doc *doc);
void r2s_doc_free(r2s_doc *doc);

/* A short text, for use in the argument list of the calls above. */
typedef struct r2s_short {
  char text[1024];
} r2s_short;

/* The string with a backslash before what would be markup; cut at 1023 bytes. */
r2s_short r2s_plain(const char *string);

/* The path of a figure's file in the run folder; false, with what stands in its place, where it is missing.
 */
bool r2s_doc_find_figure(const r2s_block *block, const char *dir, char path[4300], r2s_short *missing);
/* dir: the run folder. A figure that is not there is said to be missing. */
void r2s_doc_markdown(const r2s_doc *doc, const char *dir, r2s_text *out);
/* The same; figures are put into the file. */
R2S_MUST_CHECK r2s_status r2s_doc_html(const r2s_doc *doc, const char *title, const char *dir, r2s_text *out,
                                       r2s_error *err);
/* Running text as HTML, everything escaped. */
void r2s_doc_html_inline(r2s_text *out, const char *text);

#endif
