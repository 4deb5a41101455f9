"""Chunks of finished papers in a hidden folder beside the output, from which an interrupted run continues.

A chunk is one file: the SHA-256 of what follows, a line of JSON, then all texts one after another. So a file
that is cut off or changed is as good as none; nothing in it is ever executed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symback.errors import RequestError
from symback.exercises.model import Answer, Box, Exercise, Variant
from symback.files import make_folder, write
from symback.network_source import shown
from symback.papers.made import Made

_Box = tuple[str, str, int, Answer, str]
NAME = ".symback-sheet-"
SUFFIX = ".papers"


@dataclass(frozen=True, slots=True)
class Store:
    """The finished chunks of one request."""

    folder: Path

    def get(self, ids: Sequence[str]) -> list[Made] | None:
        """The papers of these students, if an earlier run has finished them."""
        try:
            digest, _, content = self._path(ids).read_bytes().partition(b"\n")
            if digest != _digest(content):
                return None
            line, _, rest = content.partition(b"\n")
            head = json.loads(line)
            return _unpacked(head, rest) if head["ids"] == [*ids] else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def put(self, ids: Sequence[str], papers: Sequence[Made]) -> None:
        """Keeps the papers of these students. Raises RequestError where they cannot be written."""
        parts = [part for one in papers for part in (*map(_raw, (one.json, *one.texts)), *one.contents)]
        boxes: dict[_Box, int] = {}
        facts = [_facts(one.variant, boxes) for one in papers]
        head = {
            "ids": list(ids),
            "texts": len(papers[0].texts),
            "lengths": list(map(len, parts)),
            "boxes": list(boxes),
            "papers": facts,
        }
        content = b"\n".join((json.dumps(head).encode("ascii"), b"".join(parts)))
        write(self._path(ids), b"\n".join((_digest(content), content)))

    def _path(self, ids: Sequence[str]) -> Path:
        return self.folder / f"{hashlib.sha256(json.dumps(ids).encode()).hexdigest()[:16]}{SUFFIX}"


@contextmanager
def store_in(folder: Path, key: str) -> Iterator[Store | None]:
    """The store of a request in the folder of its output; removed at the end, and kept after an error.

    Those of other requests are removed. Gives None while another process makes the same. Raises RequestError
    where there cannot be one.
    """
    place = folder / f"{NAME}{key}"
    try:
        make_folder(place)
    except OSError as error:
        raise RequestError(f"Cannot write {shown(place)}: {error.strerror or error}.") from None
    with locked(place) as is_mine:
        if not is_mine:
            yield None
            return
        _tidy(folder, place)
        try:
            yield Store(place)
        except BaseException:
            with contextlib.suppress(OSError):
                place.rmdir()  # where nothing is in it
            raise
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Whether nobody else works in a folder; as long as this lasts, nobody else does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _tidy(folder: Path, place: Path) -> None:
    """Removes what an interrupted run left: half-written files, and the stores of other requests."""
    for path in place.iterdir():
        if path.suffix != SUFFIX:
            path.unlink()
    for other in folder.glob(f"{NAME}*"):
        if other != place and other.is_dir():
            with contextlib.suppress(OSError), locked(other) as is_free:
                if is_free:
                    shutil.rmtree(other, ignore_errors=True)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _facts(variant: Variant, known: dict[_Box, int]) -> dict[str, Any]:
    """What reports need; a box is its number among the known ones, with its key."""
    boxes: list[int | str] = []
    for box in variant.boxes:
        kind = (box.number, box.quantity, box.points, box.answer, box.tolerance)
        boxes += known.setdefault(kind, len(known)), box.value
    return {
        "numbers": dict(variant.numbers),
        "gaps": dict(variant.gaps),
        "crowded": variant.crowded,
        "candidates": variant.candidates,
        "boxes": boxes,
    }


def _unpacked(head: Any, rest: bytes) -> list[Made]:
    parts, start = [], 0
    for length in head["lengths"]:
        parts.append(rest[start : start + length])
        start += length
    each, papers = len(parts) // len(head["ids"]), []
    kinds = [
        Box(number, quantity, points, Answer(answer), tolerance=tolerance)
        for number, quantity, points, answer, tolerance in head["boxes"]
    ]
    for place, (identity, facts) in enumerate(zip(head["ids"], head["papers"], strict=True)):
        own = parts[place * each : (place + 1) * each]
        text, *texts = (raw.decode("utf-8", "surrogateescape") for raw in own[: 1 + head["texts"]])
        own_boxes = facts.pop("boxes")
        pairs = zip(own_boxes[::2], own_boxes[1::2], strict=True)
        boxes = tuple(replace(kinds[kind], value=value) for kind, value in pairs)
        variant = Variant(identity, exercises=(Exercise(1, "", boxes),), **facts)
        papers.append(Made(variant, text, tuple(texts), tuple(own[1 + head["texts"] :])))
    return papers
