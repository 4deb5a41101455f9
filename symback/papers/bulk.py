"""Papers made in several processes: each makes its own plan once, and then chunk after chunk of papers."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from symback.evaluation import Rounding
from symback.exercises.demands import Demands
from symback.exercises.model import Exercise, Variant
from symback.exercises.plan import Plan
from symback.exercises.sheet import Sheet
from symback.exercises.sheet_file import variant_json
from symback.network import parse
from symback.papers.paper import Printer

MANY = 150
"""Fewer papers are made sooner by one process than others are started."""
CHUNK = 20


@dataclass(frozen=True, slots=True)
class Made:
    """One paper: what reports need of it, its JSON, and its text for each printer."""

    variant: Variant
    json: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What another process needs to make papers."""

    text: str
    name: str
    seed: int
    kinds: tuple[str, ...]
    rounding: Rounding
    demands: Demands
    printers: tuple[tuple[str, str, str], ...]
    """Part, format and language of each."""
    count: int


def made(sheet: Sheet, printers: Sequence[Printer], jobs: int | None = 1) -> Iterator[Made]:
    """All papers in their order, made by so many processes; None for as many as there are processors.

    Processes begin by importing the main module of a program: with more than one, its work has to stand
    behind `if __name__ == "__main__"`.
    """
    processes = _processors() if jobs is None else jobs
    if processes < 2 or len(sheet) < MANY or not sheet.network.text or sheet.numbers:
        for variant in sheet:
            yield Made(variant, variant_json(variant), tuple(one.paper(variant) for one in printers))
        return
    plan = sheet.plan
    job = Job(
        sheet.network.text,
        sheet.network.name,
        plan.seed,
        plan.kinds,
        plan.rounding,
        plan.demands,
        tuple((one.part, one.format_name, one.language) for one in printers),
        len(sheet),
    )
    context = multiprocessing.get_context("spawn")
    chunks = [sheet.ids[start : start + CHUNK] for start in range(0, len(sheet), CHUNK)]
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(job,))
    try:
        for chunk in pool.map(_chunk, chunks):
            yield from chunk
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _processors() -> int:
    """How many this process may use; not every system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_worker: list[_Worker] = []
"""What this process makes papers with, if it is one of several."""


class _Worker:
    """A plan and its printers in one process."""

    def __init__(self, job: Job) -> None:
        network = parse(job.text, f"{job.name}.toml")
        self.plan = Plan(network, job.seed, job.kinds, job.rounding, job.demands)
        sheet = Sheet(self.plan, ("",) * job.count)
        self.printers = [Printer(sheet, *one) for one in job.printers]

    def papers(self, ids: Iterable[str]) -> Iterator[Made]:
        """The papers of these students."""
        for identity in ids:
            variant = self.plan.variant(identity)
            texts = tuple(one.paper(variant) for one in self.printers)
            yield Made(_slim(variant), variant_json(variant), texts)


def _begin(job: Job) -> None:
    _worker.append(_Worker(job))


def _chunk(ids: Sequence[str]) -> list[Made]:
    return list(_worker[0].papers(ids))


def _slim(variant: Variant) -> Variant:
    """The variant without what belongs to one process: choices, formulas and mistakes."""
    exercises = []
    for one in variant.exercises:
        boxes = tuple(replace(box, choices=(), formula=None) for box in one.boxes)
        exercises.append(Exercise(one.number, one.kind, boxes, {}, {}, numbers={}))
    return replace(variant, exercises=tuple(exercises))
