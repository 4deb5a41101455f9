"""A kind of exercise: which quantities of a graph it hides, and how its boxes are filled for one student."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from symback.evaluation import Rounding, Value
from symback.exercises.draws import Stream
from symback.exercises.model import NO_NAMES, NOTHING, Box, Exercise, WrongAnswer
from symback.exercises.setting import Setting
from symback.mistakes.workings import Workings
from symback.network import Given


@dataclass(frozen=True, slots=True)
class Blank:
    """A box before it has a number: what is asked, and for how many points."""

    quantity: str
    points: int = 1


@dataclass(frozen=True, slots=True)
class Task:
    """An exercise before there are numbers; the same for all students."""

    blanks: tuple[Blank, ...]
    symbols: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    facts: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    rows: tuple[tuple[str, ...], ...] = ()
    shown: tuple[str, ...] = ()
    """Further quantities whose numbers are needed to fill it."""


class Filling(Protocol):
    """What is known of one student when a task is filled."""

    @property
    def setting(self) -> Setting:
        """The network and its graph."""

    @property
    def rounding(self) -> Rounding:
        """The rounding policy."""

    @property
    def workings(self) -> Workings:
        """The right formulas with this student's numbers, in floats."""

    def value(self, name: str) -> Value:
        """The proven number of an asked or shown quantity, or of a given one."""

    def wrongs(self, name: str) -> tuple[WrongAnswer, ...]:
        """What the mistakes of the catalogue give for an asked quantity, groups that are alike as one."""

    def given_text(self, name: str) -> str:
        """A given number as the paper prints it; "" for what is computed."""

    def box(self, number: str, blank: Blank) -> Box:
        """The box for a number, with its key and tolerance."""

    def again(self, purpose: str) -> Filling:
        """The same with other given numbers, which meet the demands as well."""

    @property
    def numbers(self) -> Mapping[str, Given]:
        """The given numbers that differ from those of the network."""

    def stream(self, purpose: str) -> Stream:
        """Draws of this student for a purpose."""


Fill = Callable[[Filling, Task, int], Exercise]
"""Fills the task with this number of the paper."""


@dataclass(frozen=True, slots=True)
class ExerciseKind:
    """An entry of KINDS."""

    name: str
    """As on the command line; its template has a macro of this name."""
    pose: Callable[[Setting], Iterable[Task]]
    """The tasks that it makes of a network; none where it has nothing to ask."""
    needs: str
    """What a network must have for it, as messages say."""
    fill: Fill | None = None
    """None for boxes that hold numbers."""
    is_complete: bool = False
    """Whether it asks about derivatives that documents leave out, such as those after the update."""


def filled(kind: ExerciseKind, filling: Filling, task: Task, number: int) -> Exercise:
    """The exercise of one student."""
    if kind.fill is not None:
        return kind.fill(filling, task, number)
    boxes = tuple(filling.box(box_number(number, place), blank) for place, blank in enumerate(task.blanks))
    return Exercise(number, kind.name, boxes, task.symbols, task.facts, rows=task.rows)


@cache
def box_number(exercise: int, place: int) -> str:
    """`2b` of exercise 2 and place 1; after `2z` comes `2aa`."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return f"{exercise}{letters}"
