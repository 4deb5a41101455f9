"""Statements -> verdicts: identities by proof, printed numbers by two separate questions.

For a printed number it is asked whether it follows from the numbers printed before it, and whether it is the
correct rounding of the exact value. Whatever is said to be wrong comes with the right value.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

from flint import arb, ctx, fmpq

from symback.balls import Numeric, as_ball, rounded
from symback.checks import probabilities
from symback.claims.causes import cause_of_formula, cause_of_number, is_from_rounded_parents
from symback.claims.matrix_judge import is_matrix, judge_matrices
from symback.claims.printed import FEW_DIGITS, PRECISION, Printed, of_number, printed, short, shown
from symback.claims.source import Remark, Side, Statement
from symback.claims.substitution import align, is_numeric, numbers_in
from symback.claims.verdicts import Judged, Reason, Verdict
from symback.claims.world import TooLong, World, evaluated
from symback.decision import Decision, decide
from symback.errors import SymbackError
from symback.expression import Expression, Name, Negative, Number, names, substitute, transform
from symback.fillers import plain
from symback.graph import Role
from symback.numbers import fixed

RENAMED = frozenset({Role.WEIGHT, Role.BIAS, Role.ACTIVATION, Role.ERROR, Role.TOTAL_ERROR})
"""What authors go on calling by its old name after the update."""
ONE_OF_SEVERAL = "a step with one of several samples; the network takes its steps with all of them"
DEPTHS = ("deltas", "forward", "once", "given")


class Judge:
    """Judges statements about a network, or general ones where there is no network."""

    def __init__(self, world: World | None) -> None:
        self.world = world
        self.carried: frozenset[tuple[str, Fraction]] = frozenset()
        """Names with the rounded results that a document rightly got for them and may go on with."""

    def statement(self, statement: Statement, start: int = 1) -> Iterator[Judged]:
        """One verdict for each `=` of the chain, from the one before side `start` on."""
        sides = statement.sides
        for place in range(start, len(sides)):
            if sides[place - 1].expression is not None and sides[place].expression is not None:
                yield self.pair(sides[: place + 1])

    def pair(self, chain: tuple[Side, ...]) -> Judged:
        """The last two sides of a chain; the sides before them say what the numbers stand for."""
        left, right = chain[-2:]
        text = f"{left.text.strip()} = {right.text.strip()}"
        if left.expression is None or right.expression is None:
            return Judged(text, right.place, Verdict.UNREADABLE)
        if is_matrix(left.expression) or is_matrix(right.expression):
            return judge_matrices(chain, text, self.pair)
        unknown = self._unknown(left.expression) or self._unknown(right.expression)
        if unknown:
            why = f"{unknown} is no quantity of the network"
            return Judged(text, right.place, Verdict.UNRESOLVED, why=why)
        if is_numeric(right.expression):
            return self._number(chain, text)
        return self._identity(left, right, text)

    def remark(self, remark: Remark) -> Judged:
        """A number stated in prose."""
        name, text = remark.name, remark.text
        value = self.world.number(name) if self.world and name else None
        if name is None or value is None:
            return Judged(text, remark.place, Verdict.UNRESOLVED)
        return self._literal(Name(name), value, printed(remark.literal), None, (), text, remark)

    def _unknown(self, expression: Expression) -> str:
        if self.world is None:
            return ""
        written_out = names(self.world.resolved(expression))
        return next((name for name in written_out if not self.world.knows(name)), "")

    # --- identities ----------------------------------------------------------------------------------

    def _identity(self, left: Side, right: Side, text: str) -> Judged:
        assert left.expression is not None
        assert right.expression is not None
        decision = self._decide(left.expression, right.expression)
        if decision.verdict == "proved":
            return Judged(text, right.place, Verdict.PROVED, conditions=decision.conditions)
        conditions = self._where_targets_add_up(left.expression, right.expression)
        if conditions:
            return Judged(text, right.place, Verdict.PROVED, conditions=conditions)
        convention = self._other_delta(left.expression, right.expression)
        convention = convention or self._update(left.expression, right.expression)
        convention = convention or self._at_rest(left.expression, right.expression)
        if convention:
            return Judged(text, right.place, Verdict.CONVENTION, why=convention)
        if self._is_step_of_one_sample(left.expression, right.expression):
            return Judged(text, right.place, Verdict.UNRESOLVED, why=ONE_OF_SEVERAL)
        witness = tuple((name, str(value)) for name, value in (decision.witness or {}).items())
        values = self._values(left.expression, right.expression)
        if values is None:
            if decision.verdict != "refuted":
                return Judged(text, right.place, Verdict.UNDECIDED)
            return Judged(text, right.place, Verdict.WRONG, Reason.MISTAKE, witness=witness)
        here, there = values
        if _differ(here, there):
            shown_right = self._right_formula(left.expression, here)
            why = cause_of_formula(self.world, left.expression, right.expression)
            reason = Reason.MISTAKE
            found = short(there)
            return Judged(text, right.place, Verdict.WRONG, reason, found, shown_right, why, witness=witness)
        if decision.verdict == "refuted":
            reason = Reason.ONLY_AT_THESE_NUMBERS
            why = "both sides are equal at these numbers, but not at others"
            return Judged(text, right.place, Verdict.WRONG, reason, why=why, witness=witness)
        return Judged(text, right.place, Verdict.UNDECIDED)

    def _decide(self, left: Expression, right: Expression) -> Decision:
        """Proved as it stands, from the own formula of the left side, or at the first depth of unfolding that
        proves it; the last decision otherwise.
        """
        if self.world is None:
            return decide(left, right)
        decision = decide(left, right)
        if decision.verdict != "proved" and isinstance(left, Name):
            own = self.world.formula(left.name)  # what stands in the graph may be too large unfolded
            as_defined = decide(own, right) if own is not None else decision
            decision = as_defined if as_defined.verdict == "proved" else decision
        for depth in DEPTHS:
            if decision.verdict == "proved":
                return decision
            try:
                unfolded = [self.world.unfolded(side, depth) for side in (left, right)]
            except TooLong:
                return Decision("undecided")
            met = decide(*self.world.met(*unfolded)) if depth == "forward" else decision
            decision = met if met.verdict == "proved" else decide(*unfolded)
        return decision

    def _where_targets_add_up(self, left: Expression, right: Expression) -> tuple[str, ...]:
        """The sums of targets that are one in this network, where the claim is proved with them; else ()."""
        if self.world is None or not self.world.network.probabilities:
            return ()
        sides = [self.world.unfolded(side, "forward") for side in (left, right)]
        used = {name for side in sides for name in names(side)}
        groups = [group for group in self.world.network.probabilities if used & set(group)]
        last = probabilities(self.world.network)
        if not groups or decide(*(substitute(side, last) for side in sides)).verdict != "proved":
            return ()
        return tuple(f"{' + '.join(group)} = 1" for group in groups)

    def _update(self, left: Expression, right: Expression) -> str:
        """Whether a new value keeps its old name, as in `w5 = w5 - eta*dE_total/dw5`; and which it is."""
        if self.world is None or not isinstance(left, Name) or left.name not in names(right):
            return ""
        new = f"{left.name}+"
        if new not in self.world.graph or self._decide(Name(new), right).verdict != "proved":
            return ""
        return f"this is {new}, under its old name"

    def _at_rest(self, left: Expression, right: Expression) -> str:
        """Whether it is true with the zeros that the network file gives for states before the first step."""
        if self.world is None or not self.world.rest:
            return ""
        for depth in ("deltas", "forward"):
            try:
                sides = [self.world.unfolded(side, depth) for side in (left, right)]
            except TooLong:
                break
            if decide(*(substitute(side, self.world.rest) for side in sides)).verdict == "proved":
                return "true because the state before the first step is 0"
        return ""

    def _is_step_of_one_sample(self, left: Expression, right: Expression) -> bool:
        """Whether a parameter is updated by what belongs to single samples only."""
        if self.world is None or not isinstance(left, Name) or left.name not in self.world.graph:
            return False
        used = names(right)
        is_update = left.name.removesuffix("+") in used and "eta" in used
        return is_update and any("[" in name for name in used)

    def _values(self, left: Expression, right: Expression) -> tuple[Numeric, Numeric] | None:
        if self.world is None:
            return None
        values = self.world.value(left), self.world.value(right)
        return None if values[0] is None or values[1] is None else (values[0], values[1])

    def _other_delta(self, left: Expression, right: Expression) -> str:
        """Whether it holds when every delta has the other sign, and which convention that is."""
        if not any(name.startswith("delta_") for name in (*names(left), *names(right))):
            return ""

        def turned(node: Expression) -> Expression | None:
            is_delta = isinstance(node, Name) and node.name.startswith("delta_")
            return Negative(node) if is_delta else None

        for pair in ((left, transform(right, turned)), (transform(left, turned), right)):
            if self._decide(*pair).verdict == "proved":
                return "true with the other sign of delta (delta = -dE/dnet)"
        return ""

    def _right_formula(self, left: Expression, value: Numeric) -> str:
        formula = self.world.formula(left.name) if self.world and isinstance(left, Name) else None
        return f"{plain(formula)} = {short(value)}" if formula is not None else short(value)

    # --- numbers -------------------------------------------------------------------------------------

    def _number(self, chain: tuple[Side, ...], text: str) -> Judged:
        """A side of numbers, against what the chain says before it."""
        right = chain[-1]
        assert right.expression is not None
        meaning = _meaning(chain)
        value = self._value(meaning) if meaning is not None else self._value(chain[-2].expression)
        if value is None:
            return Judged(text, right.place, Verdict.UNRESOLVED, why="its value is not known")
        before = chain[-2].expression
        assert before is not None
        if right.literal is not None:
            inputs = before if is_numeric(before) and chain[-2].literal is None else None
            return self._literal(
                meaning, value, printed(right.literal), inputs, self._pairs(chain[:-1]), text, right
            )
        return self._substituted(chain, value, text)

    def _substituted(self, chain: tuple[Side, ...], value: Numeric, text: str) -> Judged:
        """A line of numbers: each must be the value that it stands for, and all must fit the whole."""
        right = chain[-1]
        assert right.expression is not None
        computed = self._value(right.expression)
        pairs = self._pairs(chain)
        for name, _, digits in pairs:
            true = self._value(Name(name))
            if true is not None and not self._fits(name, digits, true):
                right_text = shown(true, digits.decimals)
                found = shown_literal(digits)
                why = f"{found} stands for {name}"
                other = self._whose(digits)
                why += f", but it is the value of {other}" if other else ""
                reason = Reason.COPIED_NUMBER
                return Judged(text, right.place, Verdict.WRONG, reason, found, right_text, why)
        if computed is not None and type(computed) is type(value) and _same(computed, value):
            return Judged(text, right.place, Verdict.EXACT)
        if pairs:
            return Judged(text, right.place, Verdict.ROUNDED)
        if computed is None or not self._may_be(right, value):
            result = short(computed) if computed is not None else None
            return Judged(text, right.place, Verdict.WRONG, Reason.MISTAKE, result, short(value))
        stray = self._stray(right.expression, right.text)
        if stray is not None:
            found = shown_literal(stray)
            why = f"{found} is the value of nothing in the network, but close to one"
            return Judged(text, right.place, Verdict.WRONG, Reason.COPIED_NUMBER, found, short(value), why)
        return Judged(text, right.place, Verdict.ROUNDED)

    def _literal(
        self,
        meaning: Expression | None,
        value: Numeric,
        digits: Printed,
        inputs: Expression | None,
        pairs: list[tuple[str, Expression, Printed]] | tuple[()],
        text: str,
        at: Side | Remark,
    ) -> Judged:
        """A printed result: is it the value, and does it follow from what is printed before it?"""
        computed = self._value(inputs) if inputs is not None else None
        follows = computed is not None and digits.is_rounding_of(computed)
        if digits.is_exactly(value):
            return Judged(text, at.place, Verdict.EXACT)
        name = meaning.name if isinstance(meaning, Name) else ""
        if self._fits(name, digits, value):
            reason = None if computed is None or follows else Reason.NOT_FROM_PRINTED_INPUTS
            return Judged(text, at.place, Verdict.ROUNDED, reason)
        found, right = shown_literal(digits), shown(value, digits.decimals)
        if right == found:
            right = short(value)
        if follows and self._all_right(inputs, pairs):
            if name:
                self.carried |= {(name, digits.value)}
            return Judged(text, at.place, Verdict.ROUNDED, Reason.ROUNDED_INTERMEDIATES, found, right)
        if digits.is_truncation_of(value):
            why = "the digits were cut off, not rounded"
            return Judged(text, at.place, Verdict.WRONG, Reason.TRUNCATED, found, right, why)
        if self.world is not None and isinstance(meaning, Name):
            if is_from_rounded_parents(self.world, meaning.name, digits):
                why = "it comes from intermediate results that were rounded"
                reason = Reason.ROUNDED_INTERMEDIATES
                return Judged(text, at.place, Verdict.WRONG, reason, found, right, why)
            later = self._later_name(meaning.name, digits)
            if later:
                return Judged(text, at.place, Verdict.CONVENTION, why=f"this is {later}, under its old name")
            cause = cause_of_number(self.world, meaning.name, digits)
            if cause:
                return Judged(text, at.place, Verdict.WRONG, Reason.MISTAKE, found, right, cause)
        return Judged(text, at.place, Verdict.WRONG, None, found, right)

    def _pairs(self, chain: tuple[Side, ...]) -> list[tuple[str, Expression, Printed]]:
        """Which number of the last side stands for which name, from the nearest formula built alike."""
        numeric = chain[-1].expression
        if numeric is None or not is_numeric(numeric):
            return []
        for side in reversed(chain[:-1]):
            if side.expression is not None and names(side.expression):
                for formula in self._variants(side.expression):
                    found = align(formula, numeric)
                    if found:
                        text = chain[-1].text
                        digits = [(name, node, of_number(node, text)) for name, node in found]
                        return [(name, node, one) for name, node, one in digits if one is not None]
        return []

    def _variants(self, expression: Expression) -> list[Expression]:
        variants = [expression]
        if self.world is not None and isinstance(expression, Name):
            formula = self.world.formula(expression.name)
            variants += [formula] if formula is not None else []
        return variants

    def _all_right(
        self, inputs: Expression | None, pairs: list[tuple[str, Expression, Printed]] | tuple[()]
    ) -> bool:
        """Whether every printed input is itself the right rounding of what it stands for."""
        for name, _, digits in pairs:
            true = self._value(Name(name))
            if true is None or not self._fits(name, digits, true):
                return False
        return bool(pairs) or (inputs is not None and self._stray(inputs) is None)

    def _fits(self, name: str, digits: Printed, value: Numeric) -> bool:
        """Whether digits may stand for a value. One digit is no rounding of a given number."""
        if digits.is_exactly(value) or (name, digits.value) in self.carried:
            return True
        is_given = self.world is not None and name in self.world.graph and self.world.formula(name) is None
        return digits.is_rounding_of(value) and not (is_given and digits.significant < 2)

    def _stray(self, numeric: Expression, text: str = "") -> Printed | None:
        """A number with many digits that is the rounding of nothing, nor of a part of a formula."""
        for number in numbers_in(numeric):
            digits = of_number(number, text)
            if digits is not None and digits.is_rounded and self._is_miscopied(digits):
                return digits
        return None

    def _is_miscopied(self, digits: Printed) -> bool:
        """Whether a known value is a unit or two away and none has these digits.

        Further away the result would not come out; and a number that is like nothing known, such as the
        square of an output in a line of one's own, is no mistake yet.
        """
        if self.world is None or self._whose(digits) or digits.value in self._given:
            return False
        size = Printed(abs(digits.whole), digits.decimals)
        reach = fmpq(2, 10**digits.decimals)
        near = False
        with ctx.workprec(PRECISION):
            for value in (*self.world.numbers.values(), *self.world.parts):
                away = abs(as_ball(value)) - as_ball(fmpq(size.whole, 10**size.decimals))
                if abs(away) < reach:
                    if size.is_rounding_of(abs(value)):
                        return False
                    near = True
        return near

    @cached_property
    def _given(self) -> frozenset[Fraction]:
        given = self.world.given.values() if self.world is not None else ()
        exact = [value for value in given if isinstance(value, fmpq)]
        return frozenset(abs(Fraction(int(value.p), int(value.q))) for value in exact)

    def _may_be(self, side: Side, value: Numeric) -> bool:
        """Whether a side of numbers comes out right within what the rounding of its decimals leaves open."""
        assert side.expression is not None
        values: dict[str, Numeric] = {}

        def opened(node: Expression) -> Expression | None:
            digits = of_number(node, side.text) if isinstance(node, Number) else None
            if digits is None or not digits.decimals or abs(digits.value) in self._given:
                return None
            # A number that was carried on with few digits may be off by a whole unit of its last one.
            units = 2 if digits.significant >= FEW_DIGITS else 1
            with ctx.workprec(PRECISION):
                radius = arb(fmpq(units, 2 * 10**digits.decimals))
                values[f"number{len(values)}"] = arb(as_ball(fmpq(digits.whole, 10**digits.decimals)), radius)
            return Name(f"number{len(values) - 1}")

        opening = transform(side.expression, opened)
        try:
            with ctx.workprec(PRECISION):
                result = evaluated(opening, values)
                return bool(as_ball(result).overlaps(as_ball(value)))
        except (ArithmeticError, SymbackError):
            return False

    def _whose(self, digits: Printed) -> str:
        if self.world is None or not digits.is_rounded:
            return ""
        opposite = Printed(-digits.whole, digits.decimals)
        for name, carried in self.carried:
            if carried in (digits.value, opposite.value):
                return name
        for name, value in self.world.numbers.items():
            if digits.is_rounding_of(value) or opposite.is_rounding_of(value):
                return name
        return ""

    def _later_name(self, name: str, digits: Printed) -> str:
        if self.world is None or name not in self.world.graph or not digits.is_rounded:
            return ""
        if self.world.graph[name].role not in RENAMED or name.endswith("+"):
            return ""
        value = self.world.number(f"{name}+") if f"{name}+" in self.world.graph else None
        return f"{name}+" if value is not None and digits.is_rounding_of(value) else ""

    def _value(self, expression: Expression | None) -> Numeric | None:
        if expression is None:
            return None
        if self.world is not None:
            return self.world.value(expression)
        return World.constant(expression)


def shown_literal(digits: Printed) -> str:
    """The digits as text."""
    return fixed(digits.whole, digits.decimals)


def _meaning(chain: tuple[Side, ...]) -> Expression | None:
    """What the numbers of a chain stand for: its first side with a name."""
    return next((s.expression for s in chain if s.expression is not None and names(s.expression)), None)


def _differ(left: Numeric, right: Numeric) -> bool:
    with ctx.workprec(PRECISION):
        return bool(as_ball(left) - as_ball(right) != 0)


def _same(left: Numeric, right: Numeric) -> bool:
    return not _differ(left, right) and rounded(left, 60) == rounded(right, 60)
