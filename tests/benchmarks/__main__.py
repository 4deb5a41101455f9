"""Print all measurements, or those that are named."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from importlib.metadata import version

from tests.benchmarks import diagnosis, gradients, grading, large, processes, proofreading, sheets, training


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "what",
        nargs="*",
        help="such as large, training, diagnosis, grading, sheets; all by default",
    )
    parser.add_argument("--rounds", type=int, default=9, help="of whole processes and of training (9)")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each phase of SymPy (60)")
    parser.add_argument("--papers", type=int, default=1_000, help="of sheets on two cores (1,000)")
    asked = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in ("sympy", "python-flint", "jinja2"))
    print(f"Python {platform.python_version()}, {packages}, {os.cpu_count()} cores")
    print(f"load {os.getloadavg()[0]:.1f} at the beginning")
    jobs: dict[str, Callable[[], object]] = {
        "processes": lambda: processes.measure(asked.rounds),
        "gradients": lambda: gradients.measure(3, asked.limit),
        "large": lambda: large.measure(asked.rounds),
        "training": lambda: training.measure(asked.rounds),
        "proofreading": proofreading.measure,
        "diagnosis": diagnosis.measure,
        "grading": grading.measure,
        "sheets": lambda: sheets.measure(asked.papers),
    }
    for name in asked.what or jobs:
        jobs[name]()
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
