# A network without a unit of rates: no scale is predicted, so the search comes first.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run --quiet "${tiny[@]}" --set convert.scales=4,8 --recipe writeup --set net.activation=softplus
"$R2S" simulate run 2>&1
echo "exit $?"
"$R2S" convert run --model lif 2>/dev/null | grep '^lif '
grep -o '"predicted": null' run/run.json
"$R2S" simulate run --model lif 2>/dev/null | grep '^lif, native '
echo "---- a sigmoid network whose LIF unit has another curve; the scale was 1e-10"
far=(--set net.activation=sigmoid --set neuron.v_th_mv=-29)
"$R2S" train -o refused --quiet "${tiny[@]}" "${far[@]}" 2>&1
"$R2S" train -o far --quiet "${tiny[@]}" --recipe writeup "${far[@]}"
"$R2S" simulate far -q --model lif 2>&1
"$R2S" convert far --model lif 2>&1 >/dev/null | grep warning
grep -o '"predicted": null' far/run.json
"$R2S" simulate far --model lif 2>/dev/null | grep -o '^lif, native .*; go: out'
"$R2S" report far -q && grep '^There is no predicted scale' far/REPORT.md
echo "---- whose training is hard with the curve itself"
"$R2S" train -o curve "${tiny[@]}" --set neuron.v_th_mv=-29 2>&1 | grep siegert
