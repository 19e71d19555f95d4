# SPDX-License-Identifier: MIT
"""A peer as a worker of bench/run (bench/bench_worker.h tells how)."""
import json
import sys


def serve(ready, once, warmup=0):
    """ready: what it works on; once() does the work and returns its seconds."""
    for _ in range(warmup):
        once()
    print(json.dumps({"ready": True} | ready), flush=True)
    for line in sys.stdin:
        runs = int(line)
        for _ in range(runs // 2):  # others have just had the caches
            once()
        print(json.dumps({"seconds": [once() for _ in range(runs)]}), flush=True)
