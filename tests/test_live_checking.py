"""A number that a reader got, checked in the page: verdicts and mistakes are those of the catalogue."""

from __future__ import annotations

import math
from functools import cache

import pytest

import symback
from symback.diagnosis.hypotheses import Hypotheses
from symback.live.checking import Checking
from symback.live.program import Program
from symback.mistakes.mistake import Kind
from tests.live_program import Script, of_page

NETWORKS = ("mazur", "recurrent")


@cache
def script(name: str) -> Script:
    return of_page(symback.solve(name).to_html())


@pytest.mark.parametrize("name", NETWORKS)
def test_every_named_mistake_is_found_from_its_number(name: str) -> None:
    """Mistakes made in Python floats; the page must know one that gives the same number."""
    solution = symback.solve(name)
    workings = Program(solution.network, solution.graph, solution.evaluation).workings
    asked: list[tuple[str, str]] = []
    wrong: list[float] = []
    for hypothesis in Hypotheses(workings).named:
        changed = workings.with_formulas(hypothesis.formulas)
        if changed is None:
            continue
        for one in (hypothesis.placed.wrongs[0].quantity, "E_total"):
            right, value = workings.value(one), changed.value(one)
            is_told = one in workings.formulas and math.isfinite(value)
            if is_told and abs(value - right) > 1e-6 and abs(value) > 1e-5:
                asked.append((one, f"{value:.9f}"))
                wrong.append(value)
    assert len(asked) > 100
    for (one, number), value, (verdict, found) in zip(asked, wrong, script(name).check(*asked), strict=True):
        assert verdict in ("wrong", "early"), (one, number)
        assert found, (one, number)
        assert any(math.isclose(predicted, value, abs_tol=1e-9) for _, predicted, _ in found), (one, number)


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        ("dE_o2/dout_h1", "-0.017144205"),
        ("net_h1", "0.0275"),
        ("w5+", "0.317832959"),
        ("out_h1", "0.3775"),
        ("dE_total/dw1", "0.000877135"),
    ],
)
def test_the_sentence_is_that_of_diagnose(quantity: str, number: str) -> None:
    """But for numbers, which a page prints with its own digits."""
    expected = symback.diagnose("mazur", {quantity: number}).diagnosis
    ((verdict, found),) = script("mazur").check((quantity, number))
    assert (verdict == "right") == expected.is_correct
    if expected.explanations and verdict == "wrong":
        sentence = symback.diagnose("mazur", {quantity: number}).to_text()
        first = found[0][0].split(" = ")[0].split(" was ")[0]
        assert first.lower() in sentence.lower(), (sentence, found[0])


def test_the_exchanged_weight_is_named() -> None:
    ((_, found),) = script("mazur").check(("dE_o2/dout_h1", "-0.017144205"))
    assert found[0][0] == "w6 = 0.450000000 was used where w7 = 0.500000000 belongs"
    assert found[0][2]


@pytest.mark.parametrize(
    ("quantity", "number", "verdict"),
    [
        ("E_total", "0.298371109", "right"),
        ("E_total", "0.2984", "right"),
        ("E_total", "0.298371108", "cut"),
        ("dE_total/dnet_o1", "0.1385", "right"),  # a synonym
        ("w5+", "0.3589", "right"),
        ("w5", "0.4", "right"),
        ("net_h1", "0.3825", "wrong"),
        ("E_total", "7", "wrong"),
    ],
)
def test_verdicts(quantity: str, number: str, verdict: str) -> None:
    ((found, _),) = script("mazur").check((quantity, number))
    assert found == verdict


def test_rounding_on_the_way_is_seen() -> None:
    """Numbers worked by hand with four decimals everywhere, where that makes a difference."""
    exact, carried = symback.solve("mazur", digits=4), symback.solve("mazur", rounding="carry:4")
    asked = []
    for quantity in carried:
        number = quantity.value
        if number not in (None, exact[quantity.name].value) and abs(float(number)) > 0.01:
            asked.append((quantity.name, number))
    assert len(asked) >= 3
    assert {verdict for verdict, _ in script("mazur").check(*asked)} <= {"early", "cut"}


def test_large_networks_know_the_named_mistakes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    solution = symback.solve("mazur")
    program = Program(solution.network, solution.graph, solution.evaluation)
    every = Checking(program.workings, program.shapes).mistakes
    monkeypatch.setattr("symback.live.checking.MOST_FORMULAS", 10)
    named = Checking(program.workings, program.shapes).mistakes
    assert 0 < len(named) < len(every)
    assert {one.mistake.kind for one in named} == {Kind.NAMED}
