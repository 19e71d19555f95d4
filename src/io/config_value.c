/* SPDX-License-Identifier: MIT
 * Values of options from and to text. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/config_table.h"
#include "io/io_text.h"

enum { TEXT_MAX = sizeof(((r2s_config *)0)->task) };

/* Number of `text` among the words of "a|b|c"; -1: none of them. */
static int find_choice(const char *choices, const char *text) {
  size_t n = strlen(text);
  for (int k = 0;; k++) {
    size_t length = strcspn(choices, "|");
    if (length == n && !strncmp(choices, text, n)) return k;
    if (!choices[length]) return -1;
    choices += length + 1;
  }
}

/* Word k of "a|b|c"; "" where there is none. */
static void copy_choice(const char *choices, unsigned k, char *text, size_t size) {
  for (; k && *choices; k--) {
    choices += strcspn(choices, "|");
    if (*choices) choices++;
  }
  snprintf(text, size, "%.*s", (int)strcspn(choices, "|"), choices);
}

static void describe_range(const r2s_option *option, const char *noun, char *text, size_t size) {
  char low[R2S_NUMBER_SIZE], high[R2S_NUMBER_SIZE];
  r2s_text_from_double(option->min, low);
  r2s_text_from_double(option->max, high);
  if (isinf(option->min) && isinf(option->max))
    snprintf(text, size, "%s", noun);
  else if (isinf(option->max))
    snprintf(text, size, option->above_min ? "%s above %s" : "%s of at least %s", noun, low);
  else
    snprintf(text, size, option->above_min ? "%s above %s, up to %s" : "%s from %s to %s", noun, low, high);
}

void r2s_config_expected(int k, char *text, size_t size) {
  const r2s_option *option = &r2s_config_options[k];
  switch (option->kind) {
  case R2S_OPTION_INTEGER:
    describe_range(option, "an integer", text, size);
    break;
  case R2S_OPTION_SEED:
    snprintf(text, size, "an integer from 0 to 18446744073709551615");
    break;
  case R2S_OPTION_NUMBER:
    describe_range(option, "a number", text, size);
    break;
  case R2S_OPTION_BOOLEAN:
    snprintf(text, size, "true or false");
    break;
  case R2S_OPTION_TEXT:
    snprintf(text, size, "a text of 1 to %d bytes", TEXT_MAX - 1);
    break;
  case R2S_OPTION_CHOICE: {
    size_t used = (size_t)snprintf(text, size, "one of ");
    for (const char *c = option->choices; *c && used + 3 < size; c++) {
      if (*c == '|') text[used++] = ',';
      text[used++] = *c == '|' ? ' ' : *c;
    }
    text[used < size ? used : size - 1] = 0;
    break;
  }
  case R2S_OPTION_LIST:
    snprintf(text, size, "first:step:last or at most %d numbers with commas, each above 0", R2S_MAX_SCALES);
    break;
  }
  size_t used = strlen(text);
  if (option->automatic && used < size) snprintf(text + used, size - used, ", or auto");
}

bool r2s_config_in_range(const r2s_option *option, double x) {
  return x >= option->min && x <= option->max && !(option->above_min && x == option->min);
}

static bool parse_list(r2s_config *config, const r2s_option *option, const char *text) {
  double values[R2S_MAX_SCALES];
  int n;
  if (r2s_config_parse_list(text, values, R2S_MAX_SCALES, &n, NULL) != R2S_OK) return false;
  for (int i = 0; i < n; i++)
    if (!r2s_config_in_range(option, values[i])) return false;
  memset((char *)config + option->offset, 0, sizeof values);
  memcpy((char *)config + option->offset, values, (size_t)n * sizeof *values);
  memcpy((char *)config + option->count_offset, &n, sizeof n);
  return true;
}

/* Sets the field from the text, or leaves it as it is and returns false. */
static bool parse_value(r2s_config *config, const r2s_option *option, const char *text) {
  void *field = (char *)config + option->offset;
  int64_t integer;
  uint64_t seed;
  double number = NAN;
  switch (option->kind) {
  case R2S_OPTION_INTEGER:
    if (!r2s_text_to_int64(text, &integer) || !r2s_config_in_range(option, (double)integer)) return false;
    *(int *)field = (int)integer; /* the ranges of the table lie within int */
    return true;
  case R2S_OPTION_SEED:
    if (!r2s_text_to_uint64(text, &seed)) return false;
    *(uint64_t *)field = seed;
    return true;
  case R2S_OPTION_NUMBER:
    if (!(option->automatic && !strcmp(text, "auto")) &&
        (!r2s_text_to_double(text, &number) || !r2s_config_in_range(option, number)))
      return false;
    *(double *)field = number;
    return true;
  case R2S_OPTION_BOOLEAN:
    if (strcmp(text, "true") && strcmp(text, "false")) return false;
    *(bool *)field = *text == 't';
    return true;
  case R2S_OPTION_CHOICE: {
    int choice = find_choice(option->choices, text);
    if (choice < 0) return false;
    unsigned word = (unsigned)choice;
    memcpy(field, &word, sizeof word);
    return true;
  }
  case R2S_OPTION_TEXT:
    if (!*text || strlen(text) >= TEXT_MAX) return false;
    memset(field, 0, TEXT_MAX);
    memcpy(field, text, strlen(text));
    return true;
  case R2S_OPTION_LIST:
    break;
  }
  return parse_list(config, option, text);
}

