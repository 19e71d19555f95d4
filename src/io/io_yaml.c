/* SPDX-License-Identifier: MIT
 * The YAML tree, built from libyaml's events. */
#include "io/io_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "rate2spike/io.h"

typedef struct builder {
  r2s_yaml *yaml;
  r2s_error *err;
  r2s_yaml_node *parent[R2S_YAML_MAX_DEPTH]; /* open maps and sequences, outermost first */
  r2s_yaml_node *last[R2S_YAML_MAX_DEPTH];   /* their last child */
  int depth;
  int n_nodes;
  char *key; /* read, and waiting for its value */
  int key_line, key_column;
} builder;

r2s_status r2s_yaml_fail(r2s_error *err, const r2s_yaml *yaml, int line, int column, const char *fmt, ...) {
  char text[896];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  return r2s_fail(err, R2S_ERR_CONFIG, "%s:%d:%d: %s", yaml->name, line, column, text);
}

const r2s_yaml_node *r2s_yaml_get(const r2s_yaml_node *map, const char *key) {
  if (map->kind != R2S_YAML_MAP) return NULL;
  for (const r2s_yaml_node *node = map->first; node; node = node->next)
    if (!strcmp(node->key, key)) return node;
  return NULL;
}

bool r2s_yaml_is_null_word(const char *text) {
  static const char *const words[] = {"", "~", "null", "Null", "NULL"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (!strcmp(text, words[k])) return true;
  return false;
}

bool r2s_yaml_is_null(const r2s_yaml_node *node) {
  return node->kind == R2S_YAML_SCALAR && !node->quoted && r2s_yaml_is_null_word(node->text);
}

static void free_node(r2s_yaml_node *node) {
  while (node) {
    r2s_yaml_node *next = node->next;
    free_node(node->first); /* as deep as R2S_YAML_MAX_DEPTH */
    free(node->key);
    free(node->text);
    free(node);
    node = next;
  }
}

void r2s_yaml_free(r2s_yaml *yaml) {
  if (!yaml) return;
  free_node(yaml->root);
  free(yaml->name);
  *yaml = (r2s_yaml){0};
}

static r2s_status no_memory(builder *b) {
  return r2s_fail(b->err, R2S_ERR_MEMORY, "%s: out of memory", b->yaml->name);
}

/* A copy of a scalar's value; it may not hold a 0 byte. */
static r2s_status copy_scalar(builder *b, const yaml_event_t *event, char **out) {
  const char *value = (const char *)event->data.scalar.value;
  size_t n = event->data.scalar.length;
  if (memchr(value, 0, n))
    return r2s_yaml_fail(b->err, b->yaml, (int)event->start_mark.line + 1, (int)event->start_mark.column + 1,
                         "a zero byte in a value; expected text");
  *out = malloc(n + 1);
  if (!*out) return no_memory(b);
  memcpy(*out, value, n);
  (*out)[n] = 0;
  return R2S_OK;
}

static r2s_status take_key(builder *b, const yaml_event_t *event, int line, int column) {
  const r2s_yaml_node *map = b->parent[b->depth - 1];
  if (event->type != YAML_SCALAR_EVENT)
    return r2s_yaml_fail(b->err, b->yaml, line, column, "a list or map as a key; expected \"key: value\"");
  if (map->count >= R2S_YAML_MAX_KEYS)
    return r2s_yaml_fail(b->err, b->yaml, line, column, "more than %d keys in a map", R2S_YAML_MAX_KEYS);
  r2s_status st = copy_scalar(b, event, &b->key);
  if (st != R2S_OK) return st;
  b->key_line = line, b->key_column = column;
  const r2s_yaml_node *old = r2s_yaml_get(map, b->key);
  if (old)
    return r2s_yaml_fail(b->err, b->yaml, line, column, "key '%s' again; it is already in line %d", b->key,
                         old->key_line);
  return R2S_OK;
}

/* Adds the event's node to the innermost open map or sequence. */
static r2s_status take_node(builder *b, const yaml_event_t *event, r2s_yaml_kind kind, int line, int column) {
  if (++b->n_nodes > R2S_YAML_MAX_NODES)
    return r2s_yaml_fail(b->err, b->yaml, line, column, "more than %d values in a file", R2S_YAML_MAX_NODES);
  r2s_yaml_node *node = calloc(1, sizeof *node);
  if (!node) return no_memory(b);
  *node =
      (r2s_yaml_node){.kind = kind, .line = line, .column = column, .key_line = line, .key_column = column};
  if (b->key) {
    node->key = b->key, node->key_line = b->key_line, node->key_column = b->key_column;
    b->key = NULL;
  }
  if (!b->depth) {
    b->yaml->root = node;
  } else {
    int top = b->depth - 1;
    if (b->last[top])
      b->last[top]->next = node;
    else
      b->parent[top]->first = node;
    b->last[top] = node;
    b->parent[top]->count++;
  }
  if (kind == R2S_YAML_SCALAR) {
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return copy_scalar(b, event, &node->text);
  }
  if (b->depth == R2S_YAML_MAX_DEPTH)
    return r2s_yaml_fail(b->err, b->yaml, line, column, "nested deeper than %d levels", R2S_YAML_MAX_DEPTH);
  b->parent[b->depth] = node;
  b->last[b->depth++] = NULL;
  return R2S_OK;
}

static const char *refused(const yaml_event_t *event) {
  const unsigned char *anchor = NULL, *tag = NULL;
  switch (event->type) {
  case YAML_ALIAS_EVENT:
    return "an alias (*name) is not supported; write the value out";
  case YAML_SCALAR_EVENT:
    anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
    break;
  case YAML_MAPPING_START_EVENT:
    anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
    break;
  case YAML_SEQUENCE_START_EVENT:
    anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
    break;
  default:
    break;
  }
  if (anchor) return "an anchor (&name) is not supported; remove it";
  if (tag) return "a tag (!name) is not supported; remove it";
  return NULL;
}

static r2s_status take_event(builder *b, const yaml_event_t *event) {
  int line = (int)event->start_mark.line + 1, column = (int)event->start_mark.column + 1;
  const char *why = refused(event);
  if (why) return r2s_yaml_fail(b->err, b->yaml, line, column, "%s", why);
  r2s_yaml_kind kind;
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    kind = R2S_YAML_SCALAR;
    break;
  case YAML_MAPPING_START_EVENT:
    kind = R2S_YAML_MAP;
    break;
  case YAML_SEQUENCE_START_EVENT:
    kind = R2S_YAML_SEQUENCE;
    break;
  case YAML_MAPPING_END_EVENT:
  case YAML_SEQUENCE_END_EVENT:
    b->depth--;
    return R2S_OK;
  case YAML_DOCUMENT_START_EVENT:
    if (b->yaml->root) return r2s_yaml_fail(b->err, b->yaml, line, column, "a second document; expected one");
    return R2S_OK;
  default:
    return R2S_OK;
  }
  if (b->depth && b->parent[b->depth - 1]->kind == R2S_YAML_MAP && !b->key)
    return take_key(b, event, line, column);
  return take_node(b, event, kind, line, column);
}

