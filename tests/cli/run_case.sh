#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs one case in an empty folder and compares what it says.
#   run_case.sh [--update] CASE.sh
# CASE.sh.stdout.glob and CASE.sh.stderr.glob have one pattern a line (bash globs; a line "..." stands for any lines);
# without the file nothing is expected on stderr, and stdout is not looked at. CASE.sh.exit: the exit code, else 0.
# The case sees R2S (the program) and DATA (tests/data). Exit code 77: skipped.
set -u
update=no
if [ "${1:-}" = --update ]; then
  update=yes
  shift
fi
case=$(realpath "$1")
: "${R2S:?the program rate2spike}" "${DATA:?the folder tests/data}"
export R2S DATA NO_COLOR=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/here"
(cd "$work/here" && bash "$case" >"$work/stdout" 2>"$work/stderr")
code=$?
if [ $code = 77 ]; then
  cat "$work/stdout" "$work/stderr"
  exit 77
fi

if [ $update = yes ]; then
  # exact output, with what globs would take for patterns made plain
  for stream in stdout stderr; do
    if [ -s "$work/$stream" ]; then
      sed -e 's/[][\\*?]/\\&/g' "$work/$stream" >"$case.$stream.glob"
    else
      rm -f "$case.$stream.glob"
    fi
  done
  rm -f "$case.exit"
  [ $code = 0 ] || echo $code >"$case.exit"
  exit 0
fi

# matches FILE PATTERNS: every line in turn; says where it fails
matches() {
  local lines patterns i=0 k=0 any=no
  mapfile -t lines <"$1"
  mapfile -t patterns <"$2"
  while [ $k -lt ${#patterns[@]} ]; do
    if [ "${patterns[$k]}" = ... ]; then
      any=yes
      k=$((k + 1))
      continue
    fi
    if [ $any = yes ]; then
      while [ $i -lt ${#lines[@]} ] && [[ ${lines[$i]} != ${patterns[$k]} ]]; do i=$((i + 1)); done
    fi
    any=no
    if [ $i -ge ${#lines[@]} ]; then
      echo "expected: ${patterns[$k]}"
      echo "found:    (end)"
      return 1
    fi
    if [[ ${lines[$i]} != ${patterns[$k]} ]]; then
      echo "expected: ${patterns[$k]}"
      echo "found:    ${lines[$i]}"
      return 1
    fi
    i=$((i + 1))
    k=$((k + 1))
  done
  if [ $any = no ] && [ $i -lt ${#lines[@]} ]; then
    echo "expected: (end)"
    echo "found:    ${lines[$i]}"
    return 1
  fi
}

failed=no
expected=0
[ ! -e "$case.exit" ] || expected=$(cat "$case.exit")
if [ $code != "$expected" ]; then
  echo "exit code $code; expected $expected"
  failed=yes
fi
if [ -e "$case.stdout.glob" ] && ! matches "$work/stdout" "$case.stdout.glob"; then
  echo "(stdout)"
  failed=yes
fi
if [ -e "$case.stderr.glob" ]; then
  matches "$work/stderr" "$case.stderr.glob" || { echo "(stderr)"; failed=yes; }
elif [ -s "$work/stderr" ]; then
  echo "expected nothing on stderr"
  failed=yes
fi
if [ $failed = yes ]; then
  printf '%s\n' '---- stdout' "$(cat "$work/stdout")" '---- stderr' "$(cat "$work/stderr")"
  exit 1
fi
