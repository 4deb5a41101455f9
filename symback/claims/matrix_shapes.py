"""Of which shape is a matrix? And numbers beside matrices, which stand in every entry."""

from __future__ import annotations

from symback.claims.raw import Raw
from symback.claims.tokens import Unreadable
from symback.expression import Expression, Negative, Product, Sum, names
from symback.matrix_nodes import Applied, Elementwise, Matrix, MatrixProduct, Ones, Transposed, is_matrix


def shape(expression: Expression) -> tuple[int, int]:
    """Rows and columns, as far as the outer factors say; no check is made."""
    match expression:
        case Matrix(_, entries) | Applied(_, _, Matrix(_, entries)):
            return len(entries), len(entries[0])
        case Ones(count):
            return count, 1
        case Transposed(operand):
            rows, columns = shape(operand)
            return columns, rows
        case MatrixProduct(factors):
            return shape(factors[0])[0], shape(factors[-1])[1]
        case Negative(operand):
            return shape(operand)
        case Sum(parts) | Product(parts) | Elementwise(parts):
            return shape(next(part for part in reversed(parts) if is_matrix(part)))
    matrix = next((part for part in expression.parts if is_matrix(part)), None)
    return (1, 1) if matrix is None else shape(matrix)


def spread(term: Expression, beside: Expression, terms: tuple[Raw, ...], biases: frozenset[str]) -> Matrix:
    """A number in a sum with a matrix stands in every entry, as in 1 - a; so does a shared bias."""
    if shape(beside) != (1, 1) and any(name not in biases for name in names(term)):
        raise Unreadable("a matrix and a number are added", terms[0].start, terms[-1].end)
    rows, columns = shape(beside)
    return Matrix("", ((term,) * columns,) * rows)
