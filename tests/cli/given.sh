# The report of a given network tells the commands that made it, and no seed or recipe that its file does not have.
few=(--set train.test_trials=2 --set convert.held_out_trials=1 --set convert.unit_scales=1 --set simulate.trials=2)
"$R2S" convert "$DATA/authors_gonogo.mat" --task go-nogo -o "a run" -q --scales 20 --trials 2 "${few[@]}"
"$R2S" simulate "a run" --scale 20 -q
"$R2S" simulate "a run" --scale 20 -q
"$R2S" report "a run" -q
grep '^Task ' "a run/REPORT.md"
grep '^| Training |' "a run/REPORT.md"
sed -n '/^## What differs/,/as in the paper/p' "a run/REPORT.md"
grep 'Seed that trained' "a run/REPORT.md"
sed -n '/^### Run it again/,/figures alone/p' "a run/REPORT.md"
echo "---- --trials is for the engines that run"
"$R2S" simulate "a run" --scale 20 -q --model lif --trials 3
grep -E '^ +(nest_)?trials: ' "a run/config.yaml" | tail -2 | cut -d'#' -f1
echo "---- a result that can't be written changes no setting and no certificate"
rm "a run/spikes_lif_native.h5" && mkdir "a run/spikes_lif_native.h5"
"$R2S" simulate "a run" --scale 20 -q --model lif --trials 4 --seed 8 2>&1
echo "exit $?"
grep -E '^(seed| +trials): ' "a run/config.yaml" | cut -d'#' -f1
ls "a run/certificate.csv"
echo "---- two scales that look alike"
"$R2S" convert "$DATA/authors_gonogo.mat" --task go-nogo --scales 44.11 --trials 2 --model lif "${few[@]}" 2>/dev/null | grep -o '[a-z ]*scale.*search$'
echo "---- a search whose best scale is at its end"
"$R2S" convert "$DATA/authors_gonogo.mat" --task go-nogo -o narrow --scales 45,55,65 --trials 40 --model lif --set convert.held_out_trials=1 2>/dev/null | grep '^The search'
"$R2S" report narrow -q && grep '^- The search' narrow/REPORT.md
"$R2S" convert "$DATA/authors_gonogo.mat" --task go-nogo --scales 8,30,55 --trials 40 --model lif --set convert.held_out_trials=1 --json -q | grep -E '"(chosen|better_beyond)"'
for search in "90,120 --trials 4" "5 --trials 20" "5,8 --trials 20"; do # no errors; no trend; the predicted scale
  "$R2S" convert "$DATA/authors_gonogo.mat" --task go-nogo -o ends --scales $search --model lif --set convert.held_out_trials=1 2>/dev/null | grep '^The search' || echo "$search: no word"
done
"$R2S" report ends -q && grep '^- The search' ends/REPORT.md
"$R2S" simulate ends --model lif --trials 20 2>/dev/null | grep -c 'The rate network itself'; grep -c 'That is less than' ends/REPORT.md
echo "---- a task that the rate network itself does in nine of ten trials"
"$R2S" task show go-nogo | sed '0,/probability: 0.5/s//probability: 0.9/; s/probability: 0.5/probability: 0.1/; s/^name: .*/name: hard/; s/below: 0.3/below: -9/' >hard.yaml
"$R2S" simulate "$DATA/authors_gonogo.mat" --task hard.yaml -o hard --scale 20 --model lif --trials 50 --set train.test_trials=50 2>/dev/null | grep -o 'The rate network itself.*'
"$R2S" report hard -q && grep -o 'That is less than 95 %.*' hard/REPORT.md
echo "---- trained here"
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o mine -q "${tiny[@]}"
"$R2S" report mine -q
sed -n '/^### Run it again/,/^rate2spike/p' mine/REPORT.md
echo "---- net.* of a network that was given"
"$R2S" convert "$DATA/authors_gonogo.mat" --task go-nogo -o refused --set net.n=100 2>&1
echo "exit $?"
echo "---- a training to resume, of a network that was given"
"$R2S" train --resume -o "a run" 2>&1
echo "exit $?"
