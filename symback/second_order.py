"""Second derivatives in named steps: the chain rule's formulas differentiated once more.

The derivative dA/dB is a quantity with a formula, and that formula is differentiated by a further name C:
products of named factors by the product rule, local derivatives by the names that they hold, each times the
total derivative of that name by C. As everywhere, what is differentiated is one formula at a time.
"""

from __future__ import annotations

from symback import calculus
from symback.backward import Backward
from symback.errors import RequestError
from symback.expression import (
    ONE,
    ZERO,
    Expression,
    Name,
    Negative,
    Number,
    Product,
    Sum,
    names,
    plus,
    times,
    walk,
)
from symback.graph import Quantity, Role, Rule
from symback.naming import is_clear, parts_of, second_derivative, unclear


class SecondOrder:
    """Derivatives of derivatives, made when asked for, each once; they join those of the backward pass."""

    def __init__(self, backward: Backward) -> None:
        self.backward = backward
        self._known: dict[tuple[str, str], Expression] = {}

    def total(self, of: str, by: str, then: str, *, direct: bool = False) -> Expression:
        """The derivative by `then` of d`of`/d`by`: the name of its quantity, or a constant Number.

        `direct` takes d`of`/d`by` of the formula of `of` alone; what that holds is recomputed for `then`.

        Raises RequestError where `then` is computed from `by`: it is not clear what is to be held fixed.
        """
        if then != by and by in self.backward.depends_on(then):
            raise RequestError(
                f"d/d{then} of d{of}/d{by} is not clear, because {then} is computed from {by}. "
                f"Ask for {second_derivative(of, then, by)}."
            )
        first = Name(self.backward.local(of, by).name) if direct else self.backward.total(of, by)
        return self._slope(first, then)

    def _slope(self, node: Expression, then: str) -> Expression:
        """How a factor changes with `then`: the name of a quantity, or ZERO or ONE."""
        if isinstance(node, Number):
            return ZERO
        assert isinstance(node, Name)
        if node.name in self.backward.forward:
            return self.backward.total(node.name, then)
        if (node.name, then) not in self._known:
            self._known[node.name, then] = self._derive(self.backward.made[node.name], then)
        return self._known[node.name, then]

    def _derive(self, first: Quantity, then: str) -> Expression:
        assert first.formula is not None
        is_local = first.rule is Rule.LOCAL_DERIVATIVE
        moving = [name for name in first.parents if is_local and self._slope(Name(name), then) != ZERO]
        formula = self._along(first.formula, moving, then) if is_local else self._changed(first.formula, then)
        if formula == ZERO:
            return ZERO
        rule = Rule.CHAIN_RULE if len(moving) == 1 else Rule.SUM_OVER_PATHS
        if any(isinstance(node, Product) for node in walk(first.formula)) and not is_local:
            rule = Rule.PRODUCT_RULE
        name, *synonyms = _names(first, then)
        self.backward.made[name] = Quantity(
            name,
            Role.SECOND_DERIVATIVE,
            rule,
            formula,
            names=tuple(synonyms),
            source=first.formula if len(moving) == 1 else None,
            variable=moving[0] if len(moving) == 1 else "",
            layer=first.layer,
            unit=first.unit,
            sample=first.sample,
            step=first.step,
        )
        return Name(name)

    def _along(self, formula: Expression, moving: list[str], then: str) -> Expression:
        """The derivative of a formula along the names in it that change with `then`."""
        differentiable = calculus.Differentiable(formula)
        slopes = [(differentiable.by(name), self._slope(Name(name), then)) for name in moving]
        terms = [times(inner, outer) for inner, outer in slopes if inner != ZERO]
        return plus(terms) if terms else ZERO

    def _changed(self, node: Expression, then: str) -> Expression:
        """The derivative of named factors, added up and multiplied, in the order in which they stand."""
        match node:
            case Name() | Number():
                return self._slope(node, then)
            case Negative(operand):
                changed = self._changed(operand, then)
                return ZERO if changed == ZERO else times(Negative(ONE), changed)
            case Sum(parts):
                terms = [term for term in (self._changed(part, then) for part in parts) if term != ZERO]
                return plus(terms) if terms else ZERO
            case Product(factors):
                terms = []
                for place, factor in enumerate(factors):
                    changed = self._changed(factor, then)
                    if changed != ZERO:
                        terms.append(times(*factors[:place], changed, *factors[place + 1 :]))
                return plus(terms) if terms else ZERO
        return self._along(node, [n for n in names(node) if self._slope(Name(n), then) != ZERO], then)


def _names(first: Quantity, then: str) -> list[str]:
    """The name of the derivative of a derivative, and its synonyms; raises RequestError if unclear."""
    found = []
    for name in (first.name, *first.names):
        if "/" not in name:
            continue
        parts = parts_of(name)
        second = second_derivative(parts.of, parts.by, then, direct=parts.direct)
        if not is_clear(second, parts.by, then):
            raise RequestError(unclear(second))
        found.append(second)
    return found
