"""Plain text for people: what a quantity is when it is printed."""

from __future__ import annotations

import pytest

import symback
from symback.dialects import TEXT
from symback.expression import IndexedSum, walk
from symback.fillers import CanonicalNames, plain
from symback.grammar import parse
from symback.network_source import built_in_names
from symback.notation import notation
from symback.typeset import typeset
from tests.test_typeset import cases

SIGNS = {
    "−": "-",
    "·": "*",
    " × ": "*",
    "√": "sqrt",
    "ln(": "log(",
    "π": "pi",
    "σ": "sigma",
    "′": "'",
    "≤": "<=",
}


def read(text: str) -> str:
    """The text as `verify` reads it, where it has no two bars and no case."""
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    return text


@pytest.mark.parametrize(
    ("network", "name", "wanted"),
    [
        ("mazur", "w5", "w5 = 0.40"),
        ("mazur", "eta", "η = 0.5"),
        ("mazur", "net_h1", "net_h1 = w1·i1 + w2·i2 + b1 = 0.377500000"),
        ("mazur", "out_h1", "out_h1 = 1/(1 + exp(−net_h1)) = 0.593269992"),
        ("mazur", "E_total", "E_total = E_o1 + E_o2 = 0.298371109"),
        (
            "mazur",
            "dE_total/dw5",
            "∂E_total/∂w5 = (∂E_total/∂out_o1)·(∂out_o1/∂net_o1)·(∂net_o1/∂w5) = 0.082167041",
        ),
        ("mazur", "w5+", "w5+ = w5 − η·(∂E_total/∂w5) = 0.358916480"),
        ("mazur", "delta_o1", "δ_o1 = (∂E_total/∂out_o1)·(∂out_o1/∂net_o1) = 0.138498562"),
        ("adam", "E_o1[2]", "E_o1[2] = 1/2·(target_o1[2] − out_o1[2])^2 = 0.063109903"),
        ("adam", "m_hat_w3+", "m̂_w3+ = m_w3+/(1 − β1^(n+)) = −0.013527204"),
    ],
)
def test_a_quantity_is_printed(network: str, name: str, wanted: str) -> None:
    assert str(symback.solve(network)[name]) == wanted


def test_symbols_in_the_style_of_a_file() -> None:
    own = notation("z-a", {"w1": r"\mathbf{W}_{1,2}", "eta": r"\hat{\alpha}'"}).written_in(TEXT)
    names = ("net_h1[2,t=3]+", "out_o1@100", "w1", "eta", "dE_total/dw1:direct", "d2E_total/dw2dw2", "W^1")
    assert [own.symbol(name).text for name in names] == [
        "z_h1[2,t=3]+", "a_o1@100", "𝐖1,2", "α̂′", "∂⁺E_total/∂𝐖1,2", "∂²E_total/∂w2²", "W^1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", built_in_names())
def test_every_formula_is_read_back(name: str) -> None:
    for quantity in symback.solve(name).graph:
        formula = quantity.formula
        if formula is None or any(isinstance(node, IndexedSum) for node in walk(formula)):
            continue
        text = typeset(formula, TEXT, CanonicalNames())
        if not any(sign in text for sign in ("|", "(if ", "⌊")):
            assert parse(read(text)) == parse(plain(formula))


@pytest.mark.parametrize(("title", "formula", "symbols", "numbers"), list(cases()))
def test_printed_formulas_are_read_back(title: str, formula: str, symbols: str, numbers: str) -> None:
    tree = parse(formula)
    text = typeset(tree, TEXT, CanonicalNames())
    if not any(sign in text for sign in ("|", "(if ", "⌊")):
        assert parse(read(text)) == tree
