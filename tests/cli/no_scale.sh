# A network without a unit of rates: no scale is predicted, so the search comes first.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run --quiet "${tiny[@]}" --set convert.scales=4,8 --recipe writeup --set net.activation=softplus
"$R2S" simulate run 2>&1
echo "exit $?"
"$R2S" convert run --model lif 2>/dev/null | grep '^lif '
grep -o '"predicted": null' run/run.json
"$R2S" simulate run --model lif 2>/dev/null | grep '^lif, native '
