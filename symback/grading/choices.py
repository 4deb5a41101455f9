"""Boxes that ask for no number: keys of choices, orders, and formulas, which are proved equal or not."""

from __future__ import annotations

import re

from symback.claims.verdicts import Judged
from symback.claims.verify import verify
from symback.errors import SymbackError
from symback.exercises.model import Answer, Box
from symback.grading.outcome import Outcome
from symback.grading.reading import Cell, Reading
from symback.grading.statuses import Status
from symback.network import Network

_BETWEEN = re.compile(r"[,;\s]+")
_YES = {"true": ("true", "t", "yes", "wahr", "richtig", "1"), "false": ("false", "f", "no", "falsch", "0")}
_GOOD = ("proved", "exact", "rounded")
LONGEST = 2_000


Known = dict[tuple[str, str], Judged | None]
"""Formulas that were judged already, by quantity and text."""


def mark_other(network: Network, known: Known, box: Box, cell: Cell) -> Outcome:
    """What became of a box that asks for no number."""
    reading = Reading(box, cell)
    if reading.is_blank:
        return Outcome(reading, Status.BLANK, "blank")
    if box.answer is Answer.FORMULA:
        return _formula(network, known, reading)
    if box.answer in (Answer.CHOICE, Answer.SEVERAL, Answer.ORDER):
        return _choice(reading)
    return Outcome(reading, Status.UNREADABLE, "person")


def _choice(reading: Reading) -> Outcome:
    box = reading.box
    keys = {choice.key.casefold(): choice.key for choice in box.choices} or {
        key.casefold(): key for key in box.value.split(",")
    }
    given = [_key(text, keys) for text in _BETWEEN.split(reading.cell.text.strip()) if text]
    unknown = [text for text in given if text not in keys]
    if unknown and box.choices:
        problem = f"there may stand {', '.join(keys.values())}."
        return Outcome(reading, Status.UNREADABLE, "unreadable", {"problem": problem})
    right = [key.casefold() for key in box.value.split(",") if key]
    is_right = set(given) == set(right) if box.answer is Answer.SEVERAL else given == right
    if is_right:
        return Outcome(reading, Status.RIGHT, "right")
    return Outcome(reading, Status.WRONG, "wrong_choice", {"right": box.value})


def _key(text: str, keys: dict[str, str]) -> str:
    """A key as it was meant: `(B)` is b."""
    plain = text.strip("().[]").casefold()
    if set(keys) == set(_YES):
        return next((key for key, words in _YES.items() if plain in words), plain)
    return plain


def _formula(network: Network, known: Known, reading: Reading) -> Outcome:
    box, text = reading.box, reading.cell.text.strip().strip("$").strip()
    said = text.rpartition("=")[2].strip()
    if not said or len(said) > LONGEST or "\n" in said:
        return Outcome(reading, Status.UNREADABLE, "unreadable", {"problem": "one formula may stand there."})
    if said.replace(" ", "") == box.quantity:
        return Outcome(reading, Status.WRONG, "says_nothing", {"right": box.value})
    key = (box.quantity, said)
    if key not in known:
        known[key] = _judged(network, box.quantity, said)
    verdict = known[key]
    if verdict is None or verdict.verdict in ("unreadable", "unresolved"):
        problem = (
            verdict.why if verdict is not None and verdict.why else "no formula of this network stands there."
        )
        return Outcome(reading, Status.UNREADABLE, "unreadable", {"problem": problem})
    if verdict.verdict in _GOOD:
        return Outcome(reading, Status.RIGHT, "right")
    if verdict.verdict == "convention":
        return Outcome(reading, Status.CONVENTION, "formula_convention", {"reason": verdict.why or ""})
    if verdict.verdict == "undecided":
        return Outcome(reading, Status.UNREADABLE, "undecided")
    facts = {"right": box.value, "reason": (verdict.why or "").rstrip(".")}
    return Outcome(reading, Status.WRONG, "wrong_formula", facts)


def _judged(network: Network, quantity: str, said: str) -> Judged | None:
    """The verdict on what was said to be the formula; None where there is no single one."""
    try:
        claims = verify((f"{quantity} = {said}",), network=network).claims
    except SymbackError:
        return None
    return claims[0] if len(claims) == 1 else None
