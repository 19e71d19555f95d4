#!/bin/sh
# SPDX-License-Identifier: MIT
# rate_jax.sh PYTHON DEFAULT_PYTHON SCRIPT ARGUMENT...: runs the script with $R2S_PYTHON, else PYTHON where it is not
# empty, else DEFAULT_PYTHON; exit code 77 (skipped) where there is no such program.
python=${R2S_PYTHON:-${1:-$2}}
shift 2
if ! [ -x "$python" ]; then
  echo "no Python at $python: skipped (set R2S_PYTHON)"
  exit 77
fi
exec "$python" "$@"
