"""What went wrong in the class: which step how often, and by which mistake."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from symback.grading.grades import Grades, Mark
from symback.grading.statuses import Status


@dataclass(frozen=True, slots=True)
class Step:
    """One box over all papers."""

    box: str
    quantity: str
    counts: Counter[Status]


@dataclass(frozen=True, slots=True)
class Named:
    """One mistake over all papers."""

    name: str
    papers: int
    boxes: Counter[str]
    example: Mark


def steps(grades: Grades) -> list[Step]:
    """The boxes in the order of the sheet, each with how often each status was given."""
    found: dict[str, Step] = {}
    for student in grades.students:
        for mark in student.marks:
            step = found.setdefault(mark.box.number, Step(mark.box.number, mark.box.quantity, Counter()))
            step.counts[mark.status] += 1
    return list(found.values())


def mistakes(grades: Grades) -> list[Named]:
    """The mistakes that were named, the most frequent first; each counts once a paper."""
    papers: dict[str, list[Mark]] = {}
    for student in grades.students:
        seen: set[str] = set()
        for mark in student.marks:
            names = mark.outcome.mistakes if mark.status in (Status.MISTAKE, Status.WRONG) else ()
            if mark.status is Status.MISTAKE and not names:
                names = ("exchanged-lines",)
            for name in names:
                if name not in seen:
                    seen.add(name)
                    papers.setdefault(name, []).append(mark)
    found = [
        Named(name, len(marks), Counter(mark.box.number for mark in marks), marks[0])
        for name, marks in papers.items()
    ]
    return sorted(found, key=lambda one: (-one.papers, one.name))


def mean(numbers: list[Fraction]) -> str:
    """The average with two decimals."""
    return f"{float(sum(numbers, Fraction(0)) / len(numbers)):.2f}" if numbers else "0"
