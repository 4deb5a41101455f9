"""How mathematics looks in each language: one table a dialect, read by the one printer in typeset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from symback.colours import COLOURS, Colour

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, eq=False, slots=True)
class Dialect:
    """The marks of one language. A tuple holds what stands before, between and after the operands.

    Compared by identity, so that what was printed in one is found quickly.
    """

    name: str
    plus: str
    minus: str
    negative: str
    times: str
    """Between symbols."""
    times_numbers: str
    """Between numbers."""
    beside_bracket: str
    """Instead of a times sign, before an opening bracket."""
    fraction: Triple
    power: Triple
    group: Pair
    tall_group: Pair
    functions: tuple[tuple[str, Pair], ...]
    """Before and after the argument, by function."""
    layer_functions: tuple[tuple[str, Triple], ...]
    """Before the number of a layer, between it and the argument, after: functions that each layer has."""
    constants: tuple[tuple[str, str], ...]
    """Numbers that have a name of their own."""
    maximum: Triple
    """Before, between and after the operands."""
    cases: tuple[str, str, str, str]
    """Before, between value and condition, between the rows, after."""
    greater: str
    not_greater: str
    indexed_sum: Triple
    differentiate: tuple[str, str]
    """Before and after the variable of a derivative that is still to be taken."""
    differentiate_directly: tuple[str, str]
    """The same with other names held fixed that depend on the variable."""
    square: Pair
    tall_square: Pair
    """Brackets around what is still to be differentiated."""
    mark: tuple[str, str, str]
    """Before the colour, between colour and operand, after."""
    brace: Triple
    """Before the operand, between it and the label under it, after."""
    word: Pair
    """Around a plain word inside mathematics."""
    matrix: tuple[str, str, str, str]
    """Before, between entries, between rows, after."""
    beside_matrix: str
    """Between the factors of a matrix product."""
    elementwise: str
    """Between factors that are multiplied entry by entry."""
    transpose: str
    """The exponent of a transposed matrix."""
    ones: str
    """The column of ones."""
    dots: str
    """For columns that are left out."""
    vertical_dots: str
    """For rows that are left out."""
    aligned: tuple[str, str, str, str]
    """Before an equation of several rows, before each right-hand side, between the rows, after."""
    hanging: str
    """Before a right-hand side that goes on in the next row."""
    new_line: str
    """The indent of such a row."""
    colours: tuple[str, ...] = ()
    """Of the factors: names that the document defines, or values, if there is a `shade`."""
    shade: str = ""
    """Which attribute of a colour formulas show."""
    stacks: bool = True
    """Fractions, exponents and cases need no brackets, as they are set apart by position."""
    equals: str = " = "
    numeral: Pair = ("", "")
    """Around the digits of a number."""
    unproven: Pair = ("", "^{*}")
    """Around a number whose last digit could not be proven."""
    minus_in_text: str = "-"
    """The sign of a number that stands outside of formulas."""
    underline: Triple = (r"\underline{", "", "}")
    """As `mark`, for what is set apart without a colour."""
    tall_functions: tuple[tuple[str, Pair], ...] = ()
    """As `functions`, around an argument that is higher than a line; where there is a difference."""
    transposed: Pair | None = None
    """Around a transposed matrix; None where that is a power."""
    counted_ones: Pair | None = None
    """Around the length of a column of ones; None where it stands without its length."""
    listed: str = r",\, "
    """Between symbols of a list."""
    until: str = r"\,..\, "
    """Between the first and the last of them."""
    writing: str = "latex"
    """Whose symbols and pieces it is made of: `latex`, `mathml`, `typst` or `text`.

    Those of MathML are elements of a tree: lines may end only where these can be closed and opened again.
    """
    hook: Triple = ("", "", "")
    """Before the place of a number in the program of a live page, between it and the number, after."""
    hook_in_group: Triple = ("", "", "")
    """The same where a negative number needs brackets, which belong to what is hooked."""
    hook_in_text: Triple = ("", "", "")
    """The same outside of formulas."""

    def coloured(self, colours: tuple[Colour, ...]) -> Dialect:
        """The dialect with these colours of factors; itself, if the document defines what its names mean."""
        return _coloured(self, colours) if self.shade and colours != COLOURS else self

    def number(self, text: str) -> str:
        """A decimal number, such as -0.25, as formulas show it."""
        digits = text.removeprefix("-")
        sign = self.negative if digits != text else ""
        return sign + self.numeral[0] + digits + self.numeral[1]


@lru_cache(maxsize=16)
def _coloured(dialect: Dialect, colours: tuple[Colour, ...]) -> Dialect:
    return replace(dialect, colours=tuple(getattr(colour, dialect.shade) for colour in colours))


_WORDS = ("erf", "logistic", "sigmoid", "softplus", "silu", "swish", "relu")
"""Functions that have no sign of their own, so that their word stands before the argument."""

LATEX = Dialect(
    name="latex",
    plus=" + ",
    minus=" - ",
    negative="-",
    times=r" \cdot ",
    times_numbers=r" \times ",
    beside_bracket=r"\,",
    fraction=(r"\frac{", "}{", "}"),
    power=("", "^{", "}"),
    group=("(", ")"),
    tall_group=(r"\Bigl(", r"\Bigr)"),
    functions=(
        ("exp", ("e^{", "}")),
        ("log", (r"\ln(", ")")),
        ("tanh", (r"\tanh(", ")")),
        ("sqrt", (r"\sqrt{", "}")),
        ("abs", (r"\left\lvert ", r"\right\rvert")),  # a plain | would end the cell of a Markdown table
        ("floor", (r"\lfloor ", r" \rfloor")),
        ("sinh", (r"\sinh(", ")")),
        ("cosh", (r"\cosh(", ")")),
        *((name, (rf"\operatorname{{{name}}}(", ")")) for name in _WORDS),
        ("sigma", (r"\sigma(", ")")),
        ("sigma_prime", (r"\sigma'(", ")")),
        ("sign", (r"\operatorname{sign}(", ")")),
    ),
    layer_functions=(("sigma", (r"\sigma_{", "}(", ")")), ("sigma_prime", (r"\sigma_{", "}'(", ")"))),
    constants=(("pi", r"\pi"),),
    maximum=(r"\max(", ", ", ")"),
    cases=(r"\begin{cases} ", " & ", r" \\{} ", r" \end{cases}"),
    greater=" > ",
    not_greater=r" \le ",
    indexed_sum=(r"\sum_{", "} ", ""),
    differentiate=(r"\frac{\partial}{\partial ", "}"),
    differentiate_directly=(r"\frac{\partial^{+}}{\partial ", "}"),
    square=("[", "]"),
    tall_square=(r"\Bigl[", r"\Bigr]"),
    mark=(r"\textcolor{", "}{", "}"),
    brace=(r"\underbrace{", "}_{", "}"),
    word=(r"\text{", "}"),
    matrix=(r"\begin{bmatrix} ", " & ", r" \\{} ", r" \end{bmatrix}"),
    beside_matrix=r"\, ",
    elementwise=r" \odot ",
    transpose="T",
    ones=r"\mathbf{1}",
    dots=r"\cdots",
    vertical_dots=r"\vdots",
    aligned=("\\begin{aligned}\n", " &= ", " \\\\\n", "\n\\end{aligned}"),
    hanging=r" &\quad ",
    new_line=r"\quad ",
    colours=tuple(f"factor{colour.letter}" for colour in COLOURS),
)
"""LaTeX with amsmath and xcolor; the document defines the colours."""

KATEX = replace(
    LATEX,
    name="katex",
    colours=tuple(colour.plain for colour in COLOURS),
    shade="plain",
    # Browsers set rows closer than TeX does; no right-hand side begins with a bracket, so the skip is safe.
    aligned=("\\begin{aligned}\n", " &= ", " \\\\[4pt]\n", "\n\\end{aligned}"),
)
"""The part of LaTeX that KaTeX and MathJax share; colours by value."""

QUARTO = replace(
    KATEX,
    name="quarto",
    # xcolor and MathJax both know this form, so documents become pages and PDF; xcolor knows no #rrggbb.
    mark=(r"\textcolor[rgb]{", "}{", "}"),
    colours=tuple(colour.rgb for colour in COLOURS),
    shade="rgb",
)
"""What Quarto's MathJax and LaTeX share."""

