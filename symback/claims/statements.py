"""The numbers that a sentence states: each with its noun, its place in a list, and its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.claims import subjects as words
from symback.claims.context import Reading
from symback.claims.moments import UNCLEAR
from symback.claims.phrases import AND, Link, Subject, noun_phrases, stands_well, walk
from symback.claims.prose_tokens import Token
from symback.claims.timing import state_of

FEWEST_DIGITS = 4
"""Of a number behind "about": with fewer it may be meant loosely."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number and what it is said to be; `ordinal` of `count` in a list, both 0 without one."""

    words: str
    name: Token | None
    state: int
    ordinal: int
    count: int
    number: Token


def statements(reading: Reading) -> Iterator[Stated]:
    """All that a sentence states about numbers with a decimal point."""
    if not reading.sentence.states or reading.sentence.text.endswith("?"):
        return
    if words.SPOILERS.search(reading.text):
        return
    taken: set[int] = set()
    yield from _fed(reading, taken)
    for subject in noun_phrases(reading):
        if subject.first not in taken and stands_well(reading, subject):
            yield from _stated(reading, subject, taken)


def _stated(reading: Reading, subject: Subject, taken: set[int]) -> Iterator[Stated]:
    """What one noun phrase has to say."""
    link = Link()
    if subject.key == "error" and reading.kind(subject.first - 1) in ("as", "als"):
        yield from _named_behind(reading, subject, link)
        return
    place = walk(reading, subject, link)
    if subject.key not in ("it", "name", "network"):
        reading.noun = subject.key
    if place is None:
        return
    if reading.kind(place) != "#":
        yield from _from_to(reading, subject, link, place, taken)
        return
    values, end = _values(reading, place)
    if not _fits(reading, link, values, end) or not _counts(reading, subject, link, len(values)):
        return
    state = state_of(reading, subject, link, place, end)
    if state is None:
        return
    taken.update(range(subject.first, end))
    for ordinal, (value, target) in enumerate(values, 1):
        yield _one(reading, subject, value, state, ordinal, len(values))
        if target is not None:
            about = Subject("targets", subject.first, end, name=subject.name, names=subject.names)
            yield _one(reading, about, target, 0, ordinal, len(values))
    if len(values) == 1 and subject.key in ("error", "it", "name"):
        yield from _and_then(reading, subject, link, end)


def _values(reading: Reading, index: int) -> tuple[list[tuple[int, int | None]], int]:
    """Numbers in a row from here, each with the target in brackets behind it, and where they end."""
    values: list[tuple[int, int | None]] = []
    while True:
        target, end = _bracket(reading, index + 1)
        values.append((index, target))
        further = end + (reading.kind(end) == ",")
        further += reading.kind(further) in AND
        if further == end or reading.kind(further) != "#" or not reading.tokens[further].decimal:
            return values, end
        if any(place in reading.begins for place in range(end, further + 1)):
            return values, end
        index = further


def _bracket(reading: Reading, index: int) -> tuple[int | None, int]:
    """The index of the target in "(vs 0.01 target)", and where the bracket ends."""
    if reading.kind(index) != "(" or ")" not in reading.kinds[index : index + 10]:
        return None, index
    closing = reading.kinds.index(")", index)
    inside = reading.kinds[index:closing]
    if "#" not in inside:
        return None, closing + 1
    if inside.count("#") == 1 and any(kind in words.TARGET_WORDS for kind in inside):
        return index + inside.index("#"), closing + 1
    return None, index


def _fits(reading: Reading, link: Link, values: list[tuple[int, int | None]], end: int) -> bool:
    """Whether these are decimals that stand alone: no unit of measure, no operator, no loose rounding."""
    after = reading.kind(end)
    if after and after not in words.AFTER_NUMBER and end not in reading.begins:
        return False
    if after in AND and reading.kind(end + 1) == "#":
        return False
    tokens = [reading.tokens[number] for number, _ in values]
    if not all(token.decimal for token in tokens) or not any("." in token.decimal for token in tokens):
        return False
    loose = any(len(token.decimal.lstrip("-0.").replace(".", "")) < FEWEST_DIGITS for token in tokens)
    return not (link.hedged and loose)


def _counts(reading: Reading, subject: Subject, link: Link, count: int) -> bool:
    """Whether so many numbers can belong to this noun; finds the unit that the sentence named before."""
    key = subject.key
    if key in words.LISTS:
        return count == len(subject.names) if subject.names else count >= 2
    if key == "network":
        subject.name = reading.unit if count == 1 else None
        return True
    if count != 1:
        return False
    if key in ("output", "target"):
        subject.name = subject.name or _unit_before(reading, subject)
    if key == "target":
        reading.unit = subject.name
    if key == "output" and subject.name is None:
        return link.network or bool(subject.modifiers & words.OF_THE_NETWORK)
    if key == "derivative" and not link.respect:
        return False
    if key in words.OF_A_UNIT:
        return subject.name is not None
    return key != "it" or reading.noun == "error"


