"""A sheet and what was handed in -> the marks of the class."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symback.exercises.model import Answer, Box
from symback.feedback.pens import PlainPen
from symback.grading import marking
from symback.grading.choices import mark_other
from symback.grading.grades import Grades, Student, marked
from symback.grading.handed_in import HandedIn
from symback.grading.outcome import Outcome
from symback.grading.points import Points
from symback.grading.reading import Cell, Reading, read_cell
from symback.grading.safely import told
from symback.grading.sheet_papers import Paper, Papers
from symback.grading.statuses import Status
from symback.grading.telling import why

Advance = Callable[[int, int], None]


def grade_all(
    papers: Papers, handed: HandedIn, points: Points | None = None, progress: Advance | None = None
) -> Grades:
    """The marks of every paper of the sheet, in its order; what was not handed in is blank."""
    scheme = points or Points()
    students = []
    for done, (identity, paper) in enumerate(papers.by_id.items()):
        if progress is not None:
            progress(done, len(papers.by_id))
        students.append(_student(papers, paper, handed.cells.get(identity, {}), scheme))
    return Grades(
        tuple(students), papers.sheet.network, papers.checksum, tuple(handed.notes), papers.language
    )


def _student(papers: Papers, paper: Paper, cells: Mapping[str, Cell], points: Points) -> Student:
    outcomes = outcomes_of(papers, paper, cells)
    pen = PlainPen()
    return Student(paper.id, tuple(marked(one, points, why(one, pen, papers.language)) for one in outcomes))


def outcomes_of(papers: Papers, paper: Paper, cells: Mapping[str, Cell]) -> list[Outcome]:
    """What became of each box of a paper, in its order."""
    numbers = [read_cell(box, cells.get(box.number, Cell(""))) for box in paper.boxes if _is_number(box)]
    found = {one.reading.box.number: one for one in _numbers(papers, paper, numbers)}
    for box in paper.boxes:
        if not _is_number(box):
            found[box.number] = mark_other(papers, paper, box, cells.get(box.number, Cell("")))
    return [found[box.number] for box in paper.boxes]


def _is_number(box: Box) -> bool:
    return box.answer is Answer.NUMBER


def _numbers(papers: Papers, paper: Paper, readings: list[Reading]) -> list[Outcome]:
    """Marked along the graph; compared with the keys alone where that fails."""
    failure = ""
    try:
        if not any(one.answer is not None and not one.is_key for one in readings):
            return [_compared(one, "") for one in readings]
        known = papers.course.exact.places
        inside = [one for one in readings if one.box.quantity in known]
        ground = papers.course.ground(paper.numbers)
        found = {one.reading.box.number: one for one in marking.mark(ground, inside)}
        return [found.get(one.box.number) or _compared(one, "") for one in readings]
    except Exception as error:
        failure = told(error)
    return [_compared(one, failure) for one in readings]


def _compared(reading: Reading, failure: str) -> Outcome:
    """Right or wrong, by the key alone."""
    if reading.is_blank:
        return Outcome(reading, Status.BLANK, "blank")
    if reading.answer is None:
        return Outcome(reading, Status.UNREADABLE, "unreadable", {"problem": reading.problem})
    if reading.is_key:
        return Outcome(reading, Status.RIGHT, "right")
    return Outcome(reading, Status.WRONG, "wrong", {"missing": []}, failure=failure)
