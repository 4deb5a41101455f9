"""The generator of all choices: a documented function of seed, id and purpose, the same everywhere for ever.

A draw is a whole number: 8 bytes, big-endian, of SHA-256("symback-sheet/1:<seed>:<id>:<purpose>:<count>"),
where <id> is the id in UTF-8 after its length in bytes and a colon, as in `5:maria`. So what is drawn for
one student never depends on another, on the order of a list, or on the version of Python.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from typing import TypeVar

VERSION = "symback-sheet/1"
"""Changes whenever the same seed and id would give other sheets."""
PER_DIGEST = 4
_WORDS = struct.Struct(">4Q").unpack
Item = TypeVar("Item")


class Draws:
    """The draws of one student."""

    def __init__(self, seed: int, identity: str) -> None:
        raw = identity.encode("utf-8", "surrogateescape")
        self._start = hashlib.sha256(f"{VERSION}:{seed}:{len(raw)}:".encode() + raw)

    def number(self, purpose: str, count: int = 0) -> int:
        """A whole number below 2^64."""
        digest = self._start.copy()
        digest.update(f":{purpose}:{count}".encode())
        return int.from_bytes(digest.digest()[:8], "big")

    def digests(self, purpose: str, count: int) -> bytes:
        """The draws of a stream as they come, four in each of so many digests."""
        start = self._start.copy()
        start.update(f":{purpose}:".encode())
        found = []
        for place in range(count):
            digest = start.copy()
            digest.update(b"%d" % place)
            found.append(digest.digest())
        return b"".join(found)

    def stream(self, purpose: str) -> Stream:
        """Many draws for one purpose, one after another."""
        return Stream(self, purpose)


class Stream:
    """Draws one after another; four come out of each digest."""

    def __init__(self, draws: Draws, purpose: str) -> None:
        self._start = draws._start.copy()
        self._start.update(f":{purpose}:".encode())
        self._count = 0
        self._left: list[int] = []

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        if not self._left:
            digest = self._start.copy()
            digest.update(b"%d" % self._count)
            self._left = list(_WORDS(digest.digest())[::-1])
            self._count += 1
        return self._left.pop() % limit

    def choice(self, items: Sequence[Item]) -> Item:
        """One of these."""
        return items[self.below(len(items))]

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """All of these in another order (Fisher and Yates, from the end)."""
        found = list(items)
        for place in range(len(found) - 1, 0, -1):
            other = self.below(place + 1)
            found[place], found[other] = found[other], found[place]
        return found
