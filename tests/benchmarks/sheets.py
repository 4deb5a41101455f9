"""Sheets with keys: how many a second against SymPy, how long 10,000 take on two cores, and how much memory.

The numbers of every paper are searched for, its keys proven, and sheet.json and the report written. SymPy
derives and prints each gradient of each paper from its flattened E_total, in turn with ours; with its cache
emptied before each paper, as for a paper of its own, and with its cache warm. Time is CPU time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time

from symback import sheet as make_sheet
from symback.papers.writing import write_sheet
from tests.benchmarks.gradients import flattened, net_of
from tests.drawn import Drawn

ROUNDS = 5
OURS = 3_200
THEIRS = 3
ALL = 10_000
GOAL = 200


def measure(count: int = 1_000) -> None:
    """Print rates, the ratio, times and memory; `count` papers are made on two cores."""
    print("Sheets with keys, mazur, kinds forward, delta, gradient, update:")
    _rates()
    _two_cores(count)
    _memory(200, 2_000)


def _rates() -> None:
    ours, cold, warm = [], [], []
    ours_at(0, 2)  # the plan's imports and templates
    for turn in range(ROUNDS):
        ours.append(ours_at(turn, OURS))
        cold.append(sympy_at(turn, THEIRS, is_cold=True))
        warm.append(sympy_at(turn, THEIRS, is_cold=False))
    rate = median(ours)
    print(f"  one core, by CPU time, {ROUNDS} rounds: {rate:.0f} papers a second")
    for name, found in (("cache emptied", cold), ("cache warm", warm)):
        theirs = median(found)
        print(
            f"  SymPy, {name}: {theirs:.2f} papers a second; ours / SymPy {rate / theirs:.0f} (goal {GOAL})"
        )


def ours_at(turn: int, count: int) -> float:
    """Papers a second, sheet.json and report; the plan included, as it is made once for all."""
    papers = make_sheet("mazur", variants=count, seed=turn)
    _ = papers.sheet.plan.search
    with tempfile.TemporaryDirectory() as folder:
        begin = process_time()
        write_sheet(papers.sheet, ["json"], Path(folder))
        return count / (process_time() - begin)


def sympy_at(turn: int, count: int, *, is_cold: bool) -> float:
    """Papers a second: the gradients of E_total derived and printed, and their numbers with nine digits."""
    import sympy
    from sympy.core.cache import clear_cache

    random, seconds = Random(turn), 0.0
    for _ in range(count):
        net = other_numbers(net_of("2-2-2"), random)
        if is_cold:
            clear_cache()
        begin = process_time()
        total, weights, given = flattened(net, sympy)
        texts = []
        for weight in weights:
            gradient = sympy.diff(total, weight)
            texts.append((sympy.latex(gradient), str(gradient.evalf(9, subs=given))))
        seconds += process_time() - begin
        assert len(texts) == 8
    return count / seconds


def other_numbers(net: Drawn, random: Random) -> Drawn:
    """The same net with weights of two decimals, as a paper has them."""
    rows = tuple(
        tuple(tuple(f"{random.uniform(0.1, 0.9):.2f}" for _ in row) for row in m) for m in net.weights
    )
    return replace(net, weights=rows)


def _two_cores(count: int) -> None:
    papers = make_sheet("mazur", variants=count, seed=7)
    before, begin = os.times(), perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_sheet(papers.sheet, ["json"], Path(folder), jobs=2)
    seconds, after = perf_counter() - begin, os.times()
    used = sum(after[place] - before[place] for place in range(4))
    said = f"  {count:,} papers on two cores: {seconds:.1f} s, of which {used:.1f} s CPU in all processes"
    print(f"{said}, load {os.getloadavg()[0]:.1f}")
    if count != ALL:
        scale = ALL / count
        print(
            f"    {ALL:,} papers, extrapolated: {seconds * scale:.0f} s as loaded as now,"
            f" {used * scale / 2:.0f} s where both cores are free (goal 30 s)"
        )


_PROGRAM = """
import resource, sys, tempfile
from pathlib import Path
from symback import sheet
from symback.papers.writing import write_sheet
with tempfile.TemporaryDirectory() as folder:
    write_sheet(sheet("mazur", variants=int(sys.argv[1]), seed=7).sheet, ["json", "markdown"], Path(folder))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _memory(*counts: int) -> None:
    """The largest resident memory of one process that makes all papers, their key and solutions."""
    for count in counts:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(count)], capture_output=True, text=True, check=True
        )
        print(
            f"  {count:,} papers, key and solutions by one process: {int(done.stdout) / 1024:.0f} MB at most"
        )
