# SPDX-License-Identifier: MIT
"""bench.json, bench.md (and bench/results.md), growth.csv, bench.png."""
import csv
import json
import pathlib
import statistics
import subprocess
import textwrap

import goals
import machine
import quiet
from goals import milliseconds


def ratio(peer):
    return f"{peer['ratio']:.3g} x" + (f", quiet {peer['quiet_ratio']:.3g} x" if peer["quiet_ratio"] else "")


def brief(line):
    peers = "".join(f"; {p['name']} {milliseconds(p['median_ms'])} ms, {ratio(p)}" for p in line["peers"])
    ours, bound = line["ours"], line["bound"]
    quiet = f", quiet {milliseconds(ours['quiet_run_ms'])}" if ours["quiet_run_ms"] else ""
    bounds = f"; bound {milliseconds(bound['median_ms'])} ms (min {milliseconds(bound['ms'])}, {100 * bound['reached']:.0f} % reached)" if bound else ""
    return (f"{line['work']}: {milliseconds(ours['median_ms'])} ms (min {milliseconds(ours['min_ms'])}{quiet}){peers}{bounds}"
            + "".join(f"; goal {goal}: {verdict}" for goal, _, verdict in goals.of_line(line)))


def cell(times):
    quiet = " | ".join(f"{milliseconds(times[f'quiet_{kind}_ms'])} ({times[f'quiet_{kind}s']})" if times[f"quiet_{kind}_ms"] else ""
                       for kind in ("run", "turn"))
    return (f"{milliseconds(times['min_ms'])} | {quiet} | {milliseconds(times['median_ms'])} | {times['spread_percent']:.0f} % | "
            f"{times['threads']} | {times['runs']}")


def given(line, best):
    """Share of the machine's best that its median moment gave during the work."""
    return f"{100 * best / statistics.median(line['moments']):.0f} %"


def table(lines, best):
    rows = ["| work | who | min, ms | quiet runs, ms | quiet turns, ms | median, ms | spread | threads | runs | ratio | machine |",
            "|---|---|---|---|---|---|---|---|---|---|---|"]
    for line in lines:
        rows.append(f"| {line['work']} | rate2spike | {cell(line['ours'])} | | {given(line, best)} |")
        rows += [f"| | {p['name']} | {cell(p)} | {ratio(p)} | |" for p in line["peers"]]
        rows += [bound_row(line["bound"])] if line["bound"] else []
        rows += [f"| | *the cores* | | | | | | 2 | | {line['cores']:.3g} x | |"] if line.get("cores") else []
    return rows


def bound_row(bound):
    times = f"{bound['median_ratio']:.3g} x, best {bound['ratio']:.3g} x; " if bound["ratio"] is not None else ""
    return f"| | *the bound* | {cell(bound)} | {times}{100 * bound['reached']:.0f} % reached | |"


LEGEND = f"""\
All work of a line goes in turns. Times are of one run.

- *min*, *median* of all runs; *spread*: the middle half of them, relative to the median.
- *quiet*: the median of the quiet runs, or turns, and how many these were. They are quiet if before and after them the machine gave
  its best (a short loop, within {100 * (quiet.NEAR - 1):.0f} %) and no other program of this system kept them waiting. Goals are judged
  by these where there are {quiet.LEAST} or more, else by all: times, and ratios of one thread to two, by runs; ratios to peers by turns.
- *ratio*: the median over the rounds of the quotient of both medians of a round; quiet: of the medians of the quiet runs or turns.
- *the bound*: the least that the step's instructions and bytes take at the rates that the machine gave in the same rounds
  (`bench_bound`). *best*: the peer's fastest run by the bound's best moment; *reached*: how much of that our fastest run reaches.
- *the cores*: how many times as much two of them did as one in the same rounds, in loops that share nothing.
- *machine*: the share of its best that it gave at the work's median moment (the short loop, between turns, on two cores). Less than
  95 %: others had a part of its cores, and times are longer than on an idle machine."""


