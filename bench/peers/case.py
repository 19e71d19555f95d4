# SPDX-License-Identifier: MIT
"""What the peers of the training benchmark share: rate2spike's own batch and gradients, the comparison, the timing.

The batch comes from tests/reference/dump_gradient (recipe writeup: sigmoid, plain noise). A peer computes its loss and
gradients on that batch first; only if they agree with rate2spike's to 1e-4 of max |g| is its step timed.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "reference"))
import rate_jax  # noqa: E402  (reads the dump)

TOLERANCE = 1e-4
ADAM = dict(rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8)


def load(dump_gradient):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/case.h5"
        subprocess.run([dump_gradient, "writeup", path], check=True)
        data = rate_jax.read(path)
    number = {k: float(v[0]) for k, v in data.items() if v.shape == (1,)}
    if number["siegert"] or number["shot_noise"]:
        raise SystemExit("the case must be a sigmoid network with plain noise")
    case = {k: np.float32(v) for k, v in data.items()}
    case["alpha"] = np.float32(number["dt_ms"] / number["tau_min_ms"])
    case["state_noise"] = number["state_noise"]
    return case


def check(case, losses, gradients):
    """losses [batch]; gradients {name: array}: against rate2spike's."""
    worst = {"losses": np.max(np.abs(losses - case["losses"][0])) / np.max(case["losses"])}
    for name, g in gradients.items():
        ours = case["g_" + name].reshape(np.shape(g))
        worst[name] = float(np.max(np.abs(np.asarray(g) - ours)) / np.max(np.abs(ours)))
    bad = {k: v for k, v in worst.items() if not v <= TOLERANCE}
    if bad:
        raise SystemExit(f"results differ from rate2spike's, nothing is timed: {bad}")
    return {k: float(v) for k, v in worst.items()}


def cut(case, n):
    """The first n units alone."""
    few = dict(case)
    for name, axis in (("w", 0), ("w", 1), ("w_out", 1), ("w_in", 0), ("sign", 1)):
        few[name] = np.take(few[name], range(n), axis=axis)
    return few


def timed(step):
    """Seconds of a call of step()."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start
