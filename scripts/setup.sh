# SPDX-License-Identifier: MIT
# What ./reproduce and ./check share: system packages, build, Python environment. Sourced, not run.

BUILD_PACKAGES="build-essential cmake ninja-build pkg-config libhdf5-dev zlib1g-dev libyaml-dev libjansson-dev
  libopenblas-dev liblapacke-dev librandom123-dev fonts-dejavu-core"
# gnuplot's packages, -nox, -qt and -x11, exclude each other: apt-get would take away the one that is there.
command -v gnuplot >/dev/null || BUILD_PACKAGES+=" gnuplot-nox"
PYTHON_PACKAGES="python3 python3-venv"
UNIT_PACKAGES="libcmocka-dev libmatio-dev" # what building the tests needs
TEST_PACKAGES="$UNIT_PACKAGES util-linux procps valgrind groff-base"

# For a Mac; README.md tells more.
BREW_PACKAGES="cmake ninja pkgconf hdf5 libyaml jansson openblas libomp gnuplot"

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# need_packages NAME...: installs the Debian packages that are missing, as root or with sudo. Elsewhere it says what
# must be there.
need_packages() {
  local missing=() name
  if [[ $OSTYPE = darwin* ]]; then
    say "On a Mac these must be there (README.md, Install): Random123's headers, and brew install $BREW_PACKAGES"
    return 0
  fi
  if ! command -v dpkg-query >/dev/null; then
    say "This is no Debian system; the equivalents of these packages must be there: $*"
    return 0
  fi
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "missing packages; install them as root and try again:
  apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || say "apt-get update failed; trying with the lists that are there"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    die "apt-get could not install ${missing[*]}"
}

# need_python REQUIREMENTS: build/venv has what the file lists (re-used while the file and PYTHON stay the same). It is
# made of the Python that the environment's PYTHON names, else of python3.
need_python() {
  local requirements=$1 venv=build/venv stamp
  stamp="$venv/.$(basename "$requirements")"
  command -v "${PYTHON:-python3}" >/dev/null || die "found no program ${PYTHON:-python3}; PYTHON=... names another Python"
  [ -z "${PYTHON:-}" ] || [ "$PYTHON" = "$(cat "$venv/.python" 2>/dev/null)" ] || rm -rf "$venv"
  if [ -x "$venv/bin/python" ] && cmp -s "$requirements" "$stamp"; then return 0; fi
  mkdir -p build
  [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv" || die "${PYTHON:-python3} -m venv $venv failed"
  echo "${PYTHON:-python3}" >"$venv/.python"
  say "Installing into $venv: $(grep -v '^#' "$requirements" | tr '\n' ' ')"
  # PyPI has NEST's source, too, which few systems can build: better to be told than to wait for that
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary nest-simulator -r "$requirements" ||
    die "pip could not install $requirements into $venv, which has $("$venv/bin/python" --version).
PyPI has NEST for Python 3.9 to 3.13 on Linux. PYTHON=python3.13 (and the call again) takes that one, if it is installed;
./reproduce --no-nest needs none."
  cp "$requirements" "$stamp"
}

# build_in DIR TARGET CMAKE-OPTION...: configures and builds, quietly unless something fails.
build_in() {
  local dir=$1 target=$2 log
  shift 2
  log="$dir/build.log"
  mkdir -p "$dir"
  if ! { cmake -G Ninja -S . -B "$dir" "$@" && cmake --build "$dir" --target "$target"; } >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "the build in $dir/ failed; its whole log is $log"
  fi
}
