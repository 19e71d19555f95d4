# Without NEST: an error that says how to get it, after the native results are written.
. "$(dirname "$0")/tiny.inc"
"$R2S" run -o run --quiet --engine native,nest --python "$PWD/no/python" "${tiny[@]}"
echo "exit $?"
ls run/certificate.csv run/spikes_psc-dexp_native.h5 run/report.html
grep -c '"sim-nest"' run/run.json || true
echo "---- a resume of a configuration goes on without it"
"$R2S" run run/config.yaml --resume -o run --engine native,nest --python "$PWD/no/python" 2>&1 >/dev/null | grep -o 'go on with.*nest'
echo "---- a Python without nest"
printf '#!/bin/sh\necho "ModuleNotFoundError: No module named nest" >&2\nexit 1\n' >python
chmod +x python
"$R2S" simulate run --quiet --engine nest --python "$PWD/python"
echo "exit $?"
echo "---- what was simulated natively is certified all the same"
"$R2S" simulate run --set neuron.noise_mv=0.3 --engine native,nest --python "$PWD/python" 2>/dev/null | grep -E "^(Certificate|Not judged)"
echo "---- told before anything is trained"
"$R2S" run -o early --engine native,nest --python "$PWD/no/python" "${tiny[@]}" 2>&1 >/dev/null | head -1
echo "---- settings that NEST refuses, too"
"$R2S" run -o refused --engine native,nest --python "$PWD/no/python" "${tiny[@]}" --set neuron.tau_r_ms=10 2>&1 >/dev/null | head -1
echo "---- what a training asked NEST's Python is not asked again behind it"
printf '#!/bin/sh\necho "$2" >>"%s/asked"\ntest "$2" = probe && echo version 3.10.0\n' "$PWD" >python
"$R2S" run -o asked_once --engine native,nest --python "$PWD/python" "${tiny[@]}" >/dev/null 2>&1
cat asked
