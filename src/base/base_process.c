/* SPDX-License-Identifier: MIT
 * Starts a program with posix_spawn (safe beside our threads), reads what it writes through one pipe, and
 * ends it when the monitor says so. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np, pipe2 */
#include "base/base_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base_clock.h"
#include "base/base_memory.h"

#if defined(__APPLE__) && __MAC_OS_X_VERSION_MIN_REQUIRED >= 260000 /* POSIX's own name, young elsewhere */
#define ADD_CHDIR posix_spawn_file_actions_addchdir
#else
#define ADD_CHDIR posix_spawn_file_actions_addchdir_np
#endif

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

/* Where PATH has a program, by execvp's rules; relative entries are taken from our working directory. Gives
 * back 0 or an errno. */
static int find_in_path(const char *name, char *path, size_t size) {
  const char *entry = getenv("PATH");
  int code = ENOENT;
  if (!entry) entry = "/bin:/usr/bin";
  for (;; entry++) {
    const size_t n = strcspn(entry, ":");
    struct stat info;
    int length = snprintf(path, size, "%.*s%s%s", (int)n, entry, n ? "/" : "", name);
    if (length > 0 && (size_t)length < size && stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
      if (access(path, X_OK) == 0) return 0;
      code = EACCES;
    }
    entry += n;
    if (!*entry) return code;
  }
}

static r2s_status not_started(const r2s_process_config *config, int code, r2s_error *err) {
  return r2s_fail(err, R2S_ERR_EXTERNAL, "%s: can't be started: %s%s%s", config->argv[0],
                  code == ENOENT ? "no such program" : strerror(code), config->remedy ? "; " : "",
                  config->remedy ? config->remedy : "");
}

/* argv with its program made absolute where it gets another working directory: a path from ours, or from a
 * relative entry of PATH, leads elsewhere there. The program may look at argv[0] itself (Python finds its
 * virtual environment that way). Free *program and *argv. */
static r2s_status absolute_program(const r2s_process_config *config, char **program, char ***argv,
                                   r2s_error *err) {
  r2s_status st = R2S_OK;
  const char *name = config->argv[0];
  size_t n = 0;
  char *here = NULL, found[PATH_MAX];
  while (config->argv[n]) n++;
  R2S_ALLOC(st, argv, n + 1, "arguments", err);
  for (size_t k = 0; k < n; k++) (*argv)[k] = (char *)config->argv[k];
  if (!config->directory || name[0] == '/') return R2S_OK;
  if (!strchr(name, '/')) {
    const int code = find_in_path(name, found, sizeof found);
    if (code) return not_started(config, code, err);
    name = found;
  }
  if (name[0] != '/') {
    here = getcwd(NULL, 0);
    if (!here) R2S_TRY(st, r2s_fail(err, R2S_ERR_IO, "%s: no working directory: %s", name, strerror(errno)));
  }
  size_t size = (here ? strlen(here) : 0) + strlen(name) + 2;
  R2S_ALLOC(st, program, size, "program's path", err);
  snprintf(*program, size, "%s%s%s", here ? here : "", here ? "/" : "", name);
  (*argv)[0] = *program;
done:
  free(here);
  return st;
}

/* Our pipe for its stdout and stderr, no stdin, and its directory. */
static int set_actions(const r2s_process_config *config, int out_fd, posix_spawn_file_actions_t *actions) {
  int code = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, out_fd, STDOUT_FILENO);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, out_fd, STDERR_FILENO);
  if (!code && config->directory) code = ADD_CHDIR(actions, config->directory);
  return code;
}

/* No signal blocked or ignored, and a process group of its own: the end of it takes its children along. */
static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  int code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawnattr_setsigdefault(attributes, &defaults);
  if (!code) code = posix_spawnattr_setpgroup(attributes, 0);
  if (!code)
    code = posix_spawnattr_setflags(attributes,
                                    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  return code;
}

