# A task that could not be checked is not passed: with less and less memory, until its target of 8 MB has no room.
export OPENBLAS_NUM_THREADS=1
"$R2S" task show go-nogo-short | sed 's/^steps: .*/steps: 1000000/; s/dt_ms: 5/dt_ms: 0.001/' >long.yaml
check() { # MB
  (ulimit -v $(($1 * 1024)); timeout 20 "$R2S" task check long.yaml 2>&1)
}
check 1000 >/dev/null || { echo "skipped: no program within 1 GB"; exit 77; }
mb=1000
while said=$(check $mb) && [ $mb -gt 20 ]; do mb=$((mb > 200 ? mb - 40 : mb - 2)); done
check $mb
echo "exit $?"
