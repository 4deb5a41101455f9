"""What text and Markdown say alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symback.feedback.report import Checked, Report
from symback.feedback.reread import Reread
from symback.feedback.sentences import safe
from symback.render import say


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
        return words("unexplained", count=count, wrong=len(wrong_numbers(report)))
    return ending(sentences[0])


def where(place: Reread, words: Words) -> dict[str, object]:
    """What the phrase about reading again is given."""
    return {"heading": safe(words(place.part, layer=place.layer)), "is_alone": place.is_alone}


def wrong_numbers(report: Report) -> tuple[Checked, ...]:
    """The numbers that are not right, in the order in which they are computed."""
    return tuple(one for one in report.numbers if not one.is_right)


def ending(sentence: str) -> str:
    """The sentence with a full stop."""
    return f"{sentence}."
