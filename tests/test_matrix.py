"""Matrices against the scalar quantities and against plain loops over lists."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

import symback
from symback import matrix_relations
from symback.activations import ACTIVATIONS
from symback.expression import Call, Name, Number, Product, Quotient, Sum
from symback.losses import LOSSES
from symback.matrix import MatrixView, matrices
from symback.matrix_checks import check_matrices
from symback.matrix_nodes import (
    Elementwise,
    Matrix,
    MatrixProduct,
    Ones,
    Transposed,
    entries_of,
    in_matrices,
    is_matrix,
)
from symback.matrix_relations import relations
from symback.solution import Solution
from tests.drawn import drawn, network_file
from tests.invoke import command, refused

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
    with pytest.raises(ValueError, match="no matrix"):
        entries_of(a * b)
    with pytest.raises(ValueError, match="entry by entry"):
        entries_of(Product((matrix, matrix)))


def test_scalar_formulas_in_matrices() -> None:
    a, b, x, y = (Name(letter) for letter in "abxy")
    column, two = Matrix("M", ((a,), (b,))), Number(Fraction(2))
    assert in_matrices(two * x * y, {"x": column, "y": column}) == Product(
        (two, Elementwise((column, column)))
    )
    assert in_matrices(two * x * y, {"x": column}) == Product((two, column, y))
    assert entries_of(in_matrices(1 - x, {"x": column})) == ((1 - a,), (1 - b,))
    assert entries_of(in_matrices(y / Call("exp", x), {"x": column}))[1] == (Quotient(y, Call("exp", b)),)
    assert not is_matrix(in_matrices(two * x, {}))


# --- every activation and loss ------------------------------------------------------------------------

LAST = {loss.name: loss.needs or tuple(a.name for a in ACTIVATIONS) for loss in LOSSES}
"""The activations of the last layer that each loss goes with; softmax with any."""
PAIRS = [(loss, last) for loss, fitting in LAST.items() for last in dict.fromkeys((*fitting, "softmax"))]
PENALTIES = "penalty_l1 = 0.1\npenalty_l2 = 0.01\n"
HINGE = ("1", "-1")


def text_of(loss: str, first: str, last: str, samples: int = 2, top: str = "", hidden: str = "") -> str:
    """A network of 2-2-2 units; targets of a sample add up to one, where they are not signs."""
    numbers = HINGE if loss == "hinge" else ("0.25", "0.75")
    rows = []
    for place in range(samples):
        one, other = numbers[place % 2], numbers[(place + 1) % 2]
        targets = "" if loss == "output_sum" else f"targets = {{ o1 = {one}, o2 = {other} }}"
        rows.append(f"inputs = {{ i1 = 0.{place + 1}, i2 = -0.{3 * place + 1} }}\n{targets}\n")
    head = f'loss = "{loss}"\nreduction = "mean"\n{top}' + (rows[0] if samples == 1 else "")
    layers = f"""
[[layers]]
units = ["h1", "h2"]
activation = "{first}"
weights = [[0.15, 0.2], [-0.25, 0.3]]
bias = 0.35
{hidden}
[[layers]]
units = ["o1", "o2"]
activation = "{last}"
weights = [[0.4, 0.45], [0.5, -0.55]]
biases = [0.6, 0.1]

