"""The chain rule against direct differentiation: is a derivative what SymPy makes of the whole error?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

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
    walk,
)
from symback.graph import ERROR_ROLES, FORWARD_ROLES, UNIT_ROLES, Graph, Quantity, Role, Rule
from symback.naming import derivative, parts_of, second_derivative
from symback.prover import prove
from symback.tape import constant

SUMS = frozenset({Rule.CHAIN_RULE, Rule.SUM_OVER_PATHS, Rule.PRODUCT_RULE})
"""The rules whose formulas are sums of products of named derivatives."""
MOST_PARTS = 100_000
"""The written-out sum over paths may have so many; through gates and time it soon has millions."""
BALL_BITS = 256
"""The precision at which formulas that could not be proven equal are compared."""


def is_direct(graph: Graph, *parameters: str) -> bool | None:
    """Whether dE_total/d`parameter` is proven to be the derivative that `sympy.diff` takes of E_total.

    With two parameters the same for the second derivative. None where it is not proven, but has the same
    value at a point, and where it is too long to try. E_total is a sum of errors, one for each output, and
    the derivative a sum over paths that begin at them. So the two are proven equal for each output; sums over
    outputs are never brought to one denominator.
    """
    from symback import calculus

    flat = _Flat(graph, *parameters)
    errors = [term for term in flat.terms(Name("E_total")) if parameters[0] in names(term.expression)]
    name = (second_derivative if parameters[1:] else derivative)("E_total", *parameters)
    chain = [term for term in flat.terms(Name(name)) if term.expression != ZERO]
    parts = (part for term in chain for part in walk(term.expression))
    if next(islice(parts, MOST_PARTS, None), None) is not None:
        return None
    for grouped in (_by_output,) if parameters[1:] else (_by_output, _by_target):
        direct, paths = grouped(graph, errors), grouped(graph, chain)
        for parameter in parameters:
            direct = {group: calculus.derivative(error, parameter) for group, error in direct.items()}
        pairs = [(direct.get(group, ZERO), paths.get(group, ZERO)) for group in {**direct, **paths}]
        if all(prove(*pair) or prove(*map(flat.spelled, pair)) for pair in pairs):
            return True
    both = (flat.spelled(_sum(found.values())) for found in (direct, paths))
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


@dataclass(frozen=True, slots=True)
class _Term:
    """A written-out term, and the outputs whose errors it comes from."""

    expression: Expression
    outputs: frozenset[str] = frozenset()


Groups = dict[frozenset[str], Expression]


def _by_output(graph: Graph, terms: list[_Term]) -> Groups:
    """The terms that come from the errors of the same outputs, added up."""
    return _added((term.outputs, term.expression) for term in terms)


def _by_target(graph: Graph, terms: list[_Term]) -> Groups:
    """The terms that hold the same targets, added up; those of second derivatives often hold none."""
    return _added((_targets(graph, term.expression), term.expression) for term in terms)


def _added(terms: Iterable[tuple[frozenset[str], Expression]]) -> Groups:
    found: dict[frozenset[str], list[Expression]] = {}
    for group, term in terms:
        found.setdefault(group, []).append(term)
    return {group: add(together) for group, together in found.items()}


def _targets(graph: Graph, term: Expression) -> frozenset[str]:
    return frozenset(name for name in names(term) if name in graph and graph[name].role is Role.TARGET)


def _is_single(term: Expression) -> bool:
    """Whether this is a number or a name, perhaps with a minus sign."""
    return not (term.operand if isinstance(term, Negative) else term).parts


class _Flat:
    """Formulas written out as far as they depend on some parameters.

    All else is constant: a quantity keeps its name, and the constant terms of a sum are one name together,
    but for targets, by which terms are told apart. So the formulas of a layer's parameters have few shapes,
    and SymPy differentiates each shape once.
    """

    def __init__(self, graph: Graph, *parameters: str) -> None:
        self.graph = graph
        self._varying = set(parameters)
        for quantity in graph:
            if quantity.role in FORWARD_ROLES and not self._varying.isdisjoint(quantity.parents):
                self._varying.add(quantity.name)
        held = {parent for error in graph.with_role(*ERROR_ROLES) for parent in error.parents}
        self._of_errors = frozenset(name for name in held if graph[name].role in UNIT_ROLES)
        self._flat: dict[str, Expression] = {}
        self._constants: dict[tuple[Expression, ...], Name] = {}

    def spelled(self, node: Expression) -> Expression:
        """With the constant terms again in place of their names: a + b and -a - b have two that are akin."""
        meaning = {name.name: add(terms) for terms, name in self._constants.items()}
        return substitute(node, meaning)

    def terms(self, node: Expression) -> list[_Term]:
        """The written-out terms of a sum of errors, or of a sum over paths."""
        match node:
            case Name(name):
                quantity = self.graph[name]
                outputs = self._outputs(quantity)
                if quantity.formula is None or not self._adds(quantity):
                    return [_Term(self(node), outputs)]
                terms = self.terms(quantity.formula)
                return [_Term(term.expression, term.outputs | outputs) for term in terms]
            case Sum(parts):
                return [term for part in parts for term in self.terms(part)]
            case Negative(operand):
                return [_Term(Negative(term.expression), term.outputs) for term in self.terms(operand)]
            case Product(factors):
                products: list[tuple[_Term, ...]] = [()]
                for factor in factors:
                    products = [(*before, term) for before in products for term in self.terms(factor)]
                return [
                    _Term(
                        multiply([term.expression for term in product]),
                        frozenset[str]().union(*(term.outputs for term in product)),
                    )
                    for product in products
                ]
        return [_Term(self(node))]

    def _outputs(self, quantity: Quantity) -> frozenset[str]:
        """The outputs that an error is of, or by which a derivative of it is taken."""
        if quantity.role in ERROR_ROLES:
            return self._of_errors.intersection(quantity.parents)
        parts = parts_of(quantity.name)
        is_of_error = parts.is_derivative and self.graph[parts.of].role in ERROR_ROLES
        return self._of_errors.intersection([parts.by] if is_of_error else [])

    def _adds(self, quantity: Quantity) -> bool:
        """Whether the quantity adds up errors (and penalties), or paths."""
        parents = (self.graph[parent].role for parent in quantity.parents)
        return quantity.rule in SUMS or (quantity.role in ERROR_ROLES and not ERROR_ROLES.isdisjoint(parents))

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
