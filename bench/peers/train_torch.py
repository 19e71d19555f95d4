# SPDX-License-Identifier: MIT
"""A training step in PyTorch (CPU, eager): the same network, loss and optimiser as rate2spike's.

usage: train_torch.py DUMP_GRADIENT [--batch B] [--n N]

A worker of bench/run. The timed step draws its own noise, as ours does.
"""
import argparse

import case as peer
import numpy as np
import torch
import worker


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("dump_gradient")
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--n", type=int, default=250, help="units of the timed network")
    a = p.parse_args()
    case = peer.load(a.dump_gradient)
    tensor = torch.from_numpy
    alpha = float(case["alpha"])

    def network(case):
        params = {k: tensor(case[k].copy()).requires_grad_() for k in ("w", "w_out")}
        params["b_out"] = torch.tensor(float(case["b_out"][0, 0])).requires_grad_()
        return params, tensor(case["sign"][0]), tensor(case["w_in"])

    params, sign, w_in = network(case)

    def losses(u, target, x0, noise):
        W = (torch.relu(params["w"]) * sign).T
        drive = u @ w_in.T
        x, r, rates = x0, torch.sigmoid(x0), []
        for t in range(u.shape[0]):
            x = (1 - alpha) * x + alpha * (r @ W + drive[t]) + noise[t]
            r = torch.sigmoid(x)
            rates.append(r)
        o = torch.stack(rates) @ params["w_out"][0] + params["b_out"]
        return torch.sqrt(torch.sum((o - target) ** 2, dim=0))

    u, target = tensor(case["u"][:-1]), tensor(case["target"][1:, :, 0].copy())
    each = losses(u, target, tensor(case["x0"]), tensor(case["state"][1:] * np.float32(case["state_noise"])))
    each.mean().backward()
    agreement = peer.check(case, each.detach().numpy(), {k: v.grad.numpy() for k, v in params.items()})

    params, sign, w_in = network(peer.cut(case, a.n))  # losses() sees these
    u, target = u[:, : a.batch], target[:, : a.batch]
    steps, batch, n = u.shape[0], u.shape[1], a.n
    adam = torch.optim.Adam(params.values(), lr=peer.ADAM["rate"], eps=peer.ADAM["epsilon"])

    def once():
        adam.zero_grad()
        noise = case["state_noise"] * torch.randn(steps, batch, n)
        losses(u, target, 0.01 * torch.randn(batch, n), noise).mean().backward()
        adam.step()

    ready = {"peer": "PyTorch " + torch.__version__, "batch": batch, "n": n, "threads": torch.get_num_threads(),
             "agreement": agreement}
    worker.serve(ready, lambda: peer.timed(once), warmup=1)


if __name__ == "__main__":
    main()
