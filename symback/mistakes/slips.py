"""Slips of the pen, made from any formula by one change: no list could hold them all.

A factor or term left out, an operand exchanged for another of its kind, a sign turned, adding where one
multiplies, 1 - x for x, a square left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symback.expression import (
    ONE,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    names,
)
from symback.graph import PARAMETER_ROLES, Quantity, Role
from symback.mistakes.mistake import Find, Kind, Mistake, Scope, Wrong
from symback.mistakes.placing import without_index
from symback.mistakes.workings import Workings
from symback.naming import parts_of

Change = tuple[str, Expression, dict[str, str], str]
"""Variant, the changed node, facts, focus."""
Rule = Callable[[Workings, Quantity, Expression], Iterator[Change]]
"""The changes of one node of a formula."""

SHIFTED = "shifted-decimal-point"
"""Tried in quantities that are asked for: in others it could be anywhere."""
MOST_ALIKE = 12
"""Of more operands of a kind only those that stand near are tried."""
MOST_NODES = 60
"""Longer formulas are sums over many places; a slip in them is tried in the first of their parts only."""
_GIVEN = PARAMETER_ROLES | {Role.INPUT, Role.TARGET, Role.UPDATED}
"""Roles whose names are the user's own."""
_OPERANDS = {Role.WEIGHT: "weight", Role.INPUT: "input", Role.BIAS: "bias", Role.TARGET: "target"}


def _left_out(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Product):
        for place, factor in enumerate(node.factors):
            rest = node.factors[:place] + node.factors[place + 1 :]
            inner = rest[0] if len(rest) == 1 else Product(rest)
            said = factor.name if isinstance(factor, Name) else ""
            yield f"factor {place}", inner, {"left_out": said, "what": "factor"}, said
    elif isinstance(node, Quotient) and names(node.denominator):
        yield "denominator", node.numerator, {"what": "denominator"}, ""
    elif isinstance(node, Sum):
        for place, term in enumerate(node.terms):
            kept = node.terms[:place] + node.terms[place + 1 :]
            inner = kept[0] if len(kept) == 1 else Sum(kept)
            said = term.name if isinstance(term, Name) else ""
            yield f"term {place}", inner, {"left_out": said, "what": "term"}, ""


def _exchanged(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Name):
        for other in alike(workings, quantity.name, node.name):
            yield (
                _relative(workings, other, node.name),
                Name(other),
                {"belongs": node.name, "used": other},
                "",
            )


def _relative(workings: Workings, name: str, instead: str) -> str:
    """A name without its index, and how many steps later it is than the one that belongs there."""
    steps = [workings.quantity(one).step or 0 for one in (name, instead)]
    return f"{without_index(name)} {steps[0] - steps[1]:+}"


def alike(workings: Workings, quantity: str, name: str) -> list[str]:
    """Other quantities of the same kind as one in a formula: role, layer, sample, step, what is derived."""
    own = workings.quantity(name)
    state = own.name.endswith("+")
    kind = _kind(workings, own)
    found = [
        other.name
        for other in workings.graph.with_role(own.role)
        if other.name not in (own.name, quantity)
        and other.name.endswith("+") == state
        and other.sample == own.sample
        and _kind(workings, other) == kind
    ]
    if len(found) > MOST_ALIKE:
        near = [other for other in found if workings.quantity(other).layer == own.layer]
        found = [other for other in near if workings.quantity(other).step == own.step]
    if len(found) > MOST_ALIKE:
        unit = own.unit
        found = [other for other in found if workings.quantity(other).unit == unit][:MOST_ALIKE]
    return found


def _kind(workings: Workings, quantity: Quantity) -> tuple[object, ...]:
    """What must agree for one to be taken for the other."""
    parts = parts_of(quantity.name)
    if not parts.is_derivative:
        base = "" if quantity.role in _GIVEN else parts.base
        if quantity.role is Role.UPDATED:
            base = workings.role(quantity.name.rstrip("+")).value
        return (quantity.role, base, quantity.layer if quantity.role in PARAMETER_ROLES else 0)
    of, by = parts_of(parts.of), parts_of(parts.by)
    return (quantity.role, of.base if of.base == "E" else of.base[:4], by.base[:4], quantity.layer)


