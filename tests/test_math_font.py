"""The font in pages: it has all that the formulas of the page show, its licence, and no time in it."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.util
import io
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import symback
from symback import math_font
from symback.mathml_dialect import MATHML
from symback.network_source import built_in_names
from tests.invoke import process, refused
from tests.mathml_reader import Page, formulas

SOURCE = re.compile(r'src: url\("data:font/woff;base64,([A-Za-z0-9+/=]+)"\) format\("woff"\);')
INVISIBLE = set("\u2061\u2062\u00a0 ")


def font_of(page: str) -> TTFont:
    """The one font of a page, read back."""
    (encoded,) = SOURCE.findall(page)
    return TTFont(io.BytesIO(base64.b64decode(encoded)))


def shown(page: str) -> set[str]:
    """The characters that a browser draws in formulas: a letter alone in <mi> stands in italics."""
    found = set()
    for formula in formulas(page):
        for element in formula.iter():
            text = (element.text or "").strip()
            tag = element.tag.rpartition("}")[2]
            if tag == "mi" and len(text) == 1 and element.get("mathvariant") != "normal":
                text = slanted(text)
            if tag in ("msqrt", "mroot"):
                text += "√"
            found |= set(text)
    return found - INVISIBLE


def slanted(letter: str) -> str:
    """By the table of Unicode: the compatibility decomposition of mathematical italics is the letter."""
    for code in (0x210E, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)):
        if (
            "<font>" in unicodedata.decomposition(chr(code))
            and unicodedata.normalize("NFKC", chr(code)) == letter
        ):
            return chr(code)
    return letter


@pytest.mark.parametrize(
    ("name", "style"),
    [
        *((name, "net-out") for name in built_in_names()),
        ("mazur", "z-a"),
        ("xor", "matrix"),
        ("softmax", "matrix"),
    ],
)
def test_a_page_has_every_character_that_it_shows(name: str, style: str) -> None:
    page = symback.solve(name, notation=style).to_html()
    font = font_of(page)
    assert sorted(c for c in shown(page) if ord(c) not in font.getBestCmap()) == []
    assert len(page.encode()) < 1_000_000


def test_roots_and_cases(tmp_path: Path) -> None:
    path = tmp_path / "gelu.toml"
    path.write_text(
        'loss = "huber"\n[inputs]\ni1 = 0.5\n[targets]\no1 = 1\n[[layers]]\nunits = ["o1"]\n'
        'activation = "gelu"\nweights = [[0.5]]\n[update]\nlearning_rate = 0.1\n'
    )
    page = symback.solve(path).to_html()
    assert "<msqrt>" in page
    assert "√" in shown(page)
    assert {ord("√"), ord("{")} <= font_of(page).getBestCmap().keys()


def test_tall_brackets_braces_and_bars_can_be_grown() -> None:
    font = font_of(symback.solve("mazur").to_html())
    mathematical, glyphs = font["MATH"].table, font.getBestCmap()
    assert mathematical.MathConstants.FractionRuleThickness.Value > 0
    variants = mathematical.MathVariants
    tall = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    wide = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    for character in "()[]√":
        assert len(tall[glyphs[ord(character)]].MathGlyphVariantRecord) > 3
    assert wide[glyphs[ord("⏟")]].GlyphAssembly.PartRecords
    assert {feature.FeatureTag for feature in font["GSUB"].table.FeatureList.FeatureRecord} == {"ssty"}


def test_licence_and_copyright_stand_in_the_page_and_in_the_font() -> None:
    page = symback.solve("mazur").to_html()
    head = page[: page.index("</head>")]
    comment = re.search(r"/\*(.*?)\*/", head, re.DOTALL)
    assert comment is not None
    for part in ("STIX Two Math", "The STIX Fonts Project Authors", "SIL Open Font License, Version 1.1"):
        assert part in comment[1]
    names = font_of(page)["name"]
    assert "SIL Open Font License" in names.getDebugName(13)
    assert names.getDebugName(0).startswith("Copyright")


def test_sheets_have_whatever_formulas_may_have(tmp_path: Path) -> None:
    sheet = symback.sheet("mazur", variants=2, seed=7, kinds=["forward", "derive", "gradient-matrix"])
    (path, *_) = [p for p in sheet.save(tmp_path, ["html"]) if p.name.endswith("solutions.html")]
    page = path.read_text(encoding="utf-8")
    assert page == sheet.to_html("solutions")
    font = font_of(page)
    assert sorted(c for c in shown(page) if ord(c) not in font.getBestCmap()) == []
    printed = html.unescape("".join(map(str, _strings(MATHML))))
    in_dialect = set(re.sub(r"<[^>]*>", "", printed)) - INVISIBLE
    letters = {c for c in in_dialect if not c.isspace() and c not in math_font.WHOLE}
    assert letters == set()


def _strings(dialect: object) -> list[str]:
    """All text that a dialect holds."""
    found: list[str] = []
    waiting: list[object] = [getattr(dialect, name) for name in dialect.__slots__]  # type: ignore[attr-defined]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, tuple):
            waiting.extend(one)
    return found


def test_the_example_stays_small() -> None:
    assert len(symback.solve("mazur").to_html().encode()) < 400_000


def test_two_runs_give_the_same_bytes() -> None:
    runs = [process("solve", "regression", "--format", "html") for _ in range(2)]
    assert [done.returncode for done in runs] == [0, 0]
    first, second = (hashlib.sha256(done.stdout).hexdigest() for done in runs)
    assert first == second


def test_a_title_is_no_place_for_the_font(tmp_path: Path) -> None:
    path = tmp_path / "n.toml"
    path.write_text(
        'title = "<style> /* mathematical font */"\nloss = "output_sum"\n[inputs]\ni1 = 1\n[[layers]]\n'
        'units = ["o1"]\nactivation = "linear"\nweights = [[2]]\n'
    )
    page = symback.solve(path).to_html()
    assert len(SOURCE.findall(page)) == 1
    assert page.index("@font-face") > page.index("</title>")
    assert "/* mathematical font */" in Page(page).text


def test_only_pages_need_it() -> None:
    code = (
        "import sys, symback; s = symback.solve('mazur'); s.to_markdown(); s.to_latex();"
        "assert not {'fontTools', 'ziamath'} & sys.modules.keys(); s.to_html();"
        "assert 'fontTools' in sys.modules and 'ziamath' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    math_font.font_face.cache_clear()
    monkeypatch.setattr(math_font, "find_spec", lambda name: None)
    message = refused("solve", "regression", "--format", "html")
    assert "ziamath" in message
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "fontTools", None)
    assert "fonttools" in refused("solve", "regression", "--format", "html")
    monkeypatch.undo()
    assert importlib.util.find_spec("fontTools") is not None
