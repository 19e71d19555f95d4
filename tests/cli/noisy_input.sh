# Where the input is random, every model gets trials that differ, with intervals; else lif-unit has one of each.
. "$(dirname "$0")/tiny.inc"
"$R2S" task show go-nogo-short | sed "s/to_ms: 150, value: 1}/to_ms: 150, value: 1, noise_sd: 0.5}/" >noisy.yaml
"$R2S" train --quiet --task noisy.yaml -o run "${tiny[@]}"
"$R2S" convert run --model lif-unit --set convert.trials=8 2>/dev/null | grep lif-unit
grep -c '^lif-unit,search,[0-9]*,[0-9]*,8,[0-9.]*,[0-9.]\+,[0-9.]\+,' run/conversion.csv
"$R2S" train --quiet -o silent "${tiny[@]}"
"$R2S" convert silent --model lif-unit 2>/dev/null | grep lif-unit
grep -c '^lif-unit,search,[0-9]*,[0-9]*,2,[0-9.]*,,,' silent/conversion.csv; ls silent/curve.csv
# A task that is learnt, but too noisy for the shot noise to begin, wants other options, not more steps.
sed -e '0,/probability: 0.5/s//probability: 0.25/' -e 's/probability: 0.5/probability: 0.75/' noisy.yaml >catch.yaml
for average in 0.05 1; do
  "$R2S" train --task catch.yaml -o run "${tiny[@]}" --set train.pace_average=$average 2>&1 | grep -o 'its shot noise never.*lower' || echo "no advice"
done
# Nor where it began, or there is none; an accuracy of 0.875 is rounded to the side of what was not reached.
sed -e 's/0.25/0.125/; s/0.75/0.875/' catch.yaml >eighth.yaml
for other in train.pace_start=0.7 recipe=writeup train.batch=8; do
  "$R2S" train --task eighth.yaml -o run "${tiny[@]}" --set train.pace_average=1 --set $other 2>&1 | grep -o 'its shot noise never.*pace_start is' || echo "no advice"
done
# Nor where the input has no noise, or a guess is right as often.
sed 's/, noise_sd: 0.5//' eighth.yaml >silent.yaml
sed -e 's/0.125/0.5/; s/0.875/0.5/' eighth.yaml >guess.yaml
for task in silent guess; do
  "$R2S" train --task $task.yaml -o run "${tiny[@]}" --set train.pace_average=1 2>&1 | grep 'its shot noise' || echo "no advice"
done
# A task that is not found at all may ask for more memory than the network has.
sed 's/probability: 0[^,]*/probability: 0.5/' silent.yaml >even.yaml
for steps in 999 1000; do
  "$R2S" train --task even.yaml -o run "${tiny[@]}" --set net.n=8 --set net.n_inh=2 --set train.learning_rate=1e-9 --set train.max_steps=$steps 2>&1 | grep -o 'the task was not found.*' || echo "no advice"
done
# Shot noise that does not rise, or is full and lets no evaluation pass, wants a larger network.
for up in 0.95 0.8; do
  "$R2S" train --task silent.yaml -o run "${tiny[@]}" --set train.pace_average=1 --set train.pace_start=0.7 --set train.pace_up=$up --set train.ramp_steps=1 --set train.final_steps=1 2>&1 | grep -o 'under its shot noise.*' || echo "no advice"
done
# A criterion that no training of so few steps can meet.
for other in train.min_steps=5 train.min_steps=4 train.eval_every=5; do
  "$R2S" train --recipe kim2019 -o run "${tiny[@]}" --set train.min_steps=4 --set $other 2>&1 | grep -o 'its criterion .*' || echo "no advice"
done
