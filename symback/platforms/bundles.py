"""Pieces, one for each paper -> files: one for each, or as few as platforms take, with whole papers only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from symback.platforms.archive import file_name
from symback.platforms.xml import HEAD

LARGEST = 16_000_000
"""No further paper is added to a file of so many bytes."""
Files = Iterator[tuple[str, bytes]]
"""Paths below the folder of the sheet, each with the content of the file."""


class Collector(Protocol):
    """Takes pieces one after another; gives each file as soon as it is full."""

    def add(self, identity: str, piece: bytes) -> Files:
        """The files that are full with the piece of one more paper."""

    def end(self) -> Files:
        """The files that are left."""


@dataclass
class Bundle:
    """Files `NAME.xml`, `NAME-2.xml`, ...: a `<quiz>` each, with the questions of several papers."""

    name: str
    largest: int = LARGEST
    _pieces: list[bytes] = field(default_factory=list, init=False, repr=False)
    _size: int = field(default=0, init=False)
    _count: int = field(default=0, init=False)

    def add(self, identity: str, piece: bytes) -> Files:
        """The file before, if this paper has no room in it."""
        if self._pieces and self._size + len(piece) > self.largest:
            yield self._file()
        self._pieces.append(piece)
        self._size += len(piece)

    def end(self) -> Files:
        """The last file."""
        if self._pieces:
            yield self._file()

    def _file(self) -> tuple[str, bytes]:
        self._count += 1
        name = f"{self.name}.xml" if self._count == 1 else f"{self.name}-{self._count}.xml"
        raw = b"".join((HEAD.encode(), b"<quiz>\n", *self._pieces, b"</quiz>\n"))
        self._pieces, self._size = [], 0
        return name, raw


@dataclass
class Packages:
    """Files such as `NAME/0001-ID.zip`: one for each paper."""

    name: str
    suffix: str = ".zip"
    _count: int = field(default=0, init=False)

    def add(self, identity: str, piece: bytes) -> Files:
        """The package of this paper."""
        self._count += 1
        yield f"{self.name}/{file_name(self._count, identity)}{self.suffix}", piece

    def end(self) -> Files:
        """Nothing is left."""
        return iter(())
