"""Graph + given numbers -> values of which every printed digit is proven.

Balls are evaluated with 128 bits and more until all digits and comparisons are decided (law 4 of the design).
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from flint import arb, ctx, fmpq, fmpz

from symback.balls import (
    HIGHEST_PRECISION,
    LARGEST,
    Numeric,
    Undecided,
    as_ball,
    as_fraction,
    is_finite,
    is_long,
    magnitude,
    most_bits,
    nearest_float,
    rounded,
    settled,
)
from symback.errors import EvaluationError, RequestError, UnknownName
from symback.expression import Expression, Number
from symback.graph import Graph, Quantity, Rule
from symback.numbers import fixed
from symback.records import record
from symback.tape import Doubts, constant
from symback.training import Pass, Progress, Step, check_rounds, compile_pass, compile_step, train

FIRST_PRECISION = 128
MOST_DECIMALS = 1_000
"""The most decimals that may be asked for, and that six significant digits may take."""
_SIX_DIGITS = 100_000
_AFTER_ROUNDS = re.compile(r"(.+)(?:@(\d{1,18})|\+)")
_TOO_LARGE = arb(fmpz(2) ** LARGEST)


class Given(Protocol):
    """A given number of the network: `expression` is a constant tree or None (symbolic), `text` as typed."""

    @property
    def expression(self) -> Expression | None: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Rounding:
    """How numbers are rounded: `digits` decimals when printed, or `carry` decimals at each quantity."""

    digits: int = 9
    carry: int | None = None
    """Each computed quantity is rounded to so many decimals before it is used again; all print with them."""

    def __post_init__(self) -> None:
        if not 1 <= self.decimals <= MOST_DECIMALS:
            raise RequestError(
                f"The number of decimals must be from 1 to {MOST_DECIMALS}, not {self.decimals}."
            )

    @property
    def decimals(self) -> int:
        """Decimals of printed numbers."""
        return self.digits if self.carry is None else self.carry

    @property
    def name(self) -> str:
        """As on the command line: `proven` or `carry:4`."""
        return "proven" if self.carry is None else f"carry:{self.carry}"


@record(frozen=True, slots=True)
class Value:
    """One number as it is printed."""

    text: str
    """Exactly the decimals asked for; one fewer at an unproven tie."""
    shown: str
    """For documents: as typed where given; small numbers with the decimals that six digits need."""
    proven: bool
    exact: Fraction | None
    """Where the value is known to be rational, is not too long, and is not from after several updates."""
    number: float
    """The nearest double, for checks."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All values of a graph."""

    values: Mapping[str, Value | None]
    """By canonical name, in the graph's order; None for what depends on a symbolic number."""
    rounding: Rounding
    precision: int
    """The bits that were needed."""
    synonyms: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Value | None:
        """The value of the quantity with this name or synonym; raises UnknownName with the nearest one."""
        name = self.synonyms.get(name, name)
        if name not in self.values:
            raise UnknownName("quantity", name, (*self.values, *self.synonyms))
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Program:
    """A graph compiled for any number of evaluations; holds no numbers."""

    main: Pass
    later: Mapping[int, Mapping[str, str]]
    """Number of rounds -> name of the quantity after them -> the same without its state."""
    step: Step | None


def evaluate(
    graph: Graph,
    given: Mapping[str, Given],
    rounding: Rounding,
    progress: Progress | None = None,
    wanted: Collection[str] | None = None,
) -> Evaluation:
    """The values of all quantities, or of those with the canonical names `wanted`.

    `given` has every quantity with Rule.GIVEN. `progress` is told the number of training rounds done. Raises
    EvaluationError where a value does not exist or no digit of it can be proven, UnknownName for a missing
    number, RequestError for too many rounds.
    """
    numbers = {name: _given(given, name) for name in graph.given}
    trees = {name: number.expression for name, number in numbers.items() if number.expression is not None}
    program = compile_graph(graph, frozenset(numbers) - frozenset(trees), rounding.carry)
    typed = {name: number.text for name, number in numbers.items() if number.text}
    found, precision = _decide(lambda: _main(program, trees, wanted), rounding, typed)
    step = program.step
    if step is not None and step.inputs <= trees.keys():
        after, bits = _decide(lambda: _training(step, program, trees, progress), rounding, {})
        found, precision = {**found, **after}, max(precision, bits)
    names = (quantity.name for quantity in graph) if wanted is None else wanted
    values = {name: found.get(name) for name in names}
    return Evaluation(values, rounding, precision, graph.synonyms)


