"""Formulas as they are printed: a table in fixtures/typeset.md, and the plain text that can be read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.dialects import ASCII, LATEX
from symback.evaluation import Evaluation, Rounding, Value
from symback.expression import Expression, IndexedSum, Marked, Name, Product, instantiate
from symback.fillers import CanonicalNames, Numbers, Symbols, plain
from symback.grammar import parse
from symback.lines import width, wrap
from symback.notation import notation
from symback.typeset import segments, typeset

FIXTURE = Path(__file__).parent / "fixtures" / "typeset.md"
NUMBERS = {"w1": "0.5", "w2": "-0.25", "i1": "2", "out_h1": "-0.5", "target_o1": "0.01"}


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Title, formula, symbols, numbers; parts are separated by lines with a dot."""
    blocks = FIXTURE.read_text(encoding="utf-8").split("\n\n")[1:]
    for block in blocks:
        title, formula, symbols, numbers = [part.strip() for part in block.strip().split("\n.")][:4]
        yield title, formula, symbols, numbers


def symbols() -> Symbols:
    return Symbols(notation("net-out"), LATEX, {"loss": "loss"})


def numbers() -> Numbers:
    values = {name: Value(text, text, True, None, float(text)) for name, text in NUMBERS.items()}
    return Numbers(notation("net-out"), LATEX, evaluation=Evaluation(values, Rounding(), 128))


@pytest.mark.parametrize(("title", "formula", "in_symbols", "in_numbers"), list(cases()))
def test_printed(title: str, formula: str, in_symbols: str, in_numbers: str) -> None:
    tree = parse(formula)
    assert typeset(tree, LATEX, symbols()) == in_symbols, title
    assert typeset(tree, LATEX, numbers()) == in_numbers, title


@pytest.mark.parametrize(("title", "formula", "in_symbols", "in_numbers"), list(cases()))
def test_plain_text_is_read_back(title: str, formula: str, in_symbols: str, in_numbers: str) -> None:
    tree = parse(formula)
    assert parse(plain(tree)) == tree, title


def trees() -> st.SearchStrategy[Expression]:
    """Formulas as the tables write them, with Python's operators."""
    names = st.sampled_from([Name("w1"), Name("w2"), Name("out_h1[2]"), Name("dE_total/dw5")])

    def extend(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(lambda p: p[0] + p[1]),
            pair.map(lambda p: p[0] - p[1]),
            pair.map(lambda p: p[0] * p[1]),
            pair.map(lambda p: p[0] / p[1]),
            inner.map(lambda e: -e),
            inner.map(lambda e: e**2),
        )

    return st.recursive(names, extend, max_leaves=8)


@given(trees())
def test_plain_text_means_the_same(tree: Expression) -> None:
    """Read back, a printed formula is proven equal to what was printed."""
    from symback.prover import prove

    assert prove(parse(plain(tree)), tree)


def test_a_mark_has_colour_and_brace() -> None:
    marked = Product((Marked(Name("w1"), "loss", 0), Marked(Name("w2"), "name", 1)))
    printed = typeset(marked, LATEX, symbols())
    assert printed == (
        r"\underbrace{\textcolor{factora}{w_{1}}}_{\text{loss}} \cdot "
        r"\underbrace{\textcolor{factorb}{w_{2}}}_{w_{2}}"
    )
    assert typeset(marked, ASCII, CanonicalNames()) == "w1*w2"


def test_an_indexed_sum_prints_in_general_and_means_its_instances() -> None:
    instances = ((("delta_o", "delta_o1"), ("w_ho", "w5")), (("delta_o", "delta_o2"), ("w_ho", "w7")))
    general = IndexedSum("o", Name("delta_o") * Name("w_ho"), instances)
    assert typeset(general * Name("out_h1"), LATEX, symbols()) == (
        r"\Bigl(\sum_{o} \delta_{o} \cdot w_{ho}\Bigr) \cdot \mathrm{out}_{h1}"
    )
    assert instantiate(general) == parse("delta_o1*w5 + delta_o2*w7")


def test_long_sums_are_broken_before_signs() -> None:
    long = parse(" + ".join(f"w{place}*out_h{place}" for place in range(1, 20)))
    lines = wrap(*segments(long, LATEX, symbols()), 70, 60)
    assert len(lines) > 2
    assert "".join(lines) == typeset(long, LATEX, symbols())
    assert all(line.startswith(" + ") for line in lines[1:])
    assert width(lines[0]) <= 70
    assert all(width(line) <= 60 for line in lines[1:])


def test_a_line_is_broken_outside_of_brackets_first() -> None:
    formula = parse("(w1 + w2 + w3)*out_h1 + (w4 + w5 + w6)*out_h2")
    room = width(typeset(formula, LATEX, symbols())) - 1
    first, second = wrap(*segments(formula, LATEX, symbols()), room, room)
    assert first.endswith(r"\mathrm{out}_{h1}")
    assert second.startswith(" + (")


@pytest.mark.parametrize(
    ("latex", "digits"),
    [
        ("0.5", 1 + 0.55 + 1),
        (r"\frac{1}{1234567890}", 10.5),
        (r"\mathrm{out}", 3),
        (r"\textcolor{#c0392b}{1}", 1),
    ],
)
def test_width_is_about_right(latex: str, digits: float) -> None:
    assert width(latex) == pytest.approx(digits, rel=0.1)
