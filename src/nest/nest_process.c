/* SPDX-License-Identifier: MIT
 * Starts Python with runner.py and tells what went wrong in words that say what to do. */
#include <stdio.h>
#include <string.h>

#include "base/base_process.h"
#include "nest/nest_bridge.h"

static const char remedy[] = "install NEST for the Python that is used, e.g. in a virtual environment: "
                             "python3 -m venv DIR && DIR/bin/pip install nest-simulator numpy, then give "
                             "--python DIR/bin/python";

/* What the runner's lines told so far. */
typedef struct listener {
  const r2s_monitor *monitor;
  char version[32];
  char missing[512];
} listener;

static void listen(void *user, const char *text) {
  listener *l = user;
  long done = 0, total = 0;
  if (sscanf(text, "progress %ld %ld", &done, &total) == 2)
    r2s_monitor_progress(l->monitor, "nest", (double)done, (double)total, "");
  if (strncmp(text, "missing module: ", 16) == 0) snprintf(l->missing, sizeof l->missing, "%s", text + 16);
  sscanf(text, "version %31s", l->version);
}

r2s_status r2s_nest_process_run(const r2s_nest_folder *folder, const char *python, const char *task,
                                char *version, const r2s_monitor *monitor, r2s_error *err) {
  listener l = {.monitor = monitor};
  if (!python) python = "python3";
  const char *const argv[] = {python, "runner.py", task, NULL};
  /* a batch system's limit of 1 thread would keep NEST from its two, which runner.py needs */
  const char *const env[] = {"PYNEST_QUIET=1", "PYTHONDONTWRITEBYTECODE=1", "OMP_THREAD_LIMIT=1024", NULL};
  r2s_process_config config = {
      .argv = argv, .directory = folder->path, .env = env, .remedy = remedy, .line = listen, .user = &l};
  r2s_status st = r2s_process_check(&config, monitor, err);
  if (st == R2S_ERR_EXTERNAL && l.missing[0])
    return r2s_fail(err, R2S_ERR_EXTERNAL, "%s: can't import %s; %s", python, l.missing, remedy);
  if (st != R2S_OK) return r2s_fail_context(err, st, "NEST");
  if (version && !l.version[0])
    return r2s_fail(err, R2S_ERR_EXTERNAL, "%s: ran but did not say NEST's version; expected a Python 3",
                    python);
  if (version) snprintf(version, sizeof l.version, "%s", l.version);
  return R2S_OK;
}
