"""Titles and names from outside are text in each format of each command: one loop over the formats."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

import symback
from symback import tex
from symback.cli import FORMATS as SOLVE_FORMATS
from symback.cli import GRADE_FORMATS, SHEET_FORMATS
from symback.errors import RequestError
from symback.formats import FORMATS, escape_latex
from symback.solution import FLAVORS
from tests.invoke import NETWORK, command
from tests.tools import require, require_module

TITLES = {
    "script": "</title></h1><script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; <!--",
    "TeX": r"\input{/etc/passwd} \write18{id} \end{document} $x$ %z # & _ ^ ~ { }",
    "templates": "${7*7} {{ 7*7 }} {% include 'x' %} <% raw %> << 7*7 >> <# x #> #{7*7} <%= 7*7 %>",
    "Markdown": "**a** __b__ `c` [d](javascript:alert(1)) ![e](f) $g$ ~~h~~ | i | @j ^k^ ::: {.l} --- n...",
    "Typst": '#read("/etc/passwd") #eval("1+1") @ref <label> *a* _b_ = c // d /* e */ $ x $ \\ `f`',
    "right to left": "\u202eabc\u202c \u2067שלום עולם\u2069 مرحبا",
    "emoji": "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "Greek": "Ελληνικά αβγ ≤ → ế",
    "long": "very " * 39 + "long",
}
READABLE = {
    "script": "<script>alert(1)</script>",
    "TeX": r"\input{/etc/passwd}",
    "templates": "{{ 7*7 }}",
    "Markdown": "[d](javascript:alert(1))",
    "Typst": '#read("/etc/passwd")',
    "right to left": "abc",
    "emoji": "",
    "Greek": "αβγ",
    "long": "very very",
}
TEXT = {"script", "style", "math"}


def named(title: str) -> str:
    """A network file with the title."""
    return NETWORK.replace('"A small network"', json.dumps(title, ensure_ascii=False), 1)


def seen(title: str) -> str:
    """What a reader sees of a title: in one line, without characters that cannot be seen."""
    visible = "".join(c if c.isprintable() or c in "\u200c\u200d" else " " for c in title)
    return " ".join(visible.split())


@cache
def files(title: str, flavor: str, folder: Path) -> dict[str, Path]:
    """All files that `solve` makes of a network with the title, by their names."""
    place = folder / f"{abs(hash(title))}-{flavor}"
    formats = (
        [name for name in SOLVE_FORMATS if name != "pdf"] if flavor == "github" else ["markdown", "json"]
    )
    done = command(
        "solve", "-", "--format", ",".join(formats), "--flavor", flavor, "-o", str(place), stdin=named(title)
    )
    assert (done.status, done.messages) == (0, "")
    return {path.name: path for path in place.iterdir()}


def document(title: str, flavor: str, folder: Path) -> str:
    """The Markdown."""
    found = files(title, flavor, folder)
    return found["network.qmd" if flavor == "quarto" else "network.md"].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("solved")


class Page(HTMLParser):
    """The elements of a page and the text outside of scripts, styles and formulas."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(key for key, _ in attrs)))
        if tag in TEXT:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.text += data


# --- solve ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TITLES)
def test_pages_have_the_elements_of_a_harmless_one(kind: str, folder: Path) -> None:
    found, harmless = files(TITLES[kind], "github", folder), files("Harmless", "github", folder)
    pages = [name for name in harmless if name.endswith(".html")]
    assert len(pages) >= 2
    for name in pages:
        page = Page(found[name].read_text(encoding="utf-8"))
        assert page.elements == Page(harmless[name].read_text(encoding="utf-8")).elements
        assert seen(TITLES[kind]) in " ".join(page.text.split())


@pytest.mark.parametrize("kind", TITLES)
@pytest.mark.parametrize("flavor", FLAVORS)
def test_markdown_has_no_html_and_no_markup_from_a_title(flavor: str, kind: str, folder: Path) -> None:
    markdown = require_module("markdown_it").MarkdownIt("commonmark").enable("strikethrough").enable("table")
    text, plain = document(TITLES[kind], flavor, folder), document("Harmless", flavor, folder)
    if text.startswith("---\n"):  # a title block in YAML, whose text is Markdown
        head, _, rest = text.removeprefix("---\n").partition("\n---\n")
        title = require_module("yaml").safe_load(head)["title"]
        assert rest == plain.removeprefix("---\n").partition("\n---\n")[2]
        tokens = markdown.parse(f"# {title}")
    else:
        first, _, rest = text.partition("\n")
        assert rest == plain.partition("\n")[2]
        tokens = markdown.parse(first)
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    inline = tokens[1].children
    assert {token.type for token in inline} <= {"text", "text_special"}
    assert "".join(token.content for token in inline) == seen(TITLES[kind])


