/* SPDX-License-Identifier: MIT
 * Starts a program with posix_spawn (safe beside our threads), reads what it writes through one pipe, and
 * ends it when the monitor says so. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np */
#include "base/base_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base_clock.h"
#include "base/base_memory.h"

extern char **environ;

/* POLL_CLOSED_MS: once its output is closed; most programs end then. */
enum { POLL_MS = 100, POLL_CLOSED_MS = 5, KILL_AFTER_MS = 3000 };

/* Collects the output: its tail, and whole lines for the caller. */
typedef struct collector {
  const r2s_process_config *config;
  r2s_process_result *result;
  size_t tail_length;
  char text[1024]; /* the line so far; a longer one is given in parts */
  size_t length;
} collector;

static void collect_tail(collector *c, const char *bytes, size_t n) {
  const size_t room = sizeof c->result->tail - 1;
  if (n > room) bytes += n - room, n = room;
  if (c->tail_length + n > room) {
    size_t drop = c->tail_length + n - room;
    memmove(c->result->tail, c->result->tail + drop, c->tail_length - drop);
    c->tail_length -= drop;
  }
  memcpy(c->result->tail + c->tail_length, bytes, n);
  c->tail_length += n;
  c->result->tail[c->tail_length] = 0;
}

static void end_line(collector *c) {
  c->text[c->length] = 0;
  c->length = 0;
  if (c->config->line) c->config->line(c->config->user, c->text);
}

static void collect(collector *c, const char *bytes, size_t n) {
  collect_tail(c, bytes, n);
  for (size_t k = 0; k < n; k++) {
    if (bytes[k] == '\n' || c->length + 1 == sizeof c->text) end_line(c);
    if (bytes[k] != '\n' && bytes[k] != '\0') c->text[c->length++] = bytes[k];
  }
}

/* environ with the additions of `extra` in front of what they replace; the strings are borrowed. */
static r2s_status merged_environment(const char *const *extra, char ***out, r2s_error *err) {
  r2s_status st = R2S_OK;
  size_t n_extra = 0, n_old = 0, n = 0;
  while (extra && extra[n_extra]) n_extra++;
  while (environ && environ[n_old]) n_old++; /* NULL behind clearenv() */
  R2S_ALLOC(st, out, n_extra + n_old + 1, "environment", err);
  for (size_t k = 0; k < n_extra; k++) (*out)[n++] = (char *)extra[k];
  for (size_t k = 0; k < n_old; k++) {
    size_t name = strcspn(environ[k], "=");
    bool replaced = false;
    for (size_t j = 0; j < n_extra && !replaced; j++) replaced = strncmp(extra[j], environ[k], name + 1) == 0;
    if (!replaced) (*out)[n++] = environ[k];
  }
done:
  return st;
}

/* argv with its program made absolute where it is a path from our working directory: the program gets another
 * one, and may look at argv[0] itself (Python finds its virtual environment that way). Free *program and
 * *argv. */
static r2s_status absolute_program(const r2s_process_config *config, char **program, char ***argv,
                                   r2s_error *err) {
  r2s_status st = R2S_OK;
  const char *name = config->argv[0];
  size_t n = 0;
  char *here = NULL;
  while (config->argv[n]) n++;
  R2S_ALLOC(st, argv, n + 1, "arguments", err);
  for (size_t k = 0; k < n; k++) (*argv)[k] = (char *)config->argv[k];
  if (name[0] != '/' && strchr(name, '/') && config->directory) {
    here = getcwd(NULL, 0);
    if (!here) R2S_TRY(st, r2s_fail(err, R2S_ERR_IO, "%s: no working directory: %s", name, strerror(errno)));
    size_t size = strlen(here) + strlen(name) + 2;
    R2S_ALLOC(st, program, size, "program's path", err);
    snprintf(*program, size, "%s/%s", here, name);
    (*argv)[0] = *program;
  }
done:
  free(here);
  return st;
}

static int spawn(const r2s_process_config *config, char **argv, char **env, int out_fd, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (code) {
    posix_spawn_file_actions_destroy(&actions);
    return code;
  }
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out_fd, STDERR_FILENO);
  if (config->directory) posix_spawn_file_actions_addchdir_np(&actions, config->directory);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0); /* a group of its own: the end of it takes its children along */
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  code = posix_spawnp(pid, argv[0], &actions, &attributes, argv, env);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

