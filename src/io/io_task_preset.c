/* SPDX-License-Identifier: MIT
 * The presets of tasks/, which the program carries inside. */
#include <stdio.h>
#include <string.h>

#include "base/base_embedded.h"
#include "rate2spike/io.h"

static const char *const presets[] = {"go-nogo-short", "go-nogo", "xor", "context"};
enum { N_PRESETS = sizeof presets / sizeof *presets };

int r2s_task_preset_count(void) {
  return N_PRESETS;
}

const char *r2s_task_preset_name(int k) {
  return k >= 0 && k < N_PRESETS ? presets[k] : NULL;
}

bool r2s_task_is_preset(const char *name) {
  for (int k = 0; k < N_PRESETS; k++)
    if (strcmp(presets[k], name) == 0) return true;
  return false;
}

const char *r2s_task_preset_yaml(int k) {
  char name[64];
  if (k < 0 || k >= N_PRESETS) return NULL;
  snprintf(name, sizeof name, "tasks/%s.yaml", presets[k]);
  const r2s_embedded_file *file = r2s_embedded(name);
  return file ? file->data : NULL;
}
