"""Derive once, evaluate many: a stored derivation is evaluated and printed without loading SymPy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

STORE = """
import pickle, sys
from symback.api import load, solve
from symback.derivation import derive
network = load(sys.argv[1])
with open(sys.argv[2], "wb") as file:
    pickle.dump((network, derive(network), solve(network).report), file)
assert "sympy" in sys.modules
"""

USE = """
import pickle, sys
from symback.evaluation import Rounding, evaluate
from symback.forward import given_numbers
from symback.solution import Solution
with open(sys.argv[1], "rb") as file:
    network, graph, report = pickle.load(file)
evaluation = evaluate(graph, given_numbers(network), Rounding(12))
for style in ("net-out", "z-a", "matrix"):
    solution = Solution(network, graph, evaluation, report, style)
    assert len(solution.to_markdown()) > 1000
    assert len(solution.to_markdown("dollar")) > 1000
    assert len(solution.to_latex()) > 1000
    assert len(solution.to_json()) > 1000
print(solution[sys.argv[2]].value)
print(solution[sys.argv[2]].formula)
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("sympy", "mpmath"))
assert not loaded, loaded[:5]
"""


@pytest.mark.parametrize(
    ("network", "name", "value"),
    [("mazur", "dE_total/dw5", "0.082167040564"), ("xor", "out_o1[4]", "0.540743835389")],
)
def test_a_stored_derivation_needs_no_sympy(tmp_path: Path, network: str, name: str, value: str) -> None:
    stored = str(tmp_path / "derivation")
    run(STORE, network, stored)
    found, formula = run(USE, stored, name).splitlines()
    assert found == value
    assert formula


def run(program: str, *arguments: str) -> str:
    """The standard output of a program in a fresh Python."""
    made = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert made.returncode == 0, made.stderr
    return made.stdout
