/* SPDX-License-Identifier: MIT
 * Temporary files of programs that were killed. */
#ifndef R2S_IO_LEFTOVERS_H
#define R2S_IO_LEFTOVERS_H

#include <stdbool.h>

enum { R2S_TEMPORARY_SIZE = 64 };
/* A name that begins with ".r2s-" and differs between processes, moments and attempts. It may be taken all
 * the same, by another machine's process: create the file with O_EXCL, and try again. */
void r2s_io_temporary_name(char name[R2S_TEMPORARY_SIZE], int attempt);
bool r2s_io_is_temporary(const char *name);
/* Removes those of a folder that are older than an hour: a younger one may be of a program at work. */
void r2s_io_remove_leftovers(const char *dir);
/* Removes all of them, where no other program can be at work. */
void r2s_io_remove_temporaries(const char *dir);

#endif
