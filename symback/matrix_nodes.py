"""Nodes of matrix formulas: they print as symbols or as numbers, and can be worked out entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symback.expression import ONE, Expression, Negative, Product, Sum, add

Entries = tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix(Expression):
    """A matrix with a name such as `W^1` and its entries by rows; a vector has one column."""

    name: str
    entries: Entries

    @property
    def parts(self) -> tuple[Expression, ...]:
        return tuple(entry for row in self.entries for entry in row)

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
    """A function applied to every entry: `sigma` or `sigma_prime`; `results` has what it gives."""

    function: str
    operand: Matrix
    results: Matrix

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand, self.results)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        operand, results = parts
        assert isinstance(operand, Matrix)
        assert isinstance(results, Matrix)
        return Applied(self.function, operand, results)


def entries_of(expression: Expression) -> Entries:
    """The formula worked out entry by entry. Raises ValueError where shapes do not fit."""
    match expression:
        case Matrix(_, entries):
            return entries
        case Applied(_, _, results):
            return results.entries
        case Ones(count):
            return ((ONE,),) * count
        case Transposed(operand):
            return tuple(zip(*entries_of(operand), strict=True))
        case Negative(operand):
            return tuple(tuple(Negative(entry) for entry in row) for row in entries_of(operand))
        case Sum(terms):
            return _entrywise([entries_of(term) for term in terms], Sum)
        case Elementwise(factors):
            return _entrywise([entries_of(factor) for factor in factors], Product)
        case MatrixProduct(factors):
            result = entries_of(factors[0])
            for factor in factors[1:]:
                result = _product(result, entries_of(factor))
            return result
        case Product(factors):
            *scalars, matrix = factors
            return tuple(tuple(Product((*scalars, entry)) for entry in row) for row in entries_of(matrix))
    raise ValueError(f"{type(expression).__name__} is no matrix")


def _entrywise(matrices: list[Entries], combine: Callable[[tuple[Expression, ...]], Expression]) -> Entries:
    shapes = {(len(entries), len(entries[0])) for entries in matrices}
    if len(shapes) != 1:
        raise ValueError(f"matrices of different shapes: {sorted(shapes)}")
    return tuple(
        tuple(combine(parts) for parts in zip(*rows, strict=True)) for rows in zip(*matrices, strict=True)
    )


def _product(left: Entries, right: Entries) -> Entries:
    columns = tuple(zip(*right, strict=True))
    if len(left[0]) != len(right):
        raise ValueError(f"{len(left[0])} columns times {len(right)} rows")
    return tuple(
        tuple(add([Product(pair) for pair in zip(row, column, strict=True)]) for column in columns)
        for row in left
    )
