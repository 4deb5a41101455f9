"""Training: all that has a `+` (`w+`, a state, the rate) fed back, update after update, on exact numbers and
balls. With batches the updates of a cycle are compiled each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import arb, fmpz

from symback.balls import Numeric, Undecided, as_ball
from symback.errors import EvaluationError, RequestError
from symback.graph import Graph, Rule
from symback.tape import Doubts, Registers, Tape, compile_tape

MOST_ROUNDS = 10_000_000
DIVERGED_BITS = 20_000
"""A parameter beyond 2 to this power means that the training diverges."""
PROGRESS_EVERY = 100

Progress: TypeAlias = Callable[[int], None]
"""Told the number of rounds done, now and then; a restart with more bits begins again from 0."""
Dependencies: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Quantities in order, each with the quantities in its formula."""

_LIMIT = arb(fmpz(2) ** DIVERGED_BITS)


@dataclass(frozen=True, slots=True)
class Pass:
    """A part of a graph as a tape, and which of its quantities depend on which."""

    tape: Tape
    parents: Dependencies

    def affected(self, doubtful: Iterable[str]) -> set[str]:
        """The doubtful quantities and all that depend on them."""
        found = set(doubtful)
        for name, parents in self.parents:
            if not found.isdisjoint(parents):
                found.add(name)
        return found


