"""Claims and documents -> verdicts: read, link the chains, judge, in the order of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from symback.claims.document_file import read_text
from symback.claims.extract import formulas, kind_of, shown_lines
from symback.claims.prose import remarks
from symback.claims.reading import notation_of, read
from symback.claims.remarks import resolved
from symback.claims.report import Verdicts
from symback.claims.source import Formula, Problem, Remark, Statement
from symback.claims.verdicts import Judged, Verdict
from symback.claims.vocabulary import Vocabulary
from symback.claims.workshop import Task, judged
from symback.claims.world import World
from symback.network import Network

Progress = Callable[[int, int], None]


def verify(
    claims: Iterable[str] = (),
    *,
    file: str | Path | None = None,
    network: Network | None = None,
    progress: Progress | None = None,
) -> Verdicts:
    """The verdicts on claims, or on every equation and known number of a document.

    Without a network, names are free real variables. Raises SymbackError for a file that cannot be read.
    """
    world = World(network) if network is not None else None
    vocabulary = (
        Vocabulary(network, world.graph) if network is not None and world is not None else Vocabulary()
    )
    if file is None:
        found = [Formula(claim, notation_of(claim)) for claim in claims]
        return Verdicts(tuple(_verdicts(found, [], vocabulary, progress)))
    text, name = read_text(file)
    kind = kind_of(name, text)
    spoken = list(resolved(remarks(text, kind), vocabulary))
    verdicts = _verdicts(formulas(text, kind), spoken, vocabulary, progress)
    ordered = sorted(verdicts, key=lambda one: (one.place.line, one.place.column))
    return Verdicts(tuple(ordered), name, shown_lines(text, kind))


def _verdicts(
    found: Iterable[Formula], spoken: list[Remark], vocabulary: Vocabulary, progress: Progress | None
) -> Iterator[Judged]:
    tasks, problems = _tasks(found, vocabulary)
    work: list[Task | Remark] = [*tasks, *spoken]
    yield from problems
    done = None if progress is None else lambda count: progress(count, len(work))
    yield from judged(vocabulary.network, work, done)


def _tasks(found: Iterable[Formula], vocabulary: Vocabulary) -> tuple[list[Task], list[Judged]]:
    """Chains to judge; what continues the chain before it takes its sides over."""
    tasks: list[Task] = []
    problems: list[Judged] = []
    last: Statement | None = None
    for formula in found:
        statements, troubles = read(formula, vocabulary)
        for statement in statements:
            task = Task(statement, 1)
            if statement.continues and last is not None:
                sides = (*last.sides, *statement.sides)
                task = Task(replace(statement, sides=sides), len(last.sides))
            last = task.statement
            if len(task.statement.sides) > task.start:
                tasks.append(task)
        # A name alone that is not known is no claim; a side of an equation is.
        problems += [_as_verdict(trouble) for trouble in troubles if trouble.in_equation]
    return tasks, problems


def _as_verdict(problem: Problem) -> Judged:
    return Judged(problem.text, problem.place, Verdict(problem.kind), why=problem.message)
