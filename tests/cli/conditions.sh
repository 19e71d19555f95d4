# A task of 128 conditions, the most there may be: each has its columns, the tables all of them, the figures the first eight. One more is refused.
. "$(dirname "$0")/tiny.inc"
task() { # N: N conditions, of which each has a pulse and a target of another size
  echo "name: many"; echo "steps: 40"; echo "conditions:"
  for k in $(seq "$1"); do
    v=$(awk "BEGIN { print $k / 64 - 1 }")
    echo "  - {name: c$k, inputs: [{channel: 0, to_ms: 50, value: $v}], targets: [{output: 0, from_ms: 50, value: $v}], criteria: {rate: [{statistic: mean, from_ms: 100, to_ms: 200, above: -9}]}}"
  done
}
task 128 >most.yaml
task 129 >more.yaml
"$R2S" task check more.yaml
"$R2S" run -o most -q --task most.yaml "${tiny[@]}" --set convert.trials=128 2>/dev/null
head -1 most/conversion.csv | tr , '\n' | tail -4
grep -c '^| `lif`, native' most/REPORT.md
grep -o 'Shown are the first 8 of 128 conditions' most/REPORT.md
# What makes its accuracies say little is in the report, and told where a network is given, too.
grep 'a network that does nothing' most/REPORT.md
"$R2S" simulate most/model.h5 --task most.yaml --model lif --set train.test_trials=1 --set simulate.trials=1 2>&1 | grep warning