PANDOC = replace(
    KATEX,
    name="pandoc",
    tall_group=(r"\Big(", r"\Big)"),  # Debian's pandoc does not know \Bigl
    tall_square=(r"\Big[", r"\Big]"),
    mark=("", "", ""),
    colours=("",),
    shade="",
)
"""What pandoc itself converts to MathML and docx: no colours; braces with words set factors apart."""

ASCII = Dialect(
    name="ascii",
    plus=" + ",
    minus=" - ",
    negative="-",
    times="*",
    times_numbers="*",
    beside_bracket="*",
    fraction=("", "/", ""),
    power=("", "^", ""),
    group=("(", ")"),
    tall_group=("(", ")"),
    functions=(
        ("exp", ("exp(", ")")),
        ("log", ("log(", ")")),
        ("tanh", ("tanh(", ")")),
        *((name, (f"{name}(", ")")) for name in ("sqrt", "abs", "floor", "sinh", "cosh", *_WORDS)),
        ("sigma", ("sigma(", ")")),
        ("sigma_prime", ("sigma'(", ")")),
        ("sign", ("sign(", ")")),
    ),
    layer_functions=(("sigma", ("sigma_", "(", ")")), ("sigma_prime", ("sigma_", "'(", ")"))),
    constants=(("pi", "pi"),),
    maximum=("max(", ", ", ")"),
    cases=("cases(", ", ", ", ", ")"),
    greater=" > ",
    not_greater=" <= ",
    indexed_sum=("sum_", " ", ""),
    differentiate=("d/d", ""),
    differentiate_directly=("d/d", ""),
    square=("[", "]"),
    tall_square=("[", "]"),
    mark=("", "", ""),
    brace=("", "", ""),
    word=("", ""),
    matrix=("[[", ", ", "], [", "]]"),
    beside_matrix=" ",
    elementwise=" .* ",
    transpose="T",
    ones="ones",
    dots="...",
    vertical_dots="...",
    aligned=("", " = ", "\n", ""),
    hanging="    ",
    new_line="    ",
    stacks=False,
)
"""Plain text that `verify` reads."""

