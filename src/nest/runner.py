# SPDX-License-Identifier: MIT
"""Simulates a plan of rate2spike in NEST (docs/nest.md). Started by src/nest/nest_process.c in a private folder:

    python runner.py probe    says NEST's version
    python runner.py run      reads plan.json and *.npy, writes result.json and result_*.npy

Trials are replicas in one kernel: unit i of trial k is node 1 + i stride + k. The stride is a multiple of the number of
threads, so that NEST keeps all units of a trial on one thread (it deals nodes out by number modulo threads). The weights
that arrive at a unit are then summed in the order of the senders, whatever the number of threads: the last bits, and with
them the spikes, don't depend on it. Exit code 3: a module is missing.
"""
import ctypes
import json
import os
import signal
import sys
import time

READ_BACK = 100_000  # synapses
THREADS = 2  # always: NEST's noise depends on their number, and results must not depend on the machine


def end_with_parent():
    """A rate2spike that is killed takes NEST along (Linux)."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    except (OSError, AttributeError):
        pass


def import_modules():
    """numpy and nest, or the end with a line that says which one is missing."""
    # NEST's threads meet at every step: where another program has their core, spinning would cost most of the time
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    modules = []
    for name in ("numpy", "nest"):
        try:
            modules.append(__import__(name))
        except Exception as error:  # a broken installation raises more than ImportError
            print(f"missing module: {name} ({error})", flush=True)
            sys.exit(3)
    return modules


def load(np, name):
    return np.load(name + ".npy", allow_pickle=False)


def set_kernel(nest, plan):
    nest.ResetKernel()
    if hasattr(nest, "VerbosityLevel"):
        nest.verbosity = nest.VerbosityLevel.ERROR
    else:
        nest.set_verbosity("M_ERROR")  # NEST < 3.10
    threads = min(THREADS, plan["trials"])
    plan["stride"] = -(-plan["trials"] // threads) * threads
    nest.SetKernelStatus(
        {"resolution": plan["resolution_ms"], "local_num_threads": threads, "rng_seed": plan["rng_seed"]}
    )


def nodes(np, plan, trial):
    """Node numbers of a trial's units."""
    return 1 + trial + plan["stride"] * np.arange(plan["n"])


def create_neurons(np, nest, plan):
    n, stride = plan["n"], plan["stride"]
    neurons = nest.Create(plan["model"], n * stride, params=plan["neuron"])
    tau_syn = load(np, "tau_syn_ms")  # [n x ports]
    if plan["model"] == "iaf_psc_alpha":
        neurons.tau_syn_ex = np.repeat(tau_syn[:, 0], stride).tolist()
        neurons.tau_syn_in = np.repeat(tau_syn[:, 1], stride).tolist()
    else:
        for unit, ports in enumerate(tau_syn.tolist()):
            neurons[unit * stride : (unit + 1) * stride].tau_syn = ports  # lists can't be set by list
    v_mv = np.full((n, stride), plan["neuron"]["V_reset"])  # trials that fill the stride up rest
    v_mv[:, : plan["trials"]] = load(np, "v_mv").T
    neurons.V_m = v_mv.ravel().tolist()
    return neurons


def connect(np, nest, plan, pre, post, weight, port):
    """One connection for each entry of the arrays; port 0 where the model has none."""
    spec = {"weight": np.asarray(weight, dtype=float), "delay": np.full(len(pre), plan["delay_ms"])}
    if plan["ports"]:
        spec["receptor_type"] = np.asarray(port, dtype=int)
    if len(pre):
        nest.Connect(np.asarray(pre, dtype=int), np.asarray(post, dtype=int), "one_to_one", syn_spec=spec)


def connect_network(np, nest, plan):
    """The synapses of every replica; what was sent."""
    pre, post = load(np, "pre").astype(np.int64), load(np, "post").astype(np.int64)
    first = 1 + np.arange(plan["trials"])[:, None]
    sent = {
        "source": (first + plan["stride"] * pre).ravel(),
        "target": (first + plan["stride"] * post).ravel(),
        "weight": np.tile(load(np, "weight_pa"), plan["trials"]),
        "receptor": np.tile(load(np, "port"), plan["trials"]).astype(np.int64),
    }
    connect(np, nest, plan, sent["source"], sent["target"], sent["weight"], sent["receptor"])
    return sent


