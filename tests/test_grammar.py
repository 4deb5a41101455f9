"""The grammar against trees that Python's operators build, against Python's arithmetic, and against noise."""

from __future__ import annotations

import contextlib
import math
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.errors import SymbackError
from symback.expression import (
    PI,
    Call,
    Cases,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    exp,
    log,
    names,
    tanh,
)
from symback.grammar import FormulaError, parse, parse_constant, parse_of

a, b, c, x = (Name(letter) for letter in "abcx")
one, two, three = (Number(Fraction(number)) for number in (1, 2, 3))
half = Number(Fraction(1, 2))
target, output = Name("target_o1"), Name("out_o1")

TREES = [
    ("a", a),
    ("  a\n", a),
    ("0.10", Number(Fraction(1, 10))),
    ("a + b - c", a + b - c),
    ("a - b + c", Sum((a, Negative(b), c))),
    ("a + (b + c)", Sum((a, Sum((b, c))))),
    ("(a + b) + c", Sum((Sum((a, b)), c))),
    ("a*b*c", Product((a, b, c))),
    ("a*(b*c)", Product((a, Product((b, c))))),
    ("a*b/c", Quotient(Product((a, b)), c)),
    ("a/b*c", Product((Quotient(a, b), c))),
    ("a/b/c", Quotient(Quotient(a, b), c)),
    ("-a*b", -a * b),
    ("-a*b + c", -a * b + c),
    ("-a/b", Negative(Quotient(a, b))),
    ("-a^2", Negative(Power(a, two))),
    ("(-a)*b", Product((Negative(a), b))),
    ("a*-b*c", a * -b * c),
    ("a/-b", Quotient(a, Negative(b))),
    ("a - -b", Sum((a, Negative(Negative(b))))),
    ("--a", Negative(Negative(a))),
    ("a^b^c", Power(a, Power(b, c))),
    ("a**b", Power(a, b)),
    ("a^-b", Power(a, Negative(b))),
    ("(a + b)^2", (a + b) ** 2),
    ("exp(-x)", exp(-x)),
    ("log (a)*tanh(b)", log(a) * tanh(b)),
    ("1/(1 + exp(-x))", 1 / (1 + exp(-x))),
    ("cases(x > 0, x, 0)", Cases(x, Number(Fraction(0)), x, Number(Fraction(0)))),
    ("cases(a - 1 > b, a*b, cases(b > c, 1, 2))", Cases(a - 1, b, a * b, Cases(b, c, one, two))),
    ("-(target_o1 - out_o1)*out_o1*(1 - out_o1)", -(target - output) * output * (1 - output)),
    ("sqrt(a)*abs(b) + erf(c)", Call("sqrt", a) * Call("abs", b) + Call("erf", c)),
    ("x*logistic(x)", x * Call("logistic", x)),
    ("floor(silu(a) - sinh(b))", Call("floor", Call("silu", a) - Call("sinh", b))),
    ("max(a, b)", Maximum((a, b))),
    ("2*max(a - 1, max(b, c)*x, 1/2)", two * Maximum((a - 1, Maximum((b, c)) * x, half))),
    ("pi", PI),
    ("2*pi*a", two * PI * a),
    ("sqrt(2/pi)", Call("sqrt", two / PI)),
    ("pi+a", PI + a),
    ("pi+ - a", Sum((PI, Negative(a)))),
    ("max*abs + pi1", Name("max") * Name("abs") + Name("pi1")),
    ("1/2", half),
    ("1/2*x", Product((half, x))),
    ("1 / 2 * x", Product((half, x))),
    ("x*1/2", Product((x, half))),
    ("2*1/2*x", Product((two, half, x))),
    ("-1/2", Negative(half)),
    ("4/2", two),
    ("1/2/3", Quotient(half, three)),
    ("a/1/2", Quotient(Quotient(a, one), two)),
    ("1/2^3", Quotient(one, Power(two, three))),
    ("x^1/2", Quotient(Power(x, one), two)),
    ("x^(1/2)", Power(x, half)),
    ("0.5/2", Quotient(half, two)),
    ("(1)/2", Quotient(one, two)),
    ("1/0", Quotient(one, Number(Fraction(0)))),
    ("exp", Name("exp")),
    ("exp*log", Name("exp") * Name("log")),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_the_authors_order_is_kept(text: str, tree: Expression) -> None:
    assert parse(text) == tree


READINGS = [
    ("w5", ["w5"]),
    ("net_h1[2]", ["net_h1[2]"]),
    ("net_h1[t=3]*out_h1[2,t=3]", ["net_h1[t=3]", "out_h1[2,t=3]"]),
    ("E_total + target_o1 + eta + delta_o1", ["E_total", "target_o1", "eta", "delta_o1"]),
    ("m_hat_w5@3", ["m_hat_w5@3"]),
    ("w5@100", ["w5@100"]),
    ("w5@1", ["w5+"]),
    ("w5@0", ["w5"]),
    ("w5+", ["w5+"]),
    ("w5+ ", ["w5+"]),
    ("(w5+)", ["w5+"]),
    ("w5+*i1", ["w5+", "i1"]),
    ("w5+/i1", ["w5+", "i1"]),
    ("w5+^2", ["w5+"]),
    ("w5++b1", ["w5+", "b1"]),
    ("w5+ + b1", ["w5+", "b1"]),
    ("E[2]+ + b1", ["E[2]+", "b1"]),
    ("w5+ - w6", ["w5+", "w6"]),
    ("w5+-w6", ["w5", "w6"]),
    ("w5+w6", ["w5", "w6"]),
    ("w5+ w6", ["w5", "w6"]),
    ("w5 +w6", ["w5", "w6"]),
    ("w5+(w6)", ["w5", "w6"]),
    ("w5+1", ["w5"]),
    ("cases(w5+ > w6+, w5+, 0)", ["w5+", "w6+"]),
    ("dE_total/dw5", ["dE_total/dw5"]),
    ("(dE_total/dout_o1)*(dout_o1/dnet_o1)", ["dE_total/dout_o1", "dout_o1/dnet_o1"]),
    ("dE_total/dout_o1*dout_o1/dnet_o1", ["dE_total/dout_o1", "dout_o1/dnet_o1"]),
    ("dout_o1[2]/dnet_o1[2]", ["dout_o1[2]/dnet_o1[2]"]),
    ("dnet_h1[t=3]/dout_h1[t=2]", ["dnet_h1[t=3]/dout_h1[t=2]"]),
    ("dE[2]/dw5", ["dE[2]/dw5"]),
    ("dE_total/dw5+", ["dE_total/dw5+"]),
    ("w5 - eta*dE_total/dw5+", ["w5", "eta", "dE_total/dw5+"]),
    ("dE_total/dw5@100", ["dE_total/dw5@100"]),
    ("dE_total/dw1:direct", ["dE_total/dw1:direct"]),
    ("d2E_total/dw1dw5", ["d2E_total/dw1dw5"]),
    ("d2E[2]/dnet_o1[2]dw5*out_h1[2]", ["d2E[2]/dnet_o1[2]dw5", "out_h1[2]"]),
    ("d2E[2]/di1[2]di2[2]+", ["d2E[2]/di1[2]di2[2]+"]),
    ("d2net_h1[t=2]/dout_h1[t=1]dw1:direct", ["d2net_h1[t=2]/dout_h1[t=1]dw1:direct"]),
    ("dE_total/ddelta_o1", ["dE_total/ddelta_o1"]),
    ("delta_o1/delta_o2", ["delta_o1", "delta_o2"]),
    ("dE_total / dw5", ["dE_total", "dw5"]),
    ("dE_total/w5", ["dE_total", "w5"]),
    ("d1/d2", ["d1", "d2"]),
    ("da/db", ["da/db"]),
]


@pytest.mark.parametrize(("text", "found"), READINGS)
def test_names(text: str, found: list[str]) -> None:
    assert list(names(parse(text))) == found


@pytest.mark.parametrize(
    ("text", "known", "found"),
    [
        ("da/db", {"da", "db"}, ["da", "db"]),
        ("da/db", {"da", "db", "da/db"}, ["da/db"]),
        ("da/db", {"da"}, ["da/db"]),
        ("da/db", set(), ["da/db"]),
        ("da[2]/db[2]*db[2]", {"da[2]", "db[2]"}, ["da[2]", "db[2]"]),
        ("2*pi", {"pi"}, ["pi"]),
        ("2*pi", {"a"}, []),
        ("pi[2]*pi", {"a"}, ["pi[2]"]),
        ("b1+ -2", {"b1"}, ["b1"]),
        ("b1+-2", {"b1+"}, ["b1+"]),
        ("b1+-2", {"b1", "b1+"}, ["b1"]),
        ("b1+ - 2", {"b1", "b1+"}, ["b1+"]),
    ],
)
def test_known_names_decide_between_two_readings(text: str, known: set[str], found: list[str]) -> None:
    assert list(names(parse(text, known))) == found


BAD = [
    ("", 1, "a name"),
    ("   ", 1, "a name"),
    ("1 +", 4, "a number"),
    ("* 2", 1, "a number"),
    ("a b", 3, "an operator"),
    ("2x", 2, "an operator"),
    ("1e5", 2, "an operator"),
    ("(a", 3, "')'"),
    ("a)", 2, "the end"),
    ("a, b", 2, "the end"),
    ("a = b", 3, "an operator"),
    ("out_o1(1 - out_o1)", 1, "* between"),
    ("sin(a)", 1, "exp, log, tanh, sqrt, abs, erf"),
    ("sin(a)", 1, "cases, max"),
    ("max(a)", 6, "','"),
    ("max()", 5, "a number"),
    ("pi(2)", 1, "* between"),
    ("pi@2", 3, "an operator"),
    ("__import__('os')", 1, "a number"),
    ("a.b", 2, "an operator"),
    ("a[0]", 2, "an index"),
    ("a[1][2]", 5, "an index"),
    ("a[", 2, "an index"),
    ("a@", 2, "a state"),
    ("a_", 2, "a state"),
    ("a × b", 3, "an operator"),
    ("exp()", 5, "a number"),
    ("exp(a, b)", 6, "')'"),
    ("cases(a, b, c)", 8, "'>'"),
    ("cases(a > b, c)", 15, "','"),
    ("a > b", 3, "the end"),
    ("1.", 2, "an operator"),
    (".5", 1, "a number"),
    ("9" * 101, 1, "100 digits"),
    ("a" * 10_001, 10_001, "10,000 characters"),
    ("(" * 61 + "a" + ")" * 61, 61, "60 brackets"),
    ("exp(" * 61 + "a" + ")" * 61, 244, "60 brackets"),
    ("-" * 300 + "a", 1, "200 levels"),
    ("/".join("a" * 300), 1, "200 levels"),
    ("^".join("a" * 300), 1, "200 levels"),
]


@pytest.mark.parametrize(("text", "column", "allowed"), BAD, ids=[text[:20] for text, _, _ in BAD])
def test_errors_say_where_and_what_may_stand_there(text: str, column: int, allowed: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.text, caught.value.column) == (text, column)
    assert allowed in caught.value.allowed
    assert len(str(caught.value)) < 400


def test_long_and_deep_formulas_within_the_caps_are_read() -> None:
    assert parse("(" * 60 + "a" + ")" * 60) == a
    assert parse("+".join(["a"] * 5_000)) == Sum((a,) * 5_000)
    assert parse("*".join(["a"] * 5_000)) == Product((a,) * 5_000)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1/3", Number(Fraction(1, 3))),
        ("-1/3", Negative(Number(Fraction(1, 3)))),
        ("log(3)", log(three)),
        ("2*log(3)", two * log(three)),
        ("9^9^9^9", parse("9^9^9^9")),
        ("sqrt(2)/pi", Call("sqrt", two) / PI),
        ("max(1, logistic(2))", Maximum((one, Call("logistic", two)))),
    ],
)
def test_constants(text: str, tree: Expression) -> None:
    assert parse_constant(text) == tree


