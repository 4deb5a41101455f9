"""How long it takes to mark a class, on one core, with a search for mistakes in every wrong number."""

from __future__ import annotations

from collections import Counter
from random import Random
from time import perf_counter

from symback.api import load
from symback.exercises.draws import Draws
from symback.exercises.search import texts_of
from symback.exercises.sheet import Sheet, make_sheet
from symback.grading.answer_file import answers_of
from symback.grading.grades import Grades
from symback.grading.grading import grade_all
from symback.grading.sheet_papers import Paper, Papers, papers_of

SEED = 2026
STUDENTS = 300
KINDS = (
    *("forward", "loss", "local-derivative", "delta"),
    *("gradient", "update", "loss-after-update", "second-round"),
)
SORTS = ("all right", "one mistake", "two mistakes", "three mistakes", "random numbers", "rounded early")


def measure() -> None:
    """Print the times, and what became of the boxes of each sort of student."""
    papers = class_of(STUDENTS)
    draw = Random(SEED)
    sorts = {identity: draw.choice(SORTS) for identity in papers.by_id}
    handed = {paper.id: answers(papers, paper, sorts[paper.id], draw) for paper in papers.by_id.values()}
    papers = Papers(papers.sheet, papers.by_id, papers.source)  # nothing is known before
    start = perf_counter()
    grades = grade_all(papers, answers_of(handed, papers))
    marked = perf_counter() - start
    count = len(grades.files(("csv", "json", "markdown", "html")))
    written = perf_counter() - start - marked
    print(f"Marking {STUDENTS} papers of {len(papers.box_numbers)} boxes, seed {SEED}:")
    print(f"  marked in {marked:.1f} s, {count} files made in {written:.1f} s")
    _told(grades, sorts)


def _told(grades: Grades, sorts: dict[str, str]) -> None:
    for sort in SORTS:
        students = [student for student in grades.students if sorts[student.id] == sort]
        found = Counter(mark.status.value for student in students for mark in student.marks)
        shares = ", ".join(f"{name} {number / len(students):.1f}" for name, number in found.most_common())
        print(f"  {sort}, boxes a paper: {shares}")


def class_of(count: int) -> Papers:
    """Papers with numbers of their own, which need not tell all mistakes apart."""
    ids = tuple(f"student {number}" for number in range(count))
    sheet = make_sheet(load("mazur"), seed=SEED, ids=ids, kinds=KINDS)
    search = sheet.plan.search
    numbers = {}
    for identity in ids:
        draws, attempt = Draws(SEED, identity), 0
        candidate = search._candidate(draws, attempt)
        while search.demander.broken(search.workings_with(candidate).values):
            attempt += 1
            candidate = search._candidate(draws, attempt)
        numbers[identity] = texts_of(candidate)
    return papers_of(Sheet(sheet.plan, ids, numbers))


def answers(papers: Papers, paper: Paper, sort: str, draw: Random) -> dict[str, str]:
    """What a student of a sort hands in."""
    workings = papers.course.ground(paper.numbers).workings
    count = ("one", "two", "three").index(sort.split()[0]) + 1 if "mistake" in sort else 0
    formulas = {}
    for hypothesis in draw.sample(papers.course.catalogue.named, count):
        formulas.update(hypothesis.formulas)
    workings = workings.with_formulas(formulas) or workings
    decimals = 4 if sort == "rounded early" else 9
    found = {box.number: f"{workings.value(box.quantity):.{decimals}f}" for box in paper.boxes}
    if sort == "random numbers":
        found |= {number: f"{draw.random():.9f}" for number in draw.sample(list(found), len(found) // 4)}
    return {number: text for number, text in found.items() if draw.random() > 0.03 and text != "nan"}
