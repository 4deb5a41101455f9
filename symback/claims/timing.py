"""In which state a number of a sentence is claimed: before training, after so many updates, or not clear."""

from __future__ import annotations

from symback.claims import subjects as words
from symback.claims.context import Reading
from symback.claims.moments import UNCLEAR, Moment
from symback.claims.phrases import Link, Subject

_SPLITTING = frozenset((";", ":", "—", "–", "and", "but", "while", "whereas", "und", "aber", "während"))
_WEAK = ("same", "now")


def state_of(reading: Reading, subject: Subject, link: Link, place: int, end: int) -> int | None:
    """The state for numbers in tokens[place:end]; None if that is not clear."""
    if subject.key in words.CONSTANTS:
        return 0
    leading = [moment for moment in reading.moments if moment.last <= place]
    told = _told(reading, leading, end)
    if told == UNCLEAR:
        return None
    if told is None and link.past and any(m.first >= end and m.effect not in _WEAK for m in reading.moments):
        told = 0  # "the error was 0.298; after this round ..."
    state = reading.carried if told is None else told
    if told is None and leading:
        state = reading.state_after(leading[-1])
    if told is None and link.past and state != 0:
        return None
    return _by_words(subject, link, state, told is not None, leading)


def _told(reading: Reading, leading: list[Moment], end: int) -> int | None:
    """The state by a phrase of the sentence itself; None without one, UNCLEAR where two readings are open."""
    behind = next((m for m in reading.moments if m.first >= end and m.effect not in _WEAK), None)
    if behind is not None:
        between = reading.kinds[end : behind.first]
        followed = any(reading.is_value(index) for index in range(behind.last, len(reading.kinds)))
        if not between or (between == [","] and not followed):
            return reading.state_after(behind)
        if not any(kind in _SPLITTING for kind in between) and not (followed and between[-1] == ","):
            return UNCLEAR
    strong = [moment for moment in leading if moment.effect not in _WEAK]
    return reading.state_after(strong[-1]) if strong else None


def _by_words(subject: Subject, link: Link, state: int, told: bool, leading: list[Moment]) -> int | None:
    """What adjectives and verbs make of a state: "the initial error", "the new error", "w5 becomes"."""
    if subject.modifiers & words.BEFORE_WORDS:
        return None if told and state else 0
    if subject.modifiers & words.AFTER_WORDS and state == 0:
        return None if told else 1
    if state == UNCLEAR or (subject.modifiers & words.FINAL_WORDS and not told):
        return None
    if state:
        return state
    if link.becoming or link.moving:
        if subject.key == "name" and subject.name and words.PARAMETER.match(subject.name.text):
            return 1
        if link.moving or subject.key != "name":
            return None
    return None if any(moment.effect == "now" for moment in leading) else state