TEXT = replace(
    ASCII,
    name="text",
    minus=" − ",
    negative="−",
    times="·",
    times_numbers=" × ",
    beside_bracket="·",
    functions=(
        ("exp", ("exp(", ")")),
        ("log", ("ln(", ")")),
        ("sqrt", ("√(", ")")),
        ("abs", ("|", "|")),
        ("floor", ("⌊", "⌋")),
        *((name, (f"{name}(", ")")) for name in ("tanh", "sinh", "cosh", "sign", *_WORDS)),
        ("sigma", ("σ(", ")")),
        ("sigma_prime", ("σ′(", ")")),
    ),
    constants=(("pi", "π"),),
    cases=("(if ", " then ", " else ", ")"),
    not_greater=" ≤ ",
    indexed_sum=("Σ_", " ", ""),
    differentiate=("∂/∂", ""),
    differentiate_directly=("∂⁺/∂", ""),
    writing="text",
    minus_in_text="−",
    unproven=("", "*"),
)
"""Plain text for people: terminals, and descriptions for those who do not see a figure."""

COQ = replace(
    ASCII,
    name="coq",
    times=" * ",
    times_numbers=" * ",
    beside_bracket=" * ",
    fraction=("", " / ", ""),
    power=("", " ^ ", ""),
    negative="- ",
    functions=(
        ("exp", ("exp (", ")")),
        ("log", ("ln (", ")")),
        ("tanh", ("tanh (", ")")),
        ("sqrt", ("sqrt (", ")")),
        ("abs", ("Rabs (", ")")),
    ),
    constants=(("pi", "PI"),),
    cases=("(if Rgt_dec (", ") then (", ") else (", "))"),
    greater=") (",
)
"""Coq with its standard library of real numbers; powers have natural exponents."""
