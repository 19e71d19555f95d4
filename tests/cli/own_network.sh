# The example of docs/formats.md that makes a .mat of one's own weights, as it stands there.
python=${R2S_PYTHON:-$DATA/../../build/venv/bin/python}
"$python" -c 'import scipy' 2>/dev/null || { echo "skipped: no Python with scipy"; exit 77; }
{
  cat <<'EOF'
import numpy as np
N, tau_d = 20, 35
W = np.where(np.arange(N) % 4 == 3, -0.5, 0.25) * (np.arange(N)[:, None] % 2 == 0)
w_in, w_out = np.ones((N, 1)), np.ones((1, N)) / 9
EOF
  sed -n '/^### A network of your own/,/^## /p' "$DATA/../../docs/formats.md" | sed -n '/^```python$/,/^```$/p' | sed '/^```/d'
} >own.py
# W = a b^T has one eigenvalue, a b: ten senders of 0.25 among the receivers
"$python" own.py && "$R2S" inspect own.mat
"$R2S" convert own.mat --task go-nogo-short --model lif --scales 44 --trials 2 --set convert.held_out_trials=1 --json -q | grep '"n"' | head -n 1
echo "---- transposed, W is refused, not taken for inhibitory units all over"
sed 's/^W = .*/&; W = W.T/' own.py >turned.py
"$python" turned.py 2>&1 | tail -n 1
