"""What is asked of those who make many papers, and what they give back: plain data, the same everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from symback.evaluation import Rounding
from symback.exercises.demands import Demands
from symback.exercises.draws import VERSION as DRAWS
from symback.exercises.ids import Numbered
from symback.exercises.model import Box, Exercise, Variant
from symback.exercises.plan import Plan
from symback.exercises.sheet import Sheet
from symback.exercises.sheet_file import variant_json
from symback.network import parse
from symback.papers.paper import Printer
from symback.version import VERSION

VERSIONS = (VERSION, DRAWS)
"""Of symback, and of the draws."""


class Further(Protocol):
    """Files in other formats, made from the same variants in the same loop."""

    @property
    def remake(self) -> Callable[[Sheet], Further]:
        """Makes the same in another process."""

    def contents(self, variant: Variant) -> tuple[bytes, ...]:
        """What one paper adds to the files; depends on no other paper."""

    def take(self, identity: str, contents: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        """The files that are full with one more paper: paths in the folder, and contents."""

    def end(self) -> Iterator[tuple[str, bytes]]:
        """The files that are left."""


@dataclass(frozen=True, slots=True)
class Made:
    """One paper: what reports need of it, its JSON, its text for each printer, and for further files."""

    variant: Variant
    json: str
    texts: tuple[str, ...]
    contents: tuple[bytes, ...] = ()


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
    further: Callable[[Sheet], Further] | None = None
    versions: tuple[str, str] = VERSIONS
    """Of who asks."""

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits of all that the papers follow from, but for their ids."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def job_of(sheet: Sheet, printers: Iterable[Printer], further: Further | None) -> Job:
    """The job of making the papers of a sheet."""
    plan = sheet.plan
    return Job(
        sheet.network.text,
        sheet.network.name,
        plan.seed,
        plan.kinds,
        plan.rounding,
        plan.demands,
        tuple((one.part, one.format_name, one.language) for one in printers),
        len(sheet),
        further.remake if further is not None else None,
    )


class Maker:
    """Makes papers: a plan, its printers and further files in one process."""

    def __init__(self, sheet: Sheet, printers: Sequence[Printer], further: Further | None) -> None:
        self.sheet = sheet
        self.printers = printers
        self.further = further

    def papers(self, ids: Sequence[str]) -> Iterator[Made]:
        """The papers of these students, without what only one process can use."""
        for variant in self.sheet.plan.variants(ids):
            yield replace(self.paper(variant), variant=_slim(variant))

    def paper(self, variant: Variant) -> Made:
        """All that is made of a variant."""
        texts = tuple(one.paper(variant) for one in self.printers)
        contents = self.further.contents(variant) if self.further is not None else ()
        return Made(variant, variant_json(variant), texts, contents)


def maker_of(job: Job) -> Maker:
    """Makes the papers of a job."""
    network = parse(job.text, f"{job.name}.toml")
    plan = Plan(network, job.seed, job.kinds, job.rounding, job.demands)
    sheet = Sheet(plan, Numbered(job.count))
    printers = [Printer(sheet, *one) for one in job.printers]
    return Maker(sheet, printers, job.further(sheet) if job.further is not None else None)


def _slim(variant: Variant) -> Variant:
    """The variant without what belongs to one process: choices, formulas and mistakes."""
    exercises = []
    for one in variant.exercises:
        boxes = tuple(map(_slim_box, one.boxes))
        exercises.append(Exercise(one.number, one.kind, boxes, {}, {}, numbers={}))
    return replace(variant, exercises=tuple(exercises))


def _slim_box(box: Box) -> Box:
    return replace(box, choices=(), formula=None) if box.choices or box.formula is not None else box
