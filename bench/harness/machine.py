# SPDX-License-Identifier: MIT
"""What the figures were measured on."""
import os
import platform
import re
import subprocess


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


def describe():
    load = os.getloadavg()[0]
    return {
        "cpu": of_cpuinfo("model name"),
        "cpu_family": of_cpuinfo("cpu family"),
        "cpu_model": of_cpuinfo("model"),
        "cores": len(os.sched_getaffinity(0)),
        "virtual": "hypervisor" in of_cpuinfo("flags").split(),
        "os": platform.platform(),
        "compiler": compiler(),
        "load_before": round(load, 2),
    }


def warning(machine):
    """A sentence where something else was running, else empty."""
    if machine["load_before"] < 0.5:
        return ""
    return (
        f"The load of the machine was {machine['load_before']} before the run: other programs had a part of its "
        "cores, so the times are too long; the ratios are measured in turns and suffer less."
    )