/* Reads until the program ends: a child that it leaves behind may keep the pipe open, and it may close its
 * own output long before. True if the monitor stopped it. ended: whether it was waited for; its status then.
 */
static bool follow(collector *c, int fd, pid_t pid, const r2s_monitor *monitor, bool *ended, int *status) {
  char bytes[4096];
  bool cancelled = false, killed = false;
  double stopped_at = 0;
  for (;;) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int ready = poll(&p, 1, fd < 0 ? POLL_CLOSED_MS : POLL_MS);
    if (ready < 0 && errno != EINTR) { /* it can't be followed further */
      kill(-pid, SIGKILL);
      break;
    }
    if (ready > 0) {
      ssize_t n = read(fd, bytes, sizeof bytes);
      if (n > 0) collect(c, bytes, (size_t)n);
      if (n == 0 || (n < 0 && errno != EINTR)) fd = -1; /* poll passes over it */
    }
    pid_t over = fd < 0 || ready == 0 ? waitpid(pid, status, WNOHANG) : 0;
    if (over != 0) {
      *ended = over == pid;
      break;
    }
    if (!cancelled && r2s_monitor_cancelled(monitor)) {
      cancelled = true;
      stopped_at = 1e3 * r2s_clock();
      kill(-pid, SIGTERM);
    }
    if (cancelled && !killed && 1e3 * r2s_clock() - stopped_at > KILL_AFTER_MS) {
      killed = true;
      kill(-pid, SIGKILL);
    }
  }
  if (c->length) end_line(c);
  return cancelled;
}

r2s_status r2s_process_run(const r2s_process_config *config, r2s_process_result *out,
                           const r2s_monitor *monitor, r2s_error *err) {
  r2s_status st = R2S_OK;
  char **env = NULL, **argv = NULL, *program = NULL;
  int fds[2] = {-1, -1};
  const char *name = config->argv[0];
  *out = (r2s_process_result){.exit_code = -1};
  R2S_TRY(st, merged_environment(config->env, &env, err));
  R2S_TRY(st, absolute_program(config, &program, &argv, err));
  if (pipe2(fds, O_CLOEXEC)) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: no pipe for its output: %s", name, strerror(errno));
    goto done;
  }
  pid_t pid;
  int code = spawn(config, argv, env, fds[1], &pid);
  if (code) {
    st = r2s_fail(err, R2S_ERR_EXTERNAL, "%s: can't be started: %s%s%s", name,
                  code == ENOENT ? "no such program" : strerror(code), config->remedy ? "; " : "",
                  config->remedy ? config->remedy : "");
    goto done;
  }
  close(fds[1]);
  fds[1] = -1;
  collector c = {.config = config, .result = out};
  bool ended = false;
  int status = 0;
  bool cancelled = follow(&c, fds[0], pid, monitor, &ended, &status);
  while (!ended) {
    ended = waitpid(pid, &status, 0) == pid;
    if (!ended && errno != EINTR) break;
  }
  if (ended && WIFEXITED(status)) out->exit_code = WEXITSTATUS(status);
  if (ended && WIFSIGNALED(status)) out->signal = WTERMSIG(status);
  if (!ended && !cancelled) /* SIGCHLD is ignored, or somebody else waited for it */
    st = r2s_fail(err, R2S_ERR_EXTERNAL, "%s: how it ended can't be told: %s; SIGCHLD must not be ignored",
                  name, strerror(errno));
  if (cancelled) st = r2s_fail(err, R2S_ERR_CANCELLED, "%s: interrupted", name);
done:
  for (int k = 0; k < 2; k++)
    if (fds[k] >= 0) close(fds[k]);
  free(env);
  free(argv);
  free(program);
  return st;
}

r2s_status r2s_process_check(const r2s_process_config *config, const r2s_monitor *monitor, r2s_error *err) {
  r2s_process_result result;
  r2s_status st = r2s_process_run(config, &result, monitor, err);
  if (st != R2S_OK || result.exit_code == 0) return st;
  const size_t shown = sizeof err->msg - 200, length = strlen(result.tail);
  const char *tail = length == 0 ? "none" : result.tail + (length > shown ? length - shown : 0);
  if (result.signal)
    return r2s_fail(err, R2S_ERR_EXTERNAL, "%s: ended by signal %d; its last output: %s", config->argv[0],
                    result.signal, tail);
  return r2s_fail(err, R2S_ERR_EXTERNAL, "%s: exit code %d; its last output: %s", config->argv[0],
                  result.exit_code, tail);
}
