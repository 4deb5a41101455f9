"""Explanations as sentences for a learner."""

from __future__ import annotations

from markupsafe import Markup

from symback.diagnosis.candidate import Candidate, Part
from symback.diagnosis.diagnosis import Explanation
from symback.errors import UnknownName
from symback.feedback.facts import facts_of, of_workings
from symback.feedback.figures import Figures
from symback.feedback.pens import Pen
from symback.mistakes.workings import Workings
from symback.render import say


def clause(part: Part, right: Figures, wrong: Figures, pen: Pen, language: str = "en") -> str:
    """One mistake as a clause, without a full stop, and in English without a capital."""
    facts = facts_of(part, right, wrong, pen)
    try:
        return say("sentences", part.identifier, facts, pen.format_name, language)
    except UnknownName:
        facts = {"formula": "", "wrong": "", **facts}
        return say("sentences", "other", facts, pen.format_name, language)


def sentence(explanation: Explanation, right: Figures, wrong: Figures, pen: Pen) -> str:
    """All mistakes of an explanation, with a capital and without a full stop; "may be" if it is not sure."""
    text = clauses(explanation, right, wrong, pen)
    if not explanation.is_confident:
        phrase = "unsure" if len(explanation.candidate.parts) == 1 else "unsure_of_several"
        text = say("words", phrase, {"clause": safe(text)}, pen.format_name)
    return capital(text, right.workings)


def clauses(explanation: Explanation, right: Figures, wrong: Figures, pen: Pen) -> str:
    """The same before it is known how sure it is."""
    return _together(explanation.candidate, right, wrong, pen)


def alternatives(explanation: Explanation, right: Figures, pen: Pen) -> list[str]:
    """What cannot be told from an explanation, each as a clause, the simplest first."""
    own = tuple(part.identifier for part in explanation.candidate.parts)
    found: dict[tuple[str, ...], str] = {own: ""}
    for other in explanation.others:
        names = tuple(part.identifier for part in other.parts)
        if names not in found:
            found[names] = _together(other, right, of_workings(other.workings, right), pen)
    return [said for said in dict.fromkeys(found.values()) if said]


def _together(candidate: Candidate, right: Figures, wrong: Figures, pen: Pen) -> str:
    parts = [clause(part, right, wrong, pen) for part in candidate.parts]
    if len(parts) == 1:
        return parts[0]
    return say("words", "several", {"clauses": [safe(part) for part in parts]}, pen.format_name)


def capital(text: str, workings: Workings) -> str:
    """The sentence with a capital, unless it begins with a name."""
    first = text.partition(" ")[0].rstrip(",:")
    is_word = first.isalpha() and first not in workings.places
    return text[:1].upper() + text[1:] if is_word else text


def safe(text: str) -> str:
    """What was escaped already."""
    return Markup(text)
