/* SPDX-License-Identifier: MIT
 * Reads run.json. Stages, certificate and report take its values as they are: what they can't be is refused
 * here. A member's name says what it is, wherever it stands. */
#include "io/io_run_json.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_utf8.h"
#include "io/io_text.h"
#include "rate2spike/convert.h"
#include "rate2spike/io.h"

typedef enum json_kind {
  OBJECT,
  TEXT,
  WORDS,
  FLAG,
  NUMBER,
  INTEGER,
  COUNT,
  SHARE,
  INTERVAL,
  SECONDS,
  SEED,
  VERDICT
} json_kind;
/* MAP: an object whose keys are names of conditions, models or stages */
typedef enum shape { ONE, LIST, MAP } shape;

static const char *const kind_names[] = {
    [OBJECT] = "an object",
    [TEXT] = "a text without control characters",
    [WORDS] = "a text",
    [FLAG] = "true or false",
    [NUMBER] = "a number",
    [INTEGER] = "an integer",
    [COUNT] = "an integer from 0 to 2147483647",
    [SHARE] = "0 to 1",
    [INTERVAL] = "a list of two, both null, or 0 to 1 with the first at most the second",
    [SECONDS] = "0 or more, below 1e12",
    [SEED] = "an integer or its digits as a text",
    [VERDICT] = "a verdict (docs/formats.md)",
};

static const struct member {
  const char *name;
  json_kind kind;
  shape shape;
} members[] = {
    {"program", TEXT, ONE},
    {"version", TEXT, ONE},
    {"config_hash", TEXT, ONE},
    {"training_hash", TEXT, ONE},
    {"removing", TEXT, ONE},
    {"task", TEXT, ONE},
    {"outputs", COUNT, ONE},
    {"recipe", TEXT, ONE},
    {"seed", SEED, ONE},
    {"threads", COUNT, ONE},
    {"machine", OBJECT, ONE},
    {"cpu", TEXT, ONE},
    {"isa", TEXT, ONE},
    {"cores", INTEGER, ONE},
    {"os", TEXT, ONE},
    {"commands", WORDS, LIST},
    {"stages", OBJECT, MAP},
    /* a stage and its parts */
    {"accuracy", SHARE, ONE},
    {"n", COUNT, ONE},
    {"ci95", INTERVAL, ONE},
    {"strict", OBJECT, ONE},
    {"seconds", SECONDS, ONE},
    {"build_seconds", SECONDS, ONE},
    {"simulate_seconds", SECONDS, ONE},
    {"trials_of", TEXT, ONE},
    {"settings", TEXT, ONE},
    {"conditions", OBJECT, MAP},
    {"network_hash", TEXT, ONE},
    {"steps", COUNT, ONE},
    {"stop", TEXT, ONE},
    {"steps_to_full_noise", COUNT, ONE},
    {"shot_noise", NUMBER, ONE},
    {"edges", INTEGER, ONE},
    {"density", NUMBER, ONE},
    {"spectral_radius_before", NUMBER, ONE},
    {"spectral_radius_after", NUMBER, ONE},
    {"resumed", FLAG, ONE},
    {"scales", OBJECT, LIST},
    {"scale", NUMBER, ONE},
    {"predicted", NUMBER, ONE},
    {"chosen", NUMBER, ONE},
    {"better_beyond", TEXT, ONE},
    {"held_out", OBJECT, ONE},
    {"held_out_predicted", OBJECT, ONE},
    {"lambda1", NUMBER, MAP},
    {"models", OBJECT, MAP},
    {"engine", TEXT, ONE},
    {"python", WORDS, ONE},
    {"spikes", NUMBER, ONE},
    {"rate_hz", NUMBER, ONE},
    {"rate_mean_hz", NUMBER, ONE},
    {"rate_max_hz", NUMBER, ONE},
    {"rate_e_hz", NUMBER, ONE},
    {"rate_i_hz", NUMBER, ONE},
    {"rise_ms", NUMBER, ONE},
    {"out_mean", NUMBER, ONE},
    {"out_sd", NUMBER, ONE},
    {"by_output", OBJECT, LIST},
    {"native_vs_nest", OBJECT, LIST},
    {"model", TEXT, ONE},
    {"condition", TEXT, ONE},
    {"identical", FLAG, ONE},
    {"first_difference", OBJECT, ONE},
    {"native", OBJECT, ONE},
    {"nest", OBJECT, ONE},
    {"unit", COUNT, ONE},
    {"step", COUNT, ONE},
    /* the certificate */
    {"certificate", OBJECT, ONE},
    {"verdict", VERDICT, ONE},
    {"decisive", OBJECT, ONE},
    {"of", TEXT, ONE},
    {"limit", NUMBER, ONE},
    {"repeats", FLAG, ONE},
    {"untested", TEXT, LIST},
    {"trials", COUNT, ONE},
    {"rate", OBJECT, ONE},
    {"better_scale", OBJECT, ONE},
    {"other_settings", TEXT, ONE},
    {"judged", FLAG, ONE},
    {"ambiguous", COUNT, ONE},
    {"engines", OBJECT, LIST},
    {"rate_correlation", OBJECT, ONE},
    {"output_rmse", OBJECT, ONE},
    {"mean", NUMBER, ONE},
    {"min", NUMBER, ONE},
    {"max", NUMBER, ONE},
    {"weights_checked", INTEGER, ONE},
    {"weights_max_difference_pa", NUMBER, ONE},
};

