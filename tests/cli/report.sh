# A stage says whether the report that is there tells its results.
. "$(dirname "$0")/tiny.inc"
"$R2S" run -o run "${tiny[@]}" 2>/dev/null | tail -1
"$R2S" simulate run --model psc-alpha 2>/dev/null | tail -2
"$R2S" train -o new "${tiny[@]}" 2>/dev/null | tail -1
