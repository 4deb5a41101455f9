"""Many questions -> few files, each as large as platforms take it, with whole papers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symback.platforms.xml import HEAD

LARGEST = 16_000_000
"""No further paper is added to a file of so many bytes."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files `NAME.xml`, `NAME-2.xml`, ...: a `<quiz>` each."""

    name: str
    largest: int = LARGEST

    def files(self, papers: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The questions of papers, in their order, in as many files as they need."""
        parts: list[bytes] = []
        count = size = 0
        for paper in papers:
            raw = paper.encode()
            if parts and size + len(raw) > self.largest:
                count += 1
                yield self._file(count, parts)
                parts, size = [], 0
            parts.append(raw)
            size += len(raw)
        if parts:
            yield self._file(count + 1, parts)

    def _file(self, count: int, parts: Iterable[bytes]) -> tuple[str, bytes]:
        name = f"{self.name}.xml" if count == 1 else f"{self.name}-{count}.xml"
        return name, b"".join((HEAD.encode(), b"<quiz>\n", *parts, b"</quiz>\n"))
