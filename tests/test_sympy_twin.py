"""What a notebook does with `solution[...].sympy()`: expressions that go on to other SymPy work."""

from __future__ import annotations

import pytest
import sympy

import symback
from symback.forward import given_numbers
from symback.graph import Rule
from symback.solution import Solution


@pytest.fixture(scope="module")
def mazur() -> Solution:
    return symback.solve("mazur", digits=15)


def numbers(solution: Solution) -> dict[sympy.Symbol, sympy.Rational]:
    """Each given number exactly, by its symbol."""
    found = {}
    for name, given in given_numbers(solution.network).items():
        assert given.text
        found[sympy.Symbol(name)] = sympy.Rational(given.text)
    return found


def test_the_gradient_over_what_it_depends_on(mazur: Solution) -> None:
    quantity = mazur["dE_total/dw5"]
    assert quantity.sympy() == sympy.prod(sympy.Symbol(name) for name in quantity.factors)
    assert quantity.factors == ("dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dw5")


@pytest.mark.parametrize("name", [f"w{place}" for place in range(1, 9)] + ["b1", "b2"])
def test_the_expanded_gradient_is_the_derivative_of_the_expanded_error(mazur: Solution, name: str) -> None:
    """Over the given numbers alone, and identically equal: by SymPy's arithmetic of rational functions."""
    total = mazur["E_total"].sympy(expanded=True)
    gradient = mazur[f"dE_total/d{name}"].sympy(expanded=True)
    given = {quantity.name for quantity in mazur.graph if quantity.rule is Rule.GIVEN} - {"eta"}
    assert {symbol.name for symbol in gradient.free_symbols} <= given
    assert sympy.Symbol(name) in gradient.free_symbols
    difference = gradient - sympy.diff(total, sympy.Symbol(name))
    # each exponential becomes a symbol of its own, the inner ones first: what is left is a rational function
    for place in range(4):
        inner = [call for call in difference.atoms(sympy.exp) if not call.exp.has(sympy.exp)]
        symbols = sympy.symbols(f"e{place}_:{len(inner)}")
        difference = difference.xreplace(dict(zip(inner, symbols, strict=True)))
    assert sympy.together(difference, deep=True).as_numer_denom()[0].expand() == 0


def test_expanded_expressions_have_the_values(mazur: Solution) -> None:
    values = numbers(mazur)
    for name in ("out_o2", "E_total", "delta_h1", "dE_total/dw1", "w3+"):
        quantity = mazur[name]
        expanded = quantity.sympy(expanded=True)
        assert expanded.free_symbols <= set(values)
        exact = expanded.xreplace(values)
        assert abs(exact.evalf(40) - sympy.Float(quantity.value, 40)) <= sympy.Float("5.01e-16")


def test_symbols_have_no_assumptions_and_canonical_names(mazur: Solution) -> None:
    assert mazur["net_h1"].sympy() == sympy.Symbol("w1") * sympy.Symbol("i1") + sympy.Symbol(
        "w2"
    ) * sympy.Symbol("i2") + sympy.Symbol("b1")
    assert mazur["w1"].sympy() == mazur["w1"].sympy(expanded=True) == sympy.Symbol("w1")
    assert mazur["dE_total/dnet_o1"].sympy() == mazur["delta_o1"].sympy()


def test_a_network_with_samples() -> None:
    solution = symback.solve("xor")
    total = solution["E_total"].sympy(expanded=True)
    assert {symbol.name for symbol in total.free_symbols} >= {"i1[4]", "target_o1[2]", "w5", "b_o1"}
    place = numbers(solution)
    for name in ("w1", "w6", "b_h2"):
        gradient = solution[f"dE_total/d{name}"].sympy(expanded=True)
        difference = (gradient - sympy.diff(total, sympy.Symbol(name))).xreplace(place)
        assert abs(difference.evalf(30, chop=True)) < sympy.Float("1e-28")
