"""Typst: formulas that say what the plain text says, documents that compile, text that stays text, PDFs."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symback
from symback import pdf, tex, typst_engine
from symback.activations import ACTIVATIONS
from symback.errors import RequestError, UnknownName
from symback.expression import IndexedSum, walk
from symback.fillers import plain
from symback.formats import escape_typst
from symback.grammar import parse
from symback.layers import LAYERS
from symback.losses import LOSSES
from symback.network import parse as parse_network
from symback.network_source import built_in_names
from symback.notation import notation
from symback.render import render
from symback.shapes import Position
from symback.solution import Solution
from symback.typeset import Filler, typeset
from symback.typst_dialect import TYPST
from symback.typst_math import width
from symback.typst_text import quoted, with_leads
from tests.invoke import NETWORK, command, network_at, refused
from tests.random_networks import random_network
from tests.test_html import KINDS, letters
from tests.test_registries import network
from tests.test_typeset import cases
from tests.tools import require, require_module
from tests.typst_reader import read

NASTY = (
    '#read("/etc/passwd") #import "@preview/a:1.0.0": * #panic()',
    "$x$ @y <label> _a_ *b* `c` \\ \\u{41} ~ -- ... // no /* comment */ [z] ] ] }",
    "= heading",
    "- list",
    "+ list",
    "/ term: text",
    "1. list",
    "https://example.org/a?b=c#d",
    'it\'s "quoted" & 50% {~^} | <script>',
    "Ĝis Łódź, Привет, αβγ, שלום",
)
MARGIN = 25 / 25.4 * 72
OVERHANG = 4.0
"""Commas and hyphens may hang into the margin, so that it looks straight."""


class Names(Filler):
    """Names as they are."""

    def slot(self, name: str, position: Position) -> str:
        return f'"({name})"' if "/" in name else f'"{name}"'

    def variable(self, name: str) -> str:
        return f'"{name}"'


@cache
def solved(name: str, style: str = "net-out") -> Solution:
    return symback.solve(name, notation=style)


@cache
def made(name: str, style: str = "net-out") -> bytes:
    require_module("typst")
    return solved(name, style).to_pdf("typst")


def source_of(solution: Solution) -> str:
    return solution._rendered("typst")


def compiled(source: str) -> bytes:
    """The PDF; neither an error nor a warning."""
    typst = require_module("typst")
    found, warnings = typst.compile_with_warnings(source.encode(), ignore_system_fonts=True)
    assert [one.message for one in warnings] == []
    return bytes(found)


def shown(content: bytes, folder: Path, tool: str = "pdftotext", *options: str) -> str:
    """What a program of poppler says about a PDF."""
    path = folder / "document.pdf"
    path.write_bytes(content)
    found = subprocess.run(
        [require(tool), *options, path, *(["-"] if tool == "pdftotext" else [])],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+\.\d+", text))


def has_numbers(text: str, wanted: Counter[str]) -> bool:
    """Whether a text has these numbers; figures repeat some, an exponent follows its base at once.

    Sections and the axes of plots have short numbers of their own.
    """
    found = numbers(text)
    missing, further = wanted - found, found - wanted
    powers = {number for number in further if number[:-1] in missing}
    return set(missing) == {number[:-1] for number in powers} and all(
        re.fullmatch(r"\d\.\d{1,5}", number) or number in wanted for number in set(further) - powers
    )


# --- formulas -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", built_in_names())
def test_every_formula_is_read_back(name: str) -> None:
    graph = solved(name).graph
    formulas = {q.formula for q in graph if q.formula is not None} | {f for q in graph for _, f in q.forms}
    for formula in formulas:
        if any(isinstance(node, IndexedSum) for node in walk(formula)):
            continue
        assert parse(read(typeset(formula, TYPST, Names()))) == parse(plain(formula))


@pytest.mark.parametrize(("title", "formula", "symbols", "numbers"), list(cases()))
def test_printed_formulas_are_read_back(title: str, formula: str, symbols: str, numbers: str) -> None:
    tree = parse(formula)
    assert parse(read(typeset(tree, TYPST, Names()))) == tree


@pytest.mark.parametrize("style", ["net-out", "z-a"])
@pytest.mark.parametrize("name", built_in_names())
def test_symbols_have_the_letters_that_latex_has(name: str, style: str) -> None:
    latex = notation(style)
    typst = latex.written_in(TYPST)
    for quantity in solved(name).graph:
        text = re.sub(r"(?<!\\)[()\"_^ ]|\\|whole|hat|thin|frac", "", typst.symbol(quantity.name).text)
        wanted = letters(latex.symbol(quantity.name).text)
        assert re.sub("(?<=.), ?(?=∂)|,$", "", text).replace(",", "") == wanted.replace(",", "")


SYMBOLS = (
    r"\mathbf{w}", r"\hat{\omega}_1", "W^{12}", r"\mathrm{net}_{h'}",
    r"\mathbb{R}\mathcal{L}\boldsymbol{\beta}x'", r"a_{i,j}^{(2)}\,[b]", r"\ddot{x}+\vec{xy}",
    r"x-y*z.\tilde{\Omega}", r"\bar{\ell}\star",
    r"\mathrm{a+b}", "ab1c2", "f(x)", "[x]", r"\dot{q}'",
)  # fmt: skip


def test_symbols_of_a_user_compile(tmp_path: Path) -> None:
    names = ("w1", "w1+", "dE_total/dw1", "w1[2]", "velocity_w1", "dE_total/dw1:direct")
    texts = [
        f"${notation('net-out', {'w1': latex}).written_in(TYPST).symbol(name).text}$"
        for latex in SYMBOLS
        for name in names
    ]
    frame = source_of(solved("mazur")).partition("#heading(")[0]
    text = shown(compiled(frame + "\n\n".join(texts)), tmp_path)
    assert "upright" not in text
    assert "whole" not in text


@pytest.mark.parametrize(
    ("typst", "most"),
    [
        ("w_(5)", 2.0),
        ('"out"_(o 1)^(\\(2\\))', 6.0),
        ('frac(∂E_("total"), ∂"out"_(o 1))', 7.0),
        ('underbrace(factora(x), "later units")', 9.0),
        ('mat(delim: "[", 1, 2; 3, 4)', 8.0),
        (r"0.123456789 × \(−0.5\)", 22.0),
    ],
)
def test_widths(typst: str, most: float) -> None:
    assert 0.6 * most < width(typst) <= most


# --- documents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_networks(name: str, tmp_path: Path) -> None:
    """All numbers are in the text, all fonts in the file, and no line leaves the page."""
    content = made(name)
    assert content == compiled(source_of(solved(name)))
    figures = map(ElementTree.fromstring, solved(name).figures("x").values())
    drawn = [
        "".join(text.itertext()) for svg in figures for text in svg.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert has_numbers(shown(content, tmp_path), numbers(" ".join([solved(name).to_markdown(), *drawn])))
    fonts = shown(content, tmp_path, "pdffonts").splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-3] == ["yes", "yes"] for line in fonts)
    assert "Type 3" not in "".join(fonts)
    assert beyond(content, tmp_path, MARGIN) == []


def beyond(content: bytes, folder: Path, margin: float) -> list[str]:
    """Words in the margins to the left and to the right."""
    found = []
    page = 0.0
    for line in shown(content, folder, "pdftotext", "-bbox").splitlines():
        if size := re.search(r'<page width="([\d.]+)"', line):
            page = float(size[1])
            continue
        word = re.search(r'<word xMin="([-\d.]+)" .*xMax="([-\d.]+)".*>(.*)</word>', line)
        if word and (float(word[1]) < margin - OVERHANG or float(word[2]) > page - margin + OVERHANG):
            found.append(word[3])
    return found


@pytest.mark.parametrize("style", ["z-a", "matrix"])
@pytest.mark.parametrize("name", ["mazur", "xor", "softmax"])
def test_other_notations(name: str, style: str, tmp_path: Path) -> None:
    content = made(name, style)
    assert beyond(content, tmp_path, MARGIN) == []
    assert has_numbers(shown(content, tmp_path), numbers(solved(name, style).to_markdown()))


def test_equations_have_the_numbers_that_latex_gives_them(tmp_path: Path) -> None:
    text = shown(made("mazur"), tmp_path, "pdftotext", "-layout")
    found = re.findall(r"\((\d+)\)$", text, re.MULTILINE)
    assert found == [str(n + 1) for n in range(solved("mazur").to_latex().count(r"\begin{equation}"))]


def test_a_long_table_repeats_its_head(tmp_path: Path) -> None:
    papers = symback.sheet("mazur", variants=1, kinds=KINDS.split(","))
    pages = shown(compiled(papers._text("key", "typst")), tmp_path).split("\f")
    assert len(pages) > 2
    assert all("Quantity" in page for page in pages[:-1])


def entries() -> list[tuple[str, str, str]]:
    own = "half_squared_error"
    update = 'rule = "adam"'
    found = [("activation", entry.name, own) for entry in ACTIVATIONS]
    return (
        found + [("loss", "linear", entry.name) for entry in LOSSES] + [("rule", "tanh", f"{own}|{update}")]
    )


@pytest.mark.parametrize(("kind", "activation", "loss"), entries())
def test_entries_of_tables(kind: str, activation: str, loss: str, tmp_path: Path) -> None:
    name, _, update = loss.partition("|")
    solution = symback.solve(network(activation, name, update), mistakes=True)
    content = compiled(source_of(solution))
    assert beyond(content, tmp_path, MARGIN) == []
    error = solution["E_total"].number
    assert error is not None
    assert error.shown in shown(content, tmp_path)


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from(tuple(LAYERS)))
def test_random_networks(seed: int, kind: str) -> None:
    solution = symback.solve(parse_network(random_network(seed, kind), "random.toml"))
    compiled(source_of(solution))


def test_a_paragraph_stays_with_its_equation() -> None:
    assert with_leads("one\ntwo\n\n$ x &= 1 \\\n &= 2 $\n#heading(level: 1)[a]\nthree\n") == (
        "#lead[\none\ntwo\n]\n$ x &= 1 \\\n &= 2 $\n#heading(level: 1)[a]\nthree\n"
    )
    assert with_leads("one\n\ntwo\n\n#align(center, block[\nx\n])\n") == (
        "one\n\n#lead[\ntwo\n]\n#align(center, block[\nx\n])\n"
    )


def test_colours_of_a_template_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my.j2"
    path.write_text('<% set colours = {"loss": "#8a3ffc"} %>\n<% block chain %>\n$ 5 only\n<% endblock %>\n')
    require_module("typst")
    solution = symback.solve("mazur", template=path)
    text = source_of(solution)
    assert '#let factora(body) = text(fill: rgb("8A3FFC"), body)' in text
    with pytest.raises(RequestError, match="Typst could not make the PDF") as caught:
        solution.to_pdf("typst")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["mazur", "residual", "convolution1d", "recurrent"])
def test_drawings_have_the_coordinates_that_tikz_has(name: str) -> None:
    solution = solved(name)
    pictures = re.findall(
        r"\\begin\{tikzpicture\}\[network.*?\\end\{tikzpicture\}", solution.to_latex(), re.DOTALL
    )
    drawings = source_of(solution).split("#figure(numbering: none, alt: ")[1:]
    assert len(drawings) == len(pictures) > 1
    for picture, drawing in zip(pictures, drawings, strict=True):
        circles = re.findall(r"at\(([\d.]+)pt, ([\d.]+)pt, circle\(radius: ([\d.]+)pt", drawing)
        assert [(float(x) + float(r), float(y) + float(r), float(r)) for x, y, r in circles] == [
            tuple(map(float, found))
            for found in re.findall(r"\] \(([\d.]+),([\d.]+)\) circle\[radius=([\d.]+)pt\]", picture)
        ]
        heads = re.findall(r"polygon\(fill: \S+, (?:stroke: .*?, )?(\(.*\)), \)\)", drawing)
        assert [points(head) for head in heads] == [
            points(head) for head in re.findall(r"^\\fill\[.*?\] (\(.*) -- cycle;$", picture, re.MULTILINE)
        ]
        lit = re.findall(r"start: (\(.*?\)), end: (\(.*?\)), stroke: lit\.(\w)", drawing)
        assert {(*points(start), *points(end), letter) for start, end, letter in lit} == {
            (*points(line), letter)
            for letter, line in re.findall(
                r"^\\draw\[factor (\w)\] (\([^)]*\) -- \([^)]*\));$", picture, re.M
            )
        }


def points(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\d.]+", text))


def test_a_drawing_is_told_in_words(tmp_path: Path) -> None:
    text = source_of(solved("mazur"))
    told = re.findall(r'alt: "(.*?)", \{', text)
    assert len(told) == 3
    assert told[1].startswith("The network with the paths of ∂E_total/∂w5. From left to right: 2 inputs, ")
    assert "Factor 2, ∂out_o1/∂net_o1, is drawn dashed." in told[1]
    assert quoted(escape_typst('a "b" \\ #c')) == '"a \\"b\\" \\\\ #c"'


# --- text from outside --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY)
def test_text_of_users_stays_text(text: str, tmp_path: Path) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    path = network_at(tmp_path, NETWORK.replace("A small network", quoted))
    content = symback.solve(path).to_pdf("typst") if require_module("typst") else b""
    assert squeezed(text) in squeezed(shown(content, tmp_path))
    papers = symback.sheet("mazur", ids=[text], kinds=["forward"])
    for part in ("papers", "key", "solutions"):
        assert squeezed(text) in squeezed(shown(papers.to_pdf(part, "typst"), tmp_path))


def squeezed(text: str) -> str:
    """Without spaces, and the marks of direction that pdftotext adds."""
    return re.sub("[\\s\u202a-\u202e]", "", text)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=20, max_size=40))
@settings(deadline=None, max_examples=5)
def test_any_text_compiles(texts: list[str]) -> None:
    compiled("\n\n".join(f"{text}\n#emph[{text}];{text}" for text in map(escape_typst, texts)))


@pytest.mark.parametrize(
    "attack",
    [
        '#read("/etc/passwd")',
        '#read("../../../../etc/passwd")',
        '#include "/etc/passwd"',
        '#image("/etc/passwd")',
        '#import "@preview/mitex:0.2.4": mitex',
        '#import "@local/a:0.1.0"',
        "#while true {}",
    ],
)
def test_typst_reads_nothing(attack: str) -> None:
    require_module("typst")
    with pytest.raises(RequestError, match="Typst could not make the PDF") as caught:
        typst_engine.compile_pdf(attack)
    assert str(caught.value).isprintable()


def test_typst_may_not_take_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    require_module("typst")
    monkeypatch.setattr(typst_engine, "SECONDS", 1)
    with pytest.raises(RequestError, match="did not finish within 1 seconds"):
        typst_engine.compile_pdf("#for i in range(100) { for j in range(100000000) {} }")


# --- sheets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("part", ["papers", "key", "solutions"])
def test_sheets(part: str, language: str, tmp_path: Path) -> None:
    papers = symback.sheet("mazur", variants=2, kinds=KINDS.split(","), language=language)
    content = compiled(papers._text(part, "typst"))
    text = shown(content, tmp_path)
    assert beyond(content, tmp_path, 22 / 25.4 * 72) == []
    assert numbers(text) == numbers(papers.to_markdown(part))
    if part != "key":
        heads = [page.splitlines()[0:3] for page in text.split("\f") if page.strip()]
        papers_named = Counter(line for head in heads for line in head if re.fullmatch(r"\w+ [12]", line))
        assert len(papers_named) == 2


@pytest.mark.parametrize("name", ["two-hidden", "lstm"])
def test_sheets_of_other_networks(name: str, tmp_path: Path) -> None:
    papers = symback.sheet(name, kinds=["forward", "loss", "delta", "gradient", "update", "multiple-choice"])
    content = compiled(papers._text("solutions", "typst"))
    assert beyond(content, tmp_path, 22 / 25.4 * 72) == []


# --- engines ------------------------------------------------------------------------------------------


def test_commands_make_the_same_bytes_twice(tmp_path: Path) -> None:
    require_module("typst")
    for folder in ("a", "b"):
        target = tmp_path / folder / "mazur.pdf"
        assert command("solve", "mazur", "--format", "pdf", "-o", str(target)).status == 0
        asked = ("sheet", "xor", "--variants", "2", "--format", "pdf", "--engine", "typst")
        assert command(*asked, "-o", str(target.parent)).status == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {"mazur.pdf", "xor-papers.pdf", "xor-key.pdf", "xor-solutions.pdf"} <= set(names)
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a" / "mazur.pdf").read_bytes() == made("mazur")
    assert solved("mazur").save(tmp_path / "again.pdf").read_bytes() == made("mazur")


def test_tex_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    require("pdflatex")
    target = tmp_path / "mazur.pdf"
    assert command("solve", "mazur", "--format", "pdf", "--engine", "latex", "-o", str(target)).status == 0
    assert "pdfTeX" in shown(target.read_bytes(), tmp_path, "pdfinfo")
    asked = ("sheet", "mazur", "--variants", "1", "--kinds", "loss", "--format", "pdf", "--engine", "latex")
    assert command(*asked, "-o", str(tmp_path)).status == 0
    assert "pdfTeX" in shown((tmp_path / "mazur-key.pdf").read_bytes(), tmp_path, "pdfinfo")


def without(monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
    for module in modules:
        monkeypatch.setattr(module, "is_installed", lambda: False)


ASKED: tuple[tuple[str, ...], ...] = (
    ("solve", "mazur", "--format", "pdf"),
    ("sheet", "mazur", "--variants", "1", "--format", "pdf"),
)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: str(asked[0]))
def test_without_an_engine_both_ways_are_named(
    asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, typst_engine, tex)
    message = refused(*asked, "-o", str(tmp_path / "x"))
    assert "pip install 'symback[pdf]'" in message
    assert "texlive-latex-recommended" in message
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: str(asked[0]))
@pytest.mark.parametrize(("engine", "module"), [("typst", typst_engine), ("latex", tex)])
def test_an_engine_that_is_asked_for_has_to_be_there(
    asked: tuple[str, ...], engine: str, module: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, module)
    message = refused(*asked, "--engine", engine, "-o", str(tmp_path / "x"))
    assert f"--engine {engine} needs" in message


def test_the_first_engine_that_is_there_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    always: Callable[[], bool] = lambda: True  # noqa: E731
    monkeypatch.setattr(tex, "is_installed", always)
    monkeypatch.setattr(typst_engine, "is_installed", always)
    assert pdf.engine_for().name == "typst"
    without(monkeypatch, typst_engine)
    assert pdf.engine_for().name == "latex"
    with pytest.raises(UnknownName, match=r"Unknown engine 'typts'. Did you mean 'typst'"):
        pdf.engine_for("typts")


def test_an_engine_belongs_to_a_pdf(tmp_path: Path) -> None:
    assert "give --format pdf" in refused("solve", "mazur", "--engine", "typst")
    assert "give --format pdf" in refused("sheet", "mazur", "--engine", "latex", "-o", str(tmp_path))
    assert "unknown engine 'typts'. Did you mean 'typst'" in refused("solve", "mazur", "--engine", "typts")


def test_a_document_without_symbols_of_its_own() -> None:
    """The renderer takes the format by its name, like all others."""
    from symback.worked.example import worked_example

    solution = solved("regression")
    text = render(worked_example(solution.story), "typst", solution.notation, solution.evaluation)
    assert text.startswith("#set text(")
