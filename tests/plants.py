"""Mistakes planted in random networks, and whether diagnosis finds them. For tests and benchmarks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from symback.answer_numbers import read_answer
from symback.answer_tables import Entry
from symback.diagnosis.diagnosis import Diagnoser, Diagnosis
from symback.diagnosis.hypotheses import Hypothesis, on_top
from symback.errors import SymbackError
from symback.graph import Role
from symback.mistakes.workings import Workings
from symback.network import parse
from tests.drawn import drawn, network_file
from tests.random_networks import random_network

SHAPES = ((2, 2, 2), (2, 3, 2), (3, 2, 1), (2, 2, 2, 2), (1, 3, 2), (3, 4, 3))
ACTIVATIONS = ("logistic", "tanh", "softplus", "silu", "gelu", "relu", "linear")
LOSSES = ("half_squared_error", "squared_error", "mean_squared_error", "huber")
KINDS = ("", "dense", "recurrent", "lstm", "gru", "conv1d", "conv2d", "attention", "layer_norm", "batch_norm")
KINDS += ("residual", "dropout", "embedding", "activation", "max_pool2d", "average_pool1d")
LARGEST = 700
"""Networks with more quantities are left out: nobody fills in so large a table."""
GRADIENTS = frozenset({Role.GRADIENT, Role.CONTRIBUTION})


@dataclass(frozen=True)
class Plant:
    """One or more mistakes in a network, with the wrong numbers that follow."""

    diagnoser: Diagnoser
    hypotheses: tuple[Hypothesis, ...]
    wrong: Workings

    @property
    def names(self) -> list[str]:
        """The mistakes."""
        return [hypothesis.mistake.name for hypothesis in self.hypotheses]

    def full(self) -> list[Entry]:
        """The whole table, as documents print it."""
        return [
            _entry(name, in_documents(self.wrong.value(name))) for name in self.diagnoser.workings.formulas
        ]

    def own_step(self, digits: int = 5) -> list[Entry]:
        """The first delta and the first gradient that it changes, at so many significant digits."""
        right, wrong = self.diagnoser.workings, self.wrong
        changed = [name for name in right.formulas if differs(right.value(name), wrong.value(name), digits)]
        found = []
        for roles in (frozenset({Role.DELTA}), GRADIENTS):
            found += [name for name in changed if right.role(name) in roles][:1]
        found = found if len(found) == 2 else changed[:2]  # of mistakes that change no delta
        return [_entry(name, significant(wrong.value(name), digits)) for name in found]


def in_documents(value: float) -> str:
    """Nine decimals, or those that six significant digits need."""
    if abs(value) < 1e-30 or abs(value) >= 1e-4:
        return f"{value:.9f}"
    return f"{value:.{5 - math.floor(math.log10(abs(value)))}f}"


def significant(value: float, digits: int) -> str:
    """So many significant digits, without an exponent."""
    if abs(value) < 1e-30:
        return f"{0:.{digits}f}"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{value:.{decimals}f}" if decimals > 0 else f"{round(value, decimals):.0f}"


def differs(right: float, wrong: float, digits: int) -> bool:
    """Whether two numbers differ by a unit of the last of so many digits."""
    if not (math.isfinite(right) and math.isfinite(wrong)):
        return False
    return significant(right, digits) != significant(wrong, digits) and abs(right - wrong) > 1e-13 * abs(
        right
    )


def _entry(name: str, text: str) -> Entry:
    return Entry(name, read_answer(text), "")


@lru_cache(maxsize=256)
def diagnoser(seed: int) -> Diagnoser | None:
    """The network of a seed; None for one without a usable table."""
    if seed % 2:
        text = random_network(seed, KINDS[seed // 2 % len(KINDS)])
    else:
        random = Random(seed)
        sizes = random.choice(SHAPES)
        activations = tuple(random.choice(ACTIVATIONS) for _ in sizes[1:])
        samples = random.choice((1, 1, 2, 3))
        text = network_file(
            drawn(sizes, seed, samples), activations, random.choice(LOSSES), random.choice(("sum", "mean"))
        )
    try:
        found = Diagnoser(parse(text, f"{seed}.toml"))
        usable = len(found.graph) <= LARGEST and all(map(math.isfinite, found.workings.values))
    except SymbackError:
        return None
    return found if usable else None


def plants(found: Diagnoser) -> dict[str, list[Hypothesis]]:
    """The mistakes that show in some number of the network, by name."""
    shown: dict[str, list[Hypothesis]] = {}
    for hypothesis in found.hypotheses.named:
        shown.setdefault(hypothesis.mistake.name, []).append(hypothesis)
    return shown


def planted(found: Diagnoser, hypotheses: Sequence[Hypothesis]) -> Plant | None:
    """The mistakes made one after the other; None where they leave no trace, or have no number."""
    workings: Workings | None = found.workings
    done: list[Hypothesis] = []
    for hypothesis in hypotheses:
        assert workings is not None
        changed = {name for one in done for name in one.formulas}
        formulas = on_top(workings, hypothesis, changed)
        before = workings
        workings = workings.with_formulas(formulas) if formulas else None
        if workings is None or not _shows(before, workings):
            return None
        done.append(hypothesis)
    assert workings is not None
    for hypothesis in done if len(done) > 1 else ():
        alone = found.workings.with_formulas(hypothesis.formulas)
        if alone is None or not _shows(alone, workings):
            return None  # one hides the other
    return Plant(found, tuple(hypotheses), workings)


def _shows(right: Workings, wrong: Workings) -> bool:
    """Whether some number of the table changes, and all of them are numbers."""
    if not all(math.isfinite(wrong.value(name)) and abs(wrong.value(name)) < 1e6 for name in wrong.formulas):
        return False
    return any(in_documents(right.value(name)) != in_documents(wrong.value(name)) for name in wrong.formulas)


def is_found(plant: Plant, diagnosis: Diagnosis) -> bool:
    """Whether an explanation names the mistakes, or others that give the same numbers everywhere."""
    wanted = sorted(plant.names)
    for explanation in diagnosis.explanations:
        candidates = [explanation.candidate, *explanation.others]
        for candidate in candidates:
            if (
                sorted(
                    part.placed.mistake.name if part.placed else part.identifier for part in candidate.parts
                )
                == wanted
            ):
                return True
    return False


def singles(seed: int, count: int, at_least: int) -> Iterator[Plant]:
    """Single mistakes in random networks: every one at least so often, then at random up to `count`."""
    random = Random(seed)
    counts: dict[str, int] = {}
    number = 0
    made = 0
    while made < count:
        number += 1
        found = diagnoser(number % 260)
        if found is None:
            continue
        shown = plants(found)
        rare = [name for name in shown if counts.get(name, 0) < at_least]
        for name in random.sample(rare, min(8, len(rare))) or random.sample(sorted(shown), 2):
            plant = planted(found, [random.choice(shown[name])])
            if plant is not None:
                counts[name] = counts.get(name, 0) + 1
                made += 1
                yield plant


def pairs(seed: int, count: int) -> Iterator[Plant]:
    """Two mistakes in one network."""
    random = Random(seed)
    number = made = 0
    while made < count:
        number += 1
        found = diagnoser(number % 260)
        if found is None:
            continue
        shown = plants(found)
        names = random.sample(sorted(shown), min(2, len(shown)))
        plant = planted(found, [random.choice(shown[name]) for name in names]) if len(names) == 2 else None
        if plant is not None:
            made += 1
            yield plant


def random_numbers(seed: int, count: int) -> Iterator[tuple[Diagnoser, Entry]]:
    """Wrong numbers with four digits that no mistake made: the right ones times a factor, up to three."""
    random = Random(seed)
    number = made = 0
    while made < count:
        number += 1
        found = diagnoser(number % 260)
        if found is None:
            continue
        name = random.choice(list(found.workings.formulas))
        right = found.workings.value(name)
        wrong = right * 10 ** random.uniform(-0.5, 0.5)
        if right and differs(right, wrong, 3):
            made += 1
            yield found, _entry(name, significant(wrong, 4))
