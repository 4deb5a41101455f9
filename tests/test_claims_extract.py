"""Formulas found in documents, with their places; and what is no mathematics there."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.claims.extract import cell_numbers, formulas, kind_of, shown_lines
from symback.claims.prose import remarks


def texts(document: str, kind: str = "markdown") -> list[str]:
    return [" ".join(formula.text.split()) for formula in formulas(document, kind)]


MARKDOWN = [
    ("$a = b$", ["a = b"]),
    ("$$a = b$$", ["a = b"]),
    ("$$\na = b\n$$", ["a = b"]),
    (r"\(a = b\) and \[c = d\]", ["a = b", "c = d"]),
    (r"\\(a = b\\) and \\[c = d\\]", ["a = b", "c = d"]),
    ("so $`a = b`$ holds", ["a = b"]),
    ("```math\na = b\n```", ["a = b"]),
    ("~~~ math\na = b\n~~~", ["a = b"]),
    ("```{math}\n:label: one\na = b\n```", ["a = b"]),
    ("```math\na = b", ["a = b"]),
    ("For each unit $ z $ the $ a = b $ holds", ["z", "a = b"]),
    (r"\begin{align} a &= b \\ &= c \\ d &= e \end{align}", ["a = b", "= c", "d = e"]),
    (r"\begin{align*} a &= b \end{align*}", ["a = b"]),
    (r"\begin{aligned} a &= b \\[4pt] &= c \end{aligned}", ["a = b", "= c"]),
    (r"$$\begin{aligned} a &= b \\ &= c \end{aligned}$$", ["a = b", "= c"]),
    (r"$$\begin{array}{rcl} a &=& b \\ &=& c \end{array}$$", ["a = b", "= c"]),
    (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", ["a = b", "= c"]),
    (r"\begin{gather*} a = b \\ c = d \end{gather*}", ["a = b", "c = d"]),
    (r"\begin{alignat}{2} a &= b \end{alignat}", ["a = b"]),
    (r"\begin{multline} a = b + c \\ + d \end{multline}", ["a = b + c + d"]),
    (r"\begin{align} a &= b \\ &\quad + c \\ &= d \end{align}", ["a = b \\quad + c", "= d"]),
    (r"\begin{align} a &= (b \\ & - c) \\ &= d \end{align}", ["a = (b - c)", "= d"]),
    (r"\begin{align} a = \\ b \end{align}", ["a = b"]),
    (r"\begin{align} a &= b \label{eq:x} \\ c &= d \tag{2} \nonumber \end{align}", ["a = b", "c = d"]),
    (
        r"$$A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$$",
        [r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"],
    ),
    (
        r"$$f = \begin{cases} x & x > 0 \\ 0 & x < 0 \end{cases}$$",
        [r"f = \begin{cases} x & x > 0 \\ 0 & x < 0 \end{cases}"],
    ),
    (r"$w_5 = 0.4, \quad w_6 = 0.45$", ["w_5 = 0.4", "w_6 = 0.45"]),
    ("$w_5 = 0.4, w_6 = 0.45$", ["w_5 = 0.4", "w_6 = 0.45"]),
    ("$f(x, y) = g(x, y)$", ["f(x, y) = g(x, y)"]),
    (r"$$a = b \quad \text{(chain rule)}$$", ["a = b"]),
    (r"$$a = b \Rightarrow c = d$$", ["a = b", "c = d"]),
    ("$$a = 0.5.$$", ["a = 0.5"]),
    (r"$$a = 0.5\,,$$", ["a = 0.5"]),
    (r"$$\left( a \right.$$", [r"\left( a \right."]),
    ("| $a = 1$ | $b = 2$ |\n|---|---|\n| $c = 3$ | $`d = 4`$ |", ["a = 1", "b = 2", "c = 3", "d = 4"]),
    ("- first $a = 1$\n  - then\n\n        $b = 2$", ["a = 1", "b = 2"]),
    ("> quoted $a = 1$\n> $$\n> b = 2 +\n> c\n> $$", ["a = 1", "b = 2 + c"]),
    ("> ```math\n> a = b\n> ```\n\n$c$", ["a = b", "c"]),
    ("> ```\n> $a$\n\n$c$", ["c"]),
    ("$x$$y$", ["x", "y"]),
    ("第$x$层 und die $y$-Achse", ["x", "y"]),
    ("$$a = b % a note\n+ c$$", ["a = b + c"]),
    # Prose, code and comments
    ("It costs $5 and $6.", []),
    ("It costs $5-$6, or ($5) or ($6).", []),
    ("From $20 a month to US$ 30, while $x = 3$.", ["x = 3"]),
    (r"Escaped \$a = b\$ dollars, and \\$c$", ["c"]),
    ("Code `$a = b$` and ``$c ` $`` and $d$", ["d"]),
    ("```\n$a = b$\n```\n$c$", ["c"]),
    ("```latex\n$$a = b$$\n```\n$c$", ["c"]),
    ("````\n```\n$a$\n```\n````\n$c$", ["c"]),
    ("text\n\n    $a = b$\n\n$c$", ["c"]),
    ("<!-- $a = b$ --> $c$", ["c"]),
    ("<!--\n```math\na\n```\n-->\n$c$", ["c"]),
    ("<pre>$a$</pre> $c$", ["c"]),
    ("---\nprice: $a$\n---\n$c$", ["c"]),
    ("an unclosed <!-- comment $c$", ["c"]),
    (r"\[sic\] and \[not a link\](x)", []),
    ("$ alone, then\n\nanother $ alone", []),
    ("$$ never closed\n\n$c$", ["c"]),
    ("```{note}\nHere $a$ counts.\n```\n$c$", ["a", "c"]),
    # Planted mistakes
    ("$a$ <!-- symback:wrong --> $b = 1$ <!-- /symback:wrong --> $c$", ["a", "c"]),
    ("<!-- symback:wrong -->\n```math\nb\n```\n<!-- /symback:wrong -->\n$c$", ["c"]),
    ("<!-- symback:wrong --> $c$ is never closed", ["c"]),
]


@pytest.mark.parametrize(("document", "expected"), MARKDOWN)
def test_formulas_in_markdown(document, expected):
    assert texts(document) == expected


LATEX = [
    ("$a = b$ costs \\$5", ["a = b"]),
    ("text % $a = b$\n$c$", ["c"]),
    ("100\\% of $c$", ["c"]),
    ("\\begin{equation}\\begin{split} a &= b \\\\ &= c \\end{split}\\end{equation}", ["a = b", "= c"]),
    ("\\begin{align}\na &= b \\\\\n% a comment\n &= c\n\\end{align}", ["a = b", "= c"]),
    ("\\begin{verbatim}$a$\\end{verbatim} $c$ \\verb|$d$| $e$", ["c", "e"]),
    ("\\begin{lstlisting}\n$a$\n\\end{lstlisting}\n$c$", ["c"]),
    ("\\newcommand{\\x}{$a$}\n\\begin{document}$c$\\end{document}$d$", ["c"]),
    ("% symback:wrong\n$b$\n% /symback:wrong\n$c$", ["c"]),
    ("% symback:wrong\n$c$ is never closed", ["c"]),
    ("10$^{-3}$ and ``$a$'' and `$b$'", ["^{-3}", "a", "b"]),
    ("\\begin{tabular}{l} $a = 1$ & $b = 2$ \\\\ \\end{tabular}", ["a = 1", "b = 2"]),
    ("\\begin{verbatim} never closed $c$", ["c"]),
    ("a line\\\\[4pt] and $5 + x$", ["5 + x"]),
]


@pytest.mark.parametrize(("document", "expected"), LATEX)
def test_formulas_in_latex(document, expected):
    assert texts(document, "latex") == expected


PLACES = [
    ("$a$ and $b$", [(1, 2), (1, 10)]),
    ("x\n$$\na\n$$", [(3, 1)]),
    ("> $$\n> a\n> $$", [(2, 3)]),
    (">> - $a$", [(1, 7)]),
    ("x\t$`a`$", [(1, 5)]),
    ("\ufeff$a$\r\n$b$\r$c$", [(1, 2), (2, 2), (3, 2)]),
    ("| x | $a$ |", [(1, 8)]),
    ("```math\na &= b \\\\\n  &= c\n```", [(2, 1), (3, 4)]),
    ("<!-- x\n -->$a$", [(2, 6)]),
    ("<!-- symback:wrong -->\n$a$\n<!-- /symback:wrong --> $b$", [(3, 26)]),
]


@pytest.mark.parametrize(("document", "places"), PLACES)
def test_places_are_those_of_the_document(document, places):
    assert [(f.place.line, f.place.column) for f in formulas(document, "markdown")] == places


def test_a_formula_over_several_lines_keeps_the_places_of_all_its_characters():
    document = "> Here:\n> $$\n>   a = b +\n>     c\n> $$\n"
    (formula,) = formulas(document, "markdown")
    place = formula.place.after(formula.text, formula.text.index("c"))
    assert document.split("\n")[place.line - 1][place.column - 1] == "c"


CONTINUATIONS = [
    ("$$a = b$$\nwhich is\n$$= 3$$", [False, True]),
    ("$$= 3$$", [False]),
    ("$$a = b$$\n\n## Next\n\n$$= 3$$", [False, False]),
    ("$$a = b$$\n<!-- symback:wrong -->x<!-- /symback:wrong -->\n$$= 3$$", [False, False]),
    (r"$$\begin{aligned} a &= b \\ &\approx 3 \end{aligned}$$", [False, True]),
    (r"$a$, then ${}= 3$", [False, True]),
]


@pytest.mark.parametrize(("document", "continues"), CONTINUATIONS)
def test_a_formula_that_starts_with_a_relation_continues(document, continues):
    assert [formula.continues for formula in formulas(document, "markdown")] == continues


def test_display_and_inline():
    assert [f.display for f in formulas("$a$ $$b$$ \\(c\\) \\[d = 1\\]", "markdown")] == [
        False,
        True,
        False,
        True,
    ]


def notebook(*cells: tuple[str, object]) -> str:
    listed = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_a_notebook_tells_the_lines_of_the_file():
    document = notebook(
        ("code", ["print('$no$')"]),
        ("markdown", ["The error\n", "is $a = \\frac{1}{2}$,\n", "then $$\n", "b = 2\n", "$$"]),
        ("markdown", "one string with $c$\nand $d$"),
    )
    found = list(formulas(document, "notebook"))
    lines = document.split("\n")
    assert [formula.text for formula in found] == ["a = \\frac{1}{2}", "b = 2", "c", "d"]
    assert "frac" in lines[found[0].place.line - 1]
    assert found[0].place.column == 5
    assert "b = 2" in lines[found[1].place.line - 1]
    assert "one string" in lines[found[2].place.line - 1]
    numbers = cell_numbers(document, "notebook")
    assert [numbers[formula.place.line] for formula in found] == [2, 2, 3, 3]
    assert shown_lines(document, "notebook")[found[1].place.line] == "b = 2"


def test_a_chain_goes_on_in_the_next_cell():
    document = notebook(("markdown", "$$a = b$$"), ("code", "1"), ("markdown", "$$= 3$$"))
    assert [formula.continues for formula in formulas(document, "notebook")] == [False, True]


KINDS = [
    ("a.ipynb", "", "notebook"),
    ("a.tex", "", "latex"),
    ("a.MD", "\\documentclass{article}", "markdown"),
    ("a.txt", "plain", "markdown"),
    ("a.txt", "% x\n\\documentclass{article}", "latex"),
    ("-", '{\n "cells": []}', "notebook"),
]


@pytest.mark.parametrize(("path", "text", "kind"), KINDS)
def test_the_kind_of_a_document(path, text, kind):
    assert kind_of(path, text) == kind


PIECES = [
    *[
        "$",
        "$$",
        "$`",
        "`$",
        "`",
        "``",
        "```",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\\\[",
        "\\\\",
        "&",
        "=",
        "<!--",
        "-->",
    ],
    *["\\begin{align}", "\\end{align}", "\\begin{aligned}", ">", "|", "-", "#", "{", "}", "(", ")", "[", "]"],
    *[
        "symback:wrong",
        "%",
        ",",
        ";",
        "\\quad",
        "0.5",
        "10,000",
        "error",
        "is",
        "the",
        "after",
        "rounds",
        "w5",
    ],
    *["\\verb|", "<pre>", "</pre>", '"', "cells", '{"cells": [', "---\na: b\n", "\n", "\n\n", " ", "    "],
    *["\x00", "\r\n", "\ue000", "é"],
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.sampled_from(["markdown", "latex", "notebook"]),
)
def test_nothing_raises_and_every_place_is_in_the_document(document, kind):
    lines = document.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for formula in formulas(document, kind):
        assert formula.text == formula.text.strip()
        line = lines[formula.place.line - 1]
        if kind != "notebook":
            assert 1 <= formula.place.column <= len(line)
            assert line[formula.place.column - 1] == formula.text[0] or formula.text[0] in " "
    for remark in remarks(document, kind):
        assert 1 <= remark.place.line <= len(lines)


HOSTILE = [
    "$",
    "$a ",
    "$$\n",
    "\\(",
    "\\[ ",
    "\\begin{align}",
    "` `` ",
    "<!--",
    "<!-- symback:wrong -->",
    "% symback:wrong\n",
    "\\begin{verbatim}",
    "> ",
    "{",
    "\x00",
    "-",
    "0.1 and ",
    "9",
    "a_",
    "the error ",
    "after the first ",
    "<",
    "](",
    "\\",
    '"',
    '\\"',
    "(",
    "```\n",
    "<pre>",
    "--- ",
    "[",
    "*a* ",
    "10'000",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("kind", ["markdown", "latex", "notebook"])
def test_time_grows_with_the_length(piece, kind):
    """Four times the text takes about four times as long; a quadratic scan would take sixteen times."""

    def spent(size: int) -> float:
        document = piece * (size // len(piece))
        start = time.process_time()
        for _ in formulas(document, kind):
            pass
        for _ in remarks(document, kind):
            pass
        return time.process_time() - start

    small = min(spent(10_000) for _ in range(2))
    assert spent(40_000) < 12 * small + 0.3


def test_a_megabyte_of_an_ordinary_document_is_read_within_seconds():
    draw = random.Random(3)
    paragraph = "We feed on. The total error is 0.298371109.\n\n$$a_{%d} = \\frac{1}{2} b$$\n\nSome words.\n"
    document = "".join(
        paragraph % draw.randrange(9) + "Nothing to see here. " * 12 + "\n\n" for _ in range(3000)
    )
    assert len(document) > 1_000_000
    start = time.process_time()
    assert len(list(formulas(document, "markdown"))) == 3000
    assert time.process_time() - start < 3
