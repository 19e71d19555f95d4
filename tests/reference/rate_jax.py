# SPDX-License-Identifier: MIT
"""Checks a full-size batch's losses and gradients (dump_gradient.c) against JAX's automatic differentiation.

usage: rate_jax.py DUMP_GRADIENT RECIPE FILE.h5

The network is written here once more, in single precision as the kernels are, with jax.grad for the backward pass;
only the random numbers and the table of the rate curve come from the file. Gradients must agree to 1e-4 of max |g|.
Exit code 77 where jax or h5py is not installed.
"""
import subprocess
import sys

try:
    import h5py
    import jax
    import jax.numpy as jnp
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOLERANCE = 1e-4


def read(path):
    with h5py.File(path) as file:
        data = {name: np.array(values) for name, values in file.items()}
    groups = sorted(int(name[2:]) for name in data if name.startswith("u_"))
    for name in ("u", "target", "x0", "state", "shot", "readout"):
        data[name] = np.concatenate([data.pop(f"{name}_{g}") for g in groups])
    batch, n = data["x0"].shape
    for name in ("u", "target", "state", "shot", "readout"):
        data[name] = data[name].reshape(batch, -1, {"state": n, "shot": n}.get(name, 1)).swapaxes(0, 1)
    return data


def piecewise(data):
    """The rate and amplitude of x by the table's polynomials (src/rate/rate_table.h)."""
    coef = jnp.asarray(data["table"], jnp.float32)
    scale, shift = float(data["table_scale"][0]), float(data["table_shift"][0])
    starts = jnp.array([(4 + k % 4) * 2.0 ** (k // 4) for k in range(coef.shape[1] + 1)], jnp.float32)

    def value(x, rows):
        z = x * scale + shift
        piece = jnp.clip(jnp.searchsorted(starts, jax.lax.stop_gradient(z), side="right") - 1, 0, coef.shape[1] - 1)
        f = jnp.where(z > 4, (z - starts[piece]) / (starts[piece + 1] - starts[piece]), 0.0)
        total = jnp.zeros_like(x)
        for row in reversed(rows):
            total = total * f + coef[row][piece]
        return total

    return (lambda x: value(x, range(0, 6))), (lambda x: value(x, range(6, 10)))


def mean_loss(data):
    """The batch's mean loss (and each trial's) as a function of the trained parameters."""
    number = {k: float(v[0]) for k, v in data.items() if v.shape == (1,)}
    curve, amplitude = piecewise(data)
    activation = curve if number["siegert"] else jax.nn.sigmoid
    m, kappa, dt = number["shot_noise"], number["kappa_hz"], number["dt_ms"] / 1000
    low, high = number["tau_min_ms"] / 1000, number["tau_max_ms"] / 1000
    sign, w_in = jnp.float32(data["sign"][0]), jnp.float32(data["w_in"])
    series = [jnp.float32(data[name]) for name in ("u", "target", "state", "shot", "readout")]
    x0 = jnp.float32(data["x0"])

    def loss(parameters):
        w, w_out, b_out, taus_gaus = parameters
        W = jax.nn.relu(w) * sign
        tau = jax.nn.sigmoid(taus_gaus) * (high - low) + low
        alpha = dt / tau

        def sent(x, shot):
            if m == 0:
                return activation(x)
            noise = jnp.sqrt(m / (kappa * dt)) * amplitude(x) * shot
            return activation(x) + jax.lax.stop_gradient(noise)

        def output(x, y, s, readout):
            r = activation(x)
            o = r @ w_out[0] + b_out[0]
            if m == 0:
                return o
            # w_out's gradient has what was sent in place of r: the noise in it adds 0 here
            o = o + jax.lax.stop_gradient(y - r) @ (w_out[0] - jax.lax.stop_gradient(w_out[0]))
            # the readout's noise is pooled; its gradient goes through w_out alone
            return o + jnp.sqrt(jnp.sum((w_out[0] * s) ** 2, axis=1)) * readout

        def step(carry, now):
            x, y, s = carry
            measures, u, target, state, shot, readout = now
            x = (1 - alpha) * x + alpha * (y @ W.T + u @ w_in.T) + number["state_noise"] * state
            y = sent(x, shot)
            if m > 0:
                s = jnp.where(measures, jax.lax.stop_gradient(jnp.sqrt(m / (2 * kappa * tau)) * amplitude(x)), s)
            error = output(x, y, s, readout[:, 0]) - target[:, 0]
            return (x, y, s), error**2

        u, target, state, shot, readout = series
        # the sd of the readout's noise is measured every fourth step
        now = (jnp.arange(len(u) - 1) % 4 == 0, u[:-1], target[1:], state[1:], shot[1:], readout[1:])
        _, squares = jax.lax.scan(step, (x0, sent(x0, shot[0]), jnp.zeros_like(x0)), now)
        losses = jnp.sqrt(jnp.sum(squares, axis=0))
        return jnp.mean(losses), losses

    return loss


def main():
    dump, recipe, path = sys.argv[1:]
    subprocess.run([dump, recipe, path], check=True)
    data = read(path)
    names = ("w", "w_out", "b_out", "taus_gaus")
    parameters = [jnp.float32(data["w"]), jnp.float32(data["w_out"]), jnp.float32(data["b_out"][0]),
                  jnp.float32(data["taus_gaus"][0])]
    gradients, losses = jax.jit(jax.grad(mean_loss(data), has_aux=True))(parameters)
    trained = {"b_out": recipe != "matched", "taus_gaus": data["tau_max_ms"][0] > data["tau_min_ms"][0]}
    worst_loss = np.max(np.abs(np.array(losses) - data["losses"][0])) / np.max(data["losses"])
    print(f"{recipe}: jax {jax.__version__}, {len(losses)} trials, losses {worst_loss:.1e}", end="")
    passed = worst_loss <= TOLERANCE
    for name, gradient in zip(names, gradients):
        if not trained.get(name, True):
            continue
        ours = data["g_" + name].reshape(gradient.shape)
        worst = np.max(np.abs(np.array(gradient) - ours)) / np.max(np.abs(gradient))
        print(f", {name} {worst:.1e}", end="")
        passed = passed and worst <= TOLERANCE
    print(" of max |g|:", "passed" if passed else "FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