def _unit_before(reading: Reading, subject: Subject) -> Token | None:
    """The unit in "for o1 the target is" and "h1 has an output of"."""
    before = subject.first - 1
    before -= reading.kind(before) == ","
    if reading.kind(before) == "@" and reading.kind(before - 1) in ("for", "für", "bei", "at"):
        return reading.tokens[before]
    if reading.kind(before) in ("has", "hat") and reading.kind(before - 1) == "@":
        return reading.tokens[before - 1]
    return None


def _and_then(reading: Reading, subject: Subject, link: Link, end: int) -> Iterator[Stated]:
    """A second value with its own phrase: "0.298 before and 0.291 after the first round"."""
    index = end
    moment = None
    while index in reading.begins or reading.kind(index) in (",", "but", "aber", *AND):
        moment = reading.begins.get(index, moment)
        index = reading.begins[index].last if index in reading.begins else index + 1
    if moment is None or not reading.is_value(index) or not _fits(reading, link, [(index, None)], index + 1):
        return
    moment = reading.begins.get(index + 1, moment if moment.last == index else None)
    if moment is not None and moment.effect not in ("same", "now"):
        state = reading.state_after(moment)
        if state != UNCLEAR:
            yield _one(reading, subject, index, state, 1, 1)


def _from_to(reading: Reading, subject: Subject, link: Link, place: int, taken: set[int]) -> Iterator[Stated]:
    """As in "falls from 0.298 to 0.291 after one round"; the first is told too if one round is meant."""
    first, second = place + 1, place + 3
    if reading.kind(place + 2) not in words.ARRIVALS or not (link.moving or link.becoming):
        return
    if not reading.is_value(second) or not reading.tokens[first].decimal:
        return
    link.moving = True
    if not _fits(reading, link, [(first, None), (second, None)], second + 1):
        return
    if not _counts(reading, subject, link, 1):
        return
    state = state_of(reading, subject, link, place, second + 1)
    if state:
        taken.update(range(subject.first, second + 1))
        if state == 1:
            yield _one(reading, subject, first, 0, 1, 1)
        yield _one(reading, subject, second, state, 1, 1)


def _named_behind(reading: Reading, subject: Subject, link: Link) -> Iterator[Stated]:
    """As in "we get 0.298371109 as the total error"."""
    place = subject.first - 2
    after = reading.kind(subject.last)
    if not reading.is_value(place) or reading.kind(place - 1) in (",", *AND):
        return
    if after and after not in words.AFTER_NUMBER and subject.last not in reading.begins:
        return
    reading.noun = "error"
    state = state_of(reading, subject, link, place, subject.last)
    if state is not None:
        yield _one(reading, subject, place, state, 1, 1)


def _fed(reading: Reading, taken: set[int]) -> Iterator[Stated]:
    """As in "when we feed forward 0.05 and 0.10" and "the 0.05 and 0.10 inputs"."""
    for index, kind in enumerate(reading.kinds):
        if kind != "#" or index in taken or reading.kind(index - 1) in (",", *AND):
            continue
        values, end = _values(reading, index)
        if len(values) < 2 or not _decimals(reading, values):
            continue
        back = index - 1
        while reading.kind(back) in words.FEEDING_FILLERS:
            back -= 1
        noun = reading.kind(end)
        fed = reading.kind(back) in words.FEEDING and noun in words.AFTER_FEEDING
        if not fed and noun not in ("inputs", "targets"):
            continue
        subject = Subject(noun if noun == "targets" else "inputs", back, end)
        taken.update(range(index, end))
        for ordinal, (value, _) in enumerate(values, 1):
            yield _one(reading, subject, value, 0, ordinal, len(values))


def _decimals(reading: Reading, values: list[tuple[int, int | None]]) -> bool:
    return all(reading.is_value(number) for number, _ in values)


_KEYS = {"it": "error", "name": "", "network": "output", "derivative": "gradient"}


def _one(reading: Reading, subject: Subject, index: int, state: int, ordinal: int, count: int) -> Stated:
    key = _KEYS.get(subject.key, subject.key)
    if subject.key in words.LISTS:
        key = subject.key.removesuffix("s")
    name = subject.names[ordinal - 1] if subject.names else subject.name
    listed = name is None and key in ("output", "target", "input")
    return Stated(key, name, state, ordinal * listed, count * listed, reading.tokens[index])
