"""Where a wrong formula differs from the right one: the smallest parts that are not alike, marked."""

from __future__ import annotations

from symback.expression import Expression, Marked, Name, Negative, Product, Sum
from symback.feedback.pens import DOTS

MOST_TERMS = 8
"""Of a longer sum only the first and the last term are shown, and what is marked."""

Pair = tuple[Expression, Expression]


def marked_pair(wrong: Expression, right: Expression) -> Pair:
    """Both formulas with their differing parts marked; long sums with dots for what is alike."""
    first, second = _differ(wrong, right)
    return shortened(first), shortened(second)


def _differ(one: Expression, other: Expression) -> Pair:
    if one == other:
        return one, other
    if type(one) is type(other) and one.own == other.own and len(one.parts) == len(other.parts) > 0:
        pairs = [_differ(a, b) for a, b in zip(one.parts, other.parts, strict=True)]
        return one.with_parts(tuple(a for a, _ in pairs)), other.with_parts(tuple(b for _, b in pairs))
    for kind in (Sum, Product):
        if isinstance(one, kind) and (found := _without(one, other, kind)) is not None:
            return found, other
        if isinstance(other, kind) and (found := _without(other, one, kind)) is not None:
            return one, found
    return _marked(one), _marked(other)


def _without(longer: Expression, shorter: Expression, kind: type[Expression]) -> Expression | None:
    """The longer sum or product with the parts marked that the shorter one lacks; None for others."""
    kept = list(shorter.parts) if isinstance(shorter, kind) else [shorter]
    parts: list[Expression] = []
    for part in longer.parts:
        if kept and part == kept[0]:
            parts.append(kept.pop(0))
        else:
            parts.append(_marked(part))
    return longer.with_parts(tuple(parts)) if not kept else None


def _marked(node: Expression) -> Expression:
    """The node set apart; a minus in front stays outside, where sums look for it."""
    return Negative(_marked(node.operand)) if isinstance(node, Negative) else Marked(node, "", 0)


def shortened(formula: Expression) -> Expression:
    """The formula with dots in place of most terms of a long sum."""
    if isinstance(formula, Product):
        return formula.with_parts(tuple(map(shortened, formula.factors)))
    if not isinstance(formula, Sum) or len(formula.terms) <= MOST_TERMS:
        return formula
    last = len(formula.terms) - 1
    kept: list[Expression] = []
    for place, term in enumerate(formula.terms):
        if place in (0, last) or _has_mark(term):
            kept.append(term)
        elif kept[-1] != Name(DOTS):
            kept.append(Name(DOTS))
    return Sum(tuple(kept))


def _has_mark(node: Expression) -> bool:
    return isinstance(node, Marked) or any(map(_has_mark, node.parts))
