"""Which step of a derivation a quantity is, told from its role and from what its formula is made of."""

from __future__ import annotations

from symback.expression import Expression, Name, Number, Product, Sum, substitute
from symback.graph import ERROR_ROLES, PARAMETER_ROLES, Quantity, Role
from symback.mistakes.workings import Workings
from symback.naming import TOTAL, at_state, parts_of

OUTPUTS = frozenset({Role.ACTIVATION, Role.INTERMEDIATE})
SLOPES = frozenset({Role.LOCAL_DERIVATIVE, Role.DERIVATIVE})
GRADIENTS = frozenset({Role.GRADIENT, Role.CONTRIBUTION, Role.BATCH_GRADIENT})


def state_of(name: str) -> str:
    """`+` after an update, else ""."""
    return parts_of(name).state


def numerator(workings: Workings, quantity: Quantity) -> Quantity | None:
    """A of dA/dB, where it is a quantity of the graph."""
    parts = parts_of(quantity.name)
    return _first(workings, at_state(parts.of, parts.state), parts.of) if parts.of else None


def denominator(workings: Workings, quantity: Quantity) -> Quantity | None:
    """B of dA/dB, where it is a quantity of the graph; also of a delta."""
    for name in (quantity.name, *quantity.names):
        parts = parts_of(name)
        if parts.by and not parts.then:
            return _first(workings, at_state(parts.by, parts.state), parts.by)
    return None


def _first(workings: Workings, *names: str) -> Quantity | None:
    """The first of these quantities that the graph has."""
    return next((workings.graph[name] for name in names if name in workings.graph), None)


def is_slope(workings: Workings, quantity: Quantity, above: frozenset[Role], below: frozenset[Role]) -> bool:
    """Whether it is the local derivative of a quantity of these roles by one of those."""
    if quantity.role not in SLOPES or not quantity.variable:
        return False
    of, by = numerator(workings, quantity), denominator(workings, quantity)
    return of is not None and by is not None and of.role in above and by.role in below


def is_loss_slope(workings: Workings, quantity: Quantity) -> bool:
    """dE_o1/dout_o1."""
    return is_slope(workings, quantity, ERROR_ROLES, OUTPUTS)


def is_activation_slope(workings: Workings, quantity: Quantity) -> bool:
    """dout_h1/dnet_h1."""
    return is_slope(workings, quantity, OUTPUTS, frozenset({Role.NET_INPUT}))


def is_weight_slope(workings: Workings, quantity: Quantity) -> bool:
    """dnet_o1/dout_h1: what an error goes back through."""
    return is_slope(workings, quantity, frozenset({Role.NET_INPUT, Role.INTERMEDIATE}), OUTPUTS) and any(
        workings.role(parent) in PARAMETER_ROLES for parent in quantity.parents
    )


def is_parameter_slope(workings: Workings, quantity: Quantity) -> bool:
    """dnet_o1/dw5."""
    above = frozenset({Role.NET_INPUT, Role.INTERMEDIATE, Role.ACTIVATION})
    return is_slope(workings, quantity, above, frozenset({Role.WEIGHT}))


def own_net(workings: Workings, quantity: Quantity) -> str | None:
    """The net input that an output or activation slope belongs to."""
    if quantity.role in OUTPUTS:
        nets = [parent for parent in quantity.parents if workings.role(parent) is Role.NET_INPUT]
        own = [net for net in nets if workings.quantity(net).unit == quantity.unit]
        return workings.name(own[0]) if own else None
    by = denominator(workings, quantity)
    return by.name if by is not None and by.role is Role.NET_INPUT else None


def leading_number(formula: Expression) -> Number | None:
    """The number that a product begins with: 1/2, or 1/m of a mean."""
    if isinstance(formula, Product) and isinstance(formula.factors[0], Number):
        return formula.factors[0]
    return None


def without_leading_number(formula: Expression) -> Expression:
    """The product without the number that it begins with."""
    if leading_number(formula) is None:
        return formula
    assert isinstance(formula, Product)
    rest = formula.factors[1:]
    return rest[0] if len(rest) == 1 else Product(rest)


def sum_in(formula: Expression) -> Sum | None:
    """The sum that a formula is, also with a number in front of it."""
    inner = without_leading_number(formula)
    return inner if isinstance(inner, Sum) and len(inner.terms) > 1 else None


def with_sum(formula: Expression, inner: Expression) -> Expression:
    """The same with another expression where `sum_in` found the sum."""
    number = leading_number(formula)
    return inner if number is None else Product((number, inner))


def replaced(formula: Expression, name: str, other: Expression) -> Expression:
    """The formula with a name replaced."""
    return substitute(formula, {name: other})


def is_name(formula: Expression) -> bool:
    """Whether the formula is another quantity as it is."""
    return isinstance(formula, Name)


def is_of_total(quantity: Quantity) -> bool:
    """Whether it is E_total, at whatever state."""
    return quantity.name.rstrip("+") == TOTAL