@dataclass(frozen=True, slots=True)
class Step:
    """Updates of all that is trained, and the quantities that are read off after N of them."""

    updates: tuple[Pass, ...]
    """In turn; one where all are alike."""
    parameters: tuple[str, ...]
    """What is fed back: parameters, and what the update rule remembers."""
    wanted: tuple[str, ...]
    """Read off at what was fed back last."""
    made: tuple[str, ...]
    """Also read off, but as the last update made them: `m_hat_w5`, of which there is only `m_hat_w5+`."""
    graph: Graph = field(repr=False)
    carry: int | None = None
    _readouts: dict[int, Pass] = field(default_factory=dict, repr=False, compare=False)

    def readout(self, done: int) -> Pass:
        """The pass that reads off after so many updates; compiled when it is first needed."""
        turn = done % len(self.updates)
        if turn not in self._readouts:
            part = self.graph.ancestors(self.wanted, turn)
            self._readouts[turn] = compile_pass(part, carry=self.carry, inputs=self.parameters)
        return self._readouts[turn]

    @property
    def inputs(self) -> frozenset[str]:
        """The given numbers that the training needs."""
        passes = (*self.updates, self.readout(0))
        return frozenset(name for one in passes for name in one.tape.inputs)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The wanted quantities after some rounds: numbers, which of them are doubtful, ties while rounding."""

    values: Mapping[str, Numeric]
    doubtful: frozenset[str]
    ties: Mapping[str, int]


def compile_pass(graph: Graph, *, carry: int | None = None, inputs: Iterable[str] = ()) -> Pass:
    """The formulas of a graph as a tape whose inputs are its given quantities and `inputs`."""
    given = [quantity.name for quantity in graph if quantity.rule is Rule.GIVEN]
    computed = [quantity for quantity in graph if quantity.formula is not None]
    tape = compile_tape(
        dict.fromkeys([*given, *inputs]),
        [(quantity.name, quantity.formula) for quantity in computed if quantity.formula is not None],
        carry=carry,
        canonical=lambda name: graph[name].name if name in graph else name,
    )
    parents = tuple((item.name, tuple(graph[parent].name for parent in item.parents)) for item in computed)
    return Pass(tape, parents)


def trained_parameters(graph: Graph) -> tuple[str, ...]:
    """The given quantities that have an updated one: `w5` where there is a `w5+`."""
    return tuple(
        quantity.name for quantity in graph if quantity.rule is Rule.GIVEN and f"{quantity.name}+" in graph
    )


def compile_step(graph: Graph, wanted: Iterable[str], carry: int | None = None) -> Step:
    """The training of a graph; `wanted` are the quantities, named without a state, to be read off.

    Raises RequestError for a graph without updates, UnknownName for a quantity that it does not have.
    """
    parameters = trained_parameters(graph)
    if not parameters:
        raise RequestError("There are no rounds to run: the network has no [update], or nothing to update.")
    names = tuple(dict.fromkeys(wanted))
    made = tuple(name for name in names if name not in graph and f"{name}+" in graph)
    read = tuple(name for name in names if name not in made)
    targets = [f"{name}+" for name in (*parameters, *made)]
    turns = max(len(quantity.turns) for quantity in graph) or 1
    updates = tuple(
        compile_pass(graph.ancestors(targets, turn), carry=carry, inputs=parameters) for turn in range(turns)
    )
    return Step(updates, parameters, read, made, graph, carry)


def check_rounds(rounds: Iterable[int]) -> tuple[int, ...]:
    """The numbers of rounds, sorted, each once; raises RequestError below 0 and beyond MOST_ROUNDS."""
    wanted = tuple(sorted(set(rounds)))
    if wanted and not 0 <= wanted[0] <= wanted[-1] <= MOST_ROUNDS:
        raise RequestError(f"The number of rounds must be from 0 to {MOST_ROUNDS:,}.")
    return wanted


def train(
    step: Step, given: Mapping[str, Numeric], rounds: Iterable[int], progress: Progress | None = None
) -> dict[int, Snapshot]:
    """Run once up to the largest number of rounds -> a snapshot after each of `rounds`.

    All parameters are updated at once, at the current precision. Raises Undecided where more precision may
    help, EvaluationError (naming quantity and round) where the training diverges or a value does not exist.
    """
    turns = [_Turn(step, update, given) for update in step.updates]
    values = [given[name] for name in step.parameters]
    doubtful: set[str] = set()
    snapshots: dict[int, Snapshot] = {}
    done = 0
    for checkpoint in check_rounds(rounds):
        while done < checkpoint:
            turn = turns[done % len(turns)]
            done += 1
            doubts = Doubts()
            values = turn.run(values, doubts, done)
            for place, value in enumerate(values):
                if not -_LIMIT < value < _LIMIT:
                    _refuse(step.parameters[place], value, done)
            if doubtful or doubts.kinks or doubts.ties:
                affected = turn.update.affected(doubtful | doubts.kinks | doubts.ties.keys())
                doubtful |= {name for name in (*step.parameters, *step.made) if f"{name}+" in affected}
            if progress is not None and done % PROGRESS_EVERY == 0:
                progress(done)
        parameters = dict(zip(step.parameters, values, strict=True))
        snapshot = _read(step, {**given, **parameters}, doubtful, done)
        snapshots[checkpoint] = (
            turns[(done - 1) % len(turns)].with_made(snapshot, doubtful) if done else snapshot
        )
    return snapshots


class _Turn:
    """One update of a cycle with its registers."""

    def __init__(self, step: Step, update: Pass, given: Mapping[str, Numeric]) -> None:
        self.update = update
        self.registers = update.tape.start(given)
        places = update.tape.positions
        self._targets = [places[name] for name in step.parameters]
        self._sources = [places[f"{name}+"] for name in step.parameters]
        self._made = {name: places[f"{name}+"] for name in step.made}

    def run(self, values: list[Numeric], doubts: Doubts, done: int) -> list[Numeric]:
        """What is fed back, before the update -> after it."""
        registers = self.registers
        for place, value in zip(self._targets, values, strict=True):
            registers[place] = value
        _run(self.update.tape, registers, doubts, done)
        return [registers[source] for source in self._sources]

    def with_made(self, snapshot: Snapshot, doubtful: set[str]) -> Snapshot:
        """With what this update, the last one, made on the way."""
        if not self._made:
            return snapshot
        values = {**snapshot.values, **{name: self.registers[place] for name, place in self._made.items()}}
        return Snapshot(values, snapshot.doubtful | (doubtful & self._made.keys()), snapshot.ties)


def _run(tape: Tape, registers: Registers, doubts: Doubts, done: int) -> None:
    try:
        tape.run(registers, doubts)
    except EvaluationError as problem:
        raise EvaluationError(f"In round {done}: {problem}") from None
    except Undecided as problem:
        raise Undecided(f"{problem.reason} in round {done}", problem.magnitude, problem.quantity) from None


def _read(step: Step, given: Mapping[str, Numeric], doubtful: set[str], done: int) -> Snapshot:
    """The wanted quantities at these parameters."""
    readout = step.readout(done)
    tape = readout.tape
    registers = tape.start(given)
    doubts = Doubts()
    _run(tape, registers, doubts, done)
    affected = readout.affected(doubtful | doubts.kinks | doubts.ties.keys())
    values = {name: registers[tape.positions[name]] for name in step.wanted}
    return Snapshot(values, frozenset(affected), doubts.ties)


def _refuse(parameter: str, value: Numeric, done: int) -> None:
    """The parameter is too large, or its ball too wide to tell."""
    if as_ball(value).abs_lower() > _LIMIT:
        raise EvaluationError(
            f"The training diverges: in round {done} the parameter {parameter} has more than "
            f"{DIVERGED_BITS * 3 // 10:,} digits before the point. A smaller learning rate may help."
        )
    raise Undecided(f"its digits are lost in round {done}", quantity=parameter)
