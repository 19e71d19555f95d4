# SPDX-License-Identifier: MIT
"""Workers (bench/bench_worker.h, bench/peers/worker.py) that work in turns, and what their times say."""
import atexit
import json
import os
import signal
import statistics
import subprocess
import sys


signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that workers end with us


class Worker:
    """A program that has said that it is ready; work(n) gives the seconds of n runs."""

    def __init__(self, name, argv, env=None):
        self.name, self.seconds, self.rounds = name, [], []
        self.looks, self.runs, self.turns = [], [], []  # of the last turn; what quiet.py wants of each run and turn
        self.max_rss_mb, self.cpu = 0, float("inf")
        self.process = subprocess.Popen(
            [str(a) for a in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | (env or {})
        )
        atexit.register(self.process.kill)  # one that is left behind would work on, for minutes
        self.info = self.answer("ready")

    def answer(self, key):
        """The next line of JSON; what else the program prints (compilers, simulators) is not ours."""
        for line in self.process.stdout:
            start = line.find(f'{{"{key}"')
            if start < 0:
                continue
            try:
                return json.loads(line[start:])
            except json.JSONDecodeError:
                self.process.kill()
                raise SystemExit(f"{self.name}: expected an answer with '{key}', found {line.strip()}")
        raise SystemExit(f"{self.name}: ended with exit code {self.process.wait()}; expected an answer with '{key}'")

    def work(self, n):
        """n runs; returns the mean CPU time of one, in seconds (infinity: the peer does not tell)."""
        self.process.stdin.write(f"{n}\n")
        self.process.stdin.flush()
        answer = self.answer("seconds")
        self.seconds += answer["seconds"]
        self.rounds.append(statistics.median(answer["seconds"]))
        self.looks = answer.get("looks", [])
        cpu = answer.get("cpu", float("inf"))
        self.cpu = min(self.cpu, cpu)
        self.max_rss_mb = max(self.max_rss_mb, answer.get("max_rss_mb", 0))
        return cpu

    def saw(self, before, after, waited):
        """Of the last turn: the looks before and after it, and the share of its time that threads waited for a core."""
        self.turns.append((before, after, waited, self.rounds[-1]))
        for k in range(len(self.looks) - 1):
            self.runs.append((self.looks[k], self.looks[k + 1], waited, self.seconds[k - len(self.looks) + 1]))

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def times(self):
        """Times of a run in ms. spread: the middle half of the runs, in per cent of the median."""
        ms = sorted(1e3 * s for s in self.seconds)
        median = statistics.median(ms)
        quarter = [ms[(len(ms) - 1) * k // 4] for k in (1, 3)]
        return {
            "name": self.info.get("peer") or self.info.get("engine") or self.name,
            "runs": len(ms),
            "min_ms": ms[0],
            "median_ms": median,
            "spread_percent": 100 * (quarter[1] - quarter[0]) / median,
            "threads": self.info.get("threads", 1),
            "info": self.info,
            "turns_seen": self.turns,
            "runs_seen": self.runs,
        }


def ratio(slow, fast):
    """How many times as fast: the median over the rounds of the quotient of the two medians in a round."""
    return statistics.median(a / b for a, b in zip(slow.rounds, fast.rounds))
