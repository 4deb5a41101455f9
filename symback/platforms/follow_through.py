"""Follow-through: what a box should have, computed from what the same student put into earlier boxes.

The formulas of a box are followed back until an earlier box, a given number, or nothing is left. An earlier
answer that is no number, or zero where zero is wrong, is replaced by its key: nothing could follow from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symback.expression import Expression, names
from symback.floats import value_of
from symback.grammar import parse_constant
from symback.platforms.carrying import carried
from symback.platforms.maxima import maxima, maxima_names
from symback.platforms.paper import Field, Paper, Reply

HALF = "0.500000001"
"""Halves go away from zero, as by hand, also those that floats bring out a little smaller."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake made in a box: the variable that has its number, and how far that may be off, in units."""

    reply: Reply
    variable: str
    off: float


@dataclass(frozen=True)
class Target:
    """A box as it is computed from earlier ones."""

    variables: tuple[str, ...]
    """Assignments of Maxima, in order."""
    value: str
    """The variable with the number that follows from the earlier answers; "" where none is earlier."""
    mistakes: tuple[Slip, ...]
    """What is said to mistakes made in this box."""
    off: float = 0.0
    """How far `value` may be off in units of the last decimal, as earlier answers are rounded."""
    is_rounded: bool = False
    """Whether each step is rounded, so that all who follow the policy have the same numbers."""


@dataclass
class FollowThrough:
    """The boxes of one paper, one after another."""

    paper: Paper
    most: int
    """At most so many mistakes of a box are told."""
    _inputs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By quantity that was asked for: the input, and its key."""

    @cached_property
    def _names(self) -> dict[str, str]:
        return maxima_names((*self.paper.given, *self.paper.formulas))

    @cached_property
    def _given(self) -> dict[str, float]:
        return {name: value_of(parse_constant(text), {}).value for name, text in self.paper.given.items()}

    def target(self, box: Field, name: str) -> Target:
        """The next box, whose input has this name."""
        earlier = {quantity: one for quantity, one in self._inputs.items() if quantity != box.quantity}
        self._inputs.setdefault(box.quantity, (name, box.value))
        steps = self._steps(box.quantity, earlier)
        lines = [self._start(quantity, earlier) for quantity in steps if self._is_start(quantity, earlier)]
        computed = [quantity for quantity in steps if not self._is_start(quantity, earlier)]
        formulas = self.paper.formulas
        lines += [self._assigned(self._names[one], formulas[one], self._names) for one in computed]
        mistakes: list[Slip] = []
        for reply in box.replies:
            if len(mistakes) == self.most:
                break
            wrong = {one: tree for one, tree in reply.formulas.items() if one in steps and one not in earlier}
            if wrong:
                more = self._wrong(f"m{len(mistakes) + 1}", steps, wrong, earlier)
                if more:
                    lines += more
                    off = self._off(steps, earlier, wrong)
                    mistakes.append(Slip(reply, more[-1].partition(":")[0], off))
        follows = bool(earlier.keys() & set(steps))
        return Target(
            tuple(lines),
            self._names[box.quantity] if follows else "",
            tuple(mistakes),
            self._off(steps, earlier, {}),
            self.paper.carry is not None,
        )

    def _off(
        self, steps: Iterable[str], earlier: Mapping[str, tuple[str, str]], wrong: Mapping[str, Expression]
    ) -> float:
        """How far the last step may be off, as earlier answers are rounded."""
        if self.paper.carry is not None:
            return 0.0
        given = {name: number for name, number in self._given.items() if name not in wrong}
        given |= {name: float(key) for name, (_, key) in earlier.items()}
        return carried(steps, {**self.paper.formulas, **wrong}, given, earlier)

    def _steps(self, quantity: str, earlier: Mapping[str, object]) -> list[str]:
        """What the box needs back to earlier boxes and given numbers, each after what it names."""
        found: dict[str, None] = {}
        stack = [quantity]
        while stack:
            name = stack[-1]
            if name in found:
                stack.pop()
                continue
            needed = () if self._is_start(name, earlier) else names(self.paper.formulas[name])
            missing = [one for one in needed if one not in found]
            stack += missing
            if not missing:
                found[stack.pop()] = None
        return list(found)

    def _is_start(self, name: str, earlier: Mapping[str, object]) -> bool:
        return name in earlier or name not in self.paper.formulas

    def _start(self, name: str, earlier: Mapping[str, tuple[str, str]]) -> str:
        """A given number, or an earlier answer where something can follow from it."""
        variable = self._names[name]
        if name not in earlier:
            return f"{variable}:float({self.paper.given[name]});"
        answer, key = earlier[name]
        is_usable = f"numberp(float({answer}))"
        if float(key):
            is_usable += f" and not(is(float({answer})=0.0))"
        return f"{variable}:if {is_usable} then float({answer}) else {key};"

    def _wrong(
        self,
        prefix: str,
        steps: Iterable[str],
        wrong: Mapping[str, Expression],
        earlier: Mapping[str, object],
    ) -> list[str]:
        """The same with wrong formulas: only what they change; [] where one needs what is not known here."""
        own = dict(self._names)
        known = set(steps)
        lines = []
        for name in steps:
            formula = wrong.get(name)
            if formula is None:
                if self._is_start(name, earlier):
                    continue
                formula = self.paper.formulas[name]
                if not any(own[one] != self._names[one] for one in names(formula)):
                    continue
            if not known.issuperset(names(formula)):
                return []
            variable = f"{prefix}_{self._names[name]}"
            if name in self.paper.formulas:
                lines.append(self._assigned(variable, formula, own))
            else:
                lines.append(f"{variable}:float({maxima(formula, own)});")
            own[name] = variable
        return lines

    def _assigned(self, variable: str, formula: Expression, known: Mapping[str, str]) -> str:
        """A computed quantity, rounded as the sheet says."""
        line = f"{variable}:float({maxima(formula, known)});"
        if self.paper.carry is not None:
            power = 10**self.paper.carry
            line += f" {variable}:float(signum({variable})*floor(abs({variable})*{power}+{HALF})/{power});"
        return line
