# The summary of a certificate: here one that was written by hand, with what few runs have.
. "$(dirname "$0")/tiny.inc"
"$R2S" train -o run --quiet "${tiny[@]}"
cat >certificate.json <<'END'
"certificate": {
  "verdict": "too few trials to say", "untested": ["catch", "late"], "trials": 2, "scale": 44,
  "trials_of": "seed 1, task go-nogo-short (0123456789ab)",
  "decisive": {"model": "psc-dexp", "of": "nest", "condition": "go", "accuracy": 0.5, "n": 2,
               "ci95": [0.094, 0.906], "rate": {"accuracy": 0.5, "n": 2, "ci95": [0.05, 0.7]}, "limit": 0.95, "repeats": true},
  "rate": {"accuracy": 0.5, "n": 4, "ci95": [0.15, 0.85]},
  "engines": [{"model": "lif", "engine": "native", "scale": 44.000001, "judged": false, "n": 20, "ambiguous": 9},
              {"model": "psc-dexp", "engine": "native", "scale": 44, "judged": true, "n": 20, "ambiguous": 1},
              {"model": "psc-dexp", "engine": "nest", "scale": 44, "judged": true, "n": 10, "ambiguous": 1, "ci95": [null, null]}],
  "native_vs_nest": [{"model": "psc-dexp", "identical": true}, {"model": "psc-dexp", "identical": false}],
  "better_scale": {"accuracy": 0.9, "n": 10, "ci95": [0.5, 0.98], "scale": 20}
},
END
cat >stage.json <<'END'
"stages": {
  "sim-nest": {"seconds": 1, "models": {
    "psc-alpha": {"accuracy": 0.5, "n": 2, "conditions": {
      "a_condition_with_a_name_of_31_chr": {"n": 1, "rate_mean_hz": 3},
      "another_one_with_a_name_that_is_long": {"n": 1, "rate_mean_hz": 3, "out_mean": -0.001},
      "and_a_third_one_with_as_long_a_name": {"n": 0},
      "a_fourth": {"n": 0}}},
    "psc-alpha-matched": {"accuracy": 0.5, "n": 2, "scale": 44, "conditions": {"go": {"n": 0}}}}},
END
sed -i -e '/"certificate": null/{r certificate.json' -e 'd}' -e '/"stages": {/{r stage.json' -e 'd}' run/run.json
"$R2S" train --resume -o run 2>/dev/null | tail -n +3
echo "== names that were taken out"
sed -i -E 's/"(model|engine)": "[^"]*", //g' run/run.json
"$R2S" train --resume -o run 2>/dev/null | grep -oE '\([^ ]*, NEST|trials [^ ]* is right by|settings: .*'
