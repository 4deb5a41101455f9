"""Is A = B? Proved, refuted with a witness, or undecided; with the conditions under which it is claimed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from symback.dialects import ASCII
from symback.differentiation import MOST_NODES, Resolved, TooLong, without_derivatives
from symback.domain import Kind, requirements
from symback.errors import RequestError
from symback.expression import Call, Cases, Expression, Marked, Name, Quotient, transform, walk
from symback.fillers import CanonicalNames
from symback.functions import has_names, in_basic_functions, is_longer_than
from symback.prover import is_proven
from symback.typeset import typeset
from symback.witness import Search

MOST_WORK = 1_000_000
"""What each of two attempts at a proof may take: about a fifth of a second."""
LONGEST_CONDITION = 200
"""A condition with more characters is cut."""

Verdict = Literal["proved", "refuted", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is known of a claim left = right."""

    verdict: Verdict
    conditions: tuple[str, ...] = ()
    """Of what is proved: where, beyond both sides being defined by their own denominators, it is claimed.
    Such as `x > 0`, `x != 0`, `on each side of the kink x = 0`."""
    witness: Mapping[str, Fraction] | None = None
    """Of what is refuted: numbers for all names, at which both sides are defined and differ."""
    difference: str | None = None
    """Left minus right at the witness, as a ball that excludes zero: `[3.22772 +/- 2.78e-6]`."""


def decide(left: Expression, right: Expression, *, positive: Collection[str] = ()) -> Decision:
    """Decide left = right for real values of all names, positive ones for those in `positive`.

    Points at which a side is not defined count neither for nor against. What is said of a derivative holds
    where its operand is defined and off the boundaries of the cases in it. Work is bounded: a claim that
    would take more than about a second is undecided. So is one about formulas for which no point was found
    at which both are defined.
    """
    try:
        if is_longer_than(Quotient(left, right), MOST_NODES):
            return Decision("undecided")
        return _decide(without_derivatives(left), without_derivatives(right), frozenset(positive))
    except (TooLong, RequestError, RecursionError):
        return Decision("undecided")


def _decide(left: Resolved, right: Resolved, positive: frozenset[str]) -> Decision:
    search = Search(left.expression, right.expression, (*left.operands, *right.operands), positive)
    witness = search.quick()
    if witness is None:
        conditions = _proof(left, right, positive)
        if conditions is None or not search.meets:
            witness = search.thorough()
        if conditions is not None and search.meets and witness is None:
            return Decision("proved", conditions)
    if witness is None:
        return Decision("undecided")
    return Decision("refuted", (), witness.point, witness.difference)


def _proof(left: Resolved, right: Resolved, positive: frozenset[str]) -> tuple[str, ...] | None:
    """The conditions under which the claim is proven; None if it is not."""
    if left.expression == right.expression and not left.operands and not right.operands:
        return ()
    first, second = in_basic_functions(left.expression), in_basic_functions(right.expression)
    if is_longer_than(Quotient(first, second), MOST_NODES):
        return None
    needs = requirements(
        [(left.expression, *left.operands), (right.expression, *right.operands)], positive=positive
    )
    said = {need.tree.name for need in needs if isinstance(need.tree, Name) and need.kind is Kind.POSITIVE}
    kinks = [*left.kinks, *right.kinks]
    if not is_proven(first, second, positive=positive | said, work=MOST_WORK):
        kinks += [node for tree in (first, second) for node in walk(tree) if isinstance(node, Cases)]
        if not kinks or not is_proven(
            first, second, positive=positive | said, off_kinks=True, work=MOST_WORK
        ):
            return None
    conditions = tuple(f"{_text(need.tree)} {need.kind} 0" for need in needs)
    return (*conditions, *_sides_of(kinks, conditions))


def _sides_of(kinks: list[Cases], conditions: tuple[str, ...]) -> tuple[str, ...]:
    """The kinks, each once, without those that are ruled out already."""
    found: list[str] = []
    for case in kinks:
        left, right = (case.left, case.right) if has_names(case.left) else (case.right, case.left)
        if left == right or not has_names(left):
            continue
        known = {f"{_text(left)} {sign} {_text(right)}" for sign in (">", "!=")}
        if known.isdisjoint(conditions):
            found.append(f"on each side of the kink {_text(left)} = {_text(right)}")
    return tuple(dict.fromkeys(found))


def _text(tree: Expression) -> str:
    """The formula in ASCII, with any function by its name."""
    tree = transform(tree, lambda node: node.operand if isinstance(node, Marked) else None)
    named = {node.function for node in walk(tree) if isinstance(node, Call)} - dict(ASCII.functions).keys()
    dialect = ASCII
    if named:
        functions = tuple((name, (f"{name}(", ")")) for name in sorted(named))
        dialect = replace(ASCII, functions=ASCII.functions + functions)
    text = typeset(tree, dialect, CanonicalNames())
    return text if len(text) <= LONGEST_CONDITION else text[: LONGEST_CONDITION - 3] + "..."
