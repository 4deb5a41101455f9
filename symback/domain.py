"""Where is a claim about two formulas made? The conditions under which both are defined.

Said are: what a logarithm or a root needs, unless it is known to hold; and what may not be 0 in a denominator
of one side alone. The other side's denominators go without saying.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from symback.expression import Call, Cases, Expression, Name, Power, Quotient, transform, walk
from symback.functions import has_names, in_basic_functions
from symback.normal_form import Program, constant_value
from symback.rational_functions import Budget, Element, Powers, TooLarge

MOST_WORK = 300_000
MOST_BRANCHES = 64
"""How many combinations of cases are looked at for one requirement."""


class Kind(StrEnum):
    """What is required of a formula."""

    POSITIVE = ">"
    NOT_NEGATIVE = ">="
    NOT_ZERO = "!="


@dataclass(frozen=True, slots=True)
class Requirement:
    """`tree` has to be > 0, >= 0 or != 0; it is as the author wrote it, or a name if that says the same."""

    tree: Expression
    kind: Kind


Path = tuple[tuple[Expression, bool], ...]
"""The conditions `expression > 0` of the cases around a place, and whether they hold there."""


@dataclass(frozen=True, slots=True)
class _Need:
    tree: Expression
    kind: Kind
    path: Path
    side: int


def requirements(
    sides: Sequence[Sequence[Expression]], positive: Collection[str] = ()
) -> tuple[Requirement, ...]:
    """The requirements of two sides, each given as all formulas that have to be defined there.

    What is not said is known to hold, or follows from what is said; a formula that is too large is said as it
    stands. The trees hold no derivatives.
    """
    found: list[_Need] = []
    for side, trees in enumerate(sides):
        seen: set[int] = set()
        for tree in trees:
            found += _needs(tree, side, seen)
    needs = list(dict.fromkeys(found))
    if not needs:
        return ()
    try:
        return _Judge(needs, positive).said()
    except (TooLarge, ZeroDivisionError):
        return tuple(dict.fromkeys(Requirement(need.tree, need.kind) for need in needs))


def _needs(tree: Expression, side: int, seen: set[int], path: Path = ()) -> Iterator[_Need]:
    """What the tree needs; parts that stand in many places, by their ids in `seen`, are looked at once."""
    if id(tree) in seen:
        return
    if not path:
        seen.add(id(tree))
    if isinstance(tree, Cases):
        gap = in_basic_functions(tree.left - tree.right)
        yield from _needs(tree.left, side, seen, path)
        yield from _needs(tree.right, side, seen, path)
        yield from _needs(tree.value, side, seen, (*path, (gap, True)))
        yield from _needs(tree.otherwise, side, seen, (*path, (gap, False)))
        return
    match tree:
        case Call("log", argument):
            yield _Need(argument, Kind.POSITIVE, path, side)
        case Call("sqrt", argument):
            yield _Need(argument, Kind.NOT_NEGATIVE, path, side)
        case Quotient(_, below) if has_names(below):
            yield _Need(below, Kind.NOT_ZERO, path, side)
        case Power(base, exponent):
            power = constant_value(exponent)
            if power is None:
                yield _Need(base, Kind.POSITIVE, path, side)
            else:
                if power.denominator != 1:
                    yield _Need(base, Kind.NOT_NEGATIVE, path, side)
                if power < 0:
                    yield _Need(base, Kind.NOT_ZERO, path, side)
    for part in tree.parts:
        yield from _needs(part, side, seen, path)


class _Judge:
    """The needs of both sides in one field, where what is said becomes known."""

    def __init__(self, needs: Sequence[_Need], positive: Collection[str]) -> None:
        program = Program()
        places = {need: self._lower(program, need) for need in needs}
        evaluation = program.evaluation(Budget(MOST_WORK), positive)
        self.names = evaluation.names
        self.field = evaluation.field
        self.magnitudes = evaluation.magnitudes
        values = evaluation.values
        self.elements: dict[_Need, list[tuple[Element, list[tuple[Element, bool]]]]] = {
            need: [
                (self.field.irreducible(values[place]), [(values[gap], holds) for gap, holds in path])
                for place, path in branches
            ]
            for need, branches in places.items()
        }
        self.signed = [need for need in needs if need.kind is not Kind.NOT_ZERO]
        self.told: list[_Need] = []
        self.nonzero = [need for need in needs if need.kind is Kind.NOT_ZERO]

    def _lower(self, program: Program, need: _Need) -> list[tuple[int, list[tuple[int, bool]]]]:
        """The formulas that the tree may be, each with the conditions under which it is."""
        branches = list(islice(_branches(in_basic_functions(need.tree), need.path), MOST_BRANCHES + 1))
        if len(branches) > MOST_BRANCHES:
            raise TooLarge
        return [
            (program.lower(tree), [(program.lower(gap), holds) for gap, holds in path if not _cases_of(gap)])
            for tree, path in branches
        ]

    def said(self) -> tuple[Requirement, ...]:
        """What has to be said, each requirement once; what is said first may settle others."""
        said: dict[Requirement, int | None] = {}
        waiting = sorted(self.signed, key=lambda need: need.kind is not Kind.POSITIVE)
        while waiting := [need for need in waiting if not self._is_known(need)]:
            need = min(waiting, key=self._rank)  # the first of the simplest
            waiting.remove(need)
            self.told.append(need)
            factor = self._only_factor(need)
            is_name = factor in self.names and self.elements[need][0][0].coefficient > 0
            tree = Name(self.names[factor]) if factor is not None and is_name else need.tree
            said[Requirement(tree, need.kind)] = factor
            if len(self.elements[need]) == 1:
                self.magnitudes.note(self.elements[need][0][0], need.kind is Kind.POSITIVE)
        zeros = self._zeros(0), self._zeros(1)
        result = []
        for requirement, factor in said.items():
            kind = requirement.kind
            if factor is not None and (factor in zeros[0] or factor in zeros[1]):
                kind = Kind.POSITIVE
                for side in zeros:
                    side.pop(factor, None)
            result.append(Requirement(requirement.tree, kind))
        one_sided = [tree for place, tree in zeros[0].items() if place not in zeros[1]]
        one_sided += [tree for place, tree in zeros[1].items() if place not in zeros[0]]
        return tuple(dict.fromkeys([*result, *(Requirement(tree, Kind.NOT_ZERO) for tree in one_sided)]))

    def _is_known(self, need: _Need) -> bool:
        """Whether the need is met; one that is met but for zeros goes to `nonzero`."""
        may_vanish = False
        if any(self._follows(need, other) for other in self.told):
            return True
        for element, path in self.elements[need]:
            field = self.field
            before = dict(field.signs), set(field.nonzero), dict(field.roots)
            for gap, holds in path:
                self.magnitudes.note(gap if holds else field.negate(gap), holds)
            sign = field.sign(element)
            may_vanish = may_vanish or field.may_vanish(element)
            field.signs, field.nonzero, field.roots = before
            if sign != 1:
                return False
        if need.kind is Kind.POSITIVE and may_vanish:
            self.nonzero.append(need)
        return True

    def _follows(self, need: _Need, told: _Need) -> bool:
        """Whether the two say the same, or the one told says more."""
        (first, _), (second, _) = self.elements[need][0], self.elements[told][0]
        same_sign = first.coefficient * second.coefficient > 0
        alone = len(self.elements[need]) == len(self.elements[told]) == 1
        as_strict = need.kind is told.kind or told.kind is Kind.POSITIVE
        return alone and same_sign and as_strict and first.factors == second.factors

    def _rank(self, need: _Need) -> tuple[int, int]:
        """Names before formulas, and these by the number of their factors."""
        factor = self._only_factor(need)
        rank = 2 if factor is None else int(factor not in self.names)
        return rank, sum(len(element.factors) for element, _ in self.elements[need])

    def _only_factor(self, need: _Need) -> int | None:
        """The one factor whose sign decides."""
        if len(self.elements[need]) != 1:
            return None
        unknown = self._unknown(self.elements[need][0][0].factors)
        return unknown[0] if len(unknown) == 1 else None

    def _unknown(self, powers: Powers) -> list[int]:
        """The factors that are not known to be nowhere 0."""
        factors = [self.magnitudes.base_of(place) for place, _ in powers]
        return [place for place in dict.fromkeys(factors) if not self.field.factor_sign(place)[1]]

    def _zeros(self, side: int) -> dict[int, Expression]:
        """The factors that may not be 0 on one side, each with what is said of it."""
        found: dict[int, Expression] = {}
        for need in self.nonzero:
            for element, _ in self.elements[need] if need.side == side else ():
                above = tuple(pair for pair in element.factors if pair[1] > 0)
                for place in self._unknown(above):
                    name = self.names.get(place)
                    found.setdefault(place, need.tree if name is None else Name(name))
        return found


def _cases_of(tree: Expression) -> list[Cases]:
    return [node for node in walk(tree) if isinstance(node, Cases)]


def _branches(tree: Expression, path: Path) -> Iterator[tuple[Expression, Path]]:
    """The formulas without cases that the tree may be, and the conditions under which it is."""
    cases = _cases_of(tree)
    if not cases:
        yield tree, path
        return
    case = cases[0]
    gap = case.left - case.right
    yield from _branches(_replaced(tree, case, case.value), (*path, (gap, True)))
    yield from _branches(_replaced(tree, case, case.otherwise), (*path, (gap, False)))


def _replaced(tree: Expression, old: Expression, new: Expression) -> Expression:
    return transform(tree, lambda node: new if node == old else None)
