"""What text and Markdown say alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symback.feedback.pens import Pen
from symback.feedback.report import Explanation, Report
from symback.feedback.reread import Reread
from symback.feedback.sentences import alternatives, safe
from symback.render import say

MOST_ALSO = 4
"""Of what cannot be told apart so much is said."""


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of a language in one format."""

    format_name: str

    def __call__(self, phrase: str, **facts: object) -> str:
        """One phrase."""
        return say("words", phrase, facts, self.format_name)


def headline(report: Report, words: Words, sentences: Sequence[str]) -> str:
    """The answer in a sentence; `sentences` are those of the explanations."""
    count = len(report.numbers)
    if report.is_convention:
        found = sentences[0]
        return words("convention", count=count, clause=safe(found[:1].lower() + found[1:]))
    if report.correct:
        return words("all_right", count=count)
    if not sentences:
        return words("unexplained", count=count, wrong=len(report.wrong_numbers))
    return ending(sentences[0])


def also(best: Explanation, words: Words, pen: Pen, *, several: bool) -> list[str]:
    """What cannot be told from the best explanation: a head and some clauses; [] for nothing."""
    found = alternatives(best.found, best.right, pen)
    if not found:
        return []
    more = len(found) - MOST_ALSO
    left = [words("others_left", count=more)] if more > 0 else []
    return [f"{words('also', several=several)}:", *found[:MOST_ALSO], *left]


def where(place: Reread, words: Words) -> dict[str, object]:
    """What the phrase about reading again is given."""
    return {"heading": safe(words(place.part, layer=place.layer)), "is_alone": place.is_alone}


def ending(sentence: str) -> str:
    """The sentence with a full stop."""
    return f"{sentence}."
