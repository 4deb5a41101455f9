"""Numbers as people type them: the value, its last digit and how many digits; what is refused, and where."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.answer_numbers import EXACT_DIGITS, SUCH_AS, read_answer
from symback.errors import RequestError
from symback.numbers import MOST_DIGITS

DECIMALS = [
    ("a point", "0.5", "0.5", 1, 1),
    ("no digit before the point", ".5", "0.5", 1, 1),
    ("no digit after the point", "5.", "5", 0, 1),
    ("minus", "-0.017144205", "-0.017144205", 9, 8),
    ("plus", "+0.5", "0.5", 1, 1),
    ("zeros at the end", "0.0500", "0.05", 4, 3),
    ("a whole number", "1500", "1500", 0, 4),
    ("zero", "0", "0", 0, 1),
    ("zero with decimals", "0.000", "0", 3, 1),
    ("minus zero", "-0.0", "0", 1, 1),
    ("a decimal comma", "1,5", "1.5", 1, 2),
    ("a decimal comma and minus", "-0,0171", "-0.0171", 4, 3),
    ("a decimal comma without a digit before", ",5", "0.5", 1, 1),
    ("one comma before three digits", "1,234", "1.234", 3, 4),
    ("one point before three digits", "1.234", "1.234", 3, 4),
    ("the comma of LaTeX", "1{,}5", "1.5", 1, 2),
    ("English groups", "1,234.5", "1234.5", 1, 5),
    ("English groups, a point at the end", "1,234.", "1234", 0, 4),
    ("German groups", "1.234,5", "1234.5", 1, 5),
    ("several groups", "12,345,678.25", "12345678.25", 2, 10),
    ("groups alone, with commas", "1,234,567", "1234567", 0, 7),
    ("groups alone, with points", "1.234.567", "1234567", 0, 7),
    ("groups of blanks", "1 234.5", "1234.5", 1, 5),
    ("groups of blanks, a comma", "1 234,5", "1234.5", 1, 5),
    ("blanks after the point", "0.017 144 205", "0.017144205", 9, 8),
    ("blanks after the point, the last group short", "0.017 144 2", "0.0171442", 7, 6),
    ("blanks on both sides", "1 234.567 8", "1234.5678", 4, 8),
    ("groups of non-breaking spaces", "1\u00a0234\u00a0567", "1234567", 0, 7),
    ("groups of narrow non-breaking spaces", "1\u202f234,5", "1234.5", 1, 5),
    ("groups of thin spaces", "1\u2009234.5", "1234.5", 1, 5),
    ("groups of the thin spaces of LaTeX", r"1\,234.5", "1234.5", 1, 5),
    ("Swiss groups", "1'234,5", "1234.5", 1, 5),
    ("Swiss groups with the other apostrophe", "1’234.5", "1234.5", 1, 5),
    ("underscores", "1_000.000_5", "1000.0005", 4, 8),
    ("e", "1.5e-4", "1.5e-4", 5, 2),
    ("E after a comma", "1,5E-4", "1.5e-4", 5, 2),
    ("e and plus", "1.50e+04", "15000", -2, 3),
    ("e without a sign", "1.5e4", "15000", -3, 2),
    ("e after a point", "5.e3", "5000", -3, 1),
    ("a dot in the middle", "1.5·10^-4", "1.5e-4", 5, 2),
    ("a cross", "1.5×10^-4", "1.5e-4", 5, 2),
    ("the letter x", "1.5 x 10^-4", "1.5e-4", 5, 2),
    ("an asterisk", "1.5*10^-4", "1.5e-4", 5, 2),
    ("the power of Python", "1.5*10**-4", "1.5e-4", 5, 2),
    ("cdot", r"1.5 \cdot 10^{-4}", "1.5e-4", 5, 2),
    ("times", r"1.5\times10^{-4}", "1.5e-4", 5, 2),
    ("brackets around the exponent", "1.5*10^(-4)", "1.5e-4", 5, 2),
    ("raised digits", "1.5×10⁻⁴", "1.5e-4", 5, 2),
    ("raised digits without a sign", "-2,5·10¹²", "-2.5e12", -11, 2),
    ("a power alone", "10^-4", "1e-4", 4, 1),
    ("a raised power alone", "-10⁻⁴", "-1e-4", 4, 1),
    ("a power with a sign of minus", "1.5×10^\u22124", "1.5e-4", 5, 2),
    ("the sign of minus", "\u22120.5", "-0.5", 1, 1),
    ("an en dash", "–0.5", "-0.5", 1, 1),
    ("a blank after minus", "- 0.5", "-0.5", 1, 1),
    ("dollars", "$0.5$", "0.5", 1, 1),
    ("double dollars and blanks", "$$ -0.5 $$", "-0.5", 1, 1),
    ("blanks around", " \t0.5\u00a0\n", "0.5", 1, 1),
    ("the largest exponent", f"1e{MOST_DIGITS}", f"1e{MOST_DIGITS}", -MOST_DIGITS, 1),
    ("an exponent with zeros before", "1e-0000004", "1e-4", 4, 1),
    ("as many digits as may be", "9" * MOST_DIGITS + ".", "9" * MOST_DIGITS, 0, MOST_DIGITS),
]


@pytest.mark.parametrize(
    ("typed", "value", "decimals", "significant"),
    [row[1:] for row in DECIMALS],
    ids=[row[0] for row in DECIMALS],
)
def test_a_decimal(typed: str, value: str, decimals: int, significant: int) -> None:
    answer = read_answer(typed)
    assert answer.text == typed.strip()
    assert answer.value == Fraction(value)
    assert (answer.decimals, answer.significant) == (decimals, significant)
    assert answer.unit == Fraction(Decimal(10) ** -decimals)
    assert (answer.value / answer.unit).denominator == 1


FRACTIONS = [
    ("3/8", Fraction(3, 8)),
    ("-3/8", Fraction(-3, 8)),
    ("6 / 16", Fraction(3, 8)),
    ("\u22121_000/3", Fraction(-1000, 3)),
    (r"\frac{3}{8}", Fraction(3, 8)),
    (r"$-\dfrac{ 3 }{ 8 }$", Fraction(-3, 8)),
    (r"\tfrac{-3}{8}", Fraction(-3, 8)),
    ("0/5", Fraction(0)),
]


@pytest.mark.parametrize(("typed", "value"), FRACTIONS)
def test_a_fraction_is_exact(typed: str, value: Fraction) -> None:
    answer = read_answer(typed)
    assert (answer.value, answer.decimals, answer.significant) == (value, None, EXACT_DIGITS)
    assert answer.unit == 0


REFUSED = [
    ("nothing", "", "'' is no number: nothing stands there."),
    ("blanks", " \u00a0", "nothing stands there."),
    ("a word", "nan", "from column 1 on 'nan'"),
    ("infinity", "-inf", "from column 2 on 'inf'"),
    ("the sign of infinity", "∞", "from column 1 on '∞' (U+221E)"),
    ("a sign alone", "-", "it ends too early"),
    ("two signs", "--5", "from column 2 on '-5'"),
    ("a point alone", ".", "from column 1 on '.'"),
    ("something behind", "0.5x", "from column 4 on 'x'"),
    ("percent", "50 %", "from column 4 on '%'"),
    ("a unit", "1.5 V", "from column 5 on 'V'"),
    ("a comma at the end", "5,", "from column 2 on ','"),
    ("a point after decimals", "0.5.", "from column 4 on '.'"),
    ("two points", "1.2.3", "from column 4 on '.3'"),
    ("a group of two", "1,23.5", "from column 5 on '.5'"),
    ("a last group of two", "1,234,56", "from column 6 on ',56'"),
    ("a group of four", "1 2345", "from column 3 on '2345'"),
    ("groups that begin with 0", "0 123", "from column 3 on '123'"),
    ("two decimal signs", "1.234,567.8", "from column 10 on '.8'"),
    ("two kinds of groups", "1 234'567", "from column 6 on"),
    ("two numbers", "0.5 0.6", "from column 5 on '0.6'"),
    ("a list", "1, 5", "from column 2 on ', 5'"),
    ("two underscores", "1__0", "from column 2 on '__0'"),
    ("an open exponent", "1.5e", "from column 4 on 'e'"),
    ("an open power", "1.5×10^", "from column 4 on '×10^' (U+00D7)"),
    ("a power that lost its sign", "1.5×10-4", "from column 4 on '×10-4'"),
    ("another base", "2^10", "from column 2 on '^10'"),
    ("another base, raised", "2¹⁰", "from column 2 on '¹⁰'"),
    ("a mixed number", "3 1/2", "from column 3 on '1/2'"),
    ("two fractions", "1/2/3", "from column 4 on '/3'"),
    ("a fraction of decimals", "1.5/2", "from column 4 on '/2'"),
    ("a fraction over 0", "3/00", "it divides by 0"),
    ("a vulgar fraction", "½", "from column 1 on '½' (U+00BD)"),
    ("an open dollar", "$0.5", "it ends too early"),
    ("a dollar too many", "0.5$", "from column 4 on '$'"),
    ("hexadecimal", "0x10", "from column 2 on 'x10'"),
    ("a formula", "exp(1)", "from column 1 on 'exp(1)'"),
    ("Arabic digits", "٣.٥", "(U+0663) stands there. Digits are 0 to 9."),
    ("digits of full width", "0.５", "from column 3 on"),
    ("a hyphen that looks like minus", "\u20110.5", "(U+2011)"),
    ("zeros of bytes", "0.5\0", r"from column 4 on '\x00'"),
    ("half of a surrogate pair", "\ud800", r"'\ud800'"),
]


@pytest.mark.parametrize(("typed", "piece"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_number(typed: str, piece: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_answer(typed)
    assert piece in str(caught.value)
    assert str(caught.value).endswith(SUCH_AS)


@pytest.mark.parametrize(
    "typed",
    [
        "9" * (MOST_DIGITS + 1),
        "0." + "1" * 5_000_000,
        "1e101",
        "1e-" + "9" * 5_000,
        f"1·10^{{{10**30}}}",
        "1/" + "3" * (MOST_DIGITS + 1),
    ],
    ids=["digits", "decimals", "exponent", "long exponent", "long power", "fraction"],
)
def test_what_is_too_long(typed: str) -> None:
    with pytest.raises(
        RequestError, match=f"is too long: a number may have up to {MOST_DIGITS} digits"
    ) as caught:
        read_answer(typed)
    assert len(str(caught.value)) < 200


@given(
    st.sampled_from(["", "-", "+", "\u2212", "–"]),
    st.integers(0, 10**12),
    st.none() | st.text("0123456789", min_size=1, max_size=20),
    st.sampled_from([".", ",", "{,}"]),
    st.none() | st.integers(-30, 30),
    st.sampled_from(["{}e{}", "{}E{}", "{}·10^{}", "{} x 10^{{{}}}", r"${}\cdot 10^{{{}}}$", "{} * 10**{}"]),
    st.sampled_from(["", " ", "\u00a0", "\u2009", "'", "_"]),
)
def test_any_typed_decimal_survives(
    sign: str, whole: int, part: str | None, point: str, power: int | None, form: str, mark: str
) -> None:
    plain = f"{whole}.{part}" if part else str(whole)
    digits = f"{whole:,}".replace(",", mark) + (f"{point}{part}" if part else "")
    typed = sign + digits if power is None else form.replace("$", "$" + sign, 1).format(digits, power)
    if power is not None and "$" not in form:
        typed = sign + typed
    answer = read_answer(typed)
    true = Decimal(("-" if sign in ("-", "\u2212", "–") else "") + plain + f"e{power or 0}")
    assert answer.value == Fraction(true)
    exponent = true.as_tuple().exponent
    assert answer.decimals == -int(exponent)
    assert answer.significant == len(true.as_tuple().digits)


@given(st.text("0123456789.,'_ eE+-−–·×x*^{}()/\\frac$⁻⁴\u00a0nai", max_size=12) | st.text(max_size=6))
def test_any_text_is_a_number_or_gets_a_message(text: str) -> None:
    try:
        answer = read_answer(text)
    except RequestError as error:
        message = str(error)
    else:
        message = ""
        assert answer.decimals is None or (answer.value / answer.unit).denominator == 1
    if not re.search(r"[0-9]", text):
        assert message.endswith(SUCH_AS)
