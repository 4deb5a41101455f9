"""Matrices against the scalar quantities and against plain loops over lists."""

from __future__ import annotations

from pathlib import Path

import pytest

import symback
from symback.expression import Name, Sum
from symback.matrix import MatrixView, matrices
from symback.matrix_checks import check_matrices
from symback.matrix_nodes import Elementwise, Matrix, MatrixProduct, Ones, Transposed, entries_of
from symback.solution import Solution
from tests.drawn import drawn, network_file

Rows = list[list[float]]


def numbers(solution: Solution, name: str) -> Rows:
    found = {matrix.name: matrix for matrix in matrices(solution.network, solution.graph)}
    return [[float(solution[entry].value) for entry in row] for row in found[name].entries]


def times(left: Rows, right: Rows) -> Rows:
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*right, strict=True)]
        for row in left
    ]


def turned(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def close(left: Rows, right: Rows) -> bool:
    return all(abs(a - b) < 1e-8 for x, y in zip(left, right, strict=True) for a, b in zip(x, y, strict=True))


def test_xor_layer_by_layer() -> None:
    solution = symback.solve("xor", digits=12)
    value = lambda name: numbers(solution, name)  # noqa: E731
    ones = [[1.0] * 4]
    biased = [
        [a + b for a, b in zip(x, y, strict=False)]
        for x, y in zip(times(value("W^1"), value("a^0")), times(value("b^1"), ones), strict=False)
    ]
    assert close(value("z^1"), biased)
    back = times(turned(value("W^2")), value("delta^2"))
    slope = [[a * (1 - a) for a in row] for row in value("a^1")]
    assert close(
        value("delta^1"),
        [[a * b for a, b in zip(x, y, strict=False)] for x, y in zip(back, slope, strict=False)],
    )
    assert close(value("dE_total/dW^1"), times(value("delta^1"), turned(value("a^0"))))
    assert close(value("dE_total/db^1"), [[sum(row)] for row in value("delta^1")])
    moved = [
        [a - 0.5 * b for a, b in zip(x, y, strict=False)]
        for x, y in zip(value("W^1"), value("dE_total/dW^1"), strict=False)
    ]
    assert close(value("W^1+"), moved)


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_every_entry_is_proven(tmp_path: Path, samples: int, reduction: str) -> None:
    net = drawn((2, 3, 2, 2), seed=5, samples=samples)
    path = tmp_path / "net.toml"
    path.write_text(network_file(net, ("tanh", "relu", "logistic"), reduction=reduction), encoding="utf-8")
    solution = symback.solve(path, notation="matrix")
    assert solution.report.passed
    assert solution.report.checks[-1].kind == "matrices"
    assert solution.report.checks[-1].facts["count"] > 20  # type: ignore[operator]
    assert solution.to_latex()


def test_a_forgotten_transpose_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the matrices can fail: a square W without its transpose gives a wrong delta."""
    solution = symback.solve("mazur")
    right = MatrixView.weights
    swapped = lambda view, place, state="": (  # noqa: E731
        Matrix("W", entries_of(Transposed(right(view, place, state))))
        if place == 2
        else right(view, place, state)
    )
    monkeypatch.setattr(MatrixView, "weights", swapped)
    check = check_matrices(solution.network, solution.graph)
    assert not check.passed
    assert "delta_h1" in check.facts["failed"]  # type: ignore[operator]


def test_entries() -> None:
    a, b, c, d = (Name(letter) for letter in "abcd")
    matrix = Matrix("M", ((a, b), (c, d)))
    assert entries_of(Transposed(matrix)) == ((a, c), (b, d))
    assert entries_of(MatrixProduct((matrix, Ones(2)))) == ((a * 1 + b * 1,), (c * 1 + d * 1,))
    assert entries_of(Elementwise((matrix, matrix)))[0][1] == b * b
    assert entries_of(Sum((matrix, matrix)))[1][0] == Sum((c, c))
    with pytest.raises(ValueError, match="2 columns times 3 rows"):
        entries_of(MatrixProduct((matrix, Ones(3))))
    with pytest.raises(ValueError, match="different shapes"):
        entries_of(Elementwise((matrix, Ones(2))))
