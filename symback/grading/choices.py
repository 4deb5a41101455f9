"""Boxes that ask for no number: keys of choices, orders, and formulas, which are proved equal or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symback.claims.verdicts import Judged
from symback.claims.verify import verify
from symback.errors import SymbackError
from symback.exercises.model import Answer, Box, Choice
from symback.grading.outcome import Outcome, Shown, Slip
from symback.grading.reading import Cell, Reading
from symback.grading.safely import Safely
from symback.grading.sheet_papers import Paper, Papers
from symback.grading.statuses import Status
from symback.network import Network

_BETWEEN = re.compile(r"[,;\s]+")
_YES = {"true": ("true", "t", "yes", "wahr", "richtig", "1"), "false": ("false", "f", "no", "falsch", "0")}
_GOOD = ("proved", "exact", "rounded")
LONGEST = 2_000

_NO_FORMULA = {"problem": "one formula may stand there.", "is_formula": True}


def mark_other(papers: Papers, paper: Paper, box: Box, cell: Cell) -> Outcome:
    """What became of a box that asks for no number."""
    reading = Reading(box, cell)
    if reading.is_blank:
        return Outcome(reading, Status.BLANK, "blank")
    if box.answer is Answer.FORMULA:
        return _formula(papers.sheet.network, papers.formulas, reading)
    if box.answer in (Answer.CHOICE, Answer.SEVERAL, Answer.ORDER):
        return _choice(papers, paper, reading)
    return Outcome(reading, Status.UNREADABLE, "person")


def _choice(papers: Papers, paper: Paper, reading: Reading) -> Outcome:
    """Keys compared; the choices themselves are made again only where one is not right."""
    box = reading.box
    right = [key.casefold() for key in box.value.split(",") if key]
    texts = [text for text in _BETWEEN.split(reading.cell.text.strip()) if text]
    given = [_key(text, right) for text in texts]
    if _fits(box, given, right):
        return Outcome(reading, Status.RIGHT, "right")
    safely = Safely()
    none: tuple[Choice, ...] = ()
    choices = safely(lambda: papers.choices(paper, box.number), none)
    known = {choice.key.casefold(): choice for choice in choices}
    shown = {choice.value: choice.key.casefold() for choice in choices if choice.value}
    given = [key if key in known else shown.get(text, key) for key, text in zip(given, texts, strict=True)]
    if _fits(box, given, right):  # platforms export what a choice shows in the place of its key
        return Outcome(reading, Status.RIGHT, "right")
    if known and any(key not in known for key in given):
        problem = f"there may stand {', '.join(known)}."
        return Outcome(reading, Status.UNREADABLE, "unreadable", {"problem": problem, "known": list(known)})
    slips: tuple[Slip, ...] = ()
    if box.answer is Answer.CHOICE and len(given) == 1 and known:
        slips = safely(lambda: _behind(papers, paper, known[given[0]]), ())
    return Outcome(reading, Status.WRONG, "wrong_choice", slips=slips, failure=safely.failure)


def _fits(box: Box, given: Sequence[str], right: Sequence[str]) -> bool:
    """Whether these are the keys of the right choices."""
    return set(given) == set(right) if box.answer is Answer.SEVERAL else list(given) == list(right)


def _behind(papers: Papers, paper: Paper, choice: Choice) -> tuple[Slip, ...]:
    """The mistake that gives the number of a wrong choice."""
    part = choice.wrong.part if choice.wrong is not None else None
    if part is None or part.placed is None or choice.is_right or not choice.value:
        return ()
    workings = papers.course.ground(paper.numbers).workings
    changed = workings.with_formulas(part.placed.formulas)
    if changed is None:
        return ()
    decimals, is_rounded = papers.sheet.rounding.decimals, workings.decimals is not None
    right, wrong = (
        Shown(one, values=one.values, decimals=decimals, is_rounded=is_rounded) for one in (workings, changed)
    )
    return (Slip(part, right, wrong),)


def _key(text: str, right: Sequence[str]) -> str:
    """A key as it was meant: `(B)` is b, `wahr` is true."""
    plain = text.strip("().[]").casefold()
    if set(right) <= set(_YES):
        return next((key for key, words in _YES.items() if plain in words), plain)
    return plain


def _formula(network: Network, known: dict[tuple[str, str], Judged | None], reading: Reading) -> Outcome:
    box, text = reading.box, reading.cell.text.strip().strip("$").strip()
    said = text.rpartition("=")[2].strip()
    if not said or len(said) > LONGEST or "\n" in said:
        return Outcome(reading, Status.UNREADABLE, "unreadable", _NO_FORMULA)
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
        return Outcome(reading, Status.UNREADABLE, "unreadable", {**_NO_FORMULA, "problem": problem})
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
