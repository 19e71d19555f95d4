# SPDX-License-Identifier: MIT
"""A training step in JAX (jit + scan, CPU): the same network, loss and optimiser as rate2spike's.

usage: train_jax.py DUMP_GRADIENT [--batch B] [--n N]

A worker of bench/run. The timed step draws its own noise, as ours does.
"""
import argparse
import os

import case as peer
import jax
import jax.numpy as jnp
import numpy as np
import worker


def make_losses(case):
    sign, w_in, alpha = jnp.asarray(case["sign"][0]), jnp.asarray(case["w_in"]), float(case["alpha"])

    def losses(params, u, target, x0, noise):  # u [T-1,B,C], target [T-1,B], x0 [B,N], noise [T-1,B,N]
        W = (jax.nn.relu(params["w"]) * sign).T

        def step(x_r, now):
            x, r = x_r
            u_t, target_t, noise_t = now
            x = (1 - alpha) * x + alpha * (r @ W + u_t @ w_in.T) + noise_t
            r = jax.nn.sigmoid(x)
            return (x, r), (r @ params["w_out"][0] + params["b_out"] - target_t) ** 2

        _, square = jax.lax.scan(step, (x0, jax.nn.sigmoid(x0)), (u, target, noise))
        return jnp.sqrt(jnp.sum(square, axis=0))

    return losses


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("dump_gradient")
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--n", type=int, default=250, help="units of the timed network")
    a = p.parse_args()
    case = peer.load(a.dump_gradient)
    losses = make_losses(case)
    params = {"w": jnp.asarray(case["w"]), "w_out": jnp.asarray(case["w_out"]), "b_out": jnp.asarray(case["b_out"][0, 0])}
    u, target = jnp.asarray(case["u"][:-1]), jnp.asarray(case["target"][1:, :, 0])
    x0, noise = jnp.asarray(case["x0"]), jnp.asarray(case["state"][1:] * case["state_noise"])

    def mean_loss(params, *batch):
        each = losses(params, *batch)
        return jnp.mean(each), each

    g, each = jax.jit(jax.grad(mean_loss, has_aux=True))(params, u, target, x0, noise)
    agreement = peer.check(case, np.asarray(each), {k: np.asarray(v) for k, v in g.items()})

    case, u, target = peer.cut(case, a.n), u[:, : a.batch], target[:, : a.batch]
    steps, batch, n = u.shape[0], u.shape[1], a.n
    losses = make_losses(case)
    params = params | {"w": jnp.asarray(case["w"]), "w_out": jnp.asarray(case["w_out"])}

    @jax.jit
    def step(state):
        params, m, v, t, key = state
        key, k0, k1 = jax.random.split(key, 3)
        batch_noise = case["state_noise"] * jax.random.normal(k1, (steps, batch, n))
        g = jax.grad(lambda p: jnp.mean(losses(p, u, target, 0.01 * jax.random.normal(k0, (batch, n)), batch_noise)))(params)
        adam = peer.ADAM
        rate = adam["rate"] * jnp.sqrt(1 - adam["beta2"] ** t) / (1 - adam["beta1"] ** t)
        m = jax.tree.map(lambda a, b: adam["beta1"] * a + (1 - adam["beta1"]) * b, m, g)
        v = jax.tree.map(lambda a, b: adam["beta2"] * a + (1 - adam["beta2"]) * b * b, v, g)
        params = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + adam["epsilon"]), params, m, v)
        return params, m, v, t + 1, key

    zeros = jax.tree.map(jnp.zeros_like, params)
    state = [(params, zeros, zeros, 1.0, jax.random.PRNGKey(1))]

    def once():
        state[0] = jax.block_until_ready(step(state[0]))

    ready = {"peer": "JAX " + jax.__version__, "batch": batch, "n": n, "threads": os.cpu_count(), "agreement": agreement}
    worker.serve(ready, lambda: peer.timed(once), warmup=3)


if __name__ == "__main__":
    main()
