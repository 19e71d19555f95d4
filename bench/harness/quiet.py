# SPDX-License-Identifier: MIT
"""Quiet moments. On a machine that is shared with others a median tells how busy these were. So a probe that knows nothing
of the works (bench_bound: what the machine can do) is timed before and after each turn of any of them. A turn is quiet
where the probe took little more than its best of the whole run both times, and where no other program of the same system,
which a short probe may slip through, made the worker's threads wait for a core. Times and ratios of the quiet turns
are those of an idle machine, and goals are judged by them where there are enough."""
import glob
import statistics

NEAR = 1.07  # the probe, relative to its best; a neighbour makes it 1.08 or more
WAITED = 0.3  # of a turn's time, all threads: those that wake up together wait for each other up to a quarter, a busy neighbour makes .7 or more
LEAST = 5  # turns that make a figure
SPARE = 2  # that a work waits for beyond these: some are no longer quiet when the probe finds a better best later


def waited(pid):
    """Seconds that a process's threads have waited for a core (Linux: task/*/schedstat, second number)."""
    seconds = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            seconds += 1e-9 * int(open(path).read().split()[1])
        except (OSError, ValueError, IndexError):
            pass
    return seconds


def of(turns, best):
    """The medians of the quiet ones among a worker's turns [(probe before, probe after, share waited, median)], in seconds."""
    return [median for before, after, share, median in turns
            if best and max(before, after) <= NEAR * best and share <= WAITED]


def median(turns, best):
    """Seconds, or None where too few turns were quiet."""
    found = of(turns, best)
    return statistics.median(found) if len(found) >= LEAST else None


def enough(several, best):
    return all(len(of(turns, best)) >= LEAST + SPARE for turns in several)


def judge_bound(line, against, best):
    """What the bound is in the moments that the goals are judged by: those of the quiet turns, or all."""
    bound = line["bound"]
    if not bound:
        return
    own = median(bound["turns"], best)
    bound["quiet_ms"], bound["quiet_turns"] = own and 1e3 * own, len(of(bound["turns"], best))
    bound["judged_ms"] = (line["ours"]["quiet_ms"] and bound["quiet_ms"]) or bound["median_ms"]
    quiet_ratio = against["quiet_ms"] / bound["quiet_ms"] if against and against["quiet_ratio"] and bound["quiet_ms"] else None
    bound["judged_ratio"] = quiet_ratio or bound["median_ratio"]


def judge(line, best):
    """Adds to a line of the table what its quiet turns say, and whether its goals are met: by these where there are enough,
    else by all turns."""
    ours = line["ours"]
    own = median(ours["turns"], best)
    ours["quiet_ms"], ours["quiet_turns"] = own and 1e3 * own, len(of(ours["turns"], best))
    for peer in line["peers"]:
        other = median(peer["turns"], best)
        peer["quiet_ms"], peer["quiet_turns"] = other and 1e3 * other, len(of(peer["turns"], best))
        peer["quiet_ratio"] = other / own if own and other else None
    against = next((p for p in line["peers"] if p["name"] == line["against"]), None)
    judge_bound(line, against, best)
    if line["goal_ratio"] is not None:
        line["judged_ratio"] = against["quiet_ratio"] or against["ratio"]
        line["met_ratio"] = line["judged_ratio"] >= line["goal_ratio"]
    if line["goal_ms"] is not None:
        line["judged_ms"] = ours["quiet_ms"] or ours["median_ms"]
        line["met_time"] = line["judged_ms"] <= line["goal_ms"]
        line["met_time_fastest"] = ours["min_ms"] <= line["goal_ms"]
