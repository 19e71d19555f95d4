/* SPDX-License-Identifier: MIT
 * A task as YAML, everything written out: what r2s_task_parse reads back as the same task. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/io_sha256.h"
#include "io/io_task.h"
#include "io/io_text.h"
#include "io/io_yaml.h"
#include "rate2spike/io.h"
#include "task/task_criterion.h"

/* Quoted only where it would read as no name at all, or as a list: trials' names hash this text. */
static void add_name(r2s_text *text, const char *key, const char *name) {
  const bool quoted = r2s_yaml_is_null_word(name) || strcmp(name, "-") == 0;
  r2s_text_add(text, quoted ? "%s: \"%s\"\n" : "%s: %s\n", key, name);
}

static void add_number(r2s_text *text, const char *key, double value) {
  char number[R2S_NUMBER_SIZE];
  r2s_text_from_double(value, number);
  r2s_text_add(text, "%s: %s", key, number);
}

static void add_period(r2s_text *text, double from_ms, double to_ms) {
  add_number(text, "from_ms", from_ms);
  add_number(text, ", to_ms", to_ms);
}

static void add_rules(r2s_text *text, const r2s_task_condition *condition) {
  r2s_text_add(text, "    criteria:\n");
  for (int c = 0; c < R2S_CRITERION_COUNT; c++) {
    r2s_text_add(text, "      %s:\n", r2s_task_criterion_name((r2s_criterion)c));
    for (int k = 0; k < condition->rules[c].count; k++) {
      const r2s_task_rule *rule = &condition->rules[c].rule[k];
      r2s_text_add(text, "        - {output: %d, statistic: %s, ", rule->output,
                   r2s_task_statistics[rule->statistic]);
      add_period(text, rule->from_ms, rule->to_ms);
      add_number(text, rule->greater ? ", above" : ", below", rule->threshold);
      r2s_text_add(text, "}\n");
    }
  }
}

static void add_condition(r2s_text *text, const r2s_task_condition *condition) {
  add_name(text, "  - name", condition->name);
  add_number(text, "    probability", condition->probability);
  add_number(text, "\n    label", condition->label);
  r2s_text_add(text, condition->n_pulses ? "\n    inputs:\n" : "\n");
  for (int k = 0; k < condition->n_pulses; k++) {
    const r2s_task_pulse *pulse = &condition->pulses[k];
    r2s_text_add(text, "      - {channel: %d, ", pulse->channel);
    add_period(text, pulse->from_ms, pulse->to_ms);
    add_number(text, ", value", pulse->value);
    add_number(text, ", noise_sd", pulse->noise_sd);
    r2s_text_add(text, "}\n");
  }
  if (condition->n_targets) r2s_text_add(text, "    targets:\n");
  for (int k = 0; k < condition->n_targets; k++) {
    const r2s_task_target *target = &condition->targets[k];
    r2s_text_add(text, "      - {output: %d, ", target->output);
    add_period(text, target->from_ms, target->to_ms);
    add_number(text, ", value", target->value);
    r2s_text_add(text, "}\n");
  }
  add_rules(text, condition);
}

r2s_status r2s_task_yaml(const r2s_task *task, char **yaml, r2s_error *err) {
  r2s_text text = {0};
  *yaml = NULL;
  r2s_status st = r2s_task_check(task, err); /* what is written is read again */
  if (st != R2S_OK) return st;
  add_name(&text, "name", task->name);
  r2s_text_add(&text, "title: ");
  r2s_text_add_quoted(&text, task->title[0] ? task->title : task->name);
  r2s_text_add(&text, "\nsteps: %d\n", task->n_steps);
  add_number(&text, "dt_ms", task->dt_ms);
  r2s_text_add(&text, "\nchannels: %d\noutputs: %d\n", task->n_channels, task->n_outputs);
  if (task->n_mask) r2s_text_add(&text, "mask:\n");
  for (int k = 0; k < task->n_mask; k++) {
    r2s_text_add(&text, "  - {");
    add_period(&text, task->mask[k].from_ms, task->mask[k].to_ms);
    r2s_text_add(&text, "}\n");
  }
  r2s_text_add(&text, "conditions:\n");
  for (int k = 0; k < task->n_conditions; k++) add_condition(&text, &task->conditions[k]);
  return r2s_text_take(&text, yaml, err);
}

r2s_status r2s_task_trials_name(const r2s_task *task, uint64_t seed, char name[R2S_TRIALS_NAME],
                                r2s_error *err) {
  char *yaml = NULL, hash[65];
  r2s_status st = r2s_task_yaml(task, &yaml, err);
  if (st != R2S_OK) return st;
  r2s_sha256(yaml, strlen(yaml), hash);
  free(yaml);
  snprintf(name, R2S_TRIALS_NAME, "seed %llu, task %s (%.12s)", (unsigned long long)seed, task->name, hash);
  return R2S_OK;
}
