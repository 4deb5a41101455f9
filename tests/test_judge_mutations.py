"""Mutation test of the judge: one changed token makes a right equation wrong, and the judge must see it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from symback.claims.extract import formulas
from symback.network import load
from tests.mutants import Bench, Mutant, mutants

CHAPTER = Path(__file__).parent / "fixtures" / "chapter.md"

# A mutant that says the same as its original: what was replaced by what, where, and why it is still true.
EQUIVALENT = [
    (r" \+ ", r" - ", r"^0(?![.\d])", "plus zero is minus zero"),
    (r"\d", r"\d", r"^\^\{\(1-1\)\}", "the zeroth power of any weight is one"),
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
    for formula in formulas(CHAPTER.read_text(encoding="utf-8"), "markdown"):
        if not formula.display or not bench.accepts(formula):
            continue
        for mutant in mutants(formula.text):
            if is_equivalent(mutant):
                continue
            tried[mutant.kind] += 1
            if bench.accepts_text(formula, mutant.text):
                accepted.append(mutant)
    total = sum(tried.values())
    print(f"{total - len(accepted)} of {total} mutants not accepted; tried {dict(tried)}")
    for mutant in accepted:
        print(f"accepted ({mutant.kind}: {mutant.token} -> {mutant.by}): {mutant.text}")
    assert total >= 500
    assert len(accepted) <= 0.03 * total
