# SPDX-License-Identifier: MIT
"""The works of the table. Each gives a list of lines (dict): work, ours, peers, ratio, goals, check."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import quiet
import workers
from workers import Worker

PEERS = pathlib.Path(__file__).resolve().parent.parent / "peers"
MODEL = "tests/data/authors_gonogo.mat"
MEAN_P = 0.105  # edges / N^2, mean over the steps of a training by recipe writeup (.086 to .114, seeds 1 to 8)


class Bench:
    """How to run: the build's folder, Python, and how many rounds."""

    def __init__(self, build, python, quick):
        self.build, self.python, self.rounds = pathlib.Path(build), python, 3 if quick else 10
        self.quick = quick
        self.probe = self.ours("bench_look", "--threads", quiet.PROBED)
        self.moments, self.best = [], {}  # what the probe saw; the best look with each number of threads

    def look(self):
        """What the machine gives at this moment: seconds of a look (bench/bench_look.h)."""
        self.probe.work(3)
        self.moments.append(self.probe.rounds[-1])
        self.looked(quiet.PROBED, self.moments[-1:])
        return self.moments[-1]

    def looked(self, threads, looks):
        self.best[threads] = min([self.best.get(threads, float("inf")), *looks])

    def enough(self, several):
        """Whether all workers have enough quiet turns, and quiet runs if they look at them."""
        return all(quiet.enough([w.turns], self.best[quiet.PROBED]) for w in several) and all(
            quiet.enough([w.runs], self.best[w.info.get("threads", 1)]) for w in several if w.runs)

    def in_turns(self, pairs, rounds, patience=0):
        """rounds x every worker [(worker, runs of a round)]: A B A B ..., so that all see the same machine. Goes on for
        `patience` seconds while a worker has too few quiet turns or runs."""
        end = time.perf_counter() + (0 if self.quick else patience)
        known = [worker for worker, _ in pairs if worker.name != "bound"]
        k, before = 0, self.look()
        while k < rounds or (time.perf_counter() < end and not self.enough(known)):
            k += 1
            if sys.stderr.isatty():
                print(f"\r  round {k} ", end="", file=sys.stderr, flush=True)
            for worker, runs in pairs:
                start, waited = time.perf_counter(), quiet.waited(worker.process.pid)
                worker.work(runs)
                share = (quiet.waited(worker.process.pid) - waited) / (time.perf_counter() - start)
                after = self.look()
                self.looked(worker.info.get("threads", 1), worker.looks)
                worker.saw(before, after, share)
                before = after
        if sys.stderr.isatty():
            print("\r" + " " * 30 + "\r", end="", file=sys.stderr, flush=True)

    def ours(self, program, *options):
        return Worker("rate2spike", [self.build / "bench" / program, *options])

    def bound(self, *options):
        """None on processors for which it can't be measured."""
        program = self.build / "bench" / "bench_bound"
        known = program.exists() and subprocess.run([program, *map(str, options)], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
        return Worker("bound", [program, *options]) if known else None

    def peer(self, script, *options):
        return Worker(script, [self.python, PEERS / script, *options])

    def dump(self):
        return self.build / "tests" / "reference" / "dump_gradient"


def line(work, ours, peers=(), goal_ratio=None, goal_ms=None, check="", against=None, bound=None):
    """against: the peer that the goal names. bound: the worker that tells the least that the work takes (bench_bound)."""
    times = ours.times()
    found = [p.times() | {"ratio": workers.ratio(p, ours)} for p in peers]
    return {
        "work": work,
        "ours": times,
        "peers": found,
        "against": next((p["name"] for p, w in zip(found, peers) if w is against), None),
        "goal_ratio": goal_ratio,
        "goal_ms": goal_ms,
        "alike": False,
        "check": check,
        "bound": at_the_bound(bound, ours, against) if bound else None,
    }


def at_the_bound(bound, ours, against):
    """By the best moments of the run, so that no disturbance makes the bound larger, and by the median one. reached: share of the
    bound, by the best; ratios: what they would be against the peer."""
    least, median = min(bound.seconds), statistics.median(bound.seconds)
    return bound.times() | {
        "ms": 1e3 * least,
        "reached": least / min(ours.seconds),
        "ratio": min(against.seconds) / least if against else None,
        "median_ratio": workers.ratio(against, bound) if against else None,
    }


def close(*several):
    for worker in several:
        if worker:
            worker.close()


def agreement(peer):
    worst = max(peer.info["agreement"].values())
    return f"losses and gradients of a batch equal to {worst:.0e} of the largest"


def train_batch(bench):
    jax, torch = bench.peer("train_jax.py", bench.dump()), bench.peer("train_torch.py", bench.dump())
    cases = {
        (recipe, p, threads): ("--recipe", recipe, "--p", p, "--threads", threads)
        for recipe, p, threads in (("writeup", 0.2, 1), ("writeup", 0.2, 2), ("matched", 0.2, 1), ("matched", 0.2, 2), ("writeup", 0.08, 2))
    }
    step = {case: bench.ours("bench_step", *options) for case, options in cases.items()}
    bound = {case: bench.bound(*options) for case, options in cases.items()}
    bench.in_turns([(w, 8) for w in step.values()] + turns_of(bound.values()) + [(jax, 2), (torch, 1)], 2 * bench.rounds, 180)
    close(jax, torch, *step.values(), *bound.values())
    name = "train step, N = 250, p = 0.2, T = 200, batch 32, "
    trained = name.replace("0.2", "0.08 (edges left by a training)")

    def training(name, case, *rest, **more):
        return line(name, step[case], *rest, bound=bound[case], **more)

    return [
        training(name + "plain noise, 2 threads", ("writeup", 0.2, 2), (jax, torch), 30, 3, agreement(jax), jax),
        training(name + "plain noise, 1 thread", ("writeup", 0.2, 1), (jax,), check=agreement(jax), against=jax),
        training(trained + "plain noise, 2 threads", ("writeup", 0.08, 2), (jax,), against=jax),
        training(name + "recipe matched, 2 threads", ("matched", 0.2, 2), goal_ms=4),
        training(name + "recipe matched, 1 thread", ("matched", 0.2, 1)),
        scaling("2 threads against 1, batch of 32", *(step["writeup", 0.2, k] for k in (1, 2)), [bound["writeup", 0.2, k] for k in (1, 2)]),
    ]


def train_team(bench):
    """Two threads that share the 16 trials of a batch (docs/decisions/009-teams.md): no goal."""
    sizes = ((500, 0.2), (1000, 0.1))
    step = {(n, k): bench.ours("bench_step", "--n", n, "--p", p, "--batch", 16, "--threads", k) for n, p in sizes for k in (1, 2)}
    bounds = both_bounds(bench)
    bench.in_turns([(worker, 10) for worker in step.values()] + turns_of(bounds), bench.rounds)
    close(*step.values(), *bounds)
    return [
        scaling(f"2 threads against 1 that share a batch of 16, N = {n}, p = {p}", step[n, 1], step[n, 2], bounds, None) for n, p in sizes
    ]


def train_whole(bench):
    """What a user's training takes a step: as the works above at its first step, and with ever fewer edges."""
    jax = bench.peer("train_jax.py", bench.dump())
    job = {recipe: bench.ours("bench_job", "--job", "training", "--recipe", recipe, "--threads", 2) for recipe in ("writeup", "matched")}
    bound = bench.bound("--recipe", "writeup", "--p", MEAN_P, "--threads", 2)
    bench.in_turns([(job["writeup"], 1), (jax, 4), (job["matched"], 1)] + turns_of([bound]), 2 if bench.quick else 8, 60)
    close(jax, bound, *job.values())
    name = "mean step of a whole training, evaluations included (edges die: p = 0.2 at first), N = 250, T = 200, batch 32, "
    return [
        line(name + "plain noise, 2 threads", job["writeup"], (jax,), 30, 3, against=jax, bound=bound),
        line(name + "recipe matched, 2 threads", job["matched"], goal_ms=4),
    ]


def train_single(bench):
    jax = bench.peer("train_jax.py", bench.dump(), "--batch", 1, "--n", 200)
    ours = bench.ours("bench_step", "--recipe", "kim2019", "--task", "go-nogo", "--n", 200)
    bound = bench.bound("--recipe", "kim2019", "--n", 200)
    bench.in_turns([(ours, 40), (jax, 10)] + turns_of([bound]), bench.rounds, 60)
    close(jax, ours, bound)
    check = agreement(jax) + "; ours also trains tau, JAX's does not"
    return [line("train step, N = 200, batch 1 (the authors' mode)", ours, (jax,), 4, 0.4, check, jax, bound)]


def authors(bench):
    job = bench.ours("bench_job", "--job", "authors")
    bench.in_turns([(job, 1)], 2 if bench.quick else 5)
    close(job)
    return [line("a go-nogo network by the authors' recipe, 1500 trials with evaluations, one core", job, goal_ms=1500)]


def lif_trial(bench):
    with tempfile.TemporaryDirectory() as folder:
        brian = bench.peer("lif_brian2.py", MODEL, "--folder", folder)
        ours = bench.ours("bench_trial", "--model", "lif", "--file", MODEL)
        check = compare_counts(ours.info["spikes"], brian.info["spikes"])
        bench.in_turns([(ours, 16), (brian, 2)], 2 * bench.rounds, 60)
        close(brian, ours)
    return [line("noisy LIF trial, N = 200, 1 s at 0.05 ms, one core", ours, (brian,), 12, 7, check, brian)]


def compare_counts(ours, theirs):
    """Mean spike counts must agree within 4 standard errors of both (our 40 trials have the same sd)."""
    text = []
    for name, peer in theirs.items():
        error = peer["sd"] * (1 / peer["n"] + 1 / 40) ** 0.5
        if not abs(ours[name] - peer["mean"]) <= 4 * error:
            raise SystemExit(f"spikes of a {name} trial: {ours[name]} here, {peer['mean']} +- {peer['sd']} in the peer")
        text.append(f"{name} {ours[name]:.0f} and {peer['mean']:.0f} +- {error:.0f}")
    return "mean spikes of a trial, here and there: " + ", ".join(text)


def scaling(work, one, two, bounds, goal=1.85):
    """A line that compares two numbers of threads; each worker's times must be of the same amount of work. bounds: the
    machine's own workers (bench_bound) with as many threads, of the same rounds."""
    faster = line(work, two, (one,), goal, against=one)
    faster["peers"][0]["name"] = faster["against"] = "1 thread"
    faster["alike"] = True
    faster["cores"] = workers.ratio(*bounds) if all(bounds) else None
    return faster


def turns_of(bounds):
    return [(worker, 4) for worker in bounds if worker]


def both_bounds(bench):
    """One and two threads."""
    return [bench.bound("--threads", k) for k in (1, 2)]


def search(bench):
    one, two = (bench.ours("bench_job", "--job", "search", "--threads", k) for k in (1, 2))
    bounds = both_bounds(bench)
    bench.in_turns([(one, 1), (two, 1)] + turns_of(bounds), 1 if bench.quick else 12, 60)
    close(one, two, *bounds)
    return [
        line("scale search, 12 x 100 LIF trials, one core", one, goal_ms=4500),
        scaling("2 threads against 1, scale search", one, two, bounds),
    ]


def psc(bench):
    lines = []
    for model, noise, name in (
        ("psc-dexp", 0, "psc-dexp"),
        ("psc-alpha", 0, "psc-alpha"),
        ("psc-dexp", 1, "psc-dexp with noise"),
    ):
        options = ("--model", model, "--noise", noise)
        ours = bench.ours("bench_trial", *options)
        nest = bench.ours("bench_trial", *options, "--engine", "nest", "--python", bench.python)
        if noise == 0 and ours.info["hash"] != nest.info["hash"]:
            raise SystemExit(f"{name}: the spikes differ from NEST's: {ours.info} and {nest.info}")
        bench.in_turns([(ours, 16), (nest, 1)], bench.rounds, 30)
        close(ours, nest)
        same = f"{ours.info['spikes']} spikes, all the same" if noise == 0 else "noise of other random numbers"
        lines.append(line(f"{name}, N = 250, 1 s at 0.1 ms, one thread each", ours, (nest,), 10, None, same, nest))
    return lines


def main_job(bench):
    """The program's whole run, as ./reproduce --no-nest does it once built."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for k in range(1 if bench.quick else 8):
            bench.look()
            start, used = time.perf_counter(), os.times()
            argv = [bench.build / "rate2spike", "run", "--engine", "native", "-o", f"{folder}/{k}", "--quiet"]
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - start)
            bench.look()
            cpu = sum(b - a for a, b in zip(used[2:4], os.times()[2:4]))
        with open(f"{folder}/0/run.json") as file:
            result = json.load(file)
    stages = ", ".join(f"{name} {s['seconds']:.1f} s" for name, s in result["stages"].items())
    return [line("main job without NEST, once built", fixed("rate2spike", seconds, 2), goal_ms=8000,
                 check=f"{stages}; {cpu:.1f} s of CPU time")]


def fixed(name, seconds, threads):
    """A worker that has done its work."""
    worker = Worker.__new__(Worker)
    worker.name, worker.seconds, worker.rounds, worker.info = name, seconds, list(seconds), {"threads": threads}
    worker.cpu, worker.turns, worker.runs = float("inf"), [], []
    return worker


def networks(bench):
    """Trained, converted and certified, one network a thread; with the search of 12 scales, and at the predicted one alone."""
    count = 2 if bench.quick else 20  # fewer leave a thread idle at the end: trainings differ in length
    options = {"predicted": ("--scales", "44"), "search": ()}
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        for name, threads in (("search", 1), ("search", 2), ("predicted", 2)):
            path = pathlib.Path(folder, f"{name}{threads}")
            path.mkdir()
            made[name, threads] = bench.ours("bench_job", "--job", "networks", "--folder", path, "--count", count,
                                             "--threads", threads, *options[name])
        bounds = both_bounds(bench)
        for _ in range(1 if bench.quick else 2):  # a turn takes a minute or two: once more where others had a part of it
            bench.in_turns([(worker, 1) for worker in made.values()] + turns_of(bounds), 1)
            for made_there in pathlib.Path(folder).glob("*/*"):
                shutil.rmtree(made_there)
            if all(quiet.of(made["search", k].turns[-1:], bench.best[quiet.PROBED]) for k in (1, 2)):
                break
        close(*made.values(), *bounds)
    lines = []
    for name, text in (("predicted", "at the predicted scale"), ("search", "with a search of 12 scales")):
        each = [seconds / count for seconds in made[name, 2].seconds]
        work = f"a network trained, converted {text}, certified: time of each on 2 cores"
        result = line(work, fixed("rate2spike", each, 2), goal_ms=3600e3 / 500)
        cpu = made[name, 2].cpu / count
        result["check"] = f"{3600 / statistics.median(each):.0f} networks an hour; {cpu:.1f} s of CPU time each, {2 * 3600 / cpu:.0f} an hour on two idle cores"
        lines.append(result)
    return lines + [scaling("2 threads against 1, many networks", made["search", 1], made["search", 2], bounds)]


WORKS = {
    "train-batch": train_batch,
    "train-team": train_team,
    "train-whole": train_whole,
    "train-single": train_single,
    "authors": authors,
    "lif": lif_trial,
    "search": search,
    "psc": psc,
    "main-job": main_job,
    "networks": networks,
}
