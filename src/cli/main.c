/* SPDX-License-Identifier: MIT
 * The program rate2spike. */
#include <stdio.h>

#include "rate2spike/status.h"

int main(void) {
  printf("rate2spike %s\n", r2s_version());
  return 0;
}
