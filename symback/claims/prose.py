"""Numbers stated in prose beside a known thing: "the total error is 0.298371109", "after 10,000 rounds ...".

The rules, all meant to say nothing rather than something wrong:

1. A number belongs to a noun (subjects.HEADS) or a name if only words of the tables stand between them, one
   of them a verb such as "is" or an "of": "the total error of the network is now down to 0.29". A unit named
   there narrows it: "the output of h1 is 0.59". Lists go to "outputs", "inputs" and "targets", in order; "(vs
   0.01 target)" behind a number is the target of the same place.
2. When (moments): a phrase before the number in its sentence counts, else one directly behind it, else the
   state that the paragraph has reached. A new paragraph begins before training, as long as none did otherwise
   under the same heading; else only "at this point", "now" or a new phrase makes it clear again.
3. "was" without a phrase of its own means before, if a phrase about later follows in the sentence. "Falls to"
   and "now" need a phrase somewhere. "w5 becomes 0.3589" is the value after one update.
4. Nothing is said in questions, about samples and test sets, in sentences with "would", "until", "less than"
   (subjects.SPOILERS), about whole numbers, for "about 0.3" with less than four digits, or when a unit of
   measure or an operator follows the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symback.claims.context import Reading
from symback.claims.extract import parts_of
from symback.claims.layout import Layout
from symback.claims.moments import UNCLEAR
from symback.claims.sentences import Sentence, sentences
from symback.claims.source import Notation, Place
from symback.claims.statements import Stated, statements


@dataclass(frozen=True, slots=True)
class RawRemark:
    """A number in prose and what it is said to be; names are as written and not looked up.

    `words`: "error", "output", "input", "target", "learning rate", "net input", "delta", "gradient", or ""
    where `name` is the thing itself. With other words `name` narrows: output of `h1`, gradient for `w5`. A
    name may have a state of its own (`w_5^+`), which `rounds` then does not repeat.
    `ordinal` counts within a list of outputs, inputs or targets that has `count` members (0: no list).
    `rounds`: None before training, n after n updates. `literal` is a plain decimal, also of a decimal comma.
    """

    words: str
    name: str
    notation: Notation
    rounds: int | None
    ordinal: int
    count: int
    literal: str
    text: str
    place: Place


def remarks(text: str, kind: str) -> Iterator[RawRemark]:
    """All remarks of a document, in order. Never raises."""
    for part in parts_of(text, kind):
        for stated, sentence in _stated(part.layout):
            yield _remark(stated, sentence.text, part.place(stated.number.offset))


def _stated(layout: Layout) -> Iterator[tuple[Stated, Sentence]]:
    memory = _Memory()
    for sentence in sentences(layout):
        memory.enter(sentence)
        reading = Reading(sentence, memory.state, memory.held)
        reading.noun = memory.noun
        found = sorted(statements(reading), key=lambda stated: stated.number.offset)
        memory.leave(reading)
        for stated in found:
            yield stated, sentence


def _remark(stated: Stated, text: str, place: Place) -> RawRemark:
    name = stated.name
    return RawRemark(
        words=stated.words,
        name=name.text if name else "",
        notation="latex" if name and name.latex else "ascii",
        rounds=stated.state or None,
        ordinal=stated.ordinal,
        count=stated.count,
        literal=stated.number.decimal,
        text=text,
        place=place,
    )


_TRAINING = re.compile(r"train|result|after|updat|round|epoch|nach|ergebnis|runde", re.IGNORECASE)


class _Memory:
    """What a paragraph and the ones before it have established: the state, and the last noun."""

    def __init__(self) -> None:
        self.state = self.held = 0
        self.noun = ""

    def enter(self, sentence: Sentence) -> None:
        """A new paragraph makes a later state unclear; a heading without a word of training clears it."""
        if not sentence.starts:
            return
        self.noun = ""
        if sentence.heading:
            self.state = UNCLEAR if _TRAINING.search(sentence.text) else 0
            self.held = 0
        elif self.state > 0:
            self.held, self.state = self.state, UNCLEAR

    def leave(self, reading: Reading) -> None:
        """The last phrase of a sentence holds for the next one."""
        self.noun = reading.noun
        if not reading.moments:
            return
        last = reading.moments[-1]
        if last.effect == "before" and self.state:
            self.state = UNCLEAR  # "it was 0.298 before" does not lead back
        else:
            self.state = reading.state_after(last)
