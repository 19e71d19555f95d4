# SPDX-License-Identifier: MIT
"""What the figures were measured on."""
import os
import platform
import re
import subprocess
import time


def of_cpuinfo(key):
    try:
        with open("/proc/cpuinfo") as file:
            return re.search(rf"^{key}\s*:\s*(.*)$", file.read(), re.M).group(1)
    except (OSError, AttributeError):
        return "unknown"


def compiler():
    try:
        return subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu_times():
    """(busy, all) ticks of all cores since the start of the system, without what a host took away."""
    try:
        with open("/proc/stat") as file:
            ticks = [int(field) for field in file.readline().split()[1:8]]
    except (OSError, ValueError):
        return 0, 0
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def busy_share(seconds=2):
    """Which share of the cores' time this system's programs take. The load of the last minute would tell of our own build."""
    busy, all_ = cpu_times()
    time.sleep(seconds)
    busy_now, all_now = cpu_times()
    return (busy_now - busy) / max(1, all_now - all_)


def describe():
    return {
        "cpu": of_cpuinfo("model name"),
        "cpu_family": of_cpuinfo("cpu family"),
        "cpu_model": of_cpuinfo("model"),
        "cores": len(os.sched_getaffinity(0)),
        "virtual": "hypervisor" in of_cpuinfo("flags").split(),
        "os": platform.platform(),
        "compiler": compiler(),
        "busy_before": round(busy_share(), 2),
    }


def warning(machine):
    """A sentence where something else was running, else empty."""
    if machine["busy_before"] < 0.1:
        return ""
    return (
        f"Other programs of this system took {machine['busy_before']:.0%} of its cores before the run, so the times are too "
        "long; the ratios are measured in turns and suffer less."
    )