def connect_current(np, nest, plan, device, trial, weight):
    """A generator's current to all units of a trial. Currents go to the membrane: no port."""
    nest.Connect(
        np.full(plan["n"], device.global_id),
        nodes(np, plan, trial),
        "one_to_one",
        syn_spec={"weight": np.asarray(weight, dtype=float), "delay": np.full(plan["n"], plan["resolution_ms"])},
    )


def step_generator(nest, plan, steps, values):
    times = [round(int(step) * plan["resolution_ms"], 9) for step in steps]
    return nest.Create(
        "step_current_generator", params={"amplitude_times": times, "amplitude_values": [float(v) for v in values]}
    )


def connect_inputs(np, nest, plan):
    """One generator for each distinct course of an input channel; its weights are the gain times w_in."""
    input_pa = load(np, "input_pa")  # [channels x n]
    channel, offset = load(np, "source_channel"), load(np, "source_offset")
    step, value = load(np, "source_step"), load(np, "source_value")
    devices = [
        step_generator(nest, plan, step[offset[s] : offset[s + 1]], value[offset[s] : offset[s + 1]])
        for s in range(len(channel))
    ]
    for source, trial in load(np, "source_link"):
        connect_current(np, nest, plan, devices[source], int(trial), input_pa[channel[source]])


def connect_noise(np, nest, plan):
    """One noise_generator for each sd: it sends every target a draw of its own in every step."""
    noise_pa = load(np, "noise_pa")
    for std in np.unique(noise_pa[noise_pa > 0]):
        device = nest.Create("noise_generator", params={"mean": 0.0, "std": float(std), "dt": plan["resolution_ms"]})
        for trial in np.flatnonzero(noise_pa == std):
            connect_current(np, nest, plan, device, int(trial), np.ones(plan["n"]))


def connect_injected(np, nest, plan):
    """Recorded currents, one generator a unit: row k acts from k steps on, row 0 can't (docs/nest.md)."""
    for trial in plan["injected"]:
        current = load(np, f"injected_{trial}")  # [steps x n]
        steps = range(1, len(current))
        for unit in range(plan["n"]):
            device = step_generator(nest, plan, steps, current[1:, unit])
            target = nest.NodeCollection([1 + trial + plan["stride"] * unit])
            nest.Connect(device, target, syn_spec={"delay": plan["resolution_ms"]})


def connect_recorders(np, nest, plan, neurons):
    spikes = nest.Create("spike_recorder")
    nest.Connect(neurons, spikes, syn_spec={"delay": plan["resolution_ms"]})
    if not plan["voltage_ms"]:
        return spikes, None
    voltage = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": plan["voltage_ms"]})
    shown = min(8, plan["n"])
    ids = np.sort([nodes(np, plan, trial)[:shown] for trial in range(plan["trials"])], axis=None)
    nest.Connect(voltage, nest.NodeCollection(ids.tolist()), syn_spec={"delay": plan["resolution_ms"]})
    return spikes, voltage


