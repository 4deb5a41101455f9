"""Why a box got its mark, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from symback.feedback.pens import Pen
from symback.feedback.sentences import capital, clause, safe
from symback.grading.outcome import Outcome
from symback.grading.safely import told
from symback.render import say

FILE = "grades"
ALWAYS_ALIKE = ("right", "blank", "person")
"""Phrases that need no facts."""


def why(outcome: Outcome, pen: Pen, language: str = "en") -> str:
    """One or two sentences for the student, in plain text or Markdown as the pen writes."""
    if outcome.phrase in ALWAYS_ALIKE and not outcome.failure:
        return _alike(outcome.phrase, pen.format_name, language)
    failure = outcome.failure
    try:
        text = say(FILE, outcome.phrase, _facts(outcome, pen, language), pen.format_name, language)
    except Exception as error:  # a sentence that fails changes no mark either
        failure = told(error)
        facts = {"right": outcome.reading.box.value, "missing": []}
        text = say(FILE, "wrong", facts, pen.format_name, language)
    if failure:
        text += " " + say(FILE, "failed", {"failure": failure}, pen.format_name, language).strip()
    return text


@lru_cache(maxsize=64)
def _alike(phrase: str, format_name: str, language: str) -> str:
    return say(FILE, phrase, {}, format_name, language)


def _facts(outcome: Outcome, pen: Pen, language: str) -> Mapping[str, object]:
    facts = dict(outcome.facts)
    facts.setdefault("right", outcome.reading.box.value)
    facts.setdefault("sentence", "")
    if outcome.own:
        facts["own"] = [{"named": pen.named(one.name, one.number), "box": one.box} for one in outcome.own]
    if outcome.slips:
        clauses = [clause(slip.part, slip.right, slip.wrong, pen, language) for slip in outcome.slips]
        facts["clauses"] = [safe(one) for one in clauses]
        facts["sentence"] = safe(_sentence(outcome, clauses, pen, language))
    return facts


def _sentence(outcome: Outcome, clauses: list[str], pen: Pen, language: str) -> str:
    """With a capital; several mistakes one after the other; "may be" where others give the same number."""
    text = clauses[0]
    if len(clauses) > 1:
        text = say("words", "several", {"clauses": list(map(safe, clauses))}, pen.format_name, language)
    if not all(slip.is_sure for slip in outcome.slips):
        phrase = "unsure" if len(clauses) == 1 else "unsure_of_several"
        text = say("words", phrase, {"clause": safe(text)}, pen.format_name, language)
    return capital(text, outcome.slips[0].right.workings)
