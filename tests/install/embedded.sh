#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Protects: a source tree under a name with blanks and letters that are not ASCII gives the program the same files.
#   embedded.sh BUILD
set -euo pipefail
build=$1
: "${CMAKE:?cmake}" "${GENERATOR:?its generator}"
root=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source="$work/Große Übung ış" out="$work/größer"
ln -s "$root" "$source"
"$CMAKE" -G "$GENERATOR" -S "$source" -B "$out" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$CMAKE" "-DLIST=$out/embedded.list" "-DOUT=$out/embedded.c" -P "$source/cmake/embed_write.cmake" # as the build does
cmp "$out/embedded.c" "$build/embedded.c"
