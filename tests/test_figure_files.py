"""Drawings in files: beside Markdown, in LaTeX, on sheets; the same coordinates in all, and safe texts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

import symback
from symback.dialects import LATEX
from symback.document import Figure
from symback.figure.drawing import Drawing, Label, Style
from symback.figure_view import FigureViewer
from symback.fillers import Numbers, Symbols
from symback.mathml_dialect import MATHML
from symback.mathml_text import runs_of
from symback.notation import notation
from symback.render import fill
from symback.solution import Solution
from tests.invoke import command
from tests.test_latex import compiled, page

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script> \\input{/etc/passwd} ${x} & "q" שלום \u202e 🎓'


@cache
def solved(name: str) -> Solution:
    return symback.solve(name)


def check_file(text: str) -> ElementTree.Element:
    """A drawing that stands for itself: XML, light and dark, without script, nothing from outside."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= {
        *("svg", "title", "desc", "style", "g", "path", "rect", "circle", "text", "tspan")
    }
    assert not {key for part in root.iter() for key in part.attrib} & {"href", "onload", "onclick", "style"}
    assert "prefers-color-scheme: dark" in text
    assert "url(" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    back = root.find(f"{SVG}rect")
    assert back is not None
    assert back.attrib["fill"] == "#ffffff"
    return root


def test_figures_stand_beside_markdown(tmp_path: Path) -> None:
    done = command("solve", "mazur", "-o", str(tmp_path / "my net.md"))
    assert (done.status, done.messages) == (0, "")
    names = [f"my net-figure-{number}.svg" for number in (1, 2, 3, 4)]
    assert done.text.splitlines() == [str(tmp_path / name) for name in ("my net.md", *names)]
    text = (tmp_path / "my net.md").read_text(encoding="utf-8")
    assert re.findall(r"^!\[[^]]+\]\((.*)\)$", text, re.MULTILINE) == [n.replace(" ", "%20") for n in names]
    for name in names[:3]:  # the last one is a plot
        check_file((tmp_path / name).read_text(encoding="utf-8"))
    saved = solved("mazur").save(tmp_path / "again" / "my net.md")
    assert saved.read_bytes() == (tmp_path / "my net.md").read_bytes()
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_without_a_place_the_document_comes_without_figures() -> None:
    done = command("solve", "mazur")
    assert done.status == 0
    assert "![" not in done.text
    assert done.messages == "symback: without 4 figures; -o mazur.md writes them beside the document\n"
    assert done.text == solved("mazur").to_markdown()


def test_a_device_gets_no_figures() -> None:
    done = command("solve", "mazur", "-o", "/dev/null")
    assert (done.status, done.text) == (0, "/dev/null\n")


def test_several_formats_come_with_figures(tmp_path: Path) -> None:
    done = command("solve", "xor", "--format", "json,markdown", "-o", str(tmp_path))
    assert (done.status, done.messages) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(f"xor-figure-{number}.svg" for number in (1, 2, 3, 4)),
        *("xor.json", "xor.md"),
    ]
    assert len(done.text.splitlines()) == 6