def _given(given: Mapping[str, Given], name: str) -> Given:
    if name not in given:
        raise UnknownName("given number", name, given)
    return given[name]


# --- compiling ---------------------------------------------------------------------------------------

_programs: dict[int, dict[tuple[frozenset[str], int | None], Program]] = {}
"""By the identity of a graph: comparing graphs by their quantities would cost more than compiling."""


def compile_graph(graph: Graph, symbolic: frozenset[str] = frozenset(), carry: int | None = None) -> Program:
    """The program of a graph, made once for as long as the graph lives; without what `symbolic` reaches."""
    if id(graph) not in _programs:
        _programs[id(graph)] = {}
        weakref.finalize(graph, _programs.pop, id(graph), None).atexit = False
    known = _programs[id(graph)]
    if (symbolic, carry) not in known:
        known[symbolic, carry] = _compile(graph, symbolic, carry)
    return known[symbolic, carry]


def _compile(graph: Graph, symbolic: frozenset[str], carry: int | None) -> Program:
    later: dict[int, dict[str, str]] = {}
    for quantity in graph:
        if quantity.rule is Rule.TRAINING:
            base, rounds = _split(quantity)
            later.setdefault(rounds, {})[quantity.name] = base
    check_rounds(later)
    unknown = set(symbolic)
    kept: list[Quantity] = []
    for quantity in graph:
        if any(graph[parent].name in unknown for parent in quantity.parents):
            unknown.add(quantity.name)
        elif quantity.rule is not Rule.TRAINING and quantity.name not in unknown:
            kept.append(quantity)
    main = compile_pass(Graph(tuple(kept)), carry=carry)
    bases = [base for names in later.values() for base in names.values()]
    return Program(main, later, compile_step(graph, bases, carry) if later else None)


def _split(quantity: Quantity) -> tuple[str, int]:
    """(`out_o1[2]`, 10000) of `out_o1[2]@10000`; a `+` means one round."""
    found = _AFTER_ROUNDS.fullmatch(quantity.name)
    if found is None:
        raise ValueError(f"the name {quantity.name} does not say after how many rounds")
    return found[1], int(found[2] or 1)


# --- numbers -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Computed:
    """Numbers at one precision, and what is to be said of them."""

    numbers: Mapping[str, Numeric]
    doubtful: frozenset[str]
    ties: Mapping[str, int]
    no_fraction: frozenset[str] = frozenset()


def _start(trees: Mapping[str, Expression]) -> dict[str, Numeric]:
    """The given numbers at the current precision."""
    return {name: given_number(tree, name) for name, tree in trees.items()}


def given_number(tree: Expression, name: str) -> Numeric:
    """A given constant at the current precision; `name` is for messages."""
    if isinstance(tree, Number):
        return settled(fmpq(tree.value.numerator, tree.value.denominator))
    return constant(tree, name)


def _main(program: Program, trees: Mapping[str, Expression], wanted: Collection[str] | None) -> _Computed:
    tape = program.main.tape
    registers = tape.start(_start(trees))
    doubts = Doubts()
    tape.run(registers, doubts)
    doubtful = doubts.kinks | doubts.ties.keys()
    affected = frozenset(program.main.affected(doubtful)) if doubtful else frozenset()
    positions = tape.positions
    names = positions if wanted is None else [name for name in wanted if name in positions]
    numbers = {name: registers[positions[name]] for name in names}
    return _Computed(numbers, affected, doubts.ties)


def _training(
    step: Step, program: Program, trees: Mapping[str, Expression], progress: Progress | None
) -> _Computed:
    snapshots = train(step, _start(trees), program.later, progress)
    numbers: dict[str, Numeric] = {}
    doubtful: set[str] = set()
    ties: dict[str, int] = {}
    no_fraction: set[str] = set()
    for rounds, names in program.later.items():
        snapshot = snapshots[rounds]
        for name, base in names.items():
            numbers[name] = snapshot.values[base]
            if base in snapshot.doubtful:
                doubtful.add(name)
            if base in snapshot.ties:
                ties[name] = snapshot.ties[base]
            if rounds > 1:
                no_fraction.add(name)
    return _Computed(numbers, frozenset(doubtful), ties, frozenset(no_fraction))


