# The examples of docs/formats.md that read a run's files, as they stand there.
. "$(dirname "$0")/tiny.inc"
python=${R2S_PYTHON:-$DATA/../../build/venv/bin/python}
"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no Python with h5py"; exit 77; }
for seed in 1 2; do "$R2S" run --seed $seed -o results/seed$seed -q "${tiny[@]}" 2>/dev/null; done
{
  sed -n '/^## Reading them/,/^## certificate/p' "$DATA/../../docs/formats.md" | sed -n '/^```python$/,/^```$/p' | sed '/^```/d'
  cat <<'EOF'
f = h5py.File("results/seed1/spikes_lif_native.h5")
print(len(spike_ms) == f["n_spikes"][0], (np.bincount(spike_unit, minlength=40) == f["counts"][0]).all())
print(0 < spike_ms.min() and spike_ms.max() <= f.attrs["duration_ms"], out_ms[0], out_ms[-1])
EOF
} >read.py
"$python" read.py
