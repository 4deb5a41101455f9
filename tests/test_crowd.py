"""Numbers looked for together, as arrays, are those that are found one by one, to the last bit."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback import sheet
from symback.evaluation import Rounding
from symback.exercises.demands import Demands
from symback.exercises.draws import Draws
from symback.exercises.plan import Plan
from symback.expression import Call, Cases, Expression, Maximum, Name, Number, Power, Quotient, Sum
from symback.mistakes.quick import FLOATS, FUNCTIONS, IMPOSSIBLE, quick
from symback.network import load
from symback.papers.writing import write_sheet
from tests.tools import require_module

X, Y = Name("x"), Name("y")
ZERO = Number(0)
FORMULAS: list[tuple[str, Expression]] = [
    *((name, Call(name, X)) for name in FUNCTIONS),
    ("a quotient", Quotient(X, Y)),
    ("a power", Power(X, Y)),
    ("a square", Power(X, Number(2))),
    ("a sum of four", Sum((X, Y, Quotient(X, Number(3)), Y))),
    ("a rectifier", Maximum((ZERO, X))),
    ("cases", Cases(X, Y, Quotient(X, Y), Call("log", X))),
    ("cases of what has no value", Cases(Call("log", X), Y, X, Y)),
    ("the largest of what has no value", Maximum((X, Call("sqrt", Y)))),
]
NUMBERS = st.one_of(
    st.floats(-30, 30), st.sampled_from([0.0, -0.0, 1.0, -1.0, 800.0, -800.0, 1e300, math.inf, math.nan])
)


@pytest.fixture(autouse=True)
def arrays() -> Any:
    """The arithmetic of arrays; without NumPy there is none."""
    require_module("numpy")
    from symback.mistakes import arrays

    return arrays


@pytest.mark.parametrize(("name", "formula"), FORMULAS, ids=[name for name, _ in FORMULAS])
@given(several=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5))
def test_arrays_are_floats_side_by_side(
    name: str, formula: Expression, several: list[tuple[float, float]]
) -> None:
    import numpy as np

    from symback.mistakes.arrays import ARRAYS

    places = {"x": 0, "y": 1}
    one, many = quick(formula, places, FLOATS), quick(formula, places, ARRAYS)
    for single, together in ((one, many), (FLOATS.rounded(one, 4), ARRAYS.rounded(many, 4))):
        with np.errstate(all="ignore"):
            found = np.broadcast_to(together(list(np.array(several, dtype=float).T)), len(several)).tolist()
        for pair, number in zip(several, found, strict=True):
            try:
                expected = single(pair)
            except IMPOSSIBLE:
                expected = math.nan
            assert number == expected or (math.isnan(number) and math.isnan(expected)), (pair, number)


@pytest.mark.parametrize(
    ("name", "kinds", "count", "carry"),
    [
        ("mazur", ("forward", "delta", "gradient", "update"), 60, None),
        ("mazur", ("loss-after-update", "biases", "second-round"), 6, None),
        ("mazur", ("forward", "delta", "gradient"), 3, 4),
        ("xor", ("forward", "gradient"), 12, None),
        ("regression", ("forward", "loss", "gradient"), 12, None),
        ("softmax", ("forward", "delta", "gradient", "update"), 8, None),
        ("two-hidden", ("forward", "delta"), 4, None),
        ("momentum", ("update",), 6, None),
        ("adam", ("update",), 2, None),
        ("recurrent", ("forward", "gradient"), 4, None),
        ("convolution", ("forward",), 2, None),
    ],
)
def test_numbers_found_together_are_those_found_one_by_one(
    name: str, kinds: tuple[str, ...], count: int, carry: int | None
) -> None:
    plan = Plan(load(name), 7, kinds, Rounding(carry=carry))
    students = [Draws(7, f"student {place}") for place in range(count)]
    together = plan.variants([f"student {place}" for place in range(count)])
    for draws, variant in zip(students, together, strict=True):
        alone = plan.search.find(draws)
        assert variant.candidates == alone.candidates
        assert alone.texts.items() <= variant.numbers.items()
        names = plan.setting.workings.names
        assert variant.gaps == {names[place]: gap for place, gap in alone.gaps.smallest.items()}
        assert variant.crowded == alone.gaps.crowded


@pytest.mark.parametrize(
    "demands",
    [
        Demands(is_unsaturated=False, is_distinct=False),
        Demands(decimals=1),
        Demands(least_gradient=0),
    ],
)
def test_what_is_demanded_is_found_together_too(demands: Demands) -> None:
    plan = Plan(load("mazur"), 7, ("forward", "gradient"), demands=demands)
    for variant in plan.variants([str(place) for place in range(6)]):
        alone = plan.search.find(Draws(7, variant.id))
        assert (variant.candidates, variant.crowded) == (alone.candidates, alone.gaps.crowded)
        assert alone.texts.items() <= variant.numbers.items()


def test_nearly_all_are_found_together() -> None:
    """Else the test before this one would compare the search with itself."""
    from symback.exercises.crowd import Crowd

    plan = Plan(load("mazur"), 7, ("forward", "delta", "gradient", "update"))
    crowd = Crowd(plan.search)
    asked: list[Draws] = []

    def noted(draws: Draws) -> Any:
        asked.append(draws)
        return plan.search.find(draws)

    crowd.search = type("Noting", (), {"find": staticmethod(noted), "__getattr__": _of(plan.search)})()
    assert len(crowd.find([Draws(7, str(place)) for place in range(100)])) == 100
    assert len(asked) <= 3


def _of(search: Any) -> Any:
    return lambda self, name: getattr(search, name)


def test_a_sheet_is_the_same_without_numpy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = sheet("mazur", variants=12, seed=5).sheet
    write_sheet(papers, ["markdown"], tmp_path / "with")
    assert papers.plan._crowd is not None
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.setattr("symback.exercises.plan.find_spec", lambda name: None)
    without = sheet("mazur", variants=12, seed=5).sheet
    write_sheet(without, ["markdown"], tmp_path / "without")
    assert without.plan._crowd is None
    for path in (tmp_path / "with").iterdir():
        assert path.read_bytes() == (tmp_path / "without" / path.name).read_bytes()
    assert len(json.loads((tmp_path / "with" / "sheet.json").read_text())["variants"]) == 12
