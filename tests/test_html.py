"""Pages for browsers: well-formed, self-contained, and saying in MathML what the plain text says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

import symback
from symback.expression import IndexedSum, Name, walk
from symback.fillers import plain
from symback.grammar import parse
from symback.lines import width, wrap
from symback.mathml_dialect import MATHML
from symback.network_source import built_in_names
from symback.notation import notation
from symback.shapes import Position
from symback.solution import Solution
from symback.typeset import Filler, segments, typeset
from symback.web import escape_page, page
from tests.invoke import NETWORK, command
from tests.mathml_reader import Page, faults, formulas, read
from tests.test_typeset import cases

KINDS = (
    "forward,loss,local-derivative,delta,gradient,gradient-matrix,biases,update,loss-after-update,table,derive,"
    "order,paths,shapes,sign-only,read-diagram,multiple-choice,true-false,find-the-slip,write-code"
)
NASTY = "</title><script>alert(1)</script> & \"x\" 'y' ${z} \\input{a} \u202eשלום 🎓 <<title>>"


class Names(Filler):
    """Names as they are, each a letter of MathML."""

    def slot(self, name: str, position: Position) -> str:
        return f"<mi>({name})</mi>" if "/" in name else f"<mi>{name}</mi>"

    def variable(self, name: str) -> str:
        return f"<mi>{name}</mi>"


def parsed(mathml: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<math>{mathml.replace('&#x2061;', chr(0x2061))}</math>")


@cache
def solved(name: str, style: str = "net-out") -> Solution:
    return symback.solve(name, notation=style)


def check(text: str, *, is_live: bool = False) -> Page:
    """A page without a fault, which asks for nothing from elsewhere; with scripts only where it is live."""
    found = Page(text)
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    names = {name for name, _ in found.elements}
    assert {"title", "main", "h1", "style", "math"} <= names
    assert not names & {"link", "img", "iframe", "object"}
    assert [attrs.get("type") for name, attrs in found.elements if name == "script"] == (
        ["application/json", None] if is_live else []
    )
    attributes = {key for _, attrs in found.elements for key in attrs}
    assert not attributes & {"src", "href", "onclick", "onload", "style"}
    assert not re.search(r'url\((?!"data:font/woff;base64,|#)', text)
    assert "@import" not in text
    assert all("scope" in attrs for name, attrs in found.elements if name == "th")
    assert [fault for one in formulas(text) for fault in faults(one)] == []
    assert "&lt;m" not in text
    assert len(formulas(text)) == sum(name == "math" for name, _ in found.elements)
    return found


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_networks(name: str) -> None:
    solution = solved(name)
    found = check(solution.to_html(), is_live=True)
    assert solution.network.title in found.text
    numbers = re.compile(r"\d+\.\d+")
    page = re.sub('<section class="foldable">.*?</section>', "", solution.to_html(), flags=re.DOTALL)
    document = Page(re.search("<main>.*</main>", page, re.DOTALL)[0])  # type: ignore[index]
    assert numbers.findall(" ".join(document.texts)) == numbers.findall(solution.to_markdown())


@pytest.mark.parametrize("style", ["z-a", "matrix"])
@pytest.mark.parametrize("name", ["mazur", "xor", "softmax"])
def test_other_notations(name: str, style: str) -> None:
    check(solved(name, style).to_html(), is_live=True)


@pytest.mark.parametrize("name", built_in_names())
def test_every_formula_is_read_back(name: str) -> None:
    graph = solved(name).graph
    formulas = {q.formula for q in graph if q.formula is not None} | {f for q in graph for _, f in q.forms}
    for formula in formulas:
        if any(isinstance(node, IndexedSum) for node in walk(formula)):
            continue
        assert parse(read(parsed(typeset(formula, MATHML, Names())))) == parse(plain(formula))


@pytest.mark.parametrize(("title", "formula", "symbols", "numbers"), list(cases()))
def test_printed_formulas_are_read_back(title: str, formula: str, symbols: str, numbers: str) -> None:
    tree = parse(formula)
    found = parsed(typeset(tree, MATHML, Names()))
    assert list(faults(found)) == []
    assert parse(read(found)) == tree


def letters(latex: str) -> str:
    """The characters that LaTeX prints, in their order."""
    greek = {
        "partial": "∂",
        "eta": "η",
        "delta": "δ",
        "Delta": "Δ",
        "lambda": "λ",
        "beta": "β",
        "gamma": "γ",
        "mu": "μ",
    }
    greek |= {
        "langle": "⟨",
        "rangle": "⟩",
        "tau": "τ",
        "epsilon": "ϵ",
        "rho": "ρ",
        "hat": "",
        "frac": "",
        "mu": "μ",
    }
    plain_text = re.sub(r"\\(mathrm|,)", "", latex)
    plain_text = re.sub(r"\\([A-Za-z]+)", lambda found: greek[found[1]], plain_text)
    return re.sub(r"[{}_^ ]", "", plain_text)


@pytest.mark.parametrize("style", ["net-out", "z-a"])
@pytest.mark.parametrize("name", built_in_names())
def test_symbols_have_the_letters_that_latex_has(name: str, style: str) -> None:
    latex = notation(style)
    mathml = latex.written_in(MATHML)
    for quantity in solved(name).graph:
        found = parsed(mathml.symbol(quantity.name).text)
        assert list(faults(found)) == []
        assert "".join(found.itertext()).replace("^", "") == letters(latex.symbol(quantity.name).text)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\mathbf{w}", "<math><mrow><mi>𝐰</mi></mrow></math>"),
        (r"\hat{\omega}_1", '<math><msub><mover accent="true"><mi>ω</mi><mo stretchy="false">^</mo></mover>'
                            "<mrow><mn>1</mn></mrow></msub></math>"),
        (r"W^{12}", "<math><mrow><msup><mi>W</mi><mrow><mrow><mn>12</mn></mrow></mrow></msup></mrow></math>"),
        (r"\mathrm{net}_{h'}", None),
        (r"\mathbb{R}\mathcal{L}\boldsymbol{\beta}x'", None),
        (r"a_{i,j}^{(2)}\,[b]", None),
    ],
)  # fmt: skip
def test_symbols_of_a_user(latex: str, expected: str | None) -> None:
    for name in ("w1", "w1+", "dE_total/dw1", "w1[2]"):
        text = notation("net-out", {"w1": latex}).written_in(MATHML).symbol(name).text
        assert list(faults(parsed(text))) == []
        if expected is not None and name == "w1":
            assert f"<math>{text}</math>" == expected


def test_a_long_sum_is_broken_into_whole_rows() -> None:
    inner = " + ".join(f"w{n}*i{n}" for n in range(1, 40))
    tree = parse(f"eta*({inner} + b1)*({inner})")
    costs, texts = segments(tree, MATHML, Names())
    lines = wrap(costs, texts, 74, 70, "mathml")
    assert len(lines) > 5
    for line in lines:
        assert list(faults(parsed(line))) == []
        assert width(line, "mathml") < 90
    assert "".join("".join(parsed(line).itertext()) for line in lines) == "".join(
        parsed(typeset(tree, MATHML, Names())).itertext()
    )


def test_no_line_ends_inside_of_a_power() -> None:
    tree = parse("(" + " + ".join(f"w{n}*i{n}" for n in range(1, 40)) + ")^2 + b1")
    for text in wrap(*segments(tree, MATHML, Names()), 30, 30, "mathml"):
        assert list(faults(parsed(text))) == []


def test_text_of_users_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    title = NASTY.replace("\\", "\\\\").replace('"', '\\"').replace("\u202e", "")
    path.write_text(NETWORK.replace("A small network", title), encoding="utf-8")
    found = check(symback.solve(path).to_html(), is_live=True)
    assert NASTY.replace("\u202e", "") in found.text
    assert escape_page("a\x00<b>") == "a &lt;b&gt;"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["mazur", "xor"])
def test_sheets(name: str, language: str, tmp_path: Path) -> None:
    students = tmp_path / "students.csv"
    students.write_text("id\n<script>alert(1)</script>\nAnn & Bob\n", encoding="utf-8")
    kinds = ["--kinds", KINDS if name == "mazur" else "forward,gradient,true-false"]
    asked = ["sheet", name, "--ids", str(students), *kinds, "--lang", language, "--format", "html"]
    assert command(*asked, "-o", str(tmp_path)).status == 0
    for part in ("papers", "key", "solutions"):
        text = (tmp_path / f"{name}-{part}.html").read_text(encoding="utf-8")
        found = check(text)
        assert f'<html lang="{language}">' in text
        assert "<script>alert(1)</script>" in found.text
        assert "Ann & Bob" in found.text


def test_a_page_is_made_by_the_command(tmp_path: Path) -> None:
    target = tmp_path / "mazur.html"
    assert command("solve", "mazur", "--format", "html", "-o", str(target)).status == 0
    assert target.read_text(encoding="utf-8") == solved("mazur").to_html()
    assert solved("mazur").save(tmp_path / "again.html").read_bytes() == target.read_bytes()
    assert target.stat().st_size < 400_000


def test_a_notebook_shows_the_page_in_a_frame() -> None:
    shown = Page(solved("mazur")._repr_html_()).elements
    assert [name for name, _ in shown] == ["iframe"]
    assert shown[0][1]["srcdoc"] == solved("mazur").to_html()
    papers = symback.sheet("mazur", variants=2, kinds=["forward"])
    assert "<iframe srcdoc=" in papers._repr_html_()


def test_paragraphs() -> None:
    assert page("one\ntwo\n\nthree\n<div>four</div>\nfive\n") == (
        "<p>one\ntwo</p>\n<p>three</p>\n<div>four</div>\n<p>five</p>\n"
    )
    assert typeset(Name("w1"), MATHML, Names()) == "<mi>w1</mi>"
