"""A line of numbers under a formula: which number stands for which name, and whether each is right."""

from __future__ import annotations

from symback.expression import ONE, Expression, Marked, Name, Negative, Number, Product, Sum, names, walk

Pair = tuple[str, Expression]


def is_numeric(expression: Expression) -> bool:
    """Whether the formula holds numbers only."""
    return not names(expression)


def numbers_in(expression: Expression) -> list[Number]:
    """The numbers of a formula, in reading order."""
    return [node for node in walk(expression) if isinstance(node, Number)]


def align(formula: Expression, numeric: Expression) -> list[Pair] | None:
    """Names of the formula with what stands in their places; None where the two are built differently.

    Factors of one (`b1*1`) may be left out on either side; nothing else may differ.
    """
    formula, numeric = _plain(formula), _plain(numeric)
    if isinstance(formula, Name):
        number = numeric.operand if isinstance(numeric, Negative) else numeric
        return [(formula.name, numeric)] if isinstance(number, Number) else None
    if isinstance(formula, Number):
        return [] if formula == numeric else None
    if type(formula) is not type(numeric) or len(formula.parts) != len(numeric.parts):
        return None
    pairs: list[Pair] = []
    for left, right in zip(formula.parts, numeric.parts, strict=True):
        found = align(left, right)
        if found is None:
            return None
        pairs += found
    return pairs if _same_head(formula, numeric) else None


def _same_head(formula: Expression, numeric: Expression) -> bool:
    return getattr(formula, "function", None) == getattr(numeric, "function", None)


def _plain(node: Expression) -> Expression:
    """Nested products and sums flat, ones among factors left out, marks dropped."""
    if isinstance(node, Marked):
        return _plain(node.operand)
    if isinstance(node, Product):
        flat: list[Expression] = []
        for factor in node.factors:
            inner = _plain(factor)
            flat += inner.factors if isinstance(inner, Product) else (inner,)
        kept = [factor for factor in flat if factor != ONE] or [ONE]
        return kept[0] if len(kept) == 1 else Product(tuple(kept))
    if isinstance(node, Sum):
        terms: list[Expression] = []
        for term in node.terms:
            inner = _plain(term)
            terms += inner.terms if isinstance(inner, Sum) else (inner,)
        return Sum(tuple(terms))
    if isinstance(node, Negative):
        return Negative(_plain(node.operand))
    return node
