# Tasks: the presets check, a copy of one is the same task, a damaged one is refused with its line.
"$R2S" task list
for task in $("$R2S" task list | cut -d' ' -f1); do
  "$R2S" task show "$task" >"$task.yaml"
  "$R2S" task check "$task.yaml"
done
# The tasks of the measurements in docs/noise_matched_training.md
for task in "$DATA"/../../bench/tasks/*.yaml; do
  "$R2S" task check "$task"
done
# Criteria that ask for something else than the targets
sed 's/above: 0\.5/above: 1.5/' go-nogo-short.yaml >odd.yaml
"$R2S" task check odd.yaml
sed -i 's/^dt_ms: .*/dt_ms: 5 ms/' xor.yaml
"$R2S" task show xor.yaml
"$R2S" task check xor.yaml
# Not a file: longer than the first guess
{
  "$R2S" task show go-nogo-short
  printf '#%.0s' {1..9999}
} | "$R2S" task check /dev/stdin
# A task is no configuration, and the reverse
"$R2S" run go-nogo.yaml -o none
echo 'recipe: matched' >study.yaml
"$R2S" task check study.yaml
# A network of a task of its own: the file has to be named
sed 's/^name: .*/name: mine/' go-nogo-short.yaml >mine.yaml
"$R2S" train --task mine.yaml -o run --quiet --set net.n=20 --set net.n_inh=4 --set train.max_steps=1 --set train.test_trials=1
"$R2S" convert run/model.h5 -o other
