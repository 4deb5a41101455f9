"""How often planted mistakes are found, how often chance is taken for one, and how long it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from statistics import median
from time import perf_counter

from symback.answer_tables import Entry
from symback.api import load
from symback.diagnosis.diagnosis import Diagnoser
from symback.mistakes.catalogue import MISTAKES
from tests.plants import Plant, is_found, pairs, planted, random_numbers, singles

SEED = 2026
SINGLES = 2_000
PAIRS = 500
RANDOM = 1_000
AT_LEAST = 20
"""Every named mistake is planted so often."""


def measure() -> None:
    """Print the rates and the times."""
    print(f"Diagnosis, seed {SEED}:")
    _found("single mistakes, full table", singles(SEED, SINGLES, AT_LEAST), lambda plant: plant.full())
    _found(
        "single mistakes, delta and gradient of their own step, 5 digits",
        singles(SEED + 1, SINGLES, AT_LEAST),
        lambda plant: plant.own_step(),
    )
    _found("pairs of mistakes, full table", pairs(SEED + 2, PAIRS), lambda plant: plant.full())
    claimed = 0
    for diagnoser, number in random_numbers(SEED + 3, RANDOM):
        claimed += any(one.is_confident for one in diagnoser.diagnose([number]).explanations)
    print(f"  {RANDOM:,} random wrong numbers with 4 digits: {claimed} claimed, {claimed / RANDOM:.1%}")
    _times()


def _found(what: str, plants: Iterable[Plant], table: Callable[[Plant], Sequence[Entry]]) -> None:
    counted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    networks = set()
    for plant in plants:
        entries = table(plant)
        diagnosis = plant.diagnoser.diagnose(entries) if entries else None
        if diagnosis is None or (diagnosis.is_correct and not diagnosis.explanations):
            continue  # it changes none of these numbers by a unit of the last digit
        networks.add(plant.diagnoser.network.name)
        hit = is_found(plant, diagnosis)
        for name in plant.names:
            counted[name] += 1
            found[name] += hit
    mistakes = len(plant.names)
    total, hits = sum(counted.values()) // mistakes, sum(found.values()) // mistakes
    print(
        f"  {what}: {hits:,} of {total:,} found, {hits / total:.1%}; {len(networks)} networks; "
        f"each of {len(counted)} of {len(MISTAKES)} mistakes at least {min(counted.values())} times"
    )
    worst = sorted(counted, key=lambda name: found[name] / counted[name])[:4]
    print("    least often found:", ", ".join(f"{name} {found[name]}/{counted[name]}" for name in worst))


def _times() -> None:
    """On the example net: one number, tables of 47 numbers with pairs, a class of 300."""
    network = load("mazur")
    firsts = []
    for _ in range(7):
        diagnoser = Diagnoser(network)
        assert diagnoser.workings.values
        begin = perf_counter()
        diagnoser.diagnose([_entry(diagnoser, "dE_total/dw1", 7)])
        firsts.append(perf_counter() - begin)
    print(f"  one number, all named mistakes and slips: {1000 * median(firsts):.0f} ms the first time")
    random = Random(SEED)
    tables: list[list[Entry]] = []
    while len(tables) < 300:
        chosen = random.sample(diagnoser.hypotheses.named, random.choice((1, 1, 2)))
        plant = planted(diagnoser, chosen)
        if plant is not None:
            tables.append(random.sample(plant.full(), 47))
    times = []
    for entries in tables:
        begin = perf_counter()
        diagnoser.diagnose(entries)
        times.append(perf_counter() - begin)
    print(
        f"  300 tables of 47 numbers with one mistake or two: {sum(times):.1f} s,"
        f" median {1000 * median(times):.0f} ms, slowest {max(times):.2f} s"
    )


def _entry(diagnoser: Diagnoser, name: str, digits: int) -> Entry:
    from symback.answer_numbers import read_answer

    wrong = planted(
        diagnoser, [one for one in diagnoser.hypotheses.named if one.mistake.name == "no-squashing"][:1]
    )
    assert wrong is not None
    return Entry(name, read_answer(f"{wrong.wrong.value(name):.{digits}g}"), "")
