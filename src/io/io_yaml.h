/* SPDX-License-Identifier: MIT
 * YAML as a tree in which every node knows its line and column. What configurations and tasks need and no
 * more: one document of maps, sequences and scalars; anchors, aliases, tags and duplicate keys are refused.
 */
#ifndef R2S_IO_YAML_H
#define R2S_IO_YAML_H

#include <stddef.h>

#include "base/base_error.h"

typedef enum r2s_yaml_kind { R2S_YAML_SCALAR, R2S_YAML_MAP, R2S_YAML_SEQUENCE } r2s_yaml_kind;

typedef struct r2s_yaml_node r2s_yaml_node;
struct r2s_yaml_node {
  r2s_yaml_kind kind;
  int line, column;         /* from 1 */
  char *key;                /* in a map; else NULL */
  int key_line, key_column; /* of the key; of the node itself where there is none */
  char *text;               /* of a scalar ("" for an empty one); else NULL */
  bool quoted;              /* a scalar in quotes or as a block: a text, whatever it looks like */
  int count;                /* children of a map or sequence, in the file's order: */
  r2s_yaml_node *first, *next;
};

typedef struct r2s_yaml {
  char *name; /* of the file, for messages */
  r2s_yaml_node *root;
} r2s_yaml;

enum {
  R2S_YAML_MAX_SIZE = 1 << 20,
  R2S_YAML_MAX_NODES = 50000,
  R2S_YAML_MAX_DEPTH = 24,
  R2S_YAML_MAX_KEYS = 1000, /* of a map: each is compared with all before it */
  R2S_YAML_MAX_TAGS = 100   /* libyaml compares each %TAG of a document with all before it */
};

/* Messages begin with NAME:LINE:COLUMN. On failure *out is zero. */
R2S_MUST_CHECK r2s_status r2s_yaml_parse(r2s_yaml *out, const char *name, const char *text, size_t size,
                                         r2s_error *err);
R2S_MUST_CHECK r2s_status r2s_yaml_load(r2s_yaml *out, const char *path, r2s_error *err);
void r2s_yaml_free(r2s_yaml *yaml);

/* YAML's null: no value, ~ or null, not in quotes. */
bool r2s_yaml_is_null(const r2s_yaml_node *node);

/* Such a word: "", ~, null, Null, NULL. */
bool r2s_yaml_is_null_word(const char *text);

/* NULL where the map has no such key. */
const r2s_yaml_node *r2s_yaml_get(const r2s_yaml_node *map, const char *key);

/* R2S_ERR_CONFIG with "NAME:LINE:COLUMN: " in front. */
r2s_status r2s_yaml_fail(r2s_error *err, const r2s_yaml *yaml, int line, int column, const char *fmt, ...)
    R2S_PRINTF(5, 6);

#endif
