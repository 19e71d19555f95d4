/* SPDX-License-Identifier: MIT
 * The commands by which a run's results were made, for the report. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base_json.h"
#include "io/io_text.h"
#include "run/run_json.h"

r2s_status r2s_run_set_command(r2s_run *run, int argc, const char *const *argv, r2s_error *err) {
  r2s_text text = {0};
  for (int k = 0; k < argc; k++) {
    if (k) r2s_text_add(&text, " ");
    r2s_text_add_word(&text, argv[k]);
  }
  free(run->command);
  return r2s_text_take(&text, &run->command, err);
}

r2s_status r2s_run_command_word(const char *value, char **word, r2s_error *err) {
  r2s_text text = {0};
  if (value[0] == '-') r2s_text_add(&text, "./");
  r2s_text_add_word(&text, value);
  return r2s_text_take(&text, word, err);
}

r2s_status r2s_run_json_add_command(r2s_run *run, r2s_error *err) {
  if (!run->command) return R2S_OK;
  json_t *commands = json_object_get(run->json, "commands");
  if (!json_is_array(commands)) {
    commands = json_array();
    if (json_object_set_new(run->json, "commands", commands) != 0)
      return r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
  }
  json_t *own = r2s_json_string(run->command); /* not as it is, where that is no UTF-8 */
  for (size_t k = own ? json_array_size(commands) : 0; k-- > 0;)
    if (json_equal(json_array_get(commands, k), own)) json_array_remove(commands, k);
  return json_array_append_new(commands, own) == 0
             ? R2S_OK
             : r2s_fail(err, R2S_ERR_MEMORY, "out of memory for run.json");
}

void r2s_run_json_keep_training_commands(r2s_run *run) {
  json_t *commands = json_object_get(run->json, "commands");
  for (size_t k = json_array_size(commands); k-- > 0;) {
    const char *one = json_string_value(json_array_get(commands, k)), *name = one ? strchr(one, ' ') : NULL;
    if (!name || (strncmp(name, " train", 6) != 0 && strncmp(name, " run", 4) != 0))
      json_array_remove(commands, k);
  }
}

json_t *r2s_run_json_program(const char *program) {
  char here[R2S_PATH_SIZE];
  if (!strchr(program, '/') || program[0] == '/' || !getcwd(here, sizeof here))
    return r2s_json_string(program);
  r2s_text text = {0};
  char *path;
  r2s_text_add(&text, "%s/%s", here, program);
  if (r2s_text_take(&text, &path, NULL) != R2S_OK) return NULL;
  json_t *string = r2s_json_string(path);
  free(path);
  return string;
}
