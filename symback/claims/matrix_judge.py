"""Equations between matrices: the shapes first, then every entry as a claim of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symback.claims.shapes_in_letters import Misfit, shape_of
from symback.claims.source import Side
from symback.claims.verdicts import Judged, Reason, Verdict
from symback.expression import Expression, transform
from symback.matrix_nodes import Applied, Entries, Matrix, Transposed, entries_of
from symback.matrix_nodes import is_matrix as holds_matrices

_ORDER = (
    Verdict.WRONG,
    Verdict.UNRESOLVED,
    Verdict.UNREADABLE,
    Verdict.UNDECIDED,
    Verdict.CONVENTION,
    Verdict.ROUNDED,
    Verdict.PROVED,
    Verdict.EXACT,
)
Pair = Callable[[tuple[Side, ...]], Judged]


def is_matrix(expression: Expression | None) -> bool:
    """Whether a side holds matrices."""
    return expression is not None and holds_matrices(expression)


def judge_matrices(chain: tuple[Side, ...], text: str, pair: Pair) -> Judged:
    """The verdict on the last equals sign of a chain of matrices.

    What is wrong with one column a sample may be right with one row a sample; that is a convention.
    """
    judged = _as_columns(chain, text, pair)
    if judged.verdict is not Verdict.WRONG or any(side.literals for side in chain):
        return judged
    turned = tuple(replace(side, expression=_turned(side.expression)) for side in chain)
    rows = _as_columns(turned, text, pair)
    if rows.verdict is Verdict.PROVED:
        return replace(rows, verdict=Verdict.CONVENTION, why="true with one row a sample (row convention)")
    return judged


def _turned(expression: Expression | None) -> Expression | None:
    """Every matrix as an author writes it who gives each sample a row."""

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Matrix):
            return Transposed(node)
        if isinstance(node, Applied):
            return Transposed(node)
        return None

    return transform(expression, change) if expression is not None else None


def _as_columns(chain: tuple[Side, ...], text: str, pair: Pair) -> Judged:
    """With one column a sample: the shapes, in letters and in numbers, then the worst of all entries."""
    right = chain[-1]
    try:
        shapes_in_letters = [shape_of(side.expression) for side in chain[-2:] if side.expression is not None]
        if None not in shapes_in_letters and shapes_in_letters[0] != shapes_in_letters[1]:
            left_shape, right_shape = (" by ".join(shape or ()) for shape in shapes_in_letters)
            raise Misfit(f"{left_shape} and {right_shape}")
    except Misfit as problem:
        why = f"the shapes do not fit: {problem} (n1 is the size of layer 1, m the number of samples)"
        return Judged(text, right.place, Verdict.WRONG, Reason.MISTAKE, why=why)
    sides: list[tuple[Side, Entries]] = []
    for side in chain:
        try:
            assert side.expression is not None
            sides.append((side, entries_of(side.expression)))
        except ValueError as problem:
            why = f"the shapes do not fit: {problem}"
            if side in chain[-2:]:
                return Judged(text, right.place, Verdict.WRONG, Reason.MISTAKE, why=why)
    shapes = [(len(entries), len(entries[0])) for _, entries in sides]
    if shapes[-1] != shapes[-2]:
        found, wanted = (f"{rows} by {columns}" for rows, columns in (shapes[-1], shapes[-2]))
        why = f"the left side is {wanted}, the right side {found}"
        return Judged(text, right.place, Verdict.WRONG, Reason.MISTAKE, found, wanted, why)
    kept = [side for side, shape in zip(sides, shapes, strict=True) if shape == shapes[-1]]
    verdicts: list[Judged] = []
    for row in range(shapes[-1][0]):
        for column in range(shapes[-1][1]):
            verdict = pair(tuple(_entry(side, entries, row, column) for side, entries in kept))
            where = f"in row {row + 1}, column {column + 1}: "
            told = where + verdict.why if verdict.why else (where.rstrip(": ") if verdict.right else None)
            verdicts.append(replace(verdict, text=text, place=right.place, why=told))
    return min(verdicts, key=lambda verdict: _ORDER.index(verdict.verdict))


def _entry(side: Side, entries: Entries, row: int, column: int) -> Side:
    literal = side.literals[row][column] if side.literals else None
    return replace(side, expression=entries[row][column], literal=literal, literals=())