@pytest.mark.parametrize("kind", TITLES)
@pytest.mark.parametrize("flavor", ["pandoc", "quarto"])
def test_pandoc_reads_a_title_as_text(flavor: str, kind: str, folder: Path) -> None:
    path = files(TITLES[kind], flavor, folder)["network.qmd" if flavor == "quarto" else "network.md"]
    done = subprocess.run(
        [require("pandoc"), "-f", "markdown", "-t", "json", str(path)], capture_output=True, check=True
    )
    parts = json.loads(done.stdout)["meta"]["title"]["c"]
    assert {part["t"] for part in parts} <= {"Str", "Space"}
    words = "".join(" " if part["t"] == "Space" else part["c"] for part in parts)
    assert words == seen(TITLES[kind])


def test_pdf_of_latex_shows_all_titles(tmp_path: Path, folder: Path) -> None:
    """Each title in the document that is made of it, compiled as symback compiles; its text is read back."""
    require("pdflatex")
    pdftotext = require("pdftotext")
    for kind, title in TITLES.items():
        latex = files(title, "github", folder)["network.tex"].read_text(encoding="utf-8")
        page = tmp_path / "page.pdf"
        page.write_bytes(tex.compile_pdf(latex))
        done = subprocess.run(
            [pdftotext, "-l", "1", str(page), "-"], capture_output=True, text=True, check=True
        )
        text = re.sub(r"\s", "", done.stdout.replace("’", "'").replace("”", '"').replace("“", '"'))
        expected = re.sub(r"\s", "", READABLE[kind])
        # Greek letters of mathematics are read back as such
        assert expected in text or kind == "Greek", (kind, done.stdout[:300])
        assert "root:" not in text


def test_notebooks_and_json_keep_a_title(folder: Path) -> None:
    for title in TITLES.values():
        found = files(title, "github", folder)
        assert json.loads(found["network.json"].read_text(encoding="utf-8"))["title"] == title
        cells = json.loads(found["network.ipynb"].read_text(encoding="utf-8"))["cells"]
        harmless = json.loads(files("Harmless", "github", folder)["network.ipynb"].read_text())["cells"]
        assert [cell["cell_type"] for cell in cells] == [cell["cell_type"] for cell in harmless]
        code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        assert code == [cell["source"] for cell in harmless if cell["cell_type"] == "code"]


def test_every_format_escapes_what_it_is_given() -> None:
    """No format of the table prints the signs of its own language as they come."""
    signs = {
        "markdown": r"(?<!\\)(?:\\\\)*[<*_`$\[|{@]",
        "latex": r"(?<!\\)(?:\\\\)*[%$#&]",
        "html": "<script",
        "svg": "<script",
        "platform": "<script|[{}$\\\\]",
        "slides_html": "<script",
        "slides_latex": r"(?<!\\)(?:\\\\)*[%$#&]",
        "notebook": r"(?<!\\)(?:\\\\)*[<*_`$\[|{@]",
        "typst": r"(?<!\\)(?:\\\\)*[#$@*_`]",
    }
    plain = {"text", "coq"}
    """Formats whose text is printed as it comes: on a terminal, or escaped where it is put in."""
    for name in FORMATS.names():
        if name in plain:
            continue
        pattern = signs[name.partition("_")[0] if name.startswith("markdown") else name]
        for kind in ("script", "TeX", "templates", "Markdown"):
            assert not re.search(pattern, FORMATS[name].escape(TITLES[kind])), (name, kind)


