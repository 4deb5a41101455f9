"""Students who work the example network by hand: plain floats, formulas typed here, slips on purpose."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

import symback
from symback.evaluation import Rounding
from symback.exercises.sheet import Sheet, make_sheet
from symback.grading.grades import Grades
from symback.grading.grading import grade_all
from symback.grading.handed_in import HandedIn
from symback.grading.points import Points
from symback.grading.reading import Cell
from symback.grading.sheet_papers import Papers, papers_of

Values = Mapping[str, float]
Step = Callable[[Values], float]
NAMES = ("i1", "i2", "target_o1", "target_o2", "eta", "b1", "b2", *(f"w{n}" for n in range(1, 9)))
NUMBERS = (0.05, 0.1, 0.01, 0.99, 0.5, 0.35, 0.6, 0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55)
GIVEN = {name: str(number) for name, number in zip(NAMES, NUMBERS, strict=True)}
KINDS = ("forward", "loss", "delta", "gradient", "update")


def squash(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-x))


STEPS: dict[str, Step] = {
    "net_h1": lambda v: v["w1"] * v["i1"] + v["w2"] * v["i2"] + v["b1"],
    "out_h1": lambda v: squash(v["net_h1"]),
    "net_h2": lambda v: v["w3"] * v["i1"] + v["w4"] * v["i2"] + v["b1"],
    "out_h2": lambda v: squash(v["net_h2"]),
    "net_o1": lambda v: v["w5"] * v["out_h1"] + v["w6"] * v["out_h2"] + v["b2"],
    "out_o1": lambda v: squash(v["net_o1"]),
    "net_o2": lambda v: v["w7"] * v["out_h1"] + v["w8"] * v["out_h2"] + v["b2"],
    "out_o2": lambda v: squash(v["net_o2"]),
    "E_o1": lambda v: (v["target_o1"] - v["out_o1"]) ** 2 / 2,
    "E_o2": lambda v: (v["target_o2"] - v["out_o2"]) ** 2 / 2,
    "E_total": lambda v: v["E_o1"] + v["E_o2"],
    "delta_o1": lambda v: (v["out_o1"] - v["target_o1"]) * v["out_o1"] * (1 - v["out_o1"]),
    "delta_o2": lambda v: (v["out_o2"] - v["target_o2"]) * v["out_o2"] * (1 - v["out_o2"]),
    "delta_h1": lambda v: (
        (v["delta_o1"] * v["w5"] + v["delta_o2"] * v["w7"]) * v["out_h1"] * (1 - v["out_h1"])
    ),
    "delta_h2": lambda v: (
        (v["delta_o1"] * v["w6"] + v["delta_o2"] * v["w8"]) * v["out_h2"] * (1 - v["out_h2"])
    ),
    "dE_total/dw5": lambda v: v["delta_o1"] * v["out_h1"],
    "dE_total/dw6": lambda v: v["delta_o1"] * v["out_h2"],
    "dE_total/dw7": lambda v: v["delta_o2"] * v["out_h1"],
    "dE_total/dw8": lambda v: v["delta_o2"] * v["out_h2"],
    "dE_total/dw1": lambda v: v["delta_h1"] * v["i1"],
    "dE_total/dw2": lambda v: v["delta_h1"] * v["i2"],
    "dE_total/dw3": lambda v: v["delta_h2"] * v["i1"],
    "dE_total/dw4": lambda v: v["delta_h2"] * v["i2"],
    **{
        f"w{n}+": lambda v, n=n: v[f"w{n}"] - v["eta"] * v[f"dE_total/dw{n}"]  # type: ignore[misc]
        for n in (5, 6, 7, 8, 1, 2, 3, 4)
    },
}
BOXES = dict(
    zip(
        STEPS,
        [
            *(f"1{letter}" for letter in "abcdefgh"),
            *(f"2{letter}" for letter in "abc"),
            *(f"3{letter}" for letter in "abcd"),
            *(f"4{letter}" for letter in "abcdefgh"),
            *(f"5{letter}" for letter in "abcdefgh"),
        ],
        strict=True,
    )
)
"""The box of each quantity on the sheet of KINDS."""


def work(
    slips: Mapping[str, Step] | None = None, after: Callable[[float], float] = float
) -> dict[str, float]:
    """All quantities by hand, with some steps done otherwise; `after` is done to each result."""
    values = {name: float(text) for name, text in GIVEN.items()}
    for name, step in {**STEPS, **(slips or {})}.items():
        values[name] = after(step(values))
    return {name: values[name] for name in STEPS}


def rounded(decimals: int) -> Callable[[float], float]:
    """Ties away from zero, as by hand."""
    scale = 10**decimals
    return lambda x: math.copysign(math.floor(abs(x) * scale * (1 + 1e-12) + 0.5) / scale, x)


def answers(values: Mapping[str, float], decimals: int = 9) -> dict[str, str]:
    """What a student writes into the boxes."""
    return {BOXES[name]: f"{value:.{decimals}f}" for name, value in values.items()}


@lru_cache
def papers(*ids: str, carry: int | None = None) -> Papers:
    """The papers of these students, all with the numbers of the example."""
    sheet = make_sheet(symback.load("mazur"), seed=1, ids=ids, kinds=KINDS, rounding=Rounding(carry=carry))
    return papers_of(Sheet(sheet.plan, ids, dict.fromkeys(ids, GIVEN)))


def graded(
    handed: Mapping[str, Mapping[str, str]], points: Points | None = None, carry: int | None = None
) -> Grades:
    """The marks of a class."""
    known = papers(*handed, carry=carry)
    collected = HandedIn(known, "answers")
    for identity, cells in handed.items():
        for box, text in cells.items():
            collected.add(identity, box, Cell(text, f"{identity} {box}"))
    return grade_all(known, collected, points)
