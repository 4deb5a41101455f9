"""10,000 rounds of gradient descent on mazur: certified by symback, and a loop of plain floats."""

from __future__ import annotations

from math import isclose
from statistics import median
from time import perf_counter
from typing import Any

from tests.benchmarks.floats import trained

ROUNDS = 10_000
EXPECTED = ("0.000035102", "0.015913620", "0.984064274")
"""E_total, out_o1, out_o2 after ROUNDS updates to nine decimals (known to 20 digits from 300-bit balls)."""


def symback_side() -> tuple[str, str, str]:
    """The same three numbers from symback, as printed."""
    import symback

    solution: Any = symback.solve("mazur", rounds=(ROUNDS,))
    values = (solution[f"{name}@{ROUNDS}"].value for name in ("E_total", "out_o1", "out_o2"))
    first, second, third = (str(value) for value in values)
    return first, second, third


def measure(rounds: int) -> None:
    """Print the times of both sides."""
    found = symback_side()  # also loads what the first call loads
    if tuple(f"{float(value):.9f}" for value in found) != EXPECTED:
        raise SystemExit(f"after {ROUNDS} rounds symback has {found}, not {EXPECTED}")
    if not all(
        isclose(peer, float(ours), abs_tol=1e-9) for peer, ours in zip(trained(ROUNDS), found, strict=True)
    ):
        raise SystemExit("the loop of floats gives other numbers")
    times: dict[str, list[float]] = {"symback, certified": [], "floats": []}
    for _ in range(rounds):
        for name, side in (("symback, certified", symback_side), ("floats", lambda: trained(ROUNDS))):
            begin = perf_counter()
            side()
            times[name].append(perf_counter() - begin)
    print(f"{ROUNDS} rounds of mazur, milliseconds, {rounds} rounds:")
    for name, seconds in times.items():
        print(f"  {name:<24} min {1000 * min(seconds):7.1f}   median {1000 * median(seconds):7.1f}")
    ratio = median(times["symback, certified"]) / median(times["floats"])
    print(f"  symback / floats: {ratio:.1f} of medians")
