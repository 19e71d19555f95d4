# What is counted, where there is one of it: a step of one trial, of a task with one condition.
. "$(dirname "$0")/tiny.inc"
cat >one.yaml <<'END'
name: one
steps: 40
conditions:
  - {name: only, inputs: [{channel: 0, to_ms: 50, value: 1}], targets: [{output: 0, from_ms: 50, value: 1}], criteria: {rate: [{statistic: mean, from_ms: 100, to_ms: 200, above: 0.5}]}}
END
"$R2S" train -o run --task one.yaml "${tiny[@]}" --set train.max_steps=1 --set train.batch=1 --set train.test_trials=1 2>said |
  grep -o '1 step, exhausted'
grep 'criterion;' said
"$R2S" simulate run --model lif --quiet --set simulate.trials=1
"$R2S" report run --quiet
grep -o -e 'trained in.*' -e 'beside .* of the rate network' run/REPORT.md
# a longer training was begun
sed '1d; s/^1,/2,/' run/training.csv >row
cat row >>run/training.csv
"$R2S" report run --quiet
grep -o 'All here.*' run/REPORT.md
