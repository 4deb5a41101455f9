"""Judging in a child process that can be killed: no claim can hang the program or take its memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from symback.claims.judge import Judge
from symback.claims.source import Remark, Statement
from symback.claims.verdicts import Judged, Verdict
from symback.claims.world import World
from symback.network import Network

SECONDS = 20.0
"""One chain or remark may take so long; training for the first number after many rounds is part of it."""
MEMORY = 1 << 30
"""Bytes that the child may take beyond what it begins with."""


@dataclass(frozen=True, slots=True)
class Task:
    """A chain of which the equals signs from side `start` on are to be judged."""

    statement: Statement
    start: int


Work = Task | Remark


def judged(
    network: Network | None, work: Sequence[Work], done: Callable[[int], None] | None = None
) -> Iterator[Judged]:
    """The verdicts in order; what takes too long or too much memory is undecided, and the rest goes on."""
    start = 0
    while start < len(work):
        reader, process = _begin(network, work[start:])
        try:
            while start < len(work):
                verdicts = _received(reader)
                if verdicts is None:
                    yield _given_up(work[start])
                else:
                    yield from verdicts
                start += 1
                if done is not None:
                    done(start)
                if verdicts is None:
                    break
        finally:
            process.kill()
            process.join()
            reader.close()


def _begin(network: Network | None, work: Sequence[Work]) -> tuple[Connection, Any]:
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_judge_all, args=(writer, network, work), daemon=True)
    process.start()
    writer.close()
    return reader, process


def _received(reader: Connection) -> list[Judged] | None:
    with suppress(EOFError, OSError):
        if reader.poll(SECONDS):
            verdicts: list[Judged] = reader.recv()
            return verdicts
    return None


def _judge_all(writer: Connection, network: Network | None, work: Sequence[Work]) -> None:
    """In the child: judge one after another and send each result."""
    _limit_memory()
    judge = Judge(World(network) if network is not None else None)
    for item in work:
        if isinstance(item, Remark):
            verdicts = [judge.remark(item)]
        else:
            verdicts = list(judge.statement(item.statement, item.start))
        writer.send(verdicts)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not a Unix
        return
    with suppress(OSError, ValueError):
        with open("/proc/self/statm", encoding="ascii") as file:
            present = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + MEMORY, present + MEMORY))


def _given_up(item: Work) -> Judged:
    place = item.place if isinstance(item, Remark) else item.statement.sides[item.start].place
    text = item.text if isinstance(item, Remark) else item.statement.formula.text
    why = f"it took more than {SECONDS:.0f} seconds, or too much memory"
    return Judged(text, place, Verdict.UNDECIDED, why=why)