static int spawn(const r2s_process_config *config, char **argv, char **env, int out_fd, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = set_actions(config, out_fd, &actions);
    if (!code) code = set_attributes(&attributes);
    if (!code) code = posix_spawnp(pid, argv[0], &actions, &attributes, argv, env);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

/* A pipe that no other program inherits. macOS before 27 has no pipe2: there, one that another thread starts
 * just now may, which keeps the pipe open, no more. */
static int make_pipe(int fds[2]) {
#if defined(__APPLE__)
  if (pipe(fds)) return -1;
  for (int k = 0; k < 2; k++) fcntl(fds[k], F_SETFD, FD_CLOEXEC);
  return 0;
#else
  return pipe2(fds, O_CLOEXEC);
#endif
}

/* A program that runs. */
typedef struct child {
  pid_t pid;
  int fd; /* of its output; -1 once that is closed */
  bool ended;
  int status; /* how it ended */
  bool stopped, killed;
  double stopped_at_ms;
} child;

/* Takes what is there of the output within wait_ms; returns the bytes, or -1 where poll failed for good. */
static ssize_t read_ready(child *own, collector *c, int wait_ms) {
  char bytes[4096];
  struct pollfd p = {.fd = own->fd, .events = POLLIN}; /* poll passes over -1 */
  const int ready = poll(&p, 1, wait_ms);
  if (ready <= 0) return ready < 0 && errno != EINTR ? -1 : 0;
  const ssize_t n = read(own->fd, bytes, sizeof bytes);
  if (n > 0) collect(c, bytes, (size_t)n);
  if (n == 0 || (n < 0 && errno != EINTR)) own->fd = -1;
  return n > 0 ? n : 0;
}

/* What it wrote before its end; a child that it left behind may go on writing, so no more than the pipe holds
 * now. */
static void drain(child *own, collector *c) {
  int left = 0;
  if (own->fd >= 0 && ioctl(own->fd, FIONREAD, &left) != 0) left = 0;
  for (ssize_t n; left > 0 && (n = read_ready(own, c, 0)) > 0;) left -= (int)n;
}

/* True as well where nobody can tell any more. */
static bool has_ended(child *own) {
  const pid_t over = waitpid(own->pid, &own->status, WNOHANG);
  own->ended = over == own->pid;
  return over != 0;
}

static void stop_if_asked(child *own, const r2s_monitor *monitor) {
  if (!own->stopped && r2s_monitor_cancelled(monitor)) {
    own->stopped = true;
    own->stopped_at_ms = 1e3 * r2s_clock();
    kill(-own->pid, SIGTERM);
  }
  if (own->stopped && !own->killed && 1e3 * r2s_clock() - own->stopped_at_ms > KILL_AFTER_MS) {
    own->killed = true;
    kill(-own->pid, SIGKILL);
  }
}

/* Reads until the program ends: a child that it leaves behind may keep the pipe open and write to it, and it
 * may close its own output long before. */
static void follow(child *own, collector *c, const r2s_monitor *monitor) {
  for (;;) {
    if (read_ready(own, c, own->fd < 0 ? POLL_CLOSED_MS : POLL_MS) < 0) { /* it can't be followed further */
      kill(-own->pid, SIGKILL);
      break;
    }
    if (has_ended(own)) break;
    stop_if_asked(own, monitor);
  }
  drain(own, c);
  if (c->length) end_line(c);
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
  if (make_pipe(fds)) {
    st = r2s_fail(err, R2S_ERR_IO, "%s: no pipe for its output: %s", name, strerror(errno));
    goto done;
  }
  child own = {.fd = fds[0]};
  int code = spawn(config, argv, env, fds[1], &own.pid);
  if (code) R2S_TRY(st, not_started(config, code, err));
  close(fds[1]);
  fds[1] = -1;
  collector c = {.config = config, .result = out};
  follow(&own, &c, monitor);
  while (!own.ended) {
    own.ended = waitpid(own.pid, &own.status, 0) == own.pid;
    if (!own.ended && errno != EINTR) break;
  }
  if (own.ended && WIFEXITED(own.status)) out->exit_code = WEXITSTATUS(own.status);
  if (own.ended && WIFSIGNALED(own.status)) out->signal = WTERMSIG(own.status);
  if (!own.ended && !own.stopped) /* SIGCHLD is ignored, or somebody else waited for it */
    st = r2s_fail(err, R2S_ERR_EXTERNAL, "%s: how it ended can't be told: %s; SIGCHLD must not be ignored",
                  name, strerror(errno));
  if (own.stopped) st = r2s_fail(err, R2S_ERR_CANCELLED, "%s: interrupted", name);
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
    return r2s_fail_output(err, R2S_ERR_EXTERNAL, tail,
                           "%s: ended by signal %d%s; its last output: ", config->argv[0], result.signal,
                           result.signal == SIGKILL ? " (as when memory runs out)" : "");
  return r2s_fail_output(err, R2S_ERR_EXTERNAL, tail, "%s: exit code %d; its last output: ", config->argv[0],
                         result.exit_code);
}