[update]
learning_rate = 0.5
"""
    return head + layers + ("".join("[[samples]]\n" + row for row in rows) if samples > 1 else "")


def solved_text(text: str, folder: Path) -> Solution:
    path = folder / "net.toml"
    path.write_text(text, encoding="utf-8")
    return symback.solve(path, notation="matrix", digits=12)


def kinds_of(solution: Solution) -> list[str]:
    return [relation.kind for relation in relations(solution.network, solution.graph) if relation.layer == 2]


@pytest.mark.parametrize("top", ["", PENALTIES], ids=["", "penalties"])
@pytest.mark.parametrize(("loss", "last"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_loss_and_activation_in_matrices(loss: str, last: str, top: str, tmp_path: Path) -> None:
    solution = solved_text(text_of(loss, "tanh", last, top=top), tmp_path)
    assert [check.kind for check in solution.report.checks if not check.passed] == []
    assert solution.report.checks[-1].facts["count"] >= 39  # type: ignore[operator]
    assert solution.to_latex()
    assert ("penalty" in solution.to_markdown()) == bool(top)


DOCUMENTS = [
    *((loss, "tanh", fitting[0]) for loss, fitting in LAST.items()),
    ("cross_entropy", "leaky_relu", "softmax"),
    ("binary_cross_entropy", "elu", "softmax"),
    ("half_squared_error", "softmax", "softmax"),
    ("squared_error", "relu", "x*logistic(x)"),
]


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize(("loss", "first", "last"), DOCUMENTS, ids=["-".join(row) for row in DOCUMENTS])
def test_verify_reads_what_is_printed(loss: str, first: str, last: str, samples: int, tmp_path: Path) -> None:
    """The reader of documents shares no formula with the writer; each equation is read and true."""
    solution = solved_text(text_of(loss, first, last, samples, PENALTIES), tmp_path)
    page = tmp_path / "page.md"
    page.write_text(solution.to_markdown(), encoding="utf-8")
    claims = symback.verify(file=page, network=tmp_path / "net.toml").claims
    good = {"proved", "exact", "rounded"}
    assert [(claim.text, claim.why) for claim in claims if claim.verdict.value not in good] == []
    assert len(claims) > 50


def test_softmax_goes_back_by_columns(tmp_path: Path) -> None:
    solution = solved_text(text_of("squared_error", "softmax", "softmax", 3), tmp_path)
    value = lambda name: numbers(solution, name)  # noqa: E731
    slopes = MatrixView(solution.network, solution.graph).error_gradient
    for layer in (1, 2):
        outs = value(f"a^{layer}")
        by_out = [[float(solution[e.name].value) for e in row] for row in slopes(layer).entries]  # type: ignore[attr-defined,arg-type]
        sums = [
            sum(a * g for a, g in zip(x, y, strict=True))
            for x, y in zip(turned(outs), turned(by_out), strict=True)
        ]
        expected = [
            [a * (g - total) for a, g, total in zip(x, y, sums, strict=True)]
            for x, y in zip(outs, by_out, strict=True)
        ]
        assert close(value(f"delta^{layer}"), expected)


def test_softmax_with_cross_entropy_is_output_minus_target(tmp_path: Path) -> None:
    text = text_of("cross_entropy", "tanh", "softmax", 3)
    solution = solved_text(text, tmp_path)
    assert {"short_delta", "fused_delta"} <= set(kinds_of(solution))
    targets = [[0.25, 0.75, 0.25], [0.75, 0.25, 0.75]]
    expected = [
        [(a - t) / 3 for a, t in zip(x, y, strict=True)]
        for x, y in zip(numbers(solution, "a^2"), targets, strict=True)
    ]
    assert close(numbers(solution, "delta^2"), expected)
    assert r"\Delta^{2} &= \frac{1}{3}\,(A^{2} - Y)" in solution.to_markdown()
    others = solved_text(text.replace("0.25", "0.3"), tmp_path)
    assert "short_delta" in kinds_of(others)
    assert "fused_delta" not in kinds_of(others)
    assert others.report.passed


def test_the_page_says_what_sigma_is(tmp_path: Path) -> None:
    same = solved_text(text_of("squared_error", "tanh", "tanh"), tmp_path).to_markdown()
    assert r"\sigma(Z^{1})" in same
    assert "\\sigma_{" not in same
    other = solved_text(text_of("squared_error", "leaky_relu", "leaky_relu", hidden="slope = 0.2"), tmp_path)
    page = " ".join(other.to_markdown().split())
    assert r"$`\sigma_{1}(Z^{1})`$ applies the leaky rectifier" in page
    assert r"$`\sigma_{2}(Z^{2})`$ applies the leaky rectifier" in page
    assert r"\mathrm{slope}_{1} = 0.2" in page
    own = solved_text(text_of("squared_error", "x*logistic(x)", "x*logistic(x)"), tmp_path).to_markdown()
    told = r"and \$`\\sigma\(Z\^\{2\}\)`\$ applies\s+the function x.*logistic\(x\) to each entry"
    assert len(re.findall(told, own)) == 1


def test_a_wrong_form_of_softmax_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The check of the matrices can fail: one minus stands where the sum of the column belongs."""
    solution = solved_text(text_of("cross_entropy", "tanh", "softmax"), tmp_path)
    monkeypatch.setattr(matrix_relations._Relations, "_column_sums", lambda view, matrix, height: matrix)
    assert not check_matrices(solution.network, solution.graph).passed


def test_other_layers_are_refused_by_name() -> None:
    images = """loss = "half_squared_error"
notation = { style = "matrix" }
inputs = { x = [[0.1, 0.2], [0.3, 0.4]] }
targets = { o1 = 0.5 }
[[layers]]
type = "flatten"
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.1, 0.2, 0.3, 0.4]]
"""
    message = refused("solve", "-", stdin=images)
    assert "Layer 1 (type flatten) has no matrix notation" in message
    assert "net-out, z-a" in message
    found = json.loads(command("solve", "-", "--notation", "z-a", "--format", "json", stdin=images).text)
    assert found["matrices"] == []
