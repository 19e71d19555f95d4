# SPDX-License-Identifier: MIT
"""bench/run's measurements; started by it (bench/run --help)."""
import argparse
import pathlib
import subprocess
import sys
import time

import goals
import growth
import machine
import quiet
import report
import works


def arguments():
    p = argparse.ArgumentParser(prog="bench/run")
    p.add_argument("build")
    p.add_argument("--quick", action="store_true")
    p.add_argument("--only", default="")
    p.add_argument("--list", action="store_true")
    p.add_argument("-o", dest="folder", default="results/bench")
    p.add_argument("--commit", action="store_true")
    return p.parse_args()


def kernels(bench):
    """What bench_kernels says, at the density of a network before training and of one that was trained."""
    return [
        {"p": p, "text": subprocess.run([bench.build / "bench" / "bench_kernels", "--p", str(p)], check=True,
                                        capture_output=True, text=True).stdout}
        for p in (0.2, 0.08)
    ]


def main():
    a = arguments()
    names = list(works.WORKS) + ["kernels", "growth"]
    if a.list:
        print("\n".join(names))
        return
    chosen = [name for name in a.only.split(",") if name] or names
    unknown = [name for name in chosen if name not in names]
    if unknown:
        sys.exit(f"error: no work {', '.join(unknown)}; expected some of {', '.join(names)}")
    bench = works.Bench(a.build, sys.executable, a.quick)
    result = {"machine": machine.describe(), "quick": a.quick, "lines": [], "kernels": [], "growth": None}
    for name in chosen:
        print(f"{name} ...", flush=True)
        start = time.perf_counter()
        if name == "growth":
            result["growth"] = growth.measure(bench)
        elif name == "kernels":
            result["kernels"] = kernels(bench)
        else:
            first = len(bench.moments)
            for line in works.WORKS[name](bench):
                line["moments"] = bench.moments[first:]
                quiet.judge(line, bench.best)
                result["lines"].append(line)
                print("  " + report.brief(line), flush=True)
        print(f"  ({time.perf_counter() - start:.0f} s)", flush=True)
    result["best_moment"] = bench.best[quiet.PROBED]
    for line in result["lines"]:
        quiet.judge(line, bench.best)
    report.write(result, pathlib.Path(a.folder), pathlib.Path("bench/results.md") if a.commit else None)
    if found := goals.of_run(result):
        print(goals.summary(found))
    print(f"written: {a.folder}/bench.md, bench.json, bench.png")


main()
