"""Formulas compiled once into a flat list of instructions and run many times. Names never become code."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flint import ctx, fmpq

from symback.balls import (
    HIGHEST_PRECISION,
    Numeric,
    Undecided,
    as_ball,
    as_fraction,
    divide,
    is_finite,
    is_greater,
    most_bits,
    multiply,
    negate,
    power,
    rounded,
    settled,
)
from symback.elementary import FUNCTIONS, circle_number, larger, raised
from symback.errors import EvaluationError, UnknownName
from symback.expression import (
    Call,
    Cases,
    Constant,
    Expression,
    IndexedSum,
    Marked,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    instantiate,
)
from symback.functions import REWRITES, has_names
from symback.numbers import scaled

HIGHEST_POWER = 64
"""Up to this exponent a power of a fraction stays exact until its quantity is complete."""
ARGUMENT = "?"
"""The name of a function's argument in the formula that the function stands for."""


@dataclass(slots=True)
class Doubts:
    """Decisions of a run that were not proven at the highest precision, by the quantity they belong to."""

    kinks: set[str] = field(default_factory=set)
    """A comparison was undecided: the argument was taken as exactly 0."""
    ties: dict[str, int] = field(default_factory=dict)
    """A rounding on the way was undecided: it went away from zero; here its digits with one decimal fewer."""


Registers: TypeAlias = list[Numeric]
Instruction: TypeAlias = tuple[Callable[[Any, Any], Numeric], int, int, int]
"""Operation, destination, left, right; right = -1 for an operation on (registers, doubts) as a whole."""
WHOLE = -1


def execute(code: Iterable[Instruction], registers: Registers, doubts: Doubts) -> None:
    """Run the instructions in order. This loop is the speed of training."""
    for operation, destination, left, right in code:
        if right >= 0:
            registers[destination] = operation(registers[left], registers[right])
        else:
            registers[destination] = operation(registers, doubts)


@dataclass(frozen=True, slots=True)
class Branch:
    """`value` where left > right, else `otherwise`; only the branch taken is computed."""

    owner: str
    left: int
    right: int
    branches: tuple[tuple[tuple[Instruction, ...], int], tuple[tuple[Instruction, ...], int]]
    """Code and register of the result: of `value`, of `otherwise`."""

    def __call__(self, registers: Registers, doubts: Doubts) -> Numeric:
        """The value of the branch that is taken."""
        left, right = registers[self.left], registers[self.right]
        greater = is_greater(left, right)
        if greater is None:
            self._give_up(left, right, doubts)
        code, result = self.branches[0 if greater else 1]
        execute(code, registers, doubts)
        return registers[result]

    def _give_up(self, left: Numeric, right: Numeric, doubts: Doubts) -> None:
        """Note an undecided kink; raises Undecided while the precision may still rise."""
        bits = max(most_bits(left), most_bits(right))
        if ctx.prec < bits or not (is_finite(left) and is_finite(right)):
            raise Undecided("it compares numbers that cannot be told apart", bits - HIGHEST_PRECISION)
        doubts.kinks.add(self.owner)


@dataclass(frozen=True, slots=True)
class Carry:
    """Rounds a quantity to fixed decimals before it is used again."""

    owner: str
    source: int
    decimals: int

    def __call__(self, registers: Registers, doubts: Doubts) -> fmpq:
        """The exact decimal; raises Undecided while a tie may still be decided."""
        value = registers[self.source]
        whole = rounded(value, self.decimals)
        if whole is None:
            if ctx.prec < most_bits(value):
                raise Undecided("it cannot be rounded", most_bits(value) - HIGHEST_PRECISION)
            shorter = rounded(value, self.decimals - 1)
            if shorter is None:
                raise Undecided("it cannot be rounded")
            doubts.ties[self.owner] = shorter
            whole = _away_from_zero(value, self.decimals)
        return fmpq(whole, 10**self.decimals)


def _away_from_zero(value: Numeric, decimals: int) -> int:
    """The ball around a tie rounded as the tie itself is."""
    ball = as_ball(value)
    edge = ball.upper() if ball > 0 else ball.lower()
    return scaled(as_fraction(edge.fmpq()), decimals)


@dataclass(frozen=True, slots=True)
class Tape:
    """Formulas as one flat list of instructions over registers; it holds no state of a run."""

    code: tuple[Instruction, ...]
    positions: Mapping[str, int]
    """The register of each input and each quantity."""
    inputs: tuple[str, ...]
    constants: tuple[tuple[int, Numeric], ...]
    size: int
    owners: tuple[tuple[str, int], ...]
    """Each quantity with the number of instructions after which it is complete."""

    def start(self, values: Mapping[str, Numeric]) -> Registers:
        """New registers with the constants and the values of all inputs in place."""
        registers: Registers = [None] * self.size
        for place, value in self.constants:
            registers[place] = value
        for name in self.inputs:
            registers[self.positions[name]] = values[name]
        return registers

    def run(self, registers: Registers, doubts: Doubts) -> None:
        """Compute all quantities in place, at the current precision.

        Raises EvaluationError, naming the quantity, for what has no value, and Undecided where more
        precision may help.
        """
        try:
            execute(self.code, registers, doubts)
        except ArithmeticError:
            self._run_by_name(registers, doubts)

    def _run_by_name(self, registers: Registers, doubts: Doubts) -> None:
        """The same run, one quantity after the other, to say which one failed."""
        begin = 0
        for name, end in self.owners:
            try:
                execute(self.code[begin:end], registers, doubts)
            except Undecided as problem:
                raise Undecided(problem.reason, problem.magnitude, name) from None
            except ArithmeticError as problem:
                raise EvaluationError(f"{name} has no value: {problem}.") from None
            begin = end


