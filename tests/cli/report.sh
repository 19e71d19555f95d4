# A stage says whether the report that is there tells its results.
. "$(dirname "$0")/tiny.inc"
"$R2S" run -o run "${tiny[@]}" 2>/dev/null | tail -1
"$R2S" simulate run --model psc-alpha 2>/dev/null | tail -2
"$R2S" run -o 'a rün' "${tiny[@]}" 2>/dev/null | tail -1
"$R2S" simulate 'a rün' --model psc-alpha 2>/dev/null | tail -1
"$R2S" train -o new "${tiny[@]}" 2>/dev/null | tail -1
# Without an excitatory unit the figures have nothing to draw of those, and gnuplot nothing to warn of.
"$R2S" train -o ei -q "${tiny[@]}" --set net.n_inh=40
"$R2S" simulate ei -q --scale 44 --model lif
"$R2S" figures ei 2>&1 | grep warning
"$R2S" inspect ei/model.h5 | grep -i 'no unit is excitatory'
# Two at once draw the same figures, and what a killed one left long ago goes.
touch -d '2 hours ago' ei/figures/.r2s-1-000000001-0-fig1.png
"$R2S" figures ei -q &
"$R2S" figures ei -q && wait $! && echo "both drew"
ls -A ei/figures | grep -c '^\.' || true
# The write-up's psc-alpha, where it fails: here its weights move nothing.
"$R2S" simulate run --model psc-alpha --set psc_alpha.weight_pa=0.001 2>/dev/null | grep "^psc-alpha has"
