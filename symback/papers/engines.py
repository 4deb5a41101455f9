"""Who makes chunks of papers: this process, several processes of this machine; `cluster` has one more."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from symback.collecting import collecting_later
from symback.errors import RequestError
from symback.papers.made import VERSIONS, Job, Made, Maker, maker_of

Chunk = Callable[[], list[Made]]
"""Waits for the papers of a chunk."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Makes chunks of papers, several at a time."""

    submit: Callable[[Sequence[str]], Chunk]
    """Begins a chunk, for students by their ids."""
    most: int = 1
    """So many chunks are begun before the first of them is taken."""


def alone(maker: Maker) -> Engine:
    """This process."""

    def submit(ids: Sequence[str]) -> Chunk:
        return lambda: _papers(maker, ids)

    return Engine(submit)


@contextmanager
def processes(job: Job, count: int) -> Iterator[Engine]:
    """So many processes of this machine.

    Processes begin by importing the main module of a program: its work has to stand behind
    `if __name__ == "__main__"`. Raises RequestError when the system ends one of them.
    """
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_end_with_parent)

    def submit(ids: Sequence[str]) -> Chunk:
        return pool.submit(chunk_of, job, ids).result

    try:
        yield Engine(submit, 2 * count)
    except BrokenProcessPool:
        raise RequestError(
            "A process that made papers was ended by the system, maybe for want of memory. "
            "The papers that are finished are kept: give the same command again."
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """This process ends when the one that started it is killed; else it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


_lock = threading.Lock()
"""A worker of a cluster has several threads, but one plan."""
_makers: dict[str, Maker] = {}
"""What this process makes papers with, if it is one of several: one maker, by the key of its job."""


def chunk_of(job: Job, ids: Sequence[str]) -> list[Made]:
    """The papers of a chunk, made in this process; the plan is kept for the next one."""
    check_versions(job.versions)
    with _lock:
        maker = _makers.get(job.key)
        if maker is None:
            _makers.clear()
            maker = _makers[job.key] = maker_of(job)
        return _papers(maker, ids)


@collecting_later()
def _papers(maker: Maker, ids: Sequence[str]) -> list[Made]:
    """Papers hold no cycles, and many are made before the first is gone."""
    return list(maker.papers(ids))


def check_versions(asked: tuple[str, str]) -> None:
    """Refuses to make papers for another version of symback. Raises RequestError."""
    if asked != VERSIONS:
        raise RequestError(
            f"A worker has symback {VERSIONS[0]} ({VERSIONS[1]}), but {asked[0]} ({asked[1]}) asks it. "
            "Install the same version on each worker."
        )
