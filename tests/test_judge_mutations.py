"""Mutation test of the judge: one changed token makes a right equation wrong, and the judge must see it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from symback.claims.extract import formulas
from symback.claims.source import Formula
from symback.network import load
from tests.mutants import Bench, Mutant, mutants

CHAPTER = Path(__file__).parent / "fixtures" / "chapter.md"

# A mutant that says the same as its original: what was replaced by what, where, and why it is still true.
EQUIVALENT = [
    (r" \+ ", r" - ", r"^0(?![.\d])", "plus zero is minus zero"),
    (r"\d", r"\d", r"^\^\{\(1-1\)\}", "the zeroth power of any weight is one"),
    (r"0\.274811083", r"0\.274811084", r"^\s*$", "what the printed 0.75136507 gives: 0.27481108350..."),
]


def is_equivalent(mutant: Mutant) -> bool:
    """Whether a rule says that the mutant is true."""
    rest = mutant.before[mutant.start + len(mutant.token) :]
    return any(
        re.fullmatch(token, mutant.token) and re.fullmatch(by, mutant.by) and re.match(after, rest)
        for token, by, after, _ in EQUIVALENT
    )


def test_mutants_of_right_equations_are_not_accepted() -> None:
    bench = Bench(load("mazur"))
    tried: Counter[str] = Counter()
    accepted: list[Mutant] = []
    equivalent = 0
    for formula in formulas(CHAPTER.read_text(encoding="utf-8"), "markdown"):
        if not formula.display or not bench.accepts(formula):
            continue
        for mutant in mutants(formula.text):
            if is_equivalent(mutant):
                equivalent += 1
                continue
            tried[mutant.kind] += 1
            if bench.accepts_text(formula, mutant.text):
                accepted.append(mutant)
    total = sum(tried.values())
    print(
        f"{total - len(accepted)} of {total} mutants not accepted, {equivalent} are equivalent; {dict(tried)}"
    )
    for mutant in accepted:
        print(f"accepted ({mutant.kind}: {mutant.token} -> {mutant.by}): {mutant.text}")
    assert total >= 1000
    assert equivalent <= 0.01 * total
    assert len(accepted) <= 0.03 * total


# Lines of numbers that are built otherwise than our formulas, with few or many digits.
LINES = [
    ("delta_h1 = (0.1385*0.4 + (-0.0381)*0.5)*0.5933*(1 - 0.5933) = 0.0088", True),
    ("delta_h1 = (0.1385*0.4 - 0.0381*0.5)*0.2413 = 0.0088", True),
    ("E_total = 1/2*(0.01 - 0.7514)^2 + 1/2*(0.99 - 0.7729)^2 = 0.2984", True),
    ("delta_o1 = 0.7514*(1 - 0.7514)*(0.7514 - 0.01) = 0.1385", True),
    ("delta_o1 = 0.74136507*0.75136507*0.24863493 = 0.138498562", True),
    ("w5+ = 0.4 - 0.041083520 = 0.35891648", True),
    ("net_o1 = 0.237307997 + 0.26859797 + 0.6 = 1.105905967", True),
    ("out_o1 = 1/(1 + 0.330911) = 0.751365", True),
    ("net_o1 = 0.237307997 + 0.26859798 + 0.6 = 1.105905967", False),
    ("out_o1 = 1/(1 + 0.330910) = 0.751365", False),
    ("delta_h1 = (0.1385*0.4 + 0.0381*0.5)*0.2413", False),
    ("delta_h1 = 0.0364*0.2414", False),
    ("delta_o1 = 0.741*0.188", False),
    ("net_h1 = 0.15*0.05 + 0.2*0.0 + 0.35", False),
    ("net_h1 = 0.1*0.05 + 0.2*0.1 + 0.35", False),
    ("w1 = 0.2", False),
    ("i1 = 0.1", False),
]


@pytest.mark.parametrize(("line", "right"), LINES)
def test_a_line_of_numbers(line: str, right: bool) -> None:
    assert Bench(load("mazur")).accepts(Formula(line, "ascii")) is right


def test_a_rounded_result_may_be_carried_on() -> None:
    """0.741*0.187 gives 0.139 though delta_o1 is 0.138; who prints the product may go on with 0.139."""
    judge = Bench(load("mazur"))
    product = Formula("delta_o1 = 0.741*0.187 = 0.139", "ascii")
    gradient = Formula("dE_total/dw5 = delta_o1*out_h1 = 0.139*0.593", "ascii")
    assert not judge.accepts(gradient)
    assert judge.accepts(product)
    assert judge.accepts(gradient, forget=False)
