"""Papers -> files: one for each paper, or as few as platforms take, with whole papers only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from symback.platforms.archive import file_name
from symback.platforms.paper import Paper
from symback.platforms.xml import HEAD

LARGEST = 16_000_000
"""No further paper is added to a file of so many bytes."""
Files = Iterator[tuple[str, bytes]]
"""Paths below the folder of the sheet, each with the content of the file."""


class Collector(Protocol):
    """Takes papers one after another; gives each file as soon as it is full."""

    def content(self, paper: Paper) -> bytes:
        """What the paper adds to the files; depends on no other paper."""

    def take(self, identity: str, content: bytes) -> Files:
        """The files that are full with the content of one more paper."""

    def end(self) -> Files:
        """The files that are left."""


@dataclass
class Bundle:
    """Files `NAME.xml`, `NAME-2.xml`, ...: a `<quiz>` each."""

    name: str
    questions: Callable[[Paper], str]
    """The questions of a paper as XML."""
    largest: int = LARGEST
    _parts: list[bytes] = field(default_factory=list, init=False, repr=False)
    _count: int = field(default=0, init=False)

    def content(self, paper: Paper) -> bytes:
        """Its questions."""
        return self.questions(paper).encode()

    def take(self, identity: str, content: bytes) -> Files:
        """The file before, if this paper has no room in it."""
        if self._parts and sum(map(len, self._parts)) + len(content) > self.largest:
            yield self._file()
        self._parts.append(content)

    def end(self) -> Files:
        """The last file."""
        if self._parts:
            yield self._file()

    def _file(self) -> tuple[str, bytes]:
        self._count += 1
        name = f"{self.name}.xml" if self._count == 1 else f"{self.name}-{self._count}.xml"
        raw = b"".join((HEAD.encode(), b"<quiz>\n", *self._parts, b"</quiz>\n"))
        self._parts = []
        return name, raw


@dataclass
class Packages:
    """Files `NAME/0001-ID.zip`: one for each paper."""

    name: str
    package: Callable[[Paper], bytes]
    """The package of a paper."""
    _count: int = field(default=0, init=False)

    def content(self, paper: Paper) -> bytes:
        """Its package."""
        return self.package(paper)

    def take(self, identity: str, content: bytes) -> Files:
        """The package of this paper."""
        self._count += 1
        yield f"{self.name}/{file_name(self._count, identity)}.zip", content

    def end(self) -> Files:
        """Nothing is left."""
        return iter(())
