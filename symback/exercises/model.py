"""What a sheet is made of: variants of exercises, with boxes to be filled in. Plain frozen data, no words.

    Sheet    - what all papers have in common; gives a Variant for each id
    Variant  - one student's paper: an id, the given numbers, the exercises
    Exercise - one task of a kind; its boxes, and what the sentences of its template mention
    Box      - one hole: the quantity that belongs there, points, key and tolerance

A box asks for a number in nearly all cases. `quantity` then is the canonical name of the graph, so that
diagnosis, follow-through and worked solutions need nothing else. Other answers are keys of `choices`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from symback.diagnosis.candidate import Part
from symback.expression import Expression
from symback.records import record

NOTHING: Mapping[str, object] = MappingProxyType({})
NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Answer(StrEnum):
    """What stands in a box when it is filled in, and how it is compared with the key."""

    NUMBER = "number"
    """A decimal; right within `tolerance` of `value`."""
    CHOICE = "choice"
    """The key of one of `choices`."""
    SEVERAL = "several"
    """The keys of all choices that are right, in the order of `choices`, with commas: `a,c`."""
    ORDER = "order"
    """The keys of choices in the right order, with commas: `c,a,b`; those that are wrong do not occur."""
    FORMULA = "formula"
    """A formula that `verify` can read; right where it is proved equal to `value`."""
    TEXT = "text"
    """Something that a person marks; `value` is an example of a right answer, or empty."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """The number that a mistake, or each of a group that cannot be told apart, gives in a box."""

    value: str
    """With the decimals of the sheet."""
    number: float
    mistakes: tuple[str, ...]
    """Identifiers of the catalogue, the simplest first."""
    part: Part = field(repr=False, compare=False)
    """The simplest mistake as it was made: what `feedback.sentences` makes a sentence of."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that are offered; `value`, `quantity`, `formula` or `word` says what it shows."""

    key: str
    """`a`, `b`, ...; `true` and `false`; `up` and `down`."""
    is_right: bool = False
    value: str = ""
    """A number."""
    quantity: str = ""
    """A name."""
    formula: Expression | None = None
    word: str = ""
    """The key of a phrase of the template, or the identifier of a mistake."""
    wrong: WrongAnswer | None = None
    """The mistake behind a number that is not right; its sentence is the feedback."""
    mistake: Part | None = field(default=None, repr=False, compare=False)
    """The mistake that the choice names, as a sentence."""


@record(frozen=True, slots=True)
class Box:
    """One hole in the derivation."""

    number: str
    """`2b`: the exercise and the box in it. Unique on the sheet, and the same for all variants."""
    quantity: str
    """The canonical name of what belongs there; of a choice, what it is about."""
    points: int = 1
    answer: Answer = Answer.NUMBER
    value: str = ""
    """The key: a number with the decimals of the rounding policy, or as `answer` says."""
    tolerance: str = ""
    """Of a number: an answer is right up to this distance from `value`, included."""
    exact: Fraction | None = None
    """The key without any rounding, where it is rational."""
    proven: bool = True
    """Whether each digit of the key is proven; if not, it has one digit fewer."""
    choices: tuple[Choice, ...] = ()
    formula: Expression | None = None
    """Of a formula: the key as a tree."""

    @property
    def right(self) -> tuple[Choice, ...]:
        """The choices of the key, in its order."""
        by_key = {choice.key: choice for choice in self.choices}
        return tuple(by_key[key] for key in self.value.split(",") if key in by_key)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a worked solution that is shown: `quantity` = `formula` = the same in numbers = `value`."""

    quantity: str
    formula: Expression
    numbers: Mapping[str, str]
    """The printed number of each name in the formula."""
    value: str
    is_wrong: bool = False
    """Whether the planted mistake is in it; lines that only follow from it are not marked."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One task; `kind` is its entry in KINDS and chooses the sentences of the template."""

    number: int
    kind: str
    boxes: tuple[Box, ...]
    symbols: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    """Names of quantities that the sentences mention, by key."""
    facts: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """Plain numbers, flags and words for the template."""
    lines: tuple[Line, ...] = ()
    """Of find-the-slip: the solution with its slip."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of tables: the quantities row by row; "" for a cell without one."""
    mistake: Part | None = field(default=None, repr=False, compare=False)
    """Of find-the-slip: what was planted."""
    numbers: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    """Given numbers of its own, where it must not tell the answers of other exercises; else empty."""

    @property
    def points(self) -> int:
        """Of all boxes."""
        return sum(box.points for box in self.boxes)


@dataclass(frozen=True)
class Variant:
    """One student's paper."""

    id: str
    """As the list has it: any text. Escape it before it is put anywhere."""
    numbers: Mapping[str, str]
    """The number of each given quantity, as printed: `{"i1": "0.15", ...}`."""
    exercises: tuple[Exercise, ...]
    gaps: Mapping[str, float] = field(default_factory=dict)
    """By quantity that is asked: the smallest distance between two answers that mean different things."""
    crowded: int = 0
    """How many pairs of answers are nearer than they should be, though no better numbers were found."""
    candidates: int = 1
    """How many sets of numbers were tried."""

    @property
    def boxes(self) -> Iterator[Box]:
        """Of all exercises, in order."""
        return (box for exercise in self.exercises for box in exercise.boxes)

    @property
    def points(self) -> int:
        """Of the whole paper."""
        return sum(exercise.points for exercise in self.exercises)

    def box(self, number: str) -> Box:
        """The box of this number; raises KeyError if there is none."""
        for box in self.boxes:
            if box.number == number:
                return box
        raise KeyError(number)
