# Tasks: the presets check, a copy of one is the same task, a damaged one is refused with its line.
"$R2S" task list
for task in $("$R2S" task list | cut -d' ' -f1); do
  "$R2S" task show "$task" >"$task.yaml"
  "$R2S" task check "$task.yaml"
done
# Criteria that ask for something else than the targets
sed 's/above: 0\.5/above: 1.5/' go-nogo-short.yaml >odd.yaml
"$R2S" task check odd.yaml
sed -i 's/^dt_ms: .*/dt_ms: 5 ms/' xor.yaml
"$R2S" task show xor.yaml
"$R2S" task check xor.yaml
