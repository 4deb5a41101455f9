"""What tells shapes of formulas apart: all that a node says, and where its names are alike."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest

from symback.expression import (
    PI,
    Call,
    Cases,
    Constant,
    Differentiate,
    Expression,
    IndexedSum,
    Marked,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    filled,
    shape_of,
)
from symback.matrix_nodes import Applied, Elementwise, Matrix, MatrixProduct, Ones, Transposed

A, B = Name("a"), Name("b")
W = Matrix("W", ((A, B),))
NODES: list[Expression] = [
    Number(Fraction(2, 3)),
    Constant("e"),
    Sum((A, B)),
    Product((A, B)),
    Negative(A),
    Quotient(A, B),
    Power(A, B),
    Call("exp", A),
    Cases(A, B, A, B),
    Maximum((A, B)),
    IndexedSum("o", A, ((("a", "b"),),)),
    Differentiate(A * B, "a"),
    Marked(A, "loss", 1),
    W,
    Ones(3),
    Transposed(W),
    MatrixProduct((W, W)),
    Elementwise((W, W)),
    Applied("sigma", W, W),
]


def other(value: object) -> object:
    """Another value of the same type."""
    match value:
        case bool():
            return not value
        case int() | Fraction():
            return value + 1
        case str():
            return value + "x"
        case _:
            return ((("a", "c"),),)


def test_all_types_of_nodes_are_here() -> None:
    types = {kind.__name__ for kind in Expression.__subclasses__() if kind.__module__.startswith("symback.")}
    assert types - {"Name"} == {type(node).__name__ for node in NODES}


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_nodes_that_say_other_things_have_other_shapes(node: Expression) -> None:
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        first = value[0] if isinstance(value, tuple) else value
        is_part = isinstance(first, Expression) or (isinstance(first, tuple) and first and first[0] == A)
        if is_part:
            continue
        changed = replace(node, **{field.name: other(value)})  # type: ignore[type-var]
        assert shape_of(changed)[0] is not shape_of(node)[0], field.name


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_a_shape_filled_with_its_names_is_the_formula(node: Expression) -> None:
    shape, names = shape_of(node)
    assert filled(shape.expression, names) == node


def test_formulas_that_differ_in_names_only_share_one_shape() -> None:
    first, names = shape_of(Name("x") * Name("y") + Name("x"))
    second, others = shape_of(Name("u") * Name("v") + Name("u"))
    assert first is second
    assert (names, others) == (("x", "y"), ("u", "v"))
    assert shape_of(Name("x") * Name("y") + Name("y"))[0] is not first
    assert shape_of(Name("x") * Name("y") + Name("z"))[0] is not first


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (A + B + A, A + Sum((B, A))),
        (Product((A, B)), Sum((A, B))),
        (Number(Fraction(0)) + A, Number(Fraction(1)) + A),
        (Negative(A * B), Product((Negative(A), B))),
        (Differentiate(A * B, "a"), Differentiate(A * B, "b")),
        (Differentiate(A * B, "c"), Differentiate(A * B, "d")),
        (PI, Constant("e")),
    ],
)
def test_formulas_written_in_other_ways_have_other_shapes(one: Expression, another: Expression) -> None:
    assert shape_of(one)[0] is not shape_of(another)[0]