def test_latex_has_letters_for_more_than_its_encoding() -> None:
    assert escape_latex("αΩς Α ά") == r"\ensuremath{\alpha}\ensuremath{\Omega}\ensuremath{\varsigma} A " + (
        r"\ensuremath{\alpha}"
    )
    assert escape_latex("ế ṡ ạ") == r"\'{\^{e}} \.{s} \d{a}"
    assert escape_latex("≤ → ∂") == r"\ensuremath{\le} \ensuremath{\rightarrow} \ensuremath{\partial}"
    assert escape_latex("„a“ • ™") == r"\quotedblbase{}a`` \textbullet{} \texttrademark{}"
    assert escape_latex("-- ?` ''") == "-{}- ?{}` '{}'"
    assert escape_latex("\ue000") == " "
    assert escape_latex("日本 \U0001f600 ש") == "?? ? ?"


# --- sheets, grades, trainings ----------------------------------------------------------------------------


def test_sheets(tmp_path: Path) -> None:
    """A title in every format of `sheet`; that the files are well-formed is tested where each is."""
    formats = ",".join(name for name in SHEET_FORMATS if name != "pdf")
    options = ("--variants", "1", "--kinds", "forward,gradient", "--format", formats)
    for name, title in (("net", TITLES["script"]), ("plain", "Harmless")):
        (tmp_path / "net.toml").write_text(named(title), encoding="utf-8")
        done = command("sheet", str(tmp_path / "net.toml"), *options, "-o", str(tmp_path / name))
        assert done.status == 0, done
    for path in sorted((tmp_path / "net").rglob("*")):
        if path.suffix == ".html":
            other = tmp_path / "plain" / path.relative_to(tmp_path / "net")
            assert Page(path.read_text("utf-8")).elements == Page(other.read_text("utf-8")).elements
        elif path.suffix in (".md", ".qmd"):
            assert not re.search(r"(?<!\\)<(?:script|img)", path.read_text("utf-8"))


def test_grades(tmp_path: Path) -> None:
    ids = tuple(title[:60] for title in TITLES.values() if title.isprintable())  # others are refused
    papers = symback.sheet("mazur", ids=ids, kinds=("forward",))
    answers = {identity: {"1a": "0.1"} for identity in ids}
    grades = symback.grade(papers, answers)
    assert set(GRADE_FORMATS) == {"csv", "markdown", "html", "json"}
    written = grades.save(tmp_path)
    assert all(path.resolve().is_relative_to(tmp_path.resolve()) for path in written)
    for path in written:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            assert not {"script", "img"} & {name for name, _ in Page(text).elements}
        elif path.suffix == ".md":
            assert not re.search(r"(?<!\\)<(?:script|img)", text)


def test_trainings(tmp_path: Path) -> None:
    for title in TITLES.values():
        (tmp_path / "net.toml").write_text(named(title), encoding="utf-8")
        trained = symback.train(str(tmp_path / "net.toml"), 2)
        page = Page(trained._repr_html_())
        assert not {"script", "img"} & {name for name, _ in page.elements}
        assert "<script" not in trained.plot()


# --- TeX --------------------------------------------------------------------------------------------------

DOCUMENT = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"


def test_tex_reads_and_runs_nothing(tmp_path: Path) -> None:
    require("pdflatex")
    secret = tmp_path / "secret.tex"
    secret.write_text("SECRET\n")
    for text in (rf"\input{{{secret}}}", r"\input{/etc/passwd}", r"\input{../secret}"):
        with pytest.raises(RequestError, match="TeX could not make the PDF"):
            tex.compile_pdf(DOCUMENT % text)
    mark = tmp_path / "written"
    tex.compile_pdf(DOCUMENT % rf"x\immediate\write18{{touch {mark}}}")
    assert not mark.exists()
    with pytest.raises(RequestError, match="TeX could not make the PDF"):
        tex.compile_pdf(DOCUMENT % rf"\newwrite\f\immediate\openout\f={mark} \immediate\write\f{{x}}x")
    assert not mark.exists()
    with pytest.raises(RequestError, match="TeX could not make the PDF"):
        tex.compile_pdf(DOCUMENT % r"\newread\f\openin\f=|id \read\f to\x \x \undefined")


def test_tex_does_not_run_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require("pdflatex")
    monkeypatch.setattr(tex, "SECONDS", 2)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    start = time.perf_counter()
    with pytest.raises(RequestError, match="TeX did not finish within 2 seconds"):
        tex.compile_pdf(DOCUMENT % r"\def\x{\x}\x")
    assert time.perf_counter() - start < 20
    assert os.listdir(tmp_path) == []
