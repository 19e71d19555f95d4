/* SPDX-License-Identifier: MIT
 * Looking options up: by number, by key, and the nearest to a key that is none. */
#include <string.h>

#include "io/config_table.h"
#include "io/io_text.h"

int r2s_config_option_count(void) {
  int n = 0;
  while (r2s_config_options[n].key) n++;
  return n;
}

static const char *or_empty(const char *text) {
  return text ? text : "";
}

r2s_option_info r2s_config_option(int k) {
  static const char *const types[] = {"integer", "integer", "number", "boolean", "choice", "text", "list"};
  static const r2s_option none = {.key = "", .doc = "", .source = ""};
  const bool known = k >= 0 && k < r2s_config_option_count();
  const r2s_option *option = known ? &r2s_config_options[k] : &none;
  return (r2s_option_info){.key = option->key,
                           .type = known ? types[option->kind] : "",
                           .unit = or_empty(option->unit),
                           .choices = or_empty(option->choices),
                           .min = option->min,
                           .max = option->max,
                           .above_min = option->above_min,
                           .automatic = or_empty(option->automatic),
                           .doc = option->doc,
                           .source = option->source};
}

r2s_config_origin r2s_config_option_origin(const r2s_config *config, int k) {
  return k >= 0 && k < r2s_config_option_count() ? (r2s_config_origin)config->origin[k] : R2S_ORIGIN_DEFAULT;
}

int r2s_config_find(const char *key) {
  for (int k = 0; r2s_config_options[k].key; k++)
    if (!strcmp(r2s_config_options[k].key, key)) return k;
  return -1;
}

/* For a key such as "lif.t_ref_ms", whose group has no option of that name: the first group's that has one.
 */
static const char *in_another_group(const char *key) {
  const char *own = strchr(key, '.');
  for (int k = 0; own && r2s_config_options[k].key; k++) {
    const char *known = r2s_config_options[k].key, *dot = strchr(known, '.');
    if (dot && strcmp(own, dot) == 0) return known;
  }
  return NULL;
}

const char *r2s_config_nearest(const char *key) {
  const char *nearest = NULL;
  int best = 1 + (int)strlen(key) / 3; /* a third of the letters may be wrong */
  for (int k = 0; r2s_config_options[k].key; k++) {
    const char *known = r2s_config_options[k].key, *dot = strchr(known, '.');
    int distance = r2s_text_distance(key, known);
    if (dot && !strchr(key, '.')) { /* the group may have been left out */
      int short_distance = r2s_text_distance(key, dot + 1);
      if (short_distance < distance) distance = short_distance;
    }
    if (distance < best) best = distance, nearest = known;
  }
  return nearest ? nearest : in_another_group(key);
}
