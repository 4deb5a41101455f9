"""A network and numbers -> the report on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from symback.answer_numbers import Answer, read_answer
from symback.answer_tables import Entry, read_claim
from symback.diagnosis.diagnosis import Diagnoser
from symback.errors import RequestError, shorten
from symback.feedback.report import Report
from symback.naming import normal_state, parts_of
from symback.network import Network

Given = str | int | float | Fraction | Decimal
"""A number as Python has it; a text keeps its digits."""


def report_on(network: Network, entries: Sequence[Entry], source: str = "") -> Report:
    """Which mistake gives these numbers; `source` is the network as commands name it.

    Raises UnknownName or RequestError, with the nearest name, for what the network does not have.
    """
    diagnoser = Diagnoser(network, tuple(entry.name for entry in entries if _is_readable(entry.name)))
    _check_names(diagnoser, entries)
    diagnosis = diagnoser.diagnose(entries)
    return Report(diagnosis, source or network.name, tuple(entry.name for entry in entries))


def entries_of(numbers: Mapping[str, Given] | Iterable[str] | str) -> list[Entry]:
    """Numbers by name, or claims such as `"net_h1 = 0.3775"`. Raises RequestError for what is none."""
    if isinstance(numbers, str):
        return [read_claim(numbers)]
    if not isinstance(numbers, Mapping):
        return [read_claim(claim) for claim in numbers]
    return [Entry(normal_state(name.strip()), _answer(name, number), "") for name, number in numbers.items()]


def _answer(name: str, number: Given) -> Answer:
    if isinstance(number, bool) or not isinstance(number, Given):
        raise RequestError(f"{name}: {shorten(number)} is no number.")
    return read_answer(str(number))


def _is_readable(name: str) -> bool:
    """Whether it is the name of a derivative, which may have to be derived first."""
    try:
        return parts_of(name).is_derivative
    except ValueError:
        return False


def _check_names(diagnoser: Diagnoser, entries: Sequence[Entry]) -> None:
    """That no quantity has two numbers under two of its names."""
    workings = diagnoser.workings
    known: dict[str, Entry] = {}
    for entry in entries:
        if entry.name in workings.places:
            before = known.setdefault(workings.name(entry.name), entry)
            if before.answer.value != entry.answer.value:
                raise RequestError(
                    f"{before.name} and {entry.name} are one quantity, but have two numbers: "
                    f"{before.answer.text} and {entry.answer.text}."
                )
