"""The dialect of presentation MathML: elements before, between and after the operands.

A formula in it is what stands between <math> and </math>. Operands stand in rows of their own, so that each
element has as many children as it needs, whatever they are.
"""

from __future__ import annotations

from dataclasses import replace

from symback.colours import COLOURS
from symback.dialects import Dialect, Pair, Triple

_OPEN = '<mrow><mo stretchy="false">'
_GROUP = (_OPEN + "(</mo>", '<mo stretchy="false">)</mo></mrow>')
_TALL_GROUP = ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")
_APPLIED = "<mo>&#x2061;</mo>"
_WORDS = ("tanh", "sinh", "cosh", "erf", "logistic", "sigmoid", "softplus", "silu", "swish", "relu", "sign")


def _function(name: str, group: Pair = _GROUP) -> Pair:
    """What stands around the argument of a function."""
    return f"<mrow>{name}{_APPLIED}{group[0]}", f"{group[1]}</mrow>"


def _layer_function(before: str, after: str) -> Triple:
    """The same where the number of a layer stands in the name; its argument is a matrix, thus a letter."""
    start, end = _function(after)
    return "<mrow>" + before, start.removeprefix("<mrow>"), end


MATHML = Dialect(
    name="mathml",
    plus="<mo>+</mo>",
    minus="<mo>−</mo>",
    negative='<mo form="prefix">−</mo>',
    times="<mo>⋅</mo>",
    times_numbers="<mo>×</mo>",
    beside_bracket='<mo lspace="0.12em">&#x2062;</mo>',
    fraction=("<mfrac><mrow>", "</mrow><mrow>", "</mrow></mfrac>"),
    power=("<msup><mrow>", "</mrow><mrow>", "</mrow></msup>"),
    group=_GROUP,
    tall_group=_TALL_GROUP,
    functions=(
        ("exp", ("<msup><mi>e</mi><mrow>", "</mrow></msup>")),
        ("log", _function("<mi>ln</mi>")),
        ("sqrt", ("<msqrt>", "</msqrt>")),
        ("abs", ('<mrow><mo form="prefix">|</mo>', '<mo form="postfix">|</mo></mrow>')),
        ("floor", ("<mrow><mo>⌊</mo>", "<mo>⌋</mo></mrow>")),
        *((name, _function(f"<mi>{name}</mi>")) for name in _WORDS),
        ("sigma", _function("<mi>σ</mi>")),
        ("sigma_prime", _function('<msup><mi>σ</mi><mo lspace="0" rspace="0">′</mo></msup>')),
    ),
    layer_functions=(
        ("sigma", _layer_function("<msub><mi>σ</mi><mn>", "</mn></msub>")),
        (
            "sigma_prime",
            _layer_function("<msubsup><mi>σ</mi><mn>", '</mn><mo lspace="0" rspace="0">′</mo></msubsup>'),
        ),
    ),
    tall_functions=(
        ("log", _function("<mi>ln</mi>", _TALL_GROUP)),
        *((name, _function(f"<mi>{name}</mi>", _TALL_GROUP)) for name in _WORDS),
    ),
    constants=(("pi", "<mi>π</mi>"),),
    maximum=(
        f"<mrow><mi>max</mi>{_APPLIED}{_TALL_GROUP[0]}",
        '<mo separator="true">,</mo>',
        f"{_TALL_GROUP[1]}</mrow>",
    ),
    cases=(
        '<mrow><mo>{</mo><mtable class="cases"><mtr><mtd>',
        "</mtd><mtd>",
        "</mtd></mtr><mtr><mtd>",
        "</mtd></mtr></mtable></mrow>",
    ),
    greater="<mo>&gt;</mo>",
    not_greater="<mo>≤</mo>",
    indexed_sum=("<mrow><munder><mo>∑</mo><mi>", "</mi></munder><mrow>", "</mrow></mrow>"),
    differentiate=("<mfrac><mi>∂</mi><mrow><mi>∂</mi>", "</mrow></mfrac>"),
    differentiate_directly=(
        '<mfrac><msup><mi>∂</mi><mo lspace="0" rspace="0">+</mo></msup><mrow><mi>∂</mi>',
        "</mrow></mfrac>",
    ),
    square=('<mrow><mo stretchy="false">[</mo>', '<mo stretchy="false">]</mo></mrow>'),
    tall_square=("<mrow><mo>[</mo>", "<mo>]</mo></mrow>"),
    mark=('<mrow class="factor ', '">', "</mrow>"),
    brace=("<munder><munder><mrow>", "</mrow><mo>⏟</mo></munder><mrow>", "</mrow></munder>"),
    word=("<mtext>", "</mtext>"),
    matrix=(
        '<mrow><mo>[</mo><mtable class="matrix"><mtr><mtd>',
        "</mtd><mtd>",
        "</mtd></mtr><mtr><mtd>",
        "</mtd></mtr></mtable><mo>]</mo></mrow>",
    ),
    beside_matrix='<mo lspace="0.12em">&#x2062;</mo>',
    elementwise="<mo>⊙</mo>",
    transpose="<mi>T</mi>",
    ones="<mn>𝟏</mn>",
    dots="<mo>⋯</mo>",
    vertical_dots="<mo>⋮</mo>",
    aligned=(
        '<mtable class="aligned" displaystyle="true" columnalign="right left"><mtr><mtd>',
        '</mtd><mtd><mo form="infix">=</mo>',
        "</mtd></mtr><mtr><mtd>",
        "</mtd></mtr></mtable>",
    ),
    hanging='</mtd><mtd><mspace width="2em"/>',
    new_line='<mspace width="2em"/>',
    colours=tuple(colour.letter for colour in COLOURS),
    equals="<mo>=</mo>",
    numeral=("<mn>", "</mn>"),
    unproven=("<msup>", '<mo lspace="0" rspace="0">*</mo></msup>'),
    minus_in_text="−",
    underline=('<mrow class="apart', '">', "</mrow>"),
    writing="mathml",
    hook=('<mrow data-q="', '">', "</mrow>"),
    hook_in_group=('<mrow data-g="', '">', "</mrow>"),
    hook_in_text=('<span data-q="', '">', "</span>"),
)
"""MathML as browsers show it; a style sheet has the colours by class."""

_LEFT = '<mtd style="text-align:left">'
_RIGHT = '<mtd style="text-align:right;text-align:-webkit-right">'
MATHML_ALONE = replace(
    MATHML,
    name="mathml without a style sheet",
    aligned=(
        f'<mtable displaystyle="true" columnalign="right left"><mtr>{_RIGHT}',
        f'</mtd>{_LEFT}<mo form="infix">=</mo>',
        f"</mtd></mtr><mtr>{_RIGHT}",
        "</mtd></mtr></mtable>",
    ),
    hanging=f'</mtd>{_LEFT}<mspace width="2em"/>',
)
"""For formulas in a page of somebody else's, such as that of a notebook."""
