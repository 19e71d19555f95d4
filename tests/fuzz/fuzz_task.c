/* SPDX-License-Identifier: MIT
 * Tasks: what is read can be written and read again as the same, checked, and made into trials. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "rate2spike/io.h"

static void read_again(const r2s_task *task) {
  r2s_task again;
  r2s_error err = {0};
  char *yaml, *same;
  FUZZ_EXPECT(r2s_task_yaml(task, &yaml, &err) == R2S_OK);
  FUZZ_EXPECT(r2s_task_parse(&again, "again", yaml, strlen(yaml), &err) == R2S_OK);
  FUZZ_EXPECT(r2s_task_yaml(&again, &same, &err) == R2S_OK);
  FUZZ_EXPECT(strcmp(yaml, same) == 0);
  r2s_task_free(&again);
  free(yaml);
  free(same);
}

/* Numbers of a trial that a fuzzer may take time for. */
enum { MOST = 1 << 16 };

static void make_trials(const r2s_task *task) {
  const int width = task->n_channels > task->n_outputs ? task->n_channels : task->n_outputs;
  if (task->n_steps > MOST / width) return;
  static float u[MOST], z[MOST], mask[MOST];
  for (int c = 0; c < task->n_conditions; c++) {
    r2s_task_make_trial(task, c, (r2s_trial_id){.seed = 1}, u, z, mask);
    for (int k = 0; k < task->n_steps * task->n_channels; k++) FUZZ_EXPECT(isfinite(u[k]));
    for (int k = 0; k < task->n_steps * task->n_outputs; k++) FUZZ_EXPECT(isfinite(z[k]));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  r2s_task task;
  r2s_error err = {0};
  char name[R2S_TRIALS_NAME];
  if (r2s_task_parse(&task, "task.yaml", (const char *)bytes, size, &err) != R2S_OK) {
    FUZZ_EXPECT_MESSAGE(err);
    return 0;
  }
  if (r2s_task_check_criteria(&task, &err) != R2S_OK) FUZZ_EXPECT_MESSAGE(err);
  r2s_task_is_correlated(&task);
  FUZZ_EXPECT(r2s_task_trials_name(&task, 1, name, &err) == R2S_OK);
  read_again(&task);
  make_trials(&task);
  r2s_task_free(&task);
  return 0;
}
