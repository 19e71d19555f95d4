/* SPDX-License-Identifier: MIT
 * The certificate of a run, in words for people. */
#ifndef CLI_CERTIFICATE_H
#define CLI_CERTIFICATE_H

#include <jansson.h>

/* "" or "seed 1, task ...": what a result has trials of, where the certificate is about others. */
const char *cli_certificate_other_trials(const json_t *certificate, const json_t *result);
/* The certificate in words: verdict, what it hangs on, what was not judged. */
void cli_certificate_print(const json_t *certificate, const json_t *stages);
/* The command that simulates at the search's scale, where lif does better there; word: the folder as a shell
 * takes it. */
void cli_certificate_better_scale(const json_t *better, const char *word);

#endif