def check_weights(np, nest, plan, neurons, sent):
    """Reads synapses back: how many, and the largest difference from what was sent.

    Reading takes NEST about 10 us a synapse, so only whole replicas up to READ_BACK synapses are read (all replicas
    come from the same call); the number of synapses is compared for all.
    """
    total, trials = len(sent["weight"]), plan["trials"]
    if total == 0:
        return 0, 0.0
    if nest.num_connections != total:
        raise RuntimeError(f"NEST has {nest.num_connections} synapses; {total} were sent")
    read = min(trials, max(1, READ_BACK * trials // total))
    ids = np.sort([nodes(np, plan, trial) for trial in range(read)], axis=None)
    some = neurons if read == plan["stride"] else nest.NodeCollection(ids.tolist())
    sent = {key: values.reshape(trials, -1)[:read].ravel() for key, values in sent.items()}
    connections = nest.GetConnections(some, some)
    if len(connections) != len(sent["weight"]):
        raise RuntimeError(f"NEST gives {len(connections)} synapses back; {len(sent['weight'])} were sent")
    found = connections.get(["source", "target", "weight", "receptor"])
    found = {key: np.atleast_1d(np.asarray(found[key])) for key in sent}
    if not plan["ports"]:
        found["receptor"] = sent["receptor"] = np.zeros(len(sent["weight"]), dtype=np.int64)
    order = {}
    for name, side in (("found", found), ("sent", sent)):
        order[name] = np.lexsort((side["receptor"], side["target"], side["source"]))
    for key in ("source", "target", "receptor"):
        if not np.array_equal(found[key][order["found"]], sent[key][order["sent"]]):
            raise RuntimeError(f"NEST's synapses differ in their {key} from those sent")
    difference = np.abs(found["weight"][order["found"]] - sent["weight"][order["sent"]])
    return len(difference), float(difference.max(initial=0.0))


def simulate(nest, plan):
    """In ten parts, so that progress can be told."""
    total, done = plan["steps"], 0
    with nest.RunManager():
        for part in range(1, 11):
            until = total * part // 10
            if until > done:
                nest.Run((until - done) * plan["resolution_ms"])
            done = until
            print(f"progress {done} {total}", flush=True)
        if plan["voltage_ms"]:  # a multimeter hands out the last sample only later
            nest.Run(10 * plan["delay_ms"])


def write_spikes(np, plan, recorder):
    """Rows of trial, unit, step, sorted by trial, step, unit."""
    events = recorder.get("events")
    node = np.asarray(events["senders"], dtype=np.int64) - 1
    step = np.rint(np.asarray(events["times"]) / plan["resolution_ms"]).astype(np.int64)
    trial, unit = node % plan["stride"], node // plan["stride"]
    rows = np.stack([trial, unit, step], axis=1)[np.lexsort((unit, step, trial))]
    rows = rows[(rows[:, 0] < plan["trials"]) & (rows[:, 2] <= plan["steps"])]
    np.save("result_spikes.npy", np.ascontiguousarray(rows, dtype="<i4"))


def write_voltage(np, plan, meter):
    """[trials x samples x 8], sample k at (k + 1) voltage_ms."""
    samples = plan["voltage_samples"]
    out = np.zeros((plan["trials"], samples, 8))
    events = meter.get("events")
    node = np.asarray(events["senders"], dtype=np.int64) - 1
    sample = np.rint(np.asarray(events["times"]) / plan["voltage_ms"]).astype(np.int64) - 1
    kept = (sample >= 0) & (sample < samples)
    node, sample = node[kept], sample[kept]
    out[node % plan["stride"], sample, node // plan["stride"]] = np.asarray(events["V_m"])[kept]
    np.save("result_voltage.npy", np.ascontiguousarray(out, dtype="<f8"))


def run(np, nest):
    with open("plan.json") as file:
        plan = json.load(file)
    start = time.perf_counter()
    set_kernel(nest, plan)
    neurons = create_neurons(np, nest, plan)
    sent = connect_network(np, nest, plan)
    checked, difference = check_weights(np, nest, plan, neurons, sent)
    connect_inputs(np, nest, plan)
    connect_noise(np, nest, plan)
    connect_injected(np, nest, plan)
    spikes, voltage = connect_recorders(np, nest, plan, neurons)
    built = time.perf_counter()
    simulate(nest, plan)
    simulated = time.perf_counter()
    write_spikes(np, plan, spikes)
    if voltage is not None:
        write_voltage(np, plan, voltage)
    result = {
        "version": nest.__version__,
        "build_seconds": built - start,
        "simulate_seconds": simulated - built,
        "weights_checked": checked,
        "weights_max_difference": difference,
    }
    with open("result.json", "w") as file:
        json.dump(result, file)


def main():
    end_with_parent()
    np, nest = import_modules()
    if sys.argv[1:] == ["probe"]:
        print(f"version {nest.__version__}", flush=True)
    else:
        run(np, nest)


main()
