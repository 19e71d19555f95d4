# A network that is no psc-dexp (tau_d = tau_r) is simulated as what it can be; what it can't be is refused before a folder changes.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run -q "${tiny[@]}" --set net.tau_min_ms=4 --set net.tau_max_ms=4
few=(--set neuron.tau_r_ms=4 --set train.test_trials=1 --set simulate.trials=1 --set convert.held_out_trials=1)
"$R2S" simulate run/model.h5 "${few[@]}" --model lif 2>/dev/null | grep -o '^[a-z-]*, native .*; go: out'
"$R2S" convert run/model.h5 -o given -q "${few[@]}" --model lif --scales 30 --trials 2
"$R2S" simulate run/model.h5 -o given -q "${few[@]}"
echo "exit $?"
grep -c '"convert"' given/run.json
"$R2S" simulate given -q "${few[@]}" --model psc-dexp
echo "exit $?"
"$R2S" simulate given -q "${few[@]}" --model lif,psc-alpha && ls given/spikes_*
