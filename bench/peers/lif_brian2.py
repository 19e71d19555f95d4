# SPDX-License-Identifier: MIT
"""A noisy LIF trial of a trained network in Brian2 (C++ standalone, one thread).

usage: lif_brian2.py MODEL.mat [--scale S] [--trials N] [--folder DIR]

The equations are those of model "lif": Euler steps of 0.05 ms, noise 0.1 mV a step, double-exponential synapses,
random initial voltages. A worker of bench/run; its seconds are those of the simulation loop alone, as Brian2 reports
them. The mean spike counts of Go and NoGo trials are compared with ours before anything is timed.
"""
import argparse
import itertools

import brian2 as b2
import numpy as np
import scipy.io
import worker


def network(path, scale):
    m = scipy.io.loadmat(path)
    w = m["w"] @ m["m"] * m["som_m"] / scale
    taus = m["taus"].ravel().astype(float)
    gaus = m["taus_gaus"].ravel().astype(float)
    tau_d = (1 / (1 + np.exp(-gaus)) * (taus[1] - taus[0]) + taus[0]) * 5.0 if taus.size > 1 else np.full(gaus.size, taus[0] * 5.0)
    return w.astype(float), tau_d, m["w_in"][:, 0].astype(float)


def build(w, tau_d, w_in, folder):
    """A Brian2 network of one trial; `go` (0 or 1) switches the pulse."""
    b2.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b2.defaultclock.dt = 0.05 * b2.ms
    b2.prefs.devices.cpp_standalone.openmp_threads = 0
    n = len(tau_d)
    equations = """
    dv/dt = (ipsc - 40 + go * pulse * w_in - v) / (10 * ms) + sigma * xi : 1 (unless refractory)
    dipsc/dt = -ipsc / tau_d + h : 1
    dh/dt = -h / (2 * ms) : Hz
    pulse = int(t >= 249.95 * ms and t < 374.95 * ms) : 1 (shared)
    go : 1 (shared)
    sigma : second ** -0.5 (shared)
    w_in : 1
    tau_d : second
    """
    g = b2.NeuronGroup(n, equations, threshold="v >= -40", reset="v = -65", refractory=2 * b2.ms, method="euler")
    g.w_in = w_in
    g.tau_d = tau_d * b2.ms
    g.v = "-65 + 95 * rand()"
    g.sigma = 0.1 / np.sqrt(0.05e-3) * b2.second**-0.5
    post, pre = np.nonzero(w)
    s = b2.Synapses(g, g, "jump : Hz", on_pre="h_post += jump")
    s.connect(i=pre, j=post)
    s.jump = w[post, pre] / (2e-3 * tau_d[post] * 1e-3) * 1e-0 * b2.Hz
    monitor = b2.SpikeMonitor(g, record=False)
    net = b2.Network(g, s, monitor)
    return net, g, monitor


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("model")
    p.add_argument("--scale", type=float, default=25)
    p.add_argument("--trials", type=int, default=20, help="of each kind, for the spike counts")
    p.add_argument("--folder", default="build/brian2")
    a = p.parse_args()

    net, group, monitor = build(*network(a.model, a.scale), a.folder)
    net.run(1 * b2.second)
    b2.device.build(compile=True, run=False, directory=a.folder)

    def trial(go):
        b2.device.run(run_args={group.go: go})
        return int(np.sum(monitor.count))

    spikes = {}
    for name, go in (("go", 1.0), ("nogo", 0.0)):
        count = [trial(go) for _ in range(a.trials)]
        spikes[name] = {"mean": float(np.mean(count)), "sd": float(np.std(count, ddof=1)), "n": len(count)}
    kinds = itertools.cycle((1.0, 0.0))

    def once():
        trial(next(kinds))
        return b2.device._last_run_time

    worker.serve({"peer": "Brian2 " + b2.__version__, "threads": 1, "spikes": spikes}, once)


if __name__ == "__main__":
    main()