def _decide(
    compute: Callable[[], _Computed], rounding: Rounding, typed: Mapping[str, str]
) -> tuple[dict[str, Value], int]:
    """Compute with more and more bits until all digits are decided or given up; also the bits needed."""
    bits = FIRST_PRECISION
    while True:
        with ctx.workprec(bits):
            try:
                return _values(compute(), rounding, typed), bits
            except Undecided as problem:
                most = HIGHEST_PRECISION + problem.magnitude
                if bits >= most:
                    raise EvaluationError(
                        f"{problem.quantity} has no value that could be proven: {problem.reason}, "
                        f"even with {bits} bits."
                    ) from None
                if bits > LARGEST:
                    raise EvaluationError(f"{problem.quantity} is too large to be printed.") from None
        bits = min(2 * bits, most)


def _values(computed: _Computed, rounding: Rounding, typed: Mapping[str, str]) -> dict[str, Value]:
    return {
        name: _value(name, number, rounding, typed.get(name, ""), computed)
        for name, number in computed.numbers.items()
    }


def _value(name: str, number: Numeric, rounding: Rounding, typed: str, computed: _Computed) -> Value:
    """The number in print; raises Undecided where more bits may decide a digit."""
    decimals = rounding.decimals
    proven = name not in computed.doubtful
    whole = rounded(number, decimals)
    if name in computed.ties:
        whole, decimals = computed.ties[name], decimals - 1
    elif whole is None:
        whole, decimals, proven = _shorter(name, number, decimals), decimals - 1, False
    text = shown = fixed(whole, decimals)
    if typed:
        shown = typed
    elif rounding.carry is None and -_SIX_DIGITS < whole < _SIX_DIGITS and not _is_zero(number):
        longer, certain = _six_digits(name, number, decimals)
        shown, proven = longer or text, proven and certain
    rational = type(number) is fmpq and proven and name not in computed.no_fraction and not is_long(number)
    exact = as_fraction(number) if rational else None
    return Value(text, shown, proven, exact, nearest_float(number))


def _is_zero(number: Numeric) -> bool:
    """Whether the number is known to be exactly 0."""
    return type(number) is fmpq and bool(number == 0)


def _shorter(name: str, number: Numeric, decimals: int) -> int:
    """The digits of an undecided tie with one decimal fewer."""
    if not is_finite(number):
        raise Undecided("it is too large, or divides by a number that cannot be told from 0", 0, name)
    if as_ball(number).abs_lower() > _TOO_LARGE:
        raise EvaluationError(f"{name} is too large to be printed.")
    most = most_bits(number)
    whole = rounded(number, decimals - 1) if ctx.prec >= most else None
    if whole is None:
        raise Undecided("its digits cannot be told", most - HIGHEST_PRECISION, name)
    return whole


def _six_digits(name: str, number: Numeric, decimals: int) -> tuple[str, bool]:
    """A small number with the fewest decimals that show six significant digits, and whether that is proven.

    "" for a ball that cannot be told from 0 at the highest precision, and beyond MOST_DECIMALS.
    """
    last = ctx.prec >= most_bits(number)
    if type(number) is not fmpq and as_ball(number).contains(0):
        if last:
            return "", True
        raise Undecided("it cannot be told from 0", 0, name)
    # |number| < 2^magnitude; 0.30103 is just above log10(2), and the 10 makes up for it
    places = max(decimals, 5 - (magnitude(number) * 30_103 + 10) // 100_000)
    while places <= MOST_DECIMALS:
        whole = rounded(number, places)
        if whole is None:
            # a tie matters only where rounding up gives the sixth digit or there are six already
            longer = rounded(number, places + 1)
            if longer is None or abs(longer) >= 10 * _SIX_DIGITS - 5:
                if not last:
                    raise Undecided("its digits cannot be told", 0, name)
                shorter = rounded(number, places - 1)
                return ("" if shorter is None else fixed(shorter, places - 1)), False
        elif abs(whole) >= _SIX_DIGITS:
            return fixed(whole, places), True
        places += 1
    return "", True