/* libyaml gives an offset, and no line, where the bytes are not UTF-8. */
static r2s_status syntax_error(builder *b, const yaml_parser_t *parser, const char *text, size_t size) {
  int line = (int)parser->problem_mark.line + 1, column = (int)parser->problem_mark.column + 1;
  if (parser->error == YAML_MEMORY_ERROR) return no_memory(b);
  if (parser->error == YAML_READER_ERROR) {
    line = column = 1;
    for (size_t k = 0; k < parser->problem_offset && k < size; k++) {
      column++;
      if (text[k] == '\n') line++, column = 1;
    }
    return r2s_yaml_fail(b->err, b->yaml, line, column, "%s; expected a text file in UTF-8", parser->problem);
  }
  return r2s_yaml_fail(b->err, b->yaml, line, column, "not valid YAML: %s%s%s",
                       parser->context ? parser->context : "", parser->context ? ", " : "",
                       parser->problem ? parser->problem : "unknown problem");
}

static r2s_status build(builder *b, yaml_parser_t *parser, const char *text, size_t size) {
  r2s_status st = R2S_OK;
  for (bool end = false; !end && st == R2S_OK;) {
    yaml_event_t event;
    if (!yaml_parser_parse(parser, &event)) return syntax_error(b, parser, text, size);
    end = event.type == YAML_STREAM_END_EVENT;
    st = take_event(b, &event);
    yaml_event_delete(&event);
  }
  if (st != R2S_OK) return st;
  const r2s_yaml_node *root = b->yaml->root;
  if (!root || (root->kind == R2S_YAML_SCALAR && !*root->text))
    return r2s_yaml_fail(b->err, b->yaml, 1, 1, "the file is empty; expected lines of \"key: value\"");
  return R2S_OK;
}

/* Of "%TAG", wherever they stand. */
static int count_tags(const char *text, size_t size) {
  static const char word[] = "%TAG";
  const char *end = text + size;
  int n = 0;
  for (const char *at = text; (at = memchr(at, word[0], (size_t)(end - at))); at++)
    n += (size_t)(end - at) >= sizeof word - 1 && memcmp(at, word, sizeof word - 1) == 0;
  return n;
}

r2s_status r2s_yaml_parse(r2s_yaml *out, const char *name, const char *text, size_t size, r2s_error *err) {
  *out = (r2s_yaml){.name = strdup(name)};
  if (!text) text = "", size = 0;
  if (!out->name) return r2s_fail(err, R2S_ERR_MEMORY, "%s: out of memory", name);
  builder b = {.yaml = out, .err = err};
  r2s_status st;
  yaml_parser_t parser;
  if (size > R2S_YAML_MAX_SIZE) {
    st = r2s_fail(err, R2S_ERR_CONFIG, "%s: %zu bytes; expected a text file of at most %d", name, size,
                  R2S_YAML_MAX_SIZE);
  } else if (count_tags(text, size) > R2S_YAML_MAX_TAGS) {
    st = r2s_fail(err, R2S_ERR_CONFIG, "%s: found more than %d times %%TAG; tags are not supported", name,
                  R2S_YAML_MAX_TAGS);
  } else if (!yaml_parser_initialize(&parser)) {
    st = no_memory(&b);
  } else {
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    st = build(&b, &parser, text, size);
    yaml_parser_delete(&parser);
  }
  free(b.key);
  if (st != R2S_OK) r2s_yaml_free(out);
  return st;
}

r2s_status r2s_yaml_load(r2s_yaml *out, const char *path, r2s_error *err) {
  char *text;
  size_t size;
  *out = (r2s_yaml){0};
  r2s_status st = r2s_io_read_all(path, &text, &size, err);
  if (st != R2S_OK) return st;
  st = r2s_yaml_parse(out, path, text, size, err);
  free(text);
  return st;
}