def compile_tape(
    inputs: Iterable[str],
    formulas: Iterable[tuple[str, Expression]],
    *,
    carry: int | None = None,
    canonical: Callable[[str], str] = str,
) -> Tape:
    """Formulas in dependency order -> a Tape; names of formulas are looked up through `canonical`.

    With `carry` each quantity is rounded to that many decimals, else long fractions become balls.
    Raises UnknownName for a name that comes before its formula, EvaluationError for a node without value.
    """
    builder = _Builder(canonical)
    given = tuple(inputs)
    for name in given:
        builder.positions[name] = builder.register()
    owners: list[tuple[str, int]] = []
    for name, formula in formulas:
        builder.owner = name
        result = builder.compile(formula)
        if carry is not None:
            result = builder.emit(Carry(name, result, carry), 0, WHOLE)
        elif not isinstance(formula, Name):
            result = builder.emit(settled, result, result)
        builder.positions[name] = result
        owners.append((name, len(builder.code)))
    constants = tuple((place, value) for (_, value), place in builder.constants.items())
    return Tape(tuple(builder.code), builder.positions, given, constants, builder.size, tuple(owners))


def constant(expression: Expression, name: str = "the number") -> Numeric:
    """The value of an expression without names, at the current precision; errors speak of `name`."""
    tape = compile_tape((), ((name, expression),))
    registers = tape.start({})
    tape.run(registers, Doubts())
    return registers[tape.positions[name]]


class _Builder:
    """Registers and code of a tape while it is made; each instruction has a register of its own."""

    def __init__(self, canonical: Callable[[str], str]) -> None:
        self.canonical = canonical
        self.code: list[Instruction] = []
        self.positions: dict[str, int] = {}
        self.constants: dict[tuple[type, Numeric], int] = {}
        self.argument = 0
        """The register that ARGUMENT stands for."""
        self.size = 0
        self.owner = ""

    def register(self) -> int:
        self.size += 1
        return self.size - 1

    def emit(self, operation: Callable[[Any, Any], Numeric], left: int, right: int) -> int:
        destination = self.register()
        self.code.append((operation, destination, left, right))
        return destination

    def constant(self, value: fmpq | int) -> int:
        """The register of a constant; a plain int is an exponent."""
        key = (type(value), value)
        if key not in self.constants:
            self.constants[key] = self.register()
        return self.constants[key]

    def compile(self, expression: Expression) -> int:
        """The register that will hold the expression's value."""
        match expression:
            case Number(value):
                return self.constant(fmpq(value.numerator, value.denominator))
            case Name(name):
                return self._position(name)
            case Constant("pi"):
                return self.emit(circle_number, 0, WHOLE)
            case Sum(terms):
                return self._sum(terms)
            case Product(factors):
                place = self.compile(factors[0])
                for factor in factors[1:]:
                    place = self.emit(multiply, place, self.compile(factor))
                return place
            case Negative(operand):
                place = self.compile(operand)
                return self.emit(negate, place, place)
            case Quotient(numerator, denominator):
                return self.emit(divide, self.compile(numerator), self.compile(denominator))
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, argument) if function in FUNCTIONS:
                place = self.compile(argument)
                return self.emit(FUNCTIONS[function], place, place)
            case Call(function, argument) if function in REWRITES:
                return self._rewritten(function, self.compile(argument))
            case Maximum(operands):
                place = self.compile(operands[0])
                for operand in operands[1:]:
                    place = self.emit(larger, place, self.compile(operand))
                return place
            case Cases():
                return self._cases(expression)
            case Marked(operand, _, _):
                return self.compile(operand)
            case IndexedSum():
                return self.compile(instantiate(expression))
        raise EvaluationError(f"{self.owner}: there is no way to compute {type(expression).__name__}.")

    def _position(self, name: str) -> int:
        if name == ARGUMENT:
            return self.argument
        place = self.positions.get(self.canonical(name))
        if place is None:
            raise UnknownName("quantity", name, self.positions)
        return place

    def _sum(self, terms: tuple[Expression, ...]) -> int:
        place = self.compile(terms[0])
        for term in terms[1:]:
            if isinstance(term, Negative):
                place = self.emit(operator.sub, place, self.compile(term.operand))
            else:
                place = self.emit(operator.add, place, self.compile(term))
        return place

    def _power(self, base: Expression, exponent: Expression) -> int:
        """A small whole exponent is a constant of the code; any other is computed like its base."""
        if not has_names(exponent):
            value = constant(exponent, self.owner)
            if type(value) is fmpq and value.q == 1 and abs(value.p) <= HIGHEST_POWER:
                return self.emit(power, self.compile(base), self.constant(int(value.p)))
        return self.emit(raised, self.compile(base), self.compile(exponent))

    def _rewritten(self, function: str, argument: int) -> int:
        """A function by the formula that it stands for, its argument computed once."""
        outer, self.argument = self.argument, argument
        place = self.compile(REWRITES[function](Name(ARGUMENT)))
        self.argument = outer
        return place

    def _cases(self, cases: Cases) -> int:
        left, right = self.compile(cases.left), self.compile(cases.right)
        branches = (self._branch(cases.value), self._branch(cases.otherwise))
        return self.emit(Branch(self.owner, left, right, branches), 0, WHOLE)

    def _branch(self, expression: Expression) -> tuple[tuple[Instruction, ...], int]:
        """The code of one branch, kept apart from the main line."""
        outer, self.code = self.code, []
        result = self.compile(expression)
        inner, self.code = tuple(self.code), outer
        return inner, result
