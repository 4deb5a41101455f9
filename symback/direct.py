"""The chain rule against direct differentiation: is a gradient what SymPy makes of the whole error?"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flint import ctx

from symback.balls import Undecided, as_ball
from symback.errors import EvaluationError
from symback.expression import (
    ZERO,
    Expression,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    add,
    multiply,
    names,
    substitute,
    transform,
)
from symback.graph import ERROR_ROLES, FORWARD_ROLES, Graph, Role, Rule
from symback.naming import derivative
from symback.prover import prove
from symback.tape import constant

PATHS = frozenset({Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS})
BALL_BITS = 256
"""The precision at which formulas that could not be proven equal are compared."""


def is_direct(graph: Graph, parameter: str) -> bool | None:
    """Whether dE_total/d`parameter` is proven to be the derivative that `sympy.diff` takes of E_total.

    None where it is not proven, but has the same value at a point. E_total is a sum of errors, one for each
    target, and the gradient a sum over paths that begin at them. So the two are proven equal for each target;
    sums over targets are never brought to one denominator.
    """
    from symback import calculus

    flat = _Flat(graph, parameter)
    errors = [term for term in flat.terms(Name("E_total")) if parameter in names(term)]
    direct = _by_target(graph, errors)
    slopes = {target: calculus.derivative(error, parameter) for target, error in direct.items()}
    terms = flat.terms(Name(derivative("E_total", parameter)))
    chain = _by_target(graph, [term for term in terms if term != ZERO])
    if slopes.keys() == chain.keys() and all(
        prove(slopes[target], chain[target])
        or prove(flat.spelled(slopes[target]), flat.spelled(chain[target]))
        for target in slopes
    ):
        return True
    both = (flat.spelled(_sum(found.values())) for found in (slopes, chain))
    return False if _differ(*both) else None


def _sum(terms: Iterable[Expression]) -> Expression:
    return add([*terms] or [ZERO])


def _differ(left: Expression, right: Expression) -> bool:
    """Whether the two formulas have different values at a point, for certain."""
    difference = left - right
    places = enumerate(names(difference), 1)
    point = {name: Number(Fraction((-1) ** place * (place + 1), 2 * place + 1)) for place, name in places}
    try:
        with ctx.workprec(BALL_BITS):
            return not as_ball(constant(substitute(difference, point))).contains(0)
    except (EvaluationError, Undecided):
        return False


def _by_target(graph: Graph, terms: list[Expression]) -> dict[frozenset[str], Expression]:
    """The terms that hold the same targets, added up."""
    found: dict[frozenset[str], list[Expression]] = {}
    for term in terms:
        found.setdefault(_targets(graph, term), []).append(term)
    return {targets: add(group) for targets, group in found.items()}


def _targets(graph: Graph, term: Expression) -> frozenset[str]:
    return frozenset(name for name in names(term) if name in graph and graph[name].role is Role.TARGET)


def _is_single(term: Expression) -> bool:
    """Whether this is a number or a name, perhaps with a minus sign."""
    return not (term.operand if isinstance(term, Negative) else term).parts


class _Flat:
    """Formulas written out as far as they depend on one parameter.

    All else is constant: a quantity keeps its name, and the constant terms of a sum are one name together,
    but for targets, by which terms are told apart. So the formulas of a layer's parameters have few shapes,
    and SymPy differentiates each shape once.
    """

    def __init__(self, graph: Graph, parameter: str) -> None:
        self.graph = graph
        self._varying = {parameter}
        for quantity in graph:
            if quantity.role in FORWARD_ROLES and not self._varying.isdisjoint(quantity.parents):
                self._varying.add(quantity.name)
        self._flat: dict[str, Expression] = {}
        self._constants: dict[tuple[Expression, ...], Name] = {}

    def spelled(self, node: Expression) -> Expression:
        """With the constant terms again in place of their names: a + b and -a - b have two that are akin."""
        meaning = {name.name: add(terms) for terms, name in self._constants.items()}
        return substitute(node, meaning)

    def terms(self, node: Expression) -> list[Expression]:
        """The written-out terms of a sum of errors, or of a sum over paths."""
        match node:
            case Name(name) if self._adds(name):
                formula = self.graph[name].formula
                return [self(node)] if formula is None else self.terms(formula)
            case Sum(parts):
                return [term for part in parts for term in self.terms(part)]
            case Negative(operand):
                return [Negative(term) for term in self.terms(operand)]
            case Product(factors):
                products: list[tuple[Expression, ...]] = [()]
                for factor in factors:
                    products = [(*before, term) for before in products for term in self.terms(factor)]
                return [multiply(product) for product in products]
        return [self(node)]

    def _adds(self, name: str) -> bool:
        """Whether the quantity adds up errors (and penalties), or paths."""
        quantity = self.graph[name]
        parents = {self.graph[parent].role for parent in quantity.parents}
        return quantity.rule in PATHS or (
            quantity.role in ERROR_ROLES and not ERROR_ROLES.isdisjoint(parents)
        )

    def __call__(self, node: Expression) -> Expression:
        return transform(node, self._change)

    def _change(self, node: Expression) -> Expression | None:
        if isinstance(node, Name):
            return self._written(node.name)
        if not isinstance(node, Sum):
            return None
        varying = [term for term in node.terms if not self._varying.isdisjoint(names(term))]
        constant = tuple(
            term for term in node.terms if term not in varying and not _targets(self.graph, term)
        )
        if not varying or all(map(_is_single, constant)):
            return None  # in alpha*(exp(x) - 1) + alpha the -1 matters
        held = self._constants.setdefault(constant, Name(f"?{len(self._constants)}"))
        return Sum((*(self(term) for term in node.terms if term not in constant), held))

    def _written(self, name: str) -> Expression:
        quantity = self.graph[name]
        is_constant = quantity.role in FORWARD_ROLES and quantity.name not in self._varying
        if quantity.formula is None or is_constant:
            return Name(quantity.name)
        if quantity.name not in self._flat:
            self._flat[quantity.name] = self(quantity.formula)
        return self._flat[quantity.name]
