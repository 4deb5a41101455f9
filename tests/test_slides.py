"""Slides: the numbers of the document, none off its slide, in TeX and Chromium; keys, paper, no script."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import symback
from symback.document import Figure, Plot
from symback.network_source import built_in_names
from symback.paging import Page, fractions_deep, height_of
from symback.slides.measure import height
from symback.slides.packing import slides
from symback.solution import Solution
from symback.step_marks import STEP, TEXT, Piece, end_mark, piece_mark, pieces, step_mark
from tests.browser import chromium, opened
from tests.invoke import NETWORK, command
from tests.tools import require

WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "mazur": ("mazur", {"rounds": (1, 100), "mistakes": True}),
    "xor": ("xor", {}),
    "matrices": ("softmax", {"notation": "matrix"}),
    "attention": ("attention", {}),
    "convolution": ("convolution", {}),
    "lstm": ("lstm", {}),
    "adam": ("adam", {"notation": "z-a"}),
}
NUMBER = re.compile(r"\d+\.\d+")
HOSTILE = r"<script>alert(1)</script> \input{/etc/passwd} ${7*7} % & _ \u202egnp.exe 🧠 \end{frame}"
OFF_THE_SLIDE = """() => [...document.querySelectorAll(".slide .content")].flatMap((content, place) => {
  const box = content.getBoundingClientRect();
  return [...content.querySelectorAll("*")]
    .map((one) => one.getBoundingClientRect())
    .filter((one) => one.height && (one.bottom > box.bottom + 0.5 || one.right > box.right + 0.5))
    .map((one) => [place + 2, one.bottom - box.bottom, one.right - box.right]);
})"""


@cache
def solved(way: str) -> Solution:
    name, options = WAYS[way]
    return symback.solve(name, **options)


def compiled(source: str, folder: Path) -> str:
    """The log of TeX."""
    require("pdflatex")
    (folder / "slides.tex").write_text(source, encoding="utf-8")
    run = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "slides.tex"]
    environment = {**os.environ, "openin_any": "p", "openout_any": "p"}
    done = subprocess.run(run, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
    log = (folder / "slides.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    return log


@pytest.mark.parametrize("way", WAYS)
def test_nothing_leaves_a_slide_of_beamer(way: str, tmp_path: Path) -> None:
    log = compiled(solved(way).to_beamer(), tmp_path)
    assert "Overfull" not in log
    assert "Missing character" not in log


@pytest.fixture(scope="module")
def browser() -> Any:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_leaves_a_slide_of_the_page(
    way: str, size: tuple[int, int], browser: Any, tmp_path: Path
) -> None:
    file = tmp_path / "slides.html"
    file.write_text(solved(way).to_slides(), encoding="utf-8")
    with opened(browser, file, viewport={"width": size[0], "height": size[1]}) as page:
        page.evaluate("document.documentElement.classList.remove('turning')")
        assert page.evaluate(OFF_THE_SLIDE) == []
        high = page.evaluate(
            "[...new Set([...document.querySelectorAll('.slide')].map((s) => s.offsetHeight))]"
        )
        assert all(abs(one - size[1]) <= 1 for one in high)


def test_slides_are_turned(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "slides.html"
    file.write_text(solved("xor").to_slides(), encoding="utf-8")
    with opened(browser, file, viewport={"width": 1280, "height": 720}, has_touch=True) as page:

        def shown() -> list[str]:
            script = "[...document.querySelectorAll('.slide')].filter((s) => s.offsetHeight).map((s) => s.id)"
            return list(page.evaluate(script))

        count = page.locator(".slide").count()
        assert shown() == ["1"]
        for key, expected in (
            ("ArrowRight", 2), (" ", 3), ("PageDown", 4), ("ArrowLeft", 3), ("Shift+Space", 2),
            ("End", count), ("ArrowRight", count), ("Home", 1), ("ArrowUp", 1), ("Enter", 2),
        ):  # fmt: skip
            page.keyboard.press("Space" if key == " " else key)
            assert shown() == [str(expected)]
        assert page.evaluate("location.hash") == "#2"
        page.get_by_label("Next slide").click()
        assert shown() == ["3"]
        swipe = """(across) => {
          const at = (x) => new Touch({identifier: 1, target: document.body, clientX: x, clientY: 300});
          const fire = (kind, touches, changed) => document.body.dispatchEvent(
            new TouchEvent(kind, {touches, changedTouches: changed, bubbles: true}));
          fire("touchstart", [at(600)], [at(600)]);
          fire("touchend", [], [at(600 + across)]);
        }"""
        page.evaluate(swipe, -200)
        assert shown() == ["4"]
        page.evaluate(swipe, 200)
        assert shown() == ["3"]
        assert page.locator(".slide.now footer").inner_text().endswith(f"3 / {count}")
        width = page.locator(".progress").bounding_box()["width"]
        assert width == pytest.approx(1280 * 3 / count, abs=1)


def test_a_page_of_paper_for_each_slide(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "slides.html"
    file.write_text(solved("xor").to_slides(), encoding="utf-8")
    require("pdftotext")
    with opened(browser, file) as page:
        count = page.locator(".slide").count()
        page.pdf(path=str(tmp_path / "slides.pdf"), prefer_css_page_size=True, print_background=True)
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "slides.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = text.split("\f")[:-1]
    assert len(sheets) == count
    assert all(f"{number} / {count}" in sheet for number, sheet in enumerate(sheets[1:], start=2))


def test_without_a_script_all_slides_are_there(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "slides.html"
    file.write_text(solved("xor").to_slides(), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    boxes = [one.bounding_box() for one in page.locator(".slide").all()]
    context.close()
    tops = [box["y"] for box in boxes]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(boxes)
    assert all(box["height"] > 50 and box["width"] <= 401 for box in boxes)


def body_of(source: str) -> str:
    """What stands in a file of LaTeX, without drawings, whose coordinates are numbers too."""
    text = re.sub(r"\\begin\{tikzpicture\}.*?\\end\{tikzpicture\}", "", source, flags=re.DOTALL)
    return text.partition(r"\begin{document}")[2]


@pytest.mark.parametrize("name", built_in_names())
def test_the_numbers_are_those_of_the_document(name: str) -> None:
    solution = symback.solve(name)
    document, made = (
        Counter(NUMBER.findall(body_of(one))) for one in (solution.to_latex(), solution.to_beamer())
    )
    assert made == document
    page = re.sub(r"<(style|script|svg)\b.*?</\1>", "", solution.to_slides(), flags=re.DOTALL)
    assert set(NUMBER.findall(re.sub(r"<[^>]*>", " ", page))) == set(document)


def test_drawings_and_plots_have_slides_of_their_own() -> None:
    page, source = solved("xor").to_slides(), solved("xor").to_beamer()
    slides_of_page = re.findall(r"<section.*?</section>", page, re.DOTALL)
    drawn = [one for one in slides_of_page if "<svg" in one]
    figures = solved("xor").document.figures  # drawings and plots
    assert {type(one) for one in figures} == {Figure, Plot}
    assert len(drawn) == source.count(r"\drawing{%") == len(figures) > 2
    assert not [one for one in drawn if "<table" in one or 'class="formula"' in one]


def test_pages_need_nothing_and_are_alike() -> None:
    page = solved("xor").to_slides()
    assert page == symback.solve("xor").to_slides()
    plain = re.sub(r"/\*.*?\*/", "", page, flags=re.DOTALL)  # the notice of the font has addresses
    assert not re.findall(r"(?:src|href)\s*=|@import|https?://(?!www\.w3\.org/2000/svg)", plain)
    assert solved("xor").to_beamer() == symback.solve("xor").to_beamer()


def test_titles_stay_text(tmp_path: Path, browser: Any) -> None:
    path = tmp_path / "hostile.toml"
    title = HOSTILE.replace("\\", "\\\\").replace("\\\\u", "\\u")
    path.write_text(re.sub("title = .*", lambda _: f'title = "{title}"', NETWORK), encoding="utf-8")
    solution = symback.solve(path)
    assert "root:" not in compiled(solution.to_beamer(), tmp_path)
    assert "Overfull" not in (tmp_path / "slides.log").read_text(encoding="utf-8", errors="replace")
    file = tmp_path / "slides.html"
    file.write_text(solution.to_slides(), encoding="utf-8")
    assert "<script>alert" not in file.read_text(encoding="utf-8")
    with opened(browser, file) as page:
        assert "<script>alert(1)</script>" in page.locator("h1").inner_text()


def test_pieces_are_read_by_their_marks() -> None:
    heading = f"{piece_mark('heading2')}A{end_mark()}"
    text = f"One\ntwo\n\nthree{step_mark(0)}{heading}{piece_mark('formula')}x\n{end_mark()}"
    assert list(pieces(text)) == [
        Piece(TEXT, "One\ntwo"),
        Piece(TEXT, "three"),
        Piece(STEP),
        Piece("heading2", "A"),
        Piece("formula", "x"),
    ]


def test_a_step_a_slide_and_nothing_lost() -> None:
    told = [
        Piece("heading2", "Part"),
        Piece(TEXT, "It begins."),
        Piece(STEP),
        Piece(TEXT, "A question."),
        Piece(STEP),
        Piece(TEXT, "The chain rule gives"),
        Piece("formula", r"a = \frac{b}{c}"),
        Piece(STEP),
        Piece(TEXT, "and then"),
        Piece("formula", "d = e"),
        Piece(STEP),
        Piece(TEXT, "Next."),
        *[Piece("formula", r"f = \frac{g}{h}")] * 9,
    ]
    made = slides(told, 15.0)
    assert [slide.title for slide in made] == ["Part"] * len(made)
    assert [piece for slide in made for piece in slide.pieces] == [
        piece for piece in told if piece.kind not in (STEP, "heading2")
    ]
    assert [piece.text for piece in made[0].pieces][:3] == [
        "It begins.",
        "A question.",
        "The chain rule gives",
    ]
    assert made[1].pieces[0].text == "Next."
    assert len(made) == 3
    assert all(sum(map(height, slide.pieces)) <= 15.0 for slide in made)


def test_what_leads_to_a_formula_goes_with_it() -> None:
    rows = r"\begin{aligned}" + " \\\\\n".join([r"&= \frac{1}{2}"] * 5) + r"\end{aligned}"
    told = [Piece(TEXT, "First."), Piece("formula", rows), Piece(TEXT, "and so"), Piece("formula", rows)]
    first, second = slides(told, 15.0)
    assert [piece.text for piece in second.pieces] == ["and so", rows]
    assert len(first.pieces) == 2


@pytest.mark.parametrize(
    ("row", "deep"),
    [
        ("a + b", 0),
        (r"\frac{a}{b} \cdot \frac{c}{d}", 1),
        (r"\frac{0 + e^{-\mathrm{n}_{o}^{(4)}} \cdot \frac{\partial}{\partial x}[x]}{1}", 2),
        (r"\frac{a}{\frac{b}{\frac{c}{d}}}", 3),
        ("<mfrac><mrow>a</mrow><mrow><mfrac><mi>x</mi><mi>y</mi></mfrac></mrow></mfrac>", 2),
    ],
)
def test_fractions_within_fractions(row: str, deep: int) -> None:
    assert fractions_deep(row) == deep
    assert height_of(row) >= height_of("a + b")


def test_rows_are_cut_to_pages() -> None:
    page = Page(line=64.0, height=3 * height_of("x") + 0.1, rows=4)
    assert [len(part) for part in page.parts(["x"] * 7)] == [3, 3, 1]
    assert [(part.start, part.stop) for part in page.cut(9)] == [(0, 3), (3, 6), (6, 9)]
    assert len(page.cut(0)) == 1
    assert len(page.parts([r"\begin{bmatrix} a \\{} b \\{} c \\{} d \\{} e \end{bmatrix}"])) == 1


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments, expected in (
        ((), ("mazur.tex", "mazur.html")),
        (("-o", "talk"), ("talk.tex", "talk.html")),
        (("-o", "made/talk.html"), ("made/talk.tex", "made/talk.html")),
        (("-o", "made"), ("made/mazur.tex", "made/mazur.html")),
    ):
        done = command("solve", "mazur", "--format", "slides", *arguments)
        assert done.status == 0, done.messages
        assert done.output.decode().split() == list(expected)
        assert (tmp_path / expected[0]).read_text(encoding="utf-8").startswith(r"\documentclass[")
    several = command("solve", "mazur", "--format", "latex,slides", "-o", "all")
    assert several.output.decode().split() == [
        "all/mazur.tex",
        "all/mazur-slides.tex",
        "all/mazur-slides.html",
    ]
    refused = command("solve", "mazur", "--format", "slides", "-o", "-")
    assert refused.status == 2
    assert "two files" in refused.messages


def test_they_are_saved(tmp_path: Path) -> None:
    made = solved("xor").save_slides(tmp_path / "xor.html")
    assert made == (tmp_path / "xor.tex", tmp_path / "xor.html")
    assert made[1].read_text(encoding="utf-8") == solved("xor").to_slides()
