"""The dialect of Typst's mathematics.

Signs stand for themselves, as the names that Typst has for them change with its versions. Brackets and commas
are escaped, so that a line may end between brackets and a comma is no end of an argument. What Typst does not
have, such as high brackets that need not match, templates/formats/typst.j2 defines.
"""

from __future__ import annotations

from symback.colours import COLOURS
from symback.dialects import Dialect, Pair

_GROUP = (r"\(", r"\)")
_TALL_GROUP = (" tallopen ", " tallclose ")
_WORDS = ("tanh", "sinh", "cosh", "erf", "logistic", "sigmoid", "softplus", "silu", "swish", "relu", "sign")


def _function(name: str, group: Pair = _GROUP) -> Pair:
    """What stands around the argument of a function."""
    return f'op("{name}"){group[0]}', group[1]


TYPST = Dialect(
    name="typst",
    plus=" + ",
    minus=" − ",
    negative="−",
    times=" ⋅ ",
    times_numbers=" × ",
    beside_bracket=" thin ",
    fraction=("frac(", ", ", ")"),
    power=("", "^(", ")"),
    group=_GROUP,
    tall_group=_TALL_GROUP,
    functions=(
        ("exp", ("e^(", ")")),
        ("log", _function("ln")),
        ("sqrt", ("sqrt(", ")")),
        ("abs", ("abs(", ")")),
        ("floor", ("floor(", ")")),
        *((name, _function(name)) for name in _WORDS),
        ("sigma", (r"σ\(", r"\)")),
        ("sigma_prime", (r"σ'\(", r"\)")),
    ),
    layer_functions=(("sigma", ("σ_(", r")\(", r"\)")), ("sigma_prime", ("σ'_(", r")\(", r"\)"))),
    tall_functions=(
        ("log", _function("ln", _TALL_GROUP)),
        *((name, _function(name, _TALL_GROUP)) for name in _WORDS),
    ),
    constants=(("pi", "π"),),
    maximum=(r'op("max")\(', r"\, ", r"\)"),
    cases=("cases(", " &quad ", ", ", ")"),
    greater=" > ",
    not_greater=" ≤ ",
    indexed_sum=("∑_(", ") ", ""),
    differentiate=("frac(∂, ∂", ")"),
    differentiate_directly=("frac(∂^(+), ∂", ")"),
    square=(r"\[", r"\]"),
    tall_square=(" tallsquare ", " tallend "),
    mark=("", "(", ")"),
    brace=("underbrace(", ", ", ")"),
    word=('"', '"'),
    matrix=('mat(delim: "[", ', ", ", "; ", ")"),
    beside_matrix=" thin ",
    elementwise=" ⊙ ",
    transpose="T",
    ones="𝟏",
    dots="⋯",
    vertical_dots="⋮",
    aligned=("", " &= ", " \\\n", ""),
    hanging=" & hang ",
    new_line="quad ",
    colours=tuple(f"factor{colour.letter}" for colour in COLOURS),
    unproven=("", "^(∗)"),
    minus_in_text="−",
    underline=("underline(", "", ")"),
    listed=r"\, ",
    until=" thin … thin ",
    writing="typst",
)
"""Typst with the functions that the document defines."""
