# SPDX-License-Identifier: MIT
"""The goals, and in words whether they are met."""
GROWTH_WITHIN = 0.25  # of the time that the fit of a cache regime gives
MEMORY_N, MEMORY_P, MEMORY_MB = 4000, 0.2, 4000  # trains in less than that


BEYOND = ", beyond the bound of "


def beyond(asked, now, most):
    """Of a goal: the most that the machine could do in this run does not meet it either; or (now) what it could do in the moments
    that the goal is judged by, though its best ones could. asked: the share of the bound's best that the goal asks for, None where
    no bound is known; most: that best in words."""
    if asked is not None and asked > 1:
        return BEYOND + most
    return (", beyond the bound in these moments" if now else "") + (f", asks for {100 * asked:.0f} % of the bound" if asked is not None else "")


def milliseconds(x):
    return f"{x:.3g}" if x < 1000 else f"{x:.0f}"


def ratio_verdict(line):
    bound, cores, goal = line["bound"], line.get("cores"), line["goal_ratio"]
    asked = goal / bound["ratio"] if bound and bound["ratio"] is not None else None
    now = bound and bound["judged_ratio"] is not None and bound["judged_ratio"] < goal or cores and cores < goal
    return "met" if line["met_ratio"] else "**not met**" + beyond(asked, now, f"{bound['ratio']:.3g} x" if asked else "")


def time_verdict(line):
    bound, goal = line["bound"], line["goal_ms"]
    if line["met_time"]:
        return "met"
    return ("by the fastest run only" if line["met_time_fastest"] else "**not met**") + beyond(
        bound["ms"] / goal if bound else None, bound and bound["judged_ms"] > goal, f"{milliseconds(bound['ms'])} ms" if bound else "")


def of_line(line):
    """[(goal, what was found, verdict)] of a line of the table."""
    found = []
    if line["goal_ratio"] is not None:
        found.append((f">= {line['goal_ratio']:g} x {line['against']}", f"{line['judged_ratio']:.3g} x", ratio_verdict(line)))
    if line["goal_ms"] is not None:
        found.append((f"<= {line['goal_ms']:g} ms", f"{milliseconds(line['judged_ms'])} ms", time_verdict(line)))
    return found


def of_growth(growth):
    """The same of the growth: within what share of the fit the times of each cache regime lie, and the memory of a large network."""
    worst = [f["worst"] for f in growth["fits"].values()]
    most = max((r["max_rss_mb"] for r in growth["rows"] if r["n"] == MEMORY_N and r["p"] == MEMORY_P), default=None)
    verdict = {True: "met", False: "**not met**"}
    found = [(f"within {100 * GROWTH_WITHIN:g} %", ", ".join(f"{100 * w:.0f} %" for w in worst), verdict[max(worst) <= GROWTH_WITHIN])]
    if most is not None:
        found.append((f"N = {MEMORY_N}, p = {MEMORY_P:g} in < {MEMORY_MB / 1000:g} GB", f"{most / 1000:.2g} GB", verdict[most < MEMORY_MB]))
    return found


def of_run(result):
    """[(work, goal, found, verdict)] of a whole run."""
    growth = [("growth in each cache regime", *goal) for goal in of_growth(result["growth"])] if result["growth"] else []
    return [(line["work"], *goal) for line in result["lines"] for goal in of_line(line)] + growth


def summary(goals):
    met = sum(verdict == "met" for *_, verdict in goals)
    forbidden = sum(BEYOND in verdict for *_, verdict in goals)
    return f"{met} of {len(goals)} goals met" + (f", {forbidden} beyond what the machine can do (its measured bound)" if forbidden else "")
