"""Derivatives inside a formula, taken by the rules of `steps`, with what they need to exist."""

from __future__ import annotations

from dataclasses import dataclass

from symback.expression import Cases, Differentiate, Expression, Maximum, instantiate, names, walk
from symback.functions import in_basic_functions
from symback.steps import differentiate

MOST_NODES = 20_000
"""How large a formula may become."""
MOST_WORK = 400_000
"""How many nodes may be looked at."""


class TooLong(Exception):
    """The derivative would be too long."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A formula in which no derivative is left to be taken."""

    expression: Expression
    operands: tuple[Expression, ...]
    """What was differentiated: a derivative exists only where its operand does."""
    kinks: tuple[Cases, ...]
    """The cases that were differentiated: on the boundary of each the derivative may not exist."""


def without_derivatives(expression: Expression) -> Resolved:
    """The formula with each `Differentiate` replaced by the derivative.

    Raises RequestError for what no rule covers, TooLong beyond MOST_NODES and MOST_WORK.
    """
    resolver = _Resolver()
    result = resolver.settle(instantiate(expression))
    resolver.size(result)
    return Resolved(result, tuple(resolver.operands), tuple(dict.fromkeys(resolver.kinks)))


class _Resolver:
    """Every part is worked on once, also where it stands in many places; `_kept` holds on to the ids."""

    def __init__(self) -> None:
        self.operands: list[Expression] = []
        self.kinks: list[Cases] = []
        self.work = 0
        self._settled: dict[int, tuple[Expression, Expression]] = {}
        self._sizes: dict[int, tuple[Expression, int]] = {}
        self._derived: dict[tuple[int, str], tuple[Expression, Expression]] = {}

    def settle(self, node: Expression) -> Expression:
        """The tree without derivatives; those in an operand are taken first."""
        if id(node) not in self._settled:
            self._settled[id(node)] = (node, self._settle(node))
        return self._settled[id(node)][1]

    def _settle(self, node: Expression) -> Expression:
        if isinstance(node, Differentiate):
            settled = self.settle(node.operand)
            self.operands.append(settled)
            operand = in_basic_functions(settled, keeps_ties=True)
            self.size(operand)
            return self.derive(operand, node.variable)
        parts = tuple(map(self.settle, node.parts))
        return node if all(map(_same, parts, node.parts)) else node.with_parts(parts)

    def derive(self, node: Expression, variable: str) -> Expression:
        """The derivative of a tree that holds none itself."""
        key = (id(node), variable)
        if key not in self._derived:
            self.work += self.size(node)
            if self.work > MOST_WORK:
                raise TooLong
            if isinstance(node, Cases) and variable in names(node):
                self.kinks.append(node)
            if isinstance(node, Maximum) and variable in names(node):
                self.kinks += (case for case in walk(node.chosen(node.operands)) if isinstance(case, Cases))
            self._derived[key] = (node, self._open(differentiate(node, variable)[1]))
        return self._derived[key][1]

    def _open(self, node: Expression) -> Expression:
        """The result of one rule with the derivatives in it taken in turn."""
        if isinstance(node, Differentiate):
            return self.derive(node.operand, node.variable)
        if id(node) in self._sizes:  # a part of the operand, which holds no derivative
            return node
        parts = tuple(map(self._open, node.parts))
        return node if all(map(_same, parts, node.parts)) else node.with_parts(parts)

    def size(self, node: Expression) -> int:
        """How many nodes the tree has; raises TooLong for too many."""
        if id(node) not in self._sizes:
            count = 1 + sum(map(self.size, node.parts))
            if count > MOST_NODES:
                raise TooLong
            self._sizes[id(node)] = (node, count)
        return self._sizes[id(node)][1]


def _same(first: Expression, second: Expression) -> bool:
    return first is second
