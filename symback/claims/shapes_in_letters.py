"""Shapes of matrix formulas in letters, so that layers of equal size do not hide a wrong shape."""

from __future__ import annotations

import re

from symback.expression import Expression, Negative, Product, Sum
from symback.matrix_nodes import Applied, Elementwise, Matrix, MatrixProduct, Transposed
from symback.naming import parts_of

Shape = tuple[str, str]
_LAYERED = re.compile(r"(?P<letter>[A-Za-z]+)\^(?P<layer>\d+)")


class Misfit(ValueError):
    """Two shapes that do not go together."""


def shape_of(expression: Expression) -> Shape | None:
    """(rows, columns) in letters such as n2 and m; None where a part has no letters, such as plain numbers.

    Raises Misfit where the shapes of the parts do not go together whatever the sizes are.
    """
    match expression:
        case Matrix(name):
            return _of_name(name)
        case Transposed(operand):
            shape = shape_of(operand)
            return None if shape is None else (shape[1], shape[0])
        case Negative(operand) | Applied(_, operand):
            return shape_of(operand)
        case Product(factors):
            return shape_of(factors[-1])
        case Sum(parts) | Elementwise(parts):
            return _same([shape_of(part) for part in parts])
        case MatrixProduct(factors):
            shape = shape_of(factors[0])
            for factor in factors[1:]:
                shape = _times(shape, shape_of(factor))
            return shape
    return None


def _of_name(name: str) -> Shape | None:
    if "/" in name:
        return _of_name(parts_of(name).by)
    found = _LAYERED.match(name)
    if found is None:
        return None
    layer = int(found["layer"])
    letter = found["letter"]
    if letter == "W":
        return f"n{layer}", f"n{layer - 1}"
    return f"n{layer}", "1" if letter[0].islower() else "m"  # a small letter is one sample


def _same(shapes: list[Shape | None]) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    for shape in known[1:]:
        # a bias has one column, or one row, and is added to each of several samples
        if any(a != b and "1" not in (a, b) for a, b in zip(shape, known[0], strict=True)):
            raise Misfit(f"{_text(known[0])} and {_text(shape)}")
    return known[0] if known and len(known) == len(shapes) else None


def _times(left: Shape | None, right: Shape | None) -> Shape | None:
    if left is None or right is None:
        return None
    if left[1] != right[0]:
        raise Misfit(f"{_text(left)} times {_text(right)}")
    return left[0], right[1]


def _text(shape: Shape) -> str:
    return f"{shape[0]} by {shape[1]}"