@pytest.mark.parametrize(
    ("text", "column"), [("x", 1), ("1 + w5", 5), ("1/0", 3), ("1/0.0", 3), ("log", 1), ("", 1)]
)
def test_what_is_no_constant(text: str, column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_constant(text)
    assert caught.value.column == column


def test_a_formula_over_some_names_alone() -> None:
    assert parse_of("x*tanh(a) + pi", {"x", "a"}) == x * tanh(a) + PI
    with pytest.raises(FormulaError) as caught:
        parse_of("x*tanh(y)", {"x", "a"})
    assert (caught.value.column, caught.value.allowed) == (8, "no other name than a, x")


def value_of(tree: Expression) -> float:
    """Evaluates with Python's own floats: a second reading of the same text."""
    parts = [value_of(part) for part in tree.parts]
    match tree:
        case Number():
            return float(tree.value)
        case Sum():
            return math.fsum(parts)
        case Product():
            return math.prod(parts)
        case Negative():
            return -parts[0]
        case Quotient():
            return parts[0] / parts[1]
        case Power():
            return float(parts[0] ** parts[1])
        case Call():
            return float(getattr(math, tree.function)(parts[0]))
    raise AssertionError(tree)


numbers = st.sampled_from(["1", "2", "3", "0.5", "1.25", "(2 - 5)"])
formulas = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "-", "*", "/"]), inner).map("".join),
        inner.map("({})".format),
        inner.map("tanh({})".format),
        inner.map("({})**2".format),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}*-{pair[1]}"),
    ),
    max_leaves=12,
)


@given(formulas)
def test_operators_bind_as_in_python(text: str) -> None:
    tree = parse(text)
    try:
        right = eval(text, {"__builtins__": {}}, {"tanh": math.tanh})  # noqa: S307
    except ZeroDivisionError:
        return
    assert value_of(tree) == pytest.approx(right, rel=1e-6, abs=1e-9)


@given(st.one_of(st.text(), st.text("wdE_ot/[]=t12+-*^@:(),>. ", max_size=40)), st.booleans())
def test_no_text_raises_anything_else(text: str, constant: bool) -> None:
    with contextlib.suppress(SymbackError):
        parse_constant(text) if constant else parse(text, {"w1", "dt", "dw"})


def test_importing_the_grammar_does_not_import_lark() -> None:
    code = "import sys, symback.grammar; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
