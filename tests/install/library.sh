#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Protects: what `cmake --install` writes is enough to build a program, wherever it is moved; and docs/library.md, whose
# program and commands these are: by pkg-config and by find_package, as C and as C++. The judge of their numbers is the
# installed rate2spike. And a project that takes the source tree in: its flags and build type stay its own.
#   library.sh BUILD CC
set -euo pipefail
build=$1 cc=$2
: "${CMAKE:?cmake}" "${GENERATOR:?its generator}" "${LIBDIR:?CMAKE_INSTALL_LIBDIR}"
root=$(realpath "$(dirname "$0")/../..")
name=$(basename "$cc")
case $name in
  gcc*) cxx=g++${name#gcc} ;;
  clang*) cxx=clang++${name#clang} ;;
  *) cxx=c++ ;;
esac
flags=(-Wall -Wextra -Werror ${SANITIZE:+-fsanitize=$SANITIZE})
# the page's program takes a part of the library, and of what that links with; these calls take the rest
link=-Wl,-u,r2s_model_inspect,-u,r2s_run_certify,-u,r2s_report_write,-u,r2s_nest_engine
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

DESTDIR="$work/stage" "$CMAKE" --install "$build" --prefix /opt/staged >install.log
mv stage/opt/staged moved
if grep -rlF -e "$build" -e "$root" -e /opt/staged moved/include "moved/$LIBDIR/pkgconfig" "moved/$LIBDIR/cmake"; then
  echo "these files know where they were built or installed"
  exit 1
fi
[ -s moved/share/doc/rate2spike/LICENSE ] && [ -s moved/share/doc/rate2spike/CITATION.cff ]
moved/bin/rate2spike generate man | cmp - moved/share/man/man1/rate2spike.1
moved/bin/rate2spike generate bash | cmp - moved/share/bash-completion/completions/rate2spike

# block LANGUAGE: the page's block of that language
block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/d;p}" "$root/docs/library.md"; }
block c >trials.c
block text >expected
model=$root/tests/data/authors_gonogo.mat
moved/bin/rate2spike simulate "$model" --task go-nogo --scale 25 --model lif --trials 2 --json --quiet |
  sed -n 's/^ *"spikes": \(.*\),$/\1/p' >spikes
sed 's/.*, \(.*\) spikes.*/\1/' expected | diff - spikes

# check PROGRAM: it says what the page says
check() { "$1" "$model" go-nogo 25 | diff expected - || { echo "($1)"; exit 1; }; }

command=$(sed -n 's/^cc //p' "$root/docs/library.md")
[ -n "$command" ]
# by_pkgconfig COMPILER ARGUMENTS: builds with the page's command
by_pkgconfig() {
  (
    export PKG_CONFIG_PATH=$work/moved/$LIBDIR/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
    eval "'$1' ${flags[*]} $link $2"
  )
  LD_LIBRARY_PATH=$work/moved/$LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} check ./trials
}
by_pkgconfig "$cc" "$command"
cp trials.c trials.cpp
by_pkgconfig "$cxx" "$(sed 's/=c11/=c++17/; s/trials\.c /trials.cpp /' <<<"$command")"

# by_cmake FOLDER: builds there with the CMakeLists.txt on standard input
by_cmake() {
  mkdir "$1"
  cp trials.c trials.cpp "$1"
  cat >"$1/CMakeLists.txt"
  if ! {
    "$CMAKE" -G "$GENERATOR" -S "$1" -B "$1/build" "-DCMAKE_PREFIX_PATH=$work/moved" --no-warn-unused-cli "-DCMAKE_EXE_LINKER_FLAGS=$link" \
      "-DCMAKE_C_COMPILER=$cc" "-DCMAKE_C_FLAGS=${flags[*]}" "-DCMAKE_CXX_COMPILER=$cxx" "-DCMAKE_CXX_FLAGS=${flags[*]}" &&
      "$CMAKE" --build "$1/build"
  } >"$1.log" 2>&1; then
    cat "$1.log"
    exit 1
  fi
  check "$1/build/trials"
}
block cmake | by_cmake c
block cmake | sed 's/LANGUAGES C/LANGUAGES CXX/; s/trials\.c/trials.cpp/' | by_cmake cpp

# in a project's own tree; twice, as what the first time leaves in the cache counts in the second
mkdir part
cp trials.c part
block cmake | sed "s|^find_package.*|add_subdirectory(\"$root\" rate2spike EXCLUDE_FROM_ALL)|" >part/CMakeLists.txt
for type in "" Release; do
  for pass in 1 2; do
    "$CMAKE" -G "$GENERATOR" -S part -B "part/build$type" "-DCMAKE_C_COMPILER=$cc" "-DCMAKE_BUILD_TYPE=$type" >part.log 2>&1 ||
      { cat part.log; exit 1; }
    grep -qx "CMAKE_BUILD_TYPE:STRING=$type" "part/build$type/CMakeCache.txt"
    grep -qx 'CMAKE_C_FLAGS_RELEASE:STRING=-O3 -DNDEBUG' "part/build$type/CMakeCache.txt"
  done
done
