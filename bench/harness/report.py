# SPDX-License-Identifier: MIT
"""bench.json, bench.md (and bench/results.md), growth.csv, bench.png."""
import csv
import json
import pathlib
import statistics
import subprocess
import textwrap

import machine


def milliseconds(x):
    return f"{x:.3g}" if x < 1000 else f"{x:.0f}"


def met(line):
    """In words: each goal met or not. Beyond the bound: the most that the machine could do in this run does not meet it either;
    in these moments: nor what it could do in those that the goal is judged by, though its best ones could: then which share of the
    best the goal asks for, too."""
    words, bound, cores = [], line["bound"], line.get("cores")
    if line["goal_ratio"] is not None:
        asked = line["goal_ratio"] / bound["ratio"] if bound and bound["ratio"] is not None else None
        now = bound and bound["judged_ratio"] is not None and bound["judged_ratio"] < line["goal_ratio"] or cores and cores < line["goal_ratio"]
        words.append("met" if line["met_ratio"] else "**not met**" + beyond(asked, now))
    if line["goal_ms"] is not None:
        asked = bound["ms"] / line["goal_ms"] if bound else None
        words.append("met" if line["met_time"] else ("by the fastest run only" if line["met_time_fastest"] else "**not met**")
                     + beyond(asked, bound and bound["judged_ms"] > line["goal_ms"]))
    return " / ".join(words)


def beyond(asked, now):
    """asked: the share of the bound's best that a goal asks for, None where no bound is known."""
    if asked is not None and asked > 1:
        return ", beyond the bound"
    return (", beyond the bound in these moments" if now else "") + (f", asks for {100 * asked:.0f} % of the bound" if asked is not None else "")


def goals(line):
    words = []
    if line["goal_ratio"] is not None:
        words.append(f">= {line['goal_ratio']:g} x")
    if line["goal_ms"] is not None:
        words.append(f"<= {line['goal_ms']:g} ms")
    return " / ".join(words)


def ratio(peer):
    return f"{peer['ratio']:.3g} x" + (f", quiet {peer['quiet_ratio']:.3g} x" if peer["quiet_ratio"] else "")


def brief(line):
    peers = "".join(f"; {p['name']} {milliseconds(p['median_ms'])} ms, {ratio(p)}" for p in line["peers"])
    ours, bound = line["ours"], line["bound"]
    quiet = f", quiet {milliseconds(ours['quiet_ms'])}" if ours["quiet_ms"] else ""
    bounds = f"; bound {milliseconds(bound['median_ms'])} ms (min {milliseconds(bound['ms'])}, {100 * bound['reached']:.0f} % reached)" if bound else ""
    return (f"{line['work']}: {milliseconds(ours['median_ms'])} ms (min {milliseconds(ours['min_ms'])}{quiet}){peers}{bounds}"
            + (f"; goal {goals(line)}: {met(line)}" if goals(line) else ""))


def cell(times):
    quiet = f"{milliseconds(times['quiet_ms'])} ({times['quiet_turns']})" if times["quiet_ms"] else ""
    return (f"{milliseconds(times['min_ms'])} | {quiet} | {milliseconds(times['median_ms'])} | {times['spread_percent']:.0f} % | "
            f"{times['threads']} | {times['runs']}")


def given(line, best):
    """Share of the machine's best that its median moment gave during the work: by the work's own bound, else by that of a step on 2 threads."""
    if line["bound"]:
        share = line["bound"]["given"]
    elif line["moments"]:
        share = best / statistics.median(line["moments"])
    else:
        return ""
    return f"{100 * share:.0f} %"


def table(lines, best):
    rows = ["| work | who | min, ms | quiet, ms | median, ms | spread | threads | runs | ratio | goal | | machine |",
            "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for line in lines:
        rows.append(f"| {line['work']} | rate2spike | {cell(line['ours'])} | | {goals(line)} | {met(line)} | {given(line, best)} |")
        rows += [f"| | {p['name']} | {cell(p)} | {ratio(p)} | | | |" for p in line["peers"]]
        rows += [bound_row(line["bound"])] if line["bound"] else []
        rows += [f"| | *the cores* | | | | | 2 | | {line['cores']:.3g} x | | | |"] if line.get("cores") else []
    return rows


def bound_row(bound):
    times = f"{bound['median_ratio']:.3g} x, best {bound['ratio']:.3g} x" if bound["ratio"] is not None else ""
    quiet = f"{milliseconds(bound['quiet_ms'])} ({bound['quiet_turns']})" if bound["quiet_ms"] else ""
    return (f"| | *the bound* | {milliseconds(bound['ms'])} | {quiet} | {milliseconds(bound['median_ms'])} | | {bound['threads']} | {bound['runs']} | {times} | | "
            f"{100 * bound['reached']:.0f} % reached | |")


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
            + (", a virtual machine" if m["virtual"] else "") + (f"; instruction set {isa}" if isa else "") + f"; {m['compiler']}; {m['os']}.",
            "Times of one run; spread: the middle half of the runs, relative to the median. Ratio: median over the rounds, in which all work in "
            "turns. Quiet: the median of the turns (how many) before and after which the machine gave nearly its best (a probe, within 10 %) and during which no other program of this system kept it waiting, and the ratio of two such medians; goals are judged by these where there are three turns or more, else by the medians of all. The bound: the least that the step's instructions and bytes take at the rates that the machine gave in "
            "the same rounds (bench_bound), its best ones first; how many times as fast as the peer that is, in the rounds and fastest against best; and the share of the best that our fastest run reaches. The cores: how many times as much two of them did as one, in loops that share nothing (bench_bound), in the "
            "same rounds. Machine: the share of "
            "its best rates that it gave at the median moment of the work (by the work's own bound; else by that of a step on 2 threads, shortest of the whole run); less than 90 %: others had a part of its cores, and times are "
            "longer than on an idle machine." + (" Quick run: few rounds." if result["quick"] else "")]
    if machine.warning(m):
        rows += ["", f"**{machine.warning(m)}**"]
    rows += [""] + table(lines, result["best_moment"])
    checks = [f"- {line['work']}: {line['check']}" for line in lines if line["check"]]
    if checks:
        rows += ["", "Checked before anything was timed, or found on the way:", ""] + checks
    for k in result["kernels"]:
        rows += ["", f"## Kernels and their bounds, N = 250, p = {k['p']}", "", k["text"].strip()]
    if result["growth"]:
        rows += growth_lines(result["growth"])
    return "\n".join(rows) + "\n"


def plot(result, folder):
    """Bars of the ratios; the goals as lines."""
    rows = [(line["work"], p["name"], p["ratio"], line["goal_ratio"] if k == 0 else None)
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
