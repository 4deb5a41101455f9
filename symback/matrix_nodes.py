"""Nodes of matrix formulas: they print as symbols or as numbers, and can be worked out entry by entry.

Beside these nodes stand those of scalar formulas: fractions, powers and functions of matrices are meant entry
by entry, and a number in a sum with a matrix stands in every entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symback.expression import ONE, Expression, Product, add, multiply, substitute, transform, walk

Entries = tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix(Expression):
    """A matrix with a name such as `W^1` and its entries by rows; a vector has one column."""

    name: str
    entries: Entries

    @property
    def parts(self) -> tuple[Expression, ...]:
        return tuple(entry for row in self.entries for entry in row)

    @property
    def own(self) -> tuple[object, ...]:
        return (self.name, len(self.entries), len(self.entries[0]))

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        width = len(self.entries[0])
        rows = tuple(parts[start : start + width] for start in range(0, len(parts), width))
        return Matrix(self.name, rows)


@dataclass(frozen=True, slots=True)
class Ones(Expression):
    """A column of ones, as high as there are samples or units to add over."""

    count: int


@dataclass(frozen=True, slots=True)
class Transposed(Expression):
    """Rows and columns exchanged."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Transposed(*parts)


@dataclass(frozen=True, slots=True)
class MatrixProduct(Expression):
    """The matrix product of the factors."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return MatrixProduct(parts)


@dataclass(frozen=True, slots=True)
class Elementwise(Expression):
    """The product entry by entry (the Hadamard product) of two matrices of one shape."""

    factors: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.factors

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Elementwise(parts)


@dataclass(frozen=True, slots=True)
class Applied(Expression):
    """A function applied to every entry: `sigma`, `sigma_prime`, `sign`; `results` has what it gives.

    Where layers have functions of their own, `layer` says whose it is; 0 where one serves all.
    """

    function: str
    operand: Matrix
    results: Matrix
    layer: int = 0

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand, self.results)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        operand, results = parts
        assert isinstance(operand, Matrix)
        assert isinstance(results, Matrix)
        return Applied(self.function, operand, results, self.layer)


MATRIX_NODES = (Matrix, Ones, Transposed, MatrixProduct, Elementwise, Applied)


def is_matrix(expression: Expression) -> bool:
    """Whether a formula holds matrices, so that it is one."""
    return any(isinstance(node, MATRIX_NODES) for node in walk(expression))


def in_matrices(formula: Expression, meaning: Mapping[str, Expression]) -> Expression:
    """A scalar formula with matrices in place of names; products of matrices are taken entry by entry."""

    def change(node: Expression) -> Expression | None:
        if not isinstance(node, Product):
            return None
        factors = [transform(factor, change) for factor in node.factors]
        matrices = [factor for factor in factors if is_matrix(factor)]
        if len(matrices) < 2:
            return multiply(factors)
        scalars = [factor for factor in factors if not is_matrix(factor)]
        return multiply([*scalars, Elementwise(tuple(matrices))])

    return transform(substitute(formula, meaning), change)


def entries_of(expression: Expression) -> Entries:
    """The formula worked out entry by entry. Raises ValueError where shapes do not fit, or for a number."""
    match expression:
        case Matrix(_, entries):
            return entries
        case Applied(_, _, results):
            return results.entries
        case Ones(count):
            return ((ONE,),) * count
        case Transposed(operand):
            return tuple(zip(*entries_of(operand), strict=True))
        case Elementwise(factors):
            return _entrywise(Product(factors))
        case MatrixProduct(factors):
            result = entries_of(factors[0])
            for factor in factors[1:]:
                result = _product(result, entries_of(factor))
            return result
        case Product(factors) if sum(map(is_matrix, factors)) > 1:
            raise ValueError("is this a product of matrices or entry by entry?")
    if not is_matrix(expression):
        raise ValueError(f"{type(expression).__name__} is no matrix")
    return _entrywise(expression)


def _entrywise(node: Expression) -> Entries:
    """The node over each entry of its parts; numbers are the same in every entry."""
    parts = [entries_of(part) if is_matrix(part) else part for part in node.parts]
    matrices = [part for part in parts if not isinstance(part, Expression)]
    shapes = {(len(entries), len(entries[0])) for entries in matrices}
    if len(shapes) != 1:
        raise ValueError(f"matrices of different shapes: {sorted(shapes)}")
    height, width = shapes.pop()
    return tuple(
        tuple(
            node.with_parts(tuple(p if isinstance(p, Expression) else p[row][column] for p in parts))
            for column in range(width)
        )
        for row in range(height)
    )


def _product(left: Entries, right: Entries) -> Entries:
    columns = tuple(zip(*right, strict=True))
    if len(left[0]) != len(right):
        raise ValueError(f"{len(left[0])} columns times {len(right)} rows")
    return tuple(
        tuple(add([Product(pair) for pair in zip(row, column, strict=True)]) for column in columns)
        for row in left
    )