/* Where a value stands: stages.convert.scales[0] is number 0 in member scales in ... */
typedef struct place {
  const struct place *in; /* NULL: the file's object */
  const char *name;       /* NULL: number `at` of a list */
  size_t at;
} place;

typedef struct reader {
  const char *path;
  r2s_error *err;
} reader;

static void add_place(r2s_text *text, const place *p) {
  if (p->in) add_place(text, p->in);
  if (p->name)
    r2s_text_add(text, "%s%s", p->in ? "." : "", p->name);
  else
    r2s_text_add(text, "[%zu]", p->at);
}

static r2s_status refuse(const reader *r, const place *p, const json_t *value, const char *expected) {
  r2s_text where = {0};
  char *at, *found = json_dumps(value,
                                JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
  add_place(&where, p);
  r2s_status st = r2s_text_take(&where, &at, r->err);
  if (st == R2S_OK)
    st = r2s_fail(r->err, R2S_ERR_FORMAT, "%s: %.160s: found %.60s; expected %s", r->path, at,
                  found ? found : "another value", expected);
  free(at);
  free(found);
  return st;
}

static bool is_share(const json_t *value) {
  const double x = json_number_value(value);
  return json_is_number(value) && x >= 0 && x <= 1;
}

static bool is_interval(const json_t *value) {
  const json_t *low = json_array_get(value, 0), *high = json_array_get(value, 1);
  if (json_array_size(value) != 2) return false;
  if (json_is_null(low)) return json_is_null(high);
  return is_share(low) && is_share(high) && json_number_value(low) <= json_number_value(high);
}

/* A terminal would obey those. */
static bool has_controls(const char *text) {
  uint32_t code = 0;
  for (size_t length; *text; text += length) {
    length = r2s_utf8_next(text, &code);
    if (length == 0) length = 1;
    if (r2s_utf8_is_control(code)) return true;
  }
  return false;
}

static bool is_digits(const char *text) {
  return *text && text[strspn(text, "0123456789")] == 0;
}

static bool is_verdict(const char *text) {
  for (int k = R2S_VERDICT_CONVERTS; k <= R2S_VERDICT_NOT_MEASURED; k++)
    if (strcmp(text, r2s_verdict_name((r2s_verdict)k)) == 0) return true;
  return false;
}

static bool is_kind(const json_t *value, json_kind kind) {
  const double x = json_number_value(value); /* 0 of what is no number */
  switch (kind) {
  case OBJECT:
    return json_is_object(value);
  case TEXT:
    return json_is_string(value) && !has_controls(json_string_value(value));
  case WORDS: /* a command's, as the user gave them */
    return json_is_string(value);
  case FLAG:
    return json_is_boolean(value);
  case NUMBER:
    return json_is_number(value);
  case INTEGER:
    return json_is_integer(value);
  case COUNT:
    return json_is_integer(value) && x >= 0 && x <= INT_MAX;
  case SHARE:
    return is_share(value);
  case INTERVAL:
    return is_interval(value);
  case SECONDS:
    return json_is_number(value) && x >= 0 && x < 1e12;
  case SEED:
    return json_is_integer(value) || (json_is_string(value) && is_digits(json_string_value(value)));
  case VERDICT:
    break;
  }
  return json_is_string(value) && is_verdict(json_string_value(value));
}

static r2s_status check_members(const reader *r, const place *in, const json_t *object);

static r2s_status check_one(const reader *r, const place *p, const json_t *value, json_kind kind) {
  if (!is_kind(value, kind)) return refuse(r, p, value, kind_names[kind]);
  return kind == OBJECT ? check_members(r, p, value) : R2S_OK;
}

static r2s_status check_list(const reader *r, const place *in, const json_t *list, json_kind kind) {
  if (!json_is_array(list)) return refuse(r, in, list, "a list");
  r2s_status st = R2S_OK;
  for (size_t k = 0; k < json_array_size(list) && st == R2S_OK; k++)
    st = check_one(r, &(place){.in = in, .at = k}, json_array_get(list, k), kind);
  return st;
}

static r2s_status check_map(const reader *r, const place *in, const json_t *map, json_kind kind) {
  if (!json_is_object(map)) return refuse(r, in, map, "an object");
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)map, name, value) {
    const place p = {.in = in, .name = name};
    if (has_controls(name)) return refuse(r, &p, value, "another name, without control characters");
    if (json_is_null(value)) continue;
    r2s_status st = check_one(r, &p, value, kind);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}