def goal_lines(found):
    if not found:
        return []
    return ["", "## Goals", "", goals.summary(found) + ".", "", "| work | goal | here | |", "|---|---|---|---|"] + [
        f"| {work} | {goal} | {here} | {verdict} |" for work, goal, here, verdict in found]


def growth_lines(growth):
    rows = ["", "## Growth", "", "One thread, recipe `writeup`; time of a step = a + b N T batch + c edges T batch, by how the edges are walked and the caches that hold what is come back to: units, what they send and the sums of what they get, in the products of each time step; blocks, the 16-bit numbers of 16 steps, in the weights' gradient (an eighth is left for what streams by). a, b, c of the smallest worst error. CPU times, relative to a step of N = 250, p = 0.1 right before and after, times its shortest.", "",
            "| regime | a, ms | b, ns | c, ns | cases | worst error |", "|---|---|---|---|---|---|"]
    for name, f in growth["fits"].items():
        rows.append(f"| {name} | {1e3 * f['a_s']:.2g} | {1e9 * f['b_s']:.3g} | {1e9 * f['c_s']:.3g} | {f['cases']} | {100 * f['worst']:.0f} % |")
    rows += ["", "| N | p | edges | T | batch | ms a step | memory, MB | regime |", "|---|---|---|---|---|---|---|---|"]
    for r in growth["rows"]:
        rows.append(f"| {r['n']} | {r['p']:g} | {r['edges']} | {r['steps']} | {r['batch']} | {milliseconds(1e3 * r['seconds'])} | "
                    f"{r['max_rss_mb']:.0f} | {r['regime']} |")
    return rows


def markdown(result):
    m, lines = result["machine"], result["lines"]
    isa = next((w for line in lines for w in [line["ours"]["info"].get("isa") or ""] if w), "")
    rows = ["<!-- written by bench/run -->", "# Side by side", "",
            f"{m['cpu']} (family {m['cpu_family']}, model {m['cpu_model']}), {m['cores']} cores"
            + (", a virtual machine" if m["virtual"] else "") + (f"; instruction set {isa}" if isa else "")
            + f"; {m['compiler']}; {m['os']}." + (" Quick run: few rounds." if result["quick"] else "")]
    if machine.warning(m):
        rows += ["", f"**{machine.warning(m)}**"]
    rows += goal_lines(goals.of_run(result))
    rows += ["", "## Times", "", LEGEND, ""] + table(lines, result["best_moment"])
    checks = [f"- {line['work']}: {line['check']}" for line in lines if line["check"]]
    if checks:
        rows += ["", "Checked before anything was timed, or found on the way:", ""] + checks
    for k in result["kernels"]:
        rows += ["", f"## Kernels and their bounds, N = 250, p = {k['p']}", "", k["text"].strip()]
    if result["growth"]:
        rows += growth_lines(result["growth"])
    return "\n".join(rows) + "\n"


def plot(result, folder):
    """Bars of the ratios that the goals are judged by; the goals as lines."""
    rows = [(line["work"], p["name"], p["quiet_ratio"] or p["ratio"], line["goal_ratio"] if k == 0 else None)
            for line in result["lines"] for k, p in enumerate(line["peers"]) if p["name"] != "1 thread"]
    if not rows:
        return
    with open(folder / "bench.dat", "w") as file:
        file.write("# ratio goal label\n")
        for work, peer, ratio, goal in rows:
            label = "\\n".join(textwrap.wrap(f"{peer}: {work}", 64))  # gnuplot breaks the line there
            file.write(f'{ratio:.6g} {goal or "NaN"} "{label}"\n')
    script = pathlib.Path(__file__).with_name("bench.gp")
    try:
        subprocess.run(["gnuplot", "-c", script, folder / "bench.dat", folder / "bench.png"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no bench.png: {error}")


def write(result, folder, committed):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    (folder / "bench.md").write_text(markdown(result))
    if committed:
        committed.write_text(markdown(result))
    if result["growth"]:
        with open(folder / "growth.csv", "w", newline="") as file:
            rows = csv.DictWriter(file, list(result["growth"]["rows"][0]))
            rows.writeheader()
            rows.writerows(result["growth"]["rows"])
    plot(result, folder)
