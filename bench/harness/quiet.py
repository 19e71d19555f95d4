# SPDX-License-Identifier: MIT
"""Quiet moments. On a machine that is shared with others a median tells how busy these were. So what the machine gives is
looked at (bench/bench_look.h, which knows nothing of the works) before and after each turn of any worker, and by our own
workers before and after each run, too. A run, or a turn, is quiet where both looks took little more than the best of the
whole run, and where no other program of the same system, which a short look may slip through, made the worker's threads
wait for a core.

Times are judged by quiet runs: those of an idle machine. So are ratios of two of our own workers whose runs take about
as long. Ratios to peers are judged by quiet turns of both: no look can be had within a peer's run, which takes many times
as long as ours, and a neighbour that comes and goes in it would be counted against the peer alone."""
import glob
import statistics

NEAR = 1.05  # a look, relative to the best one; a neighbour makes it 1.1 to 2
WAITED = 0.3  # of a turn's time, all threads: those that wake up together wait for each other up to a quarter, a busy neighbour makes .7 or more
LEAST = 5  # runs, or turns, that make a figure
PROBED = 2  # threads that look before and after a turn
SPARE = 2  # that a work waits for beyond these: some are no longer quiet when a better look is found later


def waited(pid):
    """Seconds that a process's threads have waited for a core (Linux: task/*/schedstat, second number)."""
    seconds = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            seconds += 1e-9 * int(open(path).read().split()[1])
        except (OSError, ValueError, IndexError):
            pass
    return seconds


def of(moments, best):
    """The seconds of the quiet ones among a worker's runs or turns [(look before, look after, share waited, seconds)]."""
    return [seconds for before, after, share, seconds in moments
            if best and max(before, after) <= NEAR * best and share <= WAITED]


def median(moments, best):
    """In ms, or None where too few were quiet."""
    found = of(moments, best)
    return 1e3 * statistics.median(found) if len(found) >= LEAST else None


def enough(several, best):
    return all(len(of(moments, best)) >= LEAST + SPARE for moments in several)


def judge_times(times, best):
    """Adds to a worker's times what its quiet runs and turns say. best: the best look with each number of threads."""
    for kind, threads in (("run", times["threads"]), ("turn", PROBED)):
        moments = times[f"{kind}s_seen"]
        times[f"quiet_{kind}_ms"] = median(moments, best.get(threads))
        times[f"quiet_{kind}s"] = len(of(moments, best.get(threads)))


def ratio(peer, ours, alike):
    """How many times as fast in quiet moments; None where too few were quiet."""
    slow, fast = (times["quiet_run_ms" if alike else "quiet_turn_ms"] for times in (peer, ours))
    return slow / fast if slow and fast else None


def judge_bound(line, against, best):
    """What the bound is in the moments that the goals are judged by: the quiet ones, or all."""
    bound, ours = line["bound"], line["ours"]
    if not bound:
        return
    judge_times(bound, best)
    bound["judged_ms"] = (ours["quiet_run_ms"] and bound["quiet_run_ms"]) or bound["median_ms"]
    quiet_ratio = against and against["quiet_ratio"] and ratio(against, bound, line["alike"])
    bound["judged_ratio"] = quiet_ratio or bound["median_ratio"]


def judge(line, best):
    """Adds to a line of the table what its quiet runs and turns say, and whether its goals are met: by these where there are
    enough, else by all."""
    ours = line["ours"]
    judge_times(ours, best)
    for peer in line["peers"]:
        judge_times(peer, best)
        peer["quiet_ratio"] = ratio(peer, ours, line["alike"])
    against = next((p for p in line["peers"] if p["name"] == line["against"]), None)
    judge_bound(line, against, best)
    if line["goal_ratio"] is not None:
        line["judged_ratio"] = against["quiet_ratio"] or against["ratio"]
        line["met_ratio"] = line["judged_ratio"] >= line["goal_ratio"]
    if line["goal_ms"] is not None:
        line["judged_ms"] = ours["quiet_run_ms"] or ours["median_ms"]
        line["met_time"] = line["judged_ms"] <= line["goal_ms"]
        line["met_time_fastest"] = ours["min_ms"] <= line["goal_ms"]