def test_slides_of_two_files_take_no_name_of_a_figure(tmp_path: Path) -> None:
    assert command("solve", "regression", "--format", "slides,markdown", "-o", str(tmp_path)).status == 0
    assert (tmp_path / "regression-figure-1.svg").exists()
    assert "](regression-figure-1.svg)" in (tmp_path / "regression.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["mazur", "residual", "convolution1d", "recurrent", "normalisation"])
def test_svg_and_tikz_have_the_same_coordinates(name: str) -> None:
    solution = solved(name)
    pictures = re.findall(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", solution.to_latex(), re.DOTALL)
    pictures = [picture for picture in pictures if "plot axis" not in picture]
    drawings = [text for text in solution.figures("x").values() if "symback-network" in text]
    figures = [check_file(text) for text in drawings]
    assert len(pictures) == len(figures) > 1
    for picture, figure in zip(pictures, figures, strict=True):
        circles = re.findall(r"\] \(([\d.]+),([\d.]+)\) circle\[radius=([\d.]+)pt\]", picture)
        assert circles == [
            (c.attrib["cx"], c.attrib["cy"], c.attrib["r"])
            for c in figure.iter(f"{SVG}circle")
            if "transform" not in c.attrib
        ]
        paths = {p.attrib["d"] for p in figure.iter(f"{SVG}path")} - {""}
        drawn = set()
        for line in re.findall(
            r"^\\(?:draw|fill)\[.*?\] (\([\d.(),\s-]*?\))(?: -- cycle)?;$", picture, re.MULTILINE
        ):
            if ".." not in line:
                drawn.add(tuple(re.findall(r"\(([\d.]+),([\d.]+)\)", line)))
        numbers = re.compile(r"([\d.]+) ([\d.]+)")
        straight = [p for p in paths if "C" not in p and p.count("M") == 1]
        assert {
            tuple(numbers.findall(p.replace("L", " ").replace("M", "").replace("z", ""))) for p in straight
        } <= (drawn)


@pytest.mark.parametrize("text", [HOSTILE, "a_b^c#%~{}", "$$", "\\", "]]>", "x" * 300])
def test_texts_come_out_as_text(text: str, tmp_path: Path) -> None:
    drawing = Drawing(300.0, 60.0, (), (), (Label((150.0, 30.0), Style.CAPTION, 200.0, words=text),))
    style = notation("net-out")
    views = {
        name: FigureViewer(Symbols(style, dialect), Numbers(style, dialect)).view(
            Figure("network", drawing), 1
        )
        for name, dialect in (("svg", MATHML), ("latex", LATEX))
    }
    svg = check_file(fill("figures/figure_svg.j2", "svg", figure=views["svg"], title=text, description=text))
    assert "".join(svg.itertext()).count(text) == 3
    assert not list(svg.iter("script"))
    tikz = fill("figures/figure_latex.j2", "latex", figure=views["latex"], title=text, description=text)
    assert "\\input{" not in tikz
    preamble = "\\usepackage[T1]{fontenc}\\usepackage{lmodern}" + fill_preamble()
    body = page(tikz).replace("\\begin{document}", preamble + "\\begin{document}")
    compiled(body, tmp_path)


def fill_preamble() -> str:
    """What drawings need before a document begins."""
    latex = solved("mazur").to_latex()
    start = latex.index("\\usepackage{tikz}")
    return "\\usepackage{xcolor}" + latex[start : latex.index("\\definecolor{factora}")]


@pytest.mark.parametrize(
    ("mathml", "said"),
    [
        ("<msub><mi>w</mi><mn>5</mn></msub>", "w5"),
        ("<msubsup><mi>h</mi><mn>1</mn><mo>⟨2⟩</mo></msubsup>", "h1⟨2⟩"),
        ("<mfrac><mrow><mi>a</mi></mrow><mi>b</mi></mfrac>", "a/b"),
        ("<msqrt><mn>2</mn></msqrt>", "√(2)"),
        ("<mover><mi>m</mi><mo>^</mo></mover>", "m\u0302"),
        ('<mo form="prefix">−</mo><mn>0.3</mn>', "−0.3"),
        ("<mn>1</mn><mo>+</mo><mn>2</mn>", "1 + 2"),
    ],
)
def test_mathml_is_read_as_plain_text(mathml: str, said: str) -> None:
    assert "".join(run.text for run in runs_of(mathml)) == said


def test_a_sheet_has_the_drawing_once_in_latex_and_on_each_paper_elsewhere() -> None:
    sheet = symback.sheet("mazur", variants=3, seed=7, kinds=["forward"])
    latex = sheet.to_latex()
    assert latex.count("\\begin{tikzpicture}") == 1
    assert latex.count("\\usebox{\\networkbox}") == 3
    html = sheet.to_html()
    assert html.count("<svg") == 3
    assert 'id="figure' not in html
    assert "0.15" not in latex[: latex.index("\\usebox")]