def _turned(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Sum):
        for place, term in enumerate(node.terms):
            other = term.operand if isinstance(term, Negative) else Negative(term)
            inner = Sum((*node.terms[:place], other, *node.terms[place + 1 :]))
            said = names(term)
            yield f"term {place}", inner, {"before": said[0] if len(said) == 1 else ""}, ""
    elif isinstance(node, Negative):
        yield "minus", node.operand, {}, ""


def _turned_whole(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if isinstance(formula, Product | Quotient | Power):
        yield Wrong(quantity.name, Negative(formula), "whole")


def _added(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Product) and sum(1 for factor in node.factors if names(factor)) > 1:
        yield "", Sum(node.factors), {}, ""


def _multiplied(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Sum) and all(names(term) for term in node.terms):
        yield "", Product(node.terms), {}, ""


def _one_minus(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    match node:
        case Sum((Number(value), Negative(Name() as operand))) if value == 1:
            yield "dropped", operand, {"name": operand.name, "what": "dropped"}, ""
        case Name(name) if workings.role(name) is Role.ACTIVATION and quantity.role is Role.LOCAL_DERIVATIVE:
            yield "added", Sum((ONE, Negative(node))), {"name": name, "what": "added"}, ""


def _square(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Power) and isinstance(node.exponent, Number):
        yield "", node.base, {}, ""


def _squared(workings: Workings, quantity: Quantity, node: Expression) -> Iterator[Change]:
    if isinstance(node, Name) and quantity.role in (Role.LOCAL_DERIVATIVE, Role.NET_INPUT):
        yield "", Power(node, Number(Fraction(2))), {"name": node.name}, ""


def _in_formula(rule: Rule) -> Find:
    """The rule at every node of a formula."""

    def find(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
        for path, node in _nodes(formula, (), [MOST_NODES]):
            for variant, changed, facts, focus in rule(workings, quantity, node):
                wrong = _at(formula, path, changed)
                yield Wrong(quantity.name, wrong, f"{'.'.join(map(str, path))}:{variant}", facts, focus)

    return find


def _nodes(
    node: Expression, path: tuple[int, ...], left: list[int]
) -> Iterator[tuple[tuple[int, ...], Expression]]:
    """Each node with the way to it, as places among parts; at most as many as are left."""
    if left[0] <= 0:
        return
    left[0] -= 1
    yield path, node
    if isinstance(node, Power):
        yield from _nodes(node.base, (*path, 0), left)
        return
    for place, part in enumerate(node.parts):
        yield from _nodes(part, (*path, place), left)


def _at(formula: Expression, path: tuple[int, ...], changed: Expression) -> Expression:
    """The formula with another node at the end of a way."""
    if not path:
        return changed
    parts = list(formula.parts)
    parts[path[0]] = _at(parts[path[0]], path[1:], changed)
    return formula.with_parts(tuple(parts))


def _shifted(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """The point of a result some places off."""
    for places in (1, -1, 2, -2, 3, -3):
        factor = Number(Fraction(10) ** places)
        facts = {"places": str(abs(places)), "way": "right" if places > 0 else "left"}
        yield Wrong(quantity.name, Product((factor, formula)), str(places), facts)


def _slip(name: str, find: Find) -> Mistake:
    return Mistake(name, find, Scope.QUANTITY, Kind.SLIP)


SLIPS = (
    _slip("left-out", _in_formula(_left_out)),
    _slip("wrong-operand", _in_formula(_exchanged)),
    _slip("turned-sign", _in_formula(_turned)),
    _slip("turned-sign-of-result", _turned_whole),
    _slip("added-instead-of-multiplied", _in_formula(_added)),
    _slip("multiplied-instead-of-added", _in_formula(_multiplied)),
    _slip("one-minus", _in_formula(_one_minus)),
    _slip("square-left-out", _in_formula(_square)),
    _slip("squared", _in_formula(_squared)),
    _slip(SHIFTED, _shifted),
)
"""Tried after the named mistakes."""


def identifier(mistake: Mistake, wrong: Wrong, workings: Workings) -> str:
    """The name of a mistake for users: an exchanged operand says of which kind it is, as `wrong-weight`."""
    if mistake.name == "wrong-operand":
        role = workings.role(wrong.facts["belongs"])
        return f"wrong-{_OPERANDS.get(Role.WEIGHT if role is Role.UPDATED else role, 'operand')}"
    if mistake.name == "left-out":
        return f"{wrong.facts['what']}-left-out"
    return mistake.name
