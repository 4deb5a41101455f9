"""Networks with many weights: a symbolic document, derived and printed, against `import sympy`; CPU time.

Each round is a new process. It imports SymPy, which is the yardstick, and symback; derives the network and
prints its document (cold: nothing was derived or printed before, templates are read as bytecode), and does
both again (warm). Solving, which also evaluates and checks, comes between and is given for itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from statistics import median
from time import process_time

SIZES = ((10, 16, 16, 10), (10, 32, 32, 10), (10, 64, 64, 10))
PARTS = ("sympy", "derive", "print", "solve", "derive again", "print again")


def symbolic(sizes: tuple[int, ...]) -> str:
    """A network file without numbers: dense logistic layers of these sizes, one bias a layer."""
    first, last = sizes[0], len(sizes) - 1
    lines = ['title = "Large"', 'loss = "half_squared_error"', "[inputs]"]
    lines += [f'i{place} = "symbolic"' for place in range(1, first + 1)]
    lines += ["[targets]", *(f'o{place} = "symbolic"' for place in range(1, sizes[-1] + 1))]
    for layer, size in enumerate(sizes[1:], 1):
        letter = "o" if layer == last else "gh"[layer % 2]
        units = ", ".join(f'"{letter}{place}"' for place in range(1, size + 1))
        lines += ["[[layers]]", f"units = [{units}]", 'activation = "logistic"']
        lines += ['weights = "symbolic"', 'bias = "symbolic"']
    return "\n".join(lines)


def weights(sizes: tuple[int, ...]) -> int:
    """How many weights the network has."""
    return sum(before * here for before, here in pairwise(sizes))


def measured(sizes: tuple[int, ...]) -> dict[str, float]:
    """The CPU seconds of each part, in this process."""
    begin = process_time()
    import sympy  # noqa: F401

    seconds = {"sympy": process_time() - begin}
    import symback.render  # noqa: F401 - printing imports it, and imports are not counted
    from symback.api import solve
    from symback.derivation import derive
    from symback.network import parse

    network = parse(symbolic(sizes), "large.toml")
    for after in ("", " again"):
        begin = process_time()
        derive(network)
        seconds[f"derive{after}"] = process_time() - begin
        begin = process_time()
        solution = solve(network)
        seconds["solve"] = process_time() - begin
        begin = process_time()
        document = solution.to_markdown()
        seconds[f"print{after}"] = process_time() - begin
    if f"w_{{{weights(sizes)}}}" not in document or not solution.report.passed:
        raise SystemExit("the document does not show every weight")
    return seconds


def measure(rounds: int) -> None:
    """Print the times per weight and the ratios for each size."""
    print(f"Symbolic documents, CPU, medians of {rounds} rounds; cold, and warm in brackets:")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        runs: dict[tuple[int, ...], list[dict[str, float]]] = {sizes: [] for sizes in SIZES}
        for round_number in range(rounds + 1):  # the first one writes the bytecode
            for sizes, found in runs.items():
                command = [sys.executable, "-m", "tests.benchmarks.large", *map(str, sizes)]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
                if round_number:
                    found.append(json.loads(done.stdout))
    for sizes, found in runs.items():
        part = {name: median(run[name] for run in found) for name in PARTS}
        cold = median((run["derive"] + run["print"]) / run["sympy"] for run in found)
        warm = median((run["derive again"] + run["print again"]) / run["sympy"] for run in found)
        each = {name: 1e6 * part[name] / weights(sizes) for name in PARTS}
        print(
            f"  {'-'.join(map(str, sizes))}, {weights(sizes):,} weights:"
            f" derive and print / import sympy {cold:.2f} ({warm:.2f});"
            f" microseconds a weight: derive {each['derive']:.0f} ({each['derive again']:.0f}),"
            f" print {each['print']:.0f} ({each['print again']:.0f}), solve ({each['solve']:.0f})"
        )


if __name__ == "__main__":
    print(json.dumps(measured(tuple(map(int, sys.argv[1:])))))