/* What is absent or null was not measured, or not known to an earlier version. */
static r2s_status check_members(const reader *r, const place *in, const json_t *object) {
  for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
    const struct member *m = &members[k];
    const place p = {.in = in, .name = m->name};
    const json_t *value = json_object_get(object, m->name);
    if (!value || json_is_null(value)) continue;
    r2s_status st = m->shape == LIST  ? check_list(r, &p, value, m->kind)
                    : m->shape == MAP ? check_map(r, &p, value, m->kind)
                                      : check_one(r, &p, value, m->kind);
    if (st != R2S_OK) return st;
  }
  return R2S_OK;
}

/* Where jansson has no memory to grow a text it drops a character and goes on. Two readings would hardly drop
 * the same ones. */
static bool reads_as(const char *text, size_t size, const json_t *json) {
  json_t *again = json_loadb(text, size, 0, NULL);
  const bool same = again && json_equal(again, json);
  json_decref(again);
  return same;
}

r2s_status r2s_io_run_json_load(json_t **out, const char *path, r2s_error *err) {
  char *text;
  size_t size;
  json_error_t at;
  *out = NULL;
  r2s_status st = r2s_io_read_all(path, &text, &size, err);
  if (st != R2S_OK) return st;
  json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &at);
  if (json && !reads_as(text, size, json)) {
    st = r2s_fail(err, R2S_ERR_MEMORY, "%s: out of memory", path);
    json_decref(json);
  }
  free(text);
  if (st != R2S_OK) return st;
  if (!json)
    return r2s_fail(err, R2S_ERR_FORMAT,
                    "%s:%d:%d: %s; expected the JSON object that rate2spike writes; without "
                    "this file the stages begin anew",
                    path, at.line, at.column, at.text);
  if (json_is_object(json))
    st = check_members(&(reader){path, err}, NULL, json);
  else
    st = r2s_fail(err, R2S_ERR_FORMAT, "%s: not an object; expected the JSON object that rate2spike writes",
                  path);
  if (st == R2S_OK)
    *out = json;
  else
    json_decref(json);
  return st;
}
