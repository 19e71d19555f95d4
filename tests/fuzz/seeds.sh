#!/usr/bin/env bash
# Writes the seeds, a folder for each harness: seeds.sh PROGRAM DIR. From what is in the repository, and the
# files of a run that takes a second.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
. "$here/tests/cli/tiny.inc"

mkdir -p "$out"/{task,config,arguments,model,results,report}
cp "$here"/tasks/*.yaml "$here"/tests/data/*.yaml "$out/task"
cp "$here"/configs/*.yaml "$out/config"
cp "$here"/tests/data/*.mat "$out/model"

# The smallest task and network: a fuzzer is as slow as its inputs are large.
cat > "$out/task/small.yaml" << 'end'
name: small
steps: 10
conditions:
  - name: go
    inputs: [{value: 1, to_ms: 25}]
    targets: [{value: 1, from_ms: 25}]
    criteria: {rate: [{statistic: mean, above: 0.5, from_ms: 25}]}
  - {name: nogo, criteria: {rate: [{statistic: mean, below: 0.5, from_ms: 25}]}}
end
"$program" run -q -o "$run" --task "$out/task/small.yaml" "${tiny[@]}" --set net.n=2 --set net.n_inh=1 \
  --set convert.unit_scales=1,2 > /dev/null
cp "$run/config.yaml" "$out/config/written.yaml"
cp "$run/model.mat" "$out/model"
# Without the 16 bytes of our checksum (io_h5_seal.c), which would refuse all that a fuzzer changes.
head -c -16 "$run/model.h5" > "$out/model/model.h5"
for file in "$run"/{rate,checkpoint,spikes_*}.h5; do head -c -16 "$file" > "$out/results/${file##*/}"; done
cp "$run"/*.csv "$run/run.json" "$out/report"

# A word of the command line on each line.
printf '%s\n' run configs/gonogo.yaml -o results/a --seed 7 --threads=2 --set net.n=100 --scales 20:5:75 > "$out/arguments/run"
printf '%s\n' simulate results/a --engine native,nest --model lif,psc-dexp --trials 5 --matched -q > "$out/arguments/simulate"
printf '%s\n' convert model.mat --task xor --recipe kim2019 --scale 25 --json --no-color > "$out/arguments/convert"
printf '%s\n' export results/a --mat a.mat --h5 a.h5 -- extra > "$out/arguments/export"