r2s_status r2s_config_parse(r2s_config *config, int k, const char *text, r2s_error *err) {
  if (parse_value(config, &r2s_config_options[k], text)) return R2S_OK;
  char expected[256];
  r2s_config_expected(k, expected, sizeof expected);
  return r2s_fail(err, R2S_ERR_CONFIG, "%s: found '%.80s'; expected %s", r2s_config_options[k].key, text,
                  expected);
}

/* "first:step:last" where that gives the same numbers, else "a,b,c". */
static void print_list(const double *values, int n, char *text, size_t size) {
  char first[R2S_NUMBER_SIZE], step[R2S_NUMBER_SIZE], last[R2S_NUMBER_SIZE];
  if (n > 2) {
    double again[R2S_MAX_SCALES];
    int m;
    r2s_text_from_double(values[0], first);
    r2s_text_from_double(values[1] - values[0], step);
    r2s_text_from_double(values[n - 1], last);
    snprintf(text, size, "%s:%s:%s", first, step, last);
    if (r2s_config_parse_list(text, again, R2S_MAX_SCALES, &m, NULL) == R2S_OK && m == n &&
        !memcmp(again, values, (size_t)n * sizeof *values))
      return;
  }
  size_t used = 0;
  *text = 0;
  for (int i = 0; i < n && used < size; i++) {
    r2s_text_from_double(values[i], first);
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "", first);
  }
}

/* What can be told at all: a text ends, a list is no longer than its array. */
static r2s_status check_field(const r2s_config *config, const r2s_option *option, r2s_error *err) {
  const void *field = (const char *)config + option->offset;
  int n;
  if (option->kind == R2S_OPTION_TEXT && !memchr(field, 0, TEXT_MAX))
    return r2s_fail(err, R2S_ERR_CONFIG, "%s: found no end of this text; expected at most %d bytes",
                    option->key, TEXT_MAX - 1);
  if (option->kind != R2S_OPTION_LIST) return R2S_OK;
  memcpy(&n, (const char *)config + option->count_offset, sizeof n);
  if (n >= 0 && n <= R2S_MAX_SCALES) return R2S_OK;
  return r2s_fail(err, R2S_ERR_CONFIG, "%s: found %d numbers; expected at most %d", option->key, n,
                  R2S_MAX_SCALES);
}

r2s_status r2s_config_value(const r2s_config *config, int k, char *text, size_t size, r2s_error *err) {
  if (k < 0 || k >= r2s_config_option_count())
    return r2s_fail(err, R2S_ERR_ARG, "option %d; expected 0 to %d", k, r2s_config_option_count() - 1);
  const r2s_option *option = &r2s_config_options[k];
  const void *field = (const char *)config + option->offset;
  char value[R2S_MAX_SCALES * R2S_NUMBER_SIZE] = "";
  r2s_status st = check_field(config, option, err);
  if (st != R2S_OK) return st;
  switch (option->kind) {
  case R2S_OPTION_INTEGER:
    snprintf(value, sizeof value, "%d", *(const int *)field);
    break;
  case R2S_OPTION_SEED:
    snprintf(value, sizeof value, "%llu", (unsigned long long)*(const uint64_t *)field);
    break;
  case R2S_OPTION_NUMBER:
    r2s_text_from_double(*(const double *)field, value);
    break;
  case R2S_OPTION_BOOLEAN:
    snprintf(value, sizeof value, "%s", *(const bool *)field ? "true" : "false");
    break;
  case R2S_OPTION_CHOICE: {
    unsigned word;
    memcpy(&word, field, sizeof word);
    copy_choice(option->choices, word, value, sizeof value);
    break;
  }
  case R2S_OPTION_TEXT:
    snprintf(value, sizeof value, "%s", (const char *)field);
    break;
  case R2S_OPTION_LIST: {
    int n;
    memcpy(&n, (const char *)config + option->count_offset, sizeof n);
    print_list(field, n, value, sizeof value);
    break;
  }
  }
  if (option->automatic && !strcmp(value, "nan")) snprintf(value, sizeof value, "auto");
  if (strlen(value) >= size)
    return r2s_fail(err, R2S_ERR_ARG, "%s: %zu bytes for its value; expected more than %zu", option->key,
                    size, strlen(value));
  memcpy(text, value, strlen(value) + 1);
  return R2S_OK;
}
