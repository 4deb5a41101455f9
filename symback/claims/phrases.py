"""Noun phrases of a sentence, and the words that tie one to a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symback.claims import subjects as words
from symback.claims.context import Reading
from symback.claims.prose_tokens import Token

AND = frozenset(("and", "und", "&"))
FURTHEST = 14
"""So many tokens may stand between a noun and its number."""

_HEAD = re.compile(
    "|".join(f"(?P<k{i}>(?<= )(?:{pattern})(?= ))" for i, (_, pattern) in enumerate(words.HEADS))
)


@dataclass(slots=True)
class Subject:
    """A noun phrase: tokens[first:last]; `modifiers` are the words before its head, `name` narrows it."""

    key: str
    first: int
    last: int
    modifiers: frozenset[str] = frozenset()
    name: Token | None = None
    names: tuple[Token, ...] = ()


@dataclass(slots=True)
class Link:
    """What was seen between a noun and its number."""

    linked: bool = False
    of: bool = False
    past: bool = False
    moving: bool = False
    becoming: bool = False
    hedged: bool = False
    network: bool = False
    respect: bool = False
    arriving: bool = False


def noun_phrases(reading: Reading) -> Iterator[Subject]:
    """All noun phrases of a sentence, in order."""
    starts: dict[int, int] = {}
    at = 1
    for index, kind in enumerate(reading.kinds):
        starts[at] = index
        at += len(kind) + 1
    for match in _HEAD.finditer(reading.text):
        head = first = starts[match.start()]
        key = words.HEADS[int((match.lastgroup or "k0")[1:])][0]
        while reading.kind(first - 1) in words.MODIFIERS:
            first -= 1
        modifiers = frozenset(reading.kinds[first:head])
        first -= reading.kind(first - 1) in words.DETERMINERS
        name = reading.tokens[head] if key == "name" else None
        yield Subject(key, first, head + match.group().count(" ") + 1, modifiers, name)


def stands_well(reading: Reading, subject: Subject) -> bool:
    """Whether what stands before a noun leaves it a subject: not "the derivative of the error"."""
    before = reading.kind(subject.first - 1)
    if before in words.CONDITIONS:
        return False
    if not before or subject.first in reading.ends:
        return True
    if subject.key == "name":
        further = reading.kind(subject.first - 2)
        if before in ("of", "von") and further in ("value", "wert"):
            return True
        return before in words.BEFORE_A_NOUN and (before not in AND or further in ("#", ",", ")"))
    if before in words.WITH_OF and reading.kind(subject.last) in ("of", "von"):
        return True
    if before in words.OF_WORDS:
        return False
    return reading.kind(subject.first) in words.DETERMINERS or before in words.BEFORE_A_NOUN


def walk(reading: Reading, subject: Subject, link: Link) -> int | None:
    """From a noun to its number: the index of the number, or of "from"; None if the tie breaks on the way."""
    inverted = reading.kind(subject.first - 1)
    if inverted in words.INVERTED and reading.sentence.german:
        _verb(inverted, link)
    index = subject.last
    while index < min(len(reading.kinds), subject.last + FURTHEST):
        kind = reading.kinds[index]
        if moment := reading.begins.get(index):
            index = moment.last
            continue
        if kind == "#":
            return index if _arrived(subject, link) else None
        if kind in ("from", "von") and reading.kind(index + 1) == "#":
            return index
        if not _ties(reading, subject, link, index):
            return None
        index += 1
    return None


def _ties(reading: Reading, subject: Subject, link: Link, index: int) -> bool:
    """Take note of a word between noun and number; False for one that breaks the tie."""
    kind, follows = reading.kinds[index], reading.kind(index + 1)
    if kind == "@":
        return _narrowed(subject, reading.tokens[index])
    link.hedged = link.hedged or kind in words.HEDGES
    link.network = link.network or kind in words.NETWORKS
    link.arriving = link.arriving or kind in words.ARRIVALS
    if subject.key == "network" and kind in words.NETWORK_LINKS:
        return _network_verb(reading, subject, link, index)
    if subject.key in words.LISTS and kind in AND:
        return follows == "@" and bool(subject.names)
    if subject.key in ("gradient", "derivative") and (kind in words.RESPECT or kind in words.OF_AN_ERROR):
        link.respect = link.respect or kind in words.RESPECT
        return True
    if _is_verb(kind):
        _verb(kind, link)
        return True
    link.of = link.of or (kind in ("of", "von") and index == subject.last)
    if kind in words.UNITS and follows in ("@", *words.UNITS):
        return True
    return kind in words.FILLERS or kind in words.HEDGES


def _network_verb(reading: Reading, subject: Subject, link: Link, index: int) -> bool:
    """The network "outputs" its outputs; what we want it "to output" are targets."""
    before = reading.kinds[max(0, subject.first - 6) : subject.first]
    wanted = any(word in words.WANTING for word in before)
    if (reading.kind(index - 1) == "to") != wanted:
        return False
    subject.key = "targets" if wanted else subject.key
    link.linked = True
    return True


def _narrowed(subject: Subject, named: Token) -> bool:
    """A name between noun and number: "the output of h1 is", "the outputs o1 and o2 are"."""
    if subject.key in words.LISTS:
        subject.names += (named,)
        return True
    if subject.name is not None or subject.key == "it":
        return False
    subject.name = named
    return True


def _is_verb(kind: str) -> bool:
    return kind in words.LINKS or kind in words.BECOMING or kind in words.MOVING or kind in words.RESTING


def _verb(kind: str, link: Link) -> None:
    link.linked = True
    link.past = link.past or kind in words.PAST
    link.moving = link.moving or kind in words.MOVING
    link.becoming = link.becoming or kind in words.BECOMING


def _arrived(subject: Subject, link: Link) -> bool:
    """Whether a verb or an "of" was on the way; inputs need none ("given inputs 0.05 and 0.10")."""
    if link.moving:
        return link.arriving
    if subject.key == "network":
        return link.linked
    return link.linked or link.of or subject.key == "inputs"
