"""Many papers, chunk after chunk and in order, by whoever makes them; chunks of an earlier run are used."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from symback.errors import RequestError
from symback.exercises.sheet import Sheet
from symback.papers.engines import Chunk, Engine, alone, processes
from symback.papers.made import Further, Job, Made, Maker, job_of
from symback.papers.paper import Printer
from symback.papers.store import Store

MANY = 150
"""Fewer papers are made sooner by one process than others are started, and none of them are kept."""
CHUNK = 20
"""So many papers with text or further files are made together."""
LIGHT_CHUNK = 400
"""Of papers of which only the keys are wanted: found the sooner, the more are looked for together."""
PARTS = 8
"""But there are at least so many chunks, for several processes."""


def kept_job(sheet: Sheet, printers: Sequence[Printer], further: Further | None) -> Job | None:
    """The job of a sheet whose finished papers are worth to be kept until all are; None for a small one."""
    return job_of(sheet, printers, further) if _is_portable(sheet) and len(sheet) >= MANY else None


def made(
    sheet: Sheet,
    printers: Sequence[Printer],
    further: Further | None = None,
    *,
    jobs: int | None = 1,
    executor: str | None = None,
    store: Store | None = None,
) -> Iterator[Made]:
    """All papers in their order, made by so many processes; None for as many as there are processors.

    An executor, as `dask:ADDRESS`, makes them elsewhere. Chunks that are in the store are not made again, and
    those that are made are put there. Raises RequestError for what cannot be made.
    """
    maker = Maker(sheet, printers, further)
    if not _is_portable(sheet):
        if executor is not None:
            raise RequestError("These papers cannot be made elsewhere: the network has no text of its own.")
        yield from map(maker.paper, sheet)
        return
    is_light = not printers and further is None
    size = min(max(len(sheet) // PARTS, CHUNK), LIGHT_CHUNK) if is_light else CHUNK
    chunks = (sheet.ids[start : start + size] for start in range(0, len(sheet), size))
    with _engine(maker, jobs, executor) as engine:
        for chunk in _in_order(chunks, engine, store):
            yield from chunk


def _is_portable(sheet: Sheet) -> bool:
    return bool(sheet.network.text) and not sheet.numbers


def _processors() -> int:
    """How many this process may use; not every system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _engine(maker: Maker, jobs: int | None, executor: str | None) -> AbstractContextManager[Engine]:
    count = _processors() if jobs is None else jobs
    if executor is None and (count < 2 or len(maker.sheet) < MANY):
        return nullcontext(alone(maker))
    job = job_of(maker.sheet, maker.printers, maker.further)
    if executor is None:
        return processes(job, count)
    from symback.papers.cluster import cluster  # with what only a cluster needs

    return cluster(job, executor)


def _in_order(chunks: Iterable[Sequence[str]], engine: Engine, store: Store | None) -> Iterator[list[Made]]:
    """The chunks one after another; only a few of them are in memory at a time."""
    waiting: deque[Chunk] = deque()
    for ids in chunks:
        waiting.append(_begun(ids, engine, store))
        if len(waiting) >= engine.most:
            yield waiting.popleft()()
    while waiting:
        yield waiting.popleft()()


def _begun(ids: Sequence[str], engine: Engine, store: Store | None) -> Chunk:
    if store is None:
        return engine.submit(ids)
    kept = store.get(ids)
    if kept is not None:
        return lambda: kept
    begun = engine.submit(ids)

    def finished() -> list[Made]:
        papers = begun()
        store.put(ids, papers)
        return papers

    return finished
