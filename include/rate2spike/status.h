/* SPDX-License-Identifier: MIT
 * Status codes, error messages and the monitor: what every other header uses to report. */
#ifndef RATE2SPIKE_STATUS_H
#define RATE2SPIKE_STATUS_H

#include <stdbool.h>

#if defined(__GNUC__)
#define R2S_MUST_CHECK __attribute__((warn_unused_result))
#define R2S_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define R2S_MUST_CHECK
#define R2S_PRINTF(fmt, args)
#endif

/* Around the declarations of each header: they are C in C++, too, and what a shared library shows. */
#ifdef __cplusplus
#define R2S_API_BEGIN                                                                                        \
  extern "C" {                                                                                               \
  _Pragma("GCC visibility push(default)")
#define R2S_API_END                                                                                          \
  _Pragma("GCC visibility pop")                                                                              \
  }
#else
#define R2S_API_BEGIN _Pragma("GCC visibility push(default)")
#define R2S_API_END _Pragma("GCC visibility pop")
#endif

R2S_API_BEGIN

/* One list: the enum and r2s_status_text() are made from it. */
#define R2S_STATUS_LIST(X)                                                                                   \
  X(R2S_OK, "success")                                                                                       \
  X(R2S_ERR_ARG, "invalid argument")                                                                         \
  X(R2S_ERR_CONFIG, "invalid configuration")                                                                 \
  X(R2S_ERR_IO, "input or output failed")                                                                    \
  X(R2S_ERR_FORMAT, "damaged or unexpected file content")                                                    \
  X(R2S_ERR_MEMORY, "out of memory")                                                                         \
  X(R2S_ERR_NUMERIC, "not a finite number")                                                                  \
  X(R2S_ERR_EXTERNAL, "an external program is missing or has failed")                                        \
  X(R2S_ERR_CANCELLED, "interrupted")

typedef enum r2s_status {
#define R2S_STATUS_ENUM(name, text) name,
  R2S_STATUS_LIST(R2S_STATUS_ENUM)
#undef R2S_STATUS_ENUM
} r2s_status;

/* Filled on failure: what, where, what was found, what was expected. May be passed as NULL. */
typedef struct r2s_error {
  r2s_status code;
  char msg[1024];
} r2s_error;

/* In words, for people: "out of memory". */
const char *r2s_status_text(r2s_status status);

/* Version of the library, "MAJOR.MINOR.PATCH". */
const char *r2s_version(void);
/* R2S_ERR_CONFIG where the environment variable R2S_ISA has another value than the instruction sets of this
 * machine: baseline, avx2, avx512; or R2S_CODE another one than off. Calls that compute do not ask, and take
 * the best one then. */
R2S_MUST_CHECK r2s_status r2s_environment_check(r2s_error *err);

typedef enum r2s_note_level { R2S_NOTE_INFO, R2S_NOTE_WARNING } r2s_note_level;

/* How a long call talks to its caller. Every member may be NULL, and so may the pointer to it.
 * All calls come from the thread that called the library. They must return: no exception, no longjmp. */
typedef struct r2s_monitor {
  /* done of total (same unit; total <= 0: unknown); detail is one short line, may be "" */
  void (*progress)(void *user, const char *stage, double done, double total, const char *detail);
  void (*note)(void *user, r2s_note_level level, const char *text);
  /* true: stop at the next safe point and return R2S_ERR_CANCELLED */
  bool (*cancelled)(void *user);
  void *user;
} r2s_monitor;

R2S_API_END
#endif
