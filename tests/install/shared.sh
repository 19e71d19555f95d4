#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Protects: as a shared library, the library has a soname and shows what the public headers declare, no more and no less;
# installed, it does what library.sh asks. Builds without optimisation, in BUILD/shared.
#   shared.sh BUILD CC
set -euo pipefail
build=$1/shared cc=$2
: "${CMAKE:?cmake}" "${GENERATOR:?its generator}"
here=$(realpath "$(dirname "$0")")
root=$(realpath "$here/../..")
mkdir -p "$build"
if ! {
  "$CMAKE" -G "$GENERATOR" -S "$root" -B "$build" "-DCMAKE_C_COMPILER=$cc" -DCMAKE_BUILD_TYPE=Debug -DBUILD_SHARED_LIBS=ON &&
    "$CMAKE" --build "$build" -j 2
} >"$build/log" 2>&1; then
  cat "$build/log"
  exit 1
fi

library=$build/librate2spike.so
readelf -d "$library" | grep -qE 'SONAME.*\[librate2spike\.so\.[0-9]+\.[0-9]+\]'
# (a named critical section of OpenMP is .gomp_...)
nm -D --defined-only "$library" | awk '$3 !~ /^\.gomp/ { print $3 }' | sort >"$build/shown"
"$cc" -E -P "$root/include/rate2spike/rate2spike.h" | grep -o 'r2s_[a-z0-9_]* *([^*]' | sed 's/ *(.*//' | sort -u >"$build/declared"
[ -s "$build/declared" ]
diff "$build/declared" "$build/shown"

"$here/library.sh" "$build" "$cc"
