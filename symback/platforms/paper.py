"""What platforms are given: a student's paper as questions with fields, their texts already HTML.

    Paper    - one student's paper: questions that each can stand alone
    Question - an exercise: what is asked, its fields, the worked solution
    Field    - a hole: its key, and what is said to each wrong answer that is foreseen
    Reply    - a wrong number that is foreseen, in a window of its own
    Option   - one of the answers that are offered

Text that a user wrote (`id`, `title`) is plain; whatever is called `html` is HTML in which TeX stands
between \\( and \\), well-formed as XML too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from symback.exercises.model import Answer
from symback.expression import Expression
from symback.formats import escape_html

Say = Callable[..., str]
"""A phrase of the sheet's language by name, with its facts, as HTML."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A wrong number that is foreseen: a mistake gives it, or several that cannot be told apart."""

    value: str
    tolerance: str
    """Windows of one field have no number in common."""
    mistakes: tuple[str, ...]
    """Identifiers of the catalogue, the simplest first."""
    html: str
    """What is said to it: a sentence with a full stop."""
    formulas: Mapping[str, Expression] = field(default_factory=dict, repr=False)
    """The formulas that the simplest mistake makes wrong; {} where it changes given numbers only."""
    changed: tuple[str, ...] = ()
    """The quantities whose formula or number it changes."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that is offered."""

    key: str
    html: str
    is_right: bool
    reply: str = ""
    """What is said to it, as HTML; "" for nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """A hole, and what is known of the answers to it."""

    number: str
    """`2b`, as on the paper."""
    quantity: str
    tex: str
    """The symbol of the quantity."""
    answer: Answer
    points: int
    value: str
    tolerance: str = ""
    html: str = ""
    """What is asked: one sentence."""
    replies: tuple[Reply, ...] = ()
    options: tuple[Option, ...] = ()
    formula: Expression | None = field(default=None, repr=False)
    """The key of a box that asks for a formula."""
    definitions: Mapping[str, Expression] = field(default_factory=dict, repr=False)
    """The formulas of what such a formula may name, as far as the net inputs; each before what it names."""

    @property
    def decimals(self) -> int:
        """How many decimals the key has."""
        return len(self.value.partition(".")[2])

    @property
    def value_html(self) -> str:
        """The key as plain text in a page."""
        return escape_html(self.value)

    @property
    def is_true_or_false(self) -> bool:
        """Whether the answers that are offered are true and false."""
        return {option.key for option in self.options} == {"true", "false"}

    def widened(self, tolerance: str) -> str:
        """A little more than a tolerance, so that floats keep its ends inside: 1 % of the last decimal."""
        return f"{Decimal(tolerance) + Decimal(1).scaleb(-self.decimals - 2):f}"


@dataclass(frozen=True, slots=True)
class Question:
    """An exercise."""

    number: int
    kind: str
    heading: str
    """Plain text, such as `Exercise 2`."""
    html: str
    """The numbers of the network, and what is asked: all that is needed to answer."""
    fields: tuple[Field, ...]
    solution: str
    """The worked solution as HTML."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of tables: the quantities row by row; "" for a cell without a hole."""
    head: tuple[str, ...] = ()
    """Of tables: the headings of the columns, as HTML; the first is that of the labels."""
    labels: tuple[str, ...] = ()
    """Of tables: the label of each row, as HTML."""


@dataclass(frozen=True)
class Paper:
    """One student's paper."""

    id: str
    """As the list has it: any text."""
    title: str
    """Of the sheet: any text."""
    checksum: str
    """Tells sheets apart: letters and digits."""
    questions: tuple[Question, ...]
    say: Say = field(repr=False)
    intro: str = ""
    """The network and its numbers, as HTML; a part of each question's text."""
    formulas: Mapping[str, Expression] = field(default_factory=dict, repr=False)
    """The formula of each quantity that is computed, each after what it names; for follow-through."""
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The number of each given quantity, as a formula without names."""
    picture: str = field(default="", repr=False)
    """The drawing of the network as SVG, to which the questions refer; "" for none."""
    carry: int | None = None
    """Each computed quantity is rounded to so many decimals before it is used again; None for no rounding."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Of all questions, in order."""
        return tuple(field for question in self.questions for field in question.fields)
