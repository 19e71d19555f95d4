# SPDX-License-Identifier: MIT
"""How the time of a training step grows: time = a + b N T batch + c edges T batch, fitted in each cache regime.

A regime is how the edges are walked, by code made for the network or along lists, and two caches: that which holds what a
product comes back to in each time step, what units send and the sums of what they get (64 bytes each), and that which holds
what the weights' gradient comes back to, the 16-bit numbers of a block of 16 steps (512 bytes a unit). Weights and places
only stream by, and are left an eighth of the cache, as in the program. The fit makes the worst relative error as small as it
can be; that is the figure. CPU times of one thread. The clock and the neighbours of a shared machine change from minute
to minute, and more often: so right before and after each step of a case a reference, always the same step, is timed; a
case's time is the median of its steps' quotients by the reference, in some rounds, times the reference's shortest.
"""
import os
import statistics

import numpy as np

CACHE = {"L1": 1, "L2": 2, "L3": 3}
UNIT_BYTES = 128
BLOCK_BYTES = 512


def cache_bytes(level):
    folder = "/sys/devices/system/cpu/cpu0/cache"
    try:
        for index in os.listdir(folder):
            if not index.startswith("index") or open(f"{folder}/{index}/type").read().strip() == "Instruction":
                continue
            if int(open(f"{folder}/{index}/level").read()) == level:
                return int(open(f"{folder}/{index}/size").read().strip().rstrip("K")) * 1024
    except (OSError, ValueError):
        pass
    return {1: 32 << 10, 2: 1 << 20, 3: 32 << 20}[level]


def cases(quick):
    """(N, p, T, batch)"""
    sizes = (250, 500, 1000) if quick else (250, 500, 1000, 2000, 4000, 8000)
    for n in sizes:
        for p in (0.02, 0.05, 0.1, 0.2):
            yield n, p, 200 if n < 2000 else 100, 32
    for n, p in ((250, 0.2), (1000, 0.05), (1000, 0.2)):
        for t, batch in ((100, 32), (400, 32), (200, 16), (200, 64)):
            yield n, p, t, batch
    if not quick:
        yield 4000, 0.2, 200, 32  # as it would be trained: its memory counts


def home(size):
    return next((name for name, level in CACHE.items() if 8 * size <= 7 * cache_bytes(level)), "memory")


def regime(row):
    walk = "code" if row["code"] else "lists"
    return f"{walk}, units in {home(UNIT_BYTES * row['n'])}, blocks in {home(BLOCK_BYTES * row['n'])}"


def smallest_worst(terms):
    """x, for which the largest |terms x - 1| is as small as can be, and how large that is (Lawson's iteration: least squares,
    rows weighted anew by their errors)."""
    weights, best = np.full(len(terms), 1 / len(terms)), None
    for _ in range(1000):
        root = np.sqrt(weights)
        x = np.linalg.lstsq(terms * root[:, None], root, rcond=None)[0]
        errors = np.abs(terms @ x - 1)
        if best is None or errors.max() < best[1]:
            best = (x, float(errors.max()))
        weights = weights * errors
        if weights.sum() < 1e-12:
            break
        weights /= weights.sum()
    return best


def fit(rows):
    """a, b, c >= 0 of the smallest worst relative error (the best of all subsets of the terms), and that error."""
    sizes = np.array([[1, r["n"] * r["steps"] * r["batch"], r["edges"] * r["steps"] * r["batch"]] for r in rows], float)
    relative = sizes / np.array([r["seconds"] for r in rows])[:, None]
    unit = relative.max(axis=0)
    best = None
    for chosen in ((0, 1, 2), (1, 2), (0, 2), (2,), (0, 1), (1,)):
        if len(chosen) > len(rows):
            continue
        part, worst = smallest_worst(relative[:, chosen] / unit[list(chosen)])
        if np.all(part >= 0) and (best is None or worst < best[1]):
            whole = np.zeros(3)
            whole[list(chosen)] = part / unit[list(chosen)]
            best = (whole, worst)
    return {"a_s": best[0][0], "b_s": best[0][1], "c_s": best[0][2], "worst": best[1], "cases": len(rows)}


def fits_of(rows):
    """The fit of each regime; rows get theirs."""
    for row in rows:
        row["regime"] = regime(row)
    return {name: fit([r for r in rows if r["regime"] == name]) for name in sorted({r["regime"] for r in rows})}


REFERENCE = (250, 0.1, 200, 32)


def start(bench, n, p, t, batch):
    return bench.ours(
        "bench_step", "--recipe", "writeup", "--n", n, "--p", p, "--steps", t, "--batch", batch, "--threads", 1
    )


def measure_case(bench, reference, n, p, t, batch):
    """The case's quotients by the reference, and what the step is."""
    worker, quotients = start(bench, n, p, t, batch), []
    before = reference.work(3)
    for _ in range(2 if n >= 2000 else 15):
        seconds, after = worker.work(1), reference.work(3)
        quotients.append(2 * seconds / (before + after))
        before = after
    worker.close()
    return quotients, {"n": n, "p": p, "steps": t, "batch": batch, "edges": worker.info["edges"],
                       "code": worker.info["code"], "max_rss_mb": worker.max_rss_mb}


def rounds_of(n):
    """Small cases are over so soon that a disturbance takes all of their steps."""
    return 6 if n <= 1000 else 3


def measure(bench):
    quotients, step, reference = {}, {}, start(bench, *REFERENCE)
    for k in range(1 if bench.quick else 6):
        for case in cases(bench.quick):
            if k < rounds_of(case[0]):
                several, step[case] = measure_case(bench, reference, *case)
                quotients.setdefault(case, []).extend(several)
    reference.close()
    rows = [step[case] | {"seconds": statistics.median(q) * reference.cpu} for case, q in quotients.items()]
    return {"rows": rows, "fits": fits_of(rows)}
