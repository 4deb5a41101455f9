"""What the kinds that offer choices share: wrong numbers from the catalogue of mistakes, and keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from symback.exercises.draws import Stream
from symback.exercises.kind import Filling
from symback.exercises.model import Answer, Box, Choice, WrongAnswer

DISTRACTORS = 3
NEAREST = 2
"""The numbers to choose from differ in the digits that a reader compares: not in the last alone."""


def lettered(choices: Iterable[Choice], stream: Stream | None = None) -> tuple[Choice, ...]:
    """The choices with the keys a, b, ...; in another order if there are draws."""
    ordered = list(choices) if stream is None else stream.shuffled(choices)
    return tuple(replace(choice, key=chr(ord("a") + place)) for place, choice in enumerate(ordered))


def box_of(number: str, quantity: str, answer: Answer, choices: Sequence[Choice], points: int = 1) -> Box:
    """A box whose key are the keys of all right choices."""
    key = ",".join(choice.key for choice in choices if choice.is_right)
    return Box(number, quantity, points, answer, key, choices=tuple(choices))


def distractors(filling: Filling, name: str) -> Iterator[WrongAnswer]:
    """Wrong numbers, the likeliest mistakes first, each told apart from the right one and each other."""
    right = filling.value(name)
    seen = [right.number]
    for wrong in filling.wrongs(name):
        size = max(abs(right.number), abs(wrong.number))
        if all(abs(wrong.number - other) > size / 10**NEAREST for other in seen):
            seen.append(wrong.number)
            yield wrong


def best_distractors(filling: Filling, name: str, count: int = DISTRACTORS) -> list[WrongAnswer]:
    """Of the mistakes so many, each of another sort as long as there are others."""
    found: list[WrongAnswer] = []
    later: list[WrongAnswer] = []
    for wrong in distractors(filling, name):
        is_new = wrong.part.identifier not in {one.part.identifier for one in found}
        (found if is_new else later).append(wrong)
        if len(found) == count:
            break
    return (found + later)[:count]
