"""Whole processes, one after another in each round: CPU time, user and system, of the child.

All read their modules as bytecode, as after an installation, even where the environment forbids to write it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from statistics import median

CASES = {
    "python -c pass": ("-c", "pass"),
    "import sympy": ("-c", "import sympy"),
    "import sympy, jinja2": ("-c", "import sympy, jinja2"),
    "symback --help": ("-m", "symback", "--help"),
    "symback solve mazur": ("-m", "symback", "solve", "mazur"),
}
RATIOS = (("symback --help", "python -c pass"), ("symback solve mazur", "import sympy, jinja2"))


def cpu_seconds(arguments: tuple[str, ...], environment: Mapping[str, str]) -> float:
    """The CPU time of one Python process."""
    child = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{arguments} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def measure(rounds: int) -> None:
    """Print the table of the cases and the ratios."""
    shown = subprocess.run(
        [sys.executable, *CASES["symback solve mazur"]], capture_output=True, text=True, check=True
    )
    if "0.082167041" not in shown.stdout:
        raise SystemExit("symback solve mazur does not show dE_total/dw5 = 0.082167041")
    times: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        for round_number in range(rounds + 1):  # the first one writes the bytecode
            for name, arguments in CASES.items():
                seconds = cpu_seconds(arguments, environment)
                if round_number:
                    times[name].append(seconds)
    print(f"Whole processes, CPU milliseconds, {rounds} rounds:")
    for name, seconds in times.items():
        print(f"  {name:<24} min {1000 * min(seconds):7.1f}   median {1000 * median(seconds):7.1f}")
    for ours, peer in RATIOS:
        by_median = median(times[ours]) / median(times[peer])
        by_min = min(times[ours]) / min(times[peer])
        print(f"  {ours} / {peer}: {by_median:.3f} of medians, {by_min:.3f} of minima")
