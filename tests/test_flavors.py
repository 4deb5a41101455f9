"""Markdown for Quarto, MyST and pandoc: read by pandoc, Sphinx and TeX, with all formulas and references."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

import symback
from symback.cli import main
from symback.colours import COLOURS
from symback.document import Document, Equation, Item, Section, Table, value_of
from symback.errors import UnknownName
from symback.expression import Name
from symback.formats import FORMATS
from symback.labels import labels_of, slug
from symback.solution import FLAVORS
from tests.invoke import command, refused
from tests.tools import require, require_module

NETWORKS = ("mazur", "convolution", "attention", "batch")
DISPLAY = {
    "quarto": re.compile(r"^\$\$\n(.*?)\n\$\$ \{#([a-z0-9-]+)\}$", re.DOTALL | re.MULTILINE),
    "myst": re.compile(r"^```\{math\}\n:label: ([a-z0-9-]+)\n(.*?)\n```$", re.DOTALL | re.MULTILINE),
    "pandoc": re.compile(r"^\$\$\n(.*?)\n\$\$$", re.DOTALL | re.MULTILINE),
    "dollar": re.compile(r"^\$\$\n(.*?)\n\$\$$", re.DOTALL | re.MULTILINE),
}
COLOUR = re.compile(r"\\textcolor(?:\[rgb\]\{[^}]*\}|\{[^}]*\})\{")


@cache
def page(network: str, flavor: str) -> str:
    return symback.solve(network, mistakes=True).to_markdown(flavor)


def run(*arguments: str, stdin: str = "", folder: Path | None = None) -> str:
    """What a program prints; it has nothing to complain of."""
    done = subprocess.run(
        arguments, input=stdin, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    assert done.stderr == ""
    return done.stdout


def displays(text: str, flavor: str) -> list[str]:
    """All displays, without colours."""
    found = [match[2 if flavor == "myst" else 1] for match in DISPLAY[flavor].finditer(text)]
    return [re.sub(r"\\Big([lr]?)(?=[(\[)\]])", r"\\Big", COLOUR.sub("{", one)) for one in found]


def test_the_flavors_are_the_formats() -> None:
    formats = {name.removeprefix("markdown_") for name in FORMATS.names() if name.startswith("markdown_")}
    assert set(FLAVORS) == formats
    assert "unknown flavor" in refused("solve", "mazur", "--flavor", "rst").lower()
    for flavor in FLAVORS:
        assert command("solve", "mazur", "--flavor", flavor).text == symback.solve("mazur").to_markdown(
            flavor
        )
    with pytest.raises(UnknownName, match="Did you mean 'quarto'"):
        symback.solve("mazur").to_markdown("quatro")
    papers = symback.sheet("mazur", variants=1, kinds=("forward",))
    with pytest.raises(UnknownName, match="Unknown flavor 'quarto'"):
        papers.to_markdown(flavor="quarto")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("flavor", ["quarto", "myst"])
def test_a_flavor_has_the_same_displays(flavor: str, network: str) -> None:
    assert displays(page(network, flavor), flavor) == displays(page(network, "dollar"), "dollar")


@pytest.mark.parametrize("network", NETWORKS)
def test_labels_are_unique_and_references_lead_to_them(network: str) -> None:
    quarto, myst = page(network, "quarto"), page(network, "myst")
    labels = [match[2] for match in DISPLAY["quarto"].finditer(quarto)]
    assert labels == [match[1] for match in DISPLAY["myst"].finditer(myst)]
    assert len(labels) == len({label.lower() for label in labels})
    references = re.findall(r"(?<![\w\\])@([a-z0-9-]+)", quarto)
    assert set(references) <= set(labels)
    assert references == re.findall(r"\{eq\}`([^`]*)`", myst)
    assert all(label.startswith(f"eq-{network}-") for label in labels)
    assert references or network == "convolution"


def test_a_reference_is_to_the_factor_that_is_multiplied() -> None:
    text = page("mazur", "quarto")
    labels = [f"@eq-mazur-{name}" for name in ("de-total-dout-o1", "dout-o1-dnet-o1", "dnet-o1-dw5")]
    first = text.index(f"the factors are those of {labels[0]}, {labels[1]} and {labels[2]}.")
    for label, value in zip(labels, ("0.741365070", "0.186815602", "0.593269992"), strict=True):
        before = text[: text.index("{#" + label[1:] + "}")]
        assert before.rindex(value) > before.rindex("$$\n\\begin{aligned}")
        assert len(before) < first


def test_labels() -> None:
    assert slug("dE_total/dw5") == "de-total-dw5"
    assert slug("w5+") == "w5-updated"
    assert slug("w5@100") == "w5-after-100"
    assert slug("dnet_h1[2,t=3]/dw1") == "dnet-h1-2-t-3-dw1"

    def equation(name: str) -> Equation:
        return Equation(Name(name), (value_of(name),))

    items = (
        Item("step", (equation("H1"), equation("h1"), Table("", (), ()), equation("h1"))),
        Item("product", (Equation(Name("x"), (value_of("h1"),)),)),
    )
    first, second = labels_of(Document("worked_example", "", (Section("forward", items),)))
    assert first.blocks == ("eq-h1", "eq-h1-2", "", "eq-h1-3")
    assert second.references == ("eq-h1-3",)


@pytest.mark.parametrize("network", NETWORKS)
def test_pandoc_converts_every_formula(network: str, tmp_path: Path) -> None:
    """MathML and docx: pandoc would warn of a formula that it cannot convert."""
    pandoc = require("pandoc")
    text = page(network, "pandoc")
    html = run(pandoc, "-s", "-f", "markdown", "-t", "html", "--mathml", stdin=text)
    assert html.count('display="block"') == len(displays(text, "pandoc")) == text.count("\n$$\n") // 2
    assert "$" not in re.sub(r"<annotation.*?</annotation>|<style.*?</style>", "", html, flags=re.DOTALL)
    assert (
        "\\" not in re.sub(r"<annotation.*?</annotation>", "", html, flags=re.DOTALL).partition("<body>")[2]
    )
    title = symback.load(network).title
    assert f"<title>{title}</title>" in html
    assert "<h1" in html
    run(pandoc, "-f", "markdown", "-t", "docx", "-o", str(tmp_path / "page.docx"), stdin=text)
    assert r"\textcolor" not in text


@pytest.mark.parametrize("flavor", ["pandoc", "quarto"])
def test_pandoc_makes_latex_that_compiles(flavor: str, tmp_path: Path) -> None:
    """Quarto is no package that can be installed; its Markdown is pandoc's, but for the labels."""
    pandoc, pdflatex = require("pandoc"), require("pdflatex")
    latex = run(pandoc, "-s", "-f", "markdown", "-t", "latex", stdin=page("mazur", flavor))
    (tmp_path / "page.tex").write_text(latex, encoding="utf-8")
    run(pdflatex, "-interaction=nonstopmode", "-halt-on-error", "page.tex", folder=tmp_path)
    assert (r"\textcolor[rgb]{0.753,0.224,0.169}" in latex) == (flavor == "quarto")


def test_the_title_block_and_callouts_of_quarto() -> None:
    text = page("mazur", "quarto")
    assert text.startswith(
        "---\ntitle: |-\n  A step by step backpropagation example\nlang: en\n---\n\n# The network"
    )
    assert text.count("::: {.callout-warning}\n## Common mistakes here") == text.count("\n:::\n") > 10
    assert "\n: Weights and biases, by the unit that they lead into.\n" in text


def test_sphinx_builds_what_is_made_for_myst(tmp_path: Path) -> None:
    """Warnings are errors: a label twice, a reference without one, a directive or role that is unknown."""
    require_module("myst_parser")
    build = require("sphinx-build")
    (tmp_path / "conf.py").write_text('project = "x"\nextensions = ["myst_parser"]\n')
    index = "# Index\n\n```{toctree}\n" + "\n".join(NETWORKS) + "\n```\n"
    (tmp_path / "index.md").write_text(index)
    for network in NETWORKS:
        symback.solve(network, mistakes=True).save(tmp_path / f"{network}.md", flavor="myst")
    run(build, "-q", "-W", "-n", "-b", "html", str(tmp_path), str(tmp_path / "html"))
    for network in NETWORKS:
        html = (tmp_path / "html" / f"{network}.html").read_text(encoding="utf-8")
        text = (tmp_path / f"{network}.md").read_text(encoding="utf-8")
        assert html.count('<div class="math notranslate') == len(displays(text, "myst"))
        assert html.count('<span class="math notranslate') == len(re.findall(r"\{math\}`", text))
        assert html.count('class="warning admonition"') == text.count("````{admonition}")
        assert html.count("<figure ") == text.count("```{figure}") >= 1
        assert "{math}" not in html


def test_a_table_has_its_caption_in_myst() -> None:
    assert "\n```{table} Weights and biases, by the unit that they lead into.\n| into |" in page(
        "mazur", "myst"
    )


def test_colours_of_values_are_those_of_the_table() -> None:
    assert COLOURS[0].rgb == ",".join(f"{int(COLOURS[0].plain[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))


def test_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formats = ("--format", "markdown,json", "-o", str(tmp_path))
    assert main(["solve", "mazur", *formats, "--flavor", "quarto"]) == 0
    assert "mazur.qmd" in capsys.readouterr().out
    assert main(["solve", "mazur", *formats, "--flavor", "myst"]) == 0
    solution = symback.solve("mazur")
    for path, text in (
        (tmp_path / "mazur.qmd", solution.to_markdown("quarto", "mazur")),
        (tmp_path / "mazur.md", solution.to_markdown("myst", "mazur")),
        (solution.save(tmp_path / "page.qmd"), solution.to_markdown("quarto", "page")),
        (solution.save(tmp_path / "pages.md", flavor="pandoc"), solution.to_markdown("pandoc", "pages")),
    ):
        assert path.read_text(encoding="utf-8") == text
        figures = re.findall(r"[\w-]+\.svg", text)
        assert len(figures) == len(set(figures)) >= 3
        assert all((tmp_path / name).is_file() for name in figures)


@pytest.mark.parametrize("flavor", ["pandoc", "quarto"])
def test_pandoc_sees_figures_with_captions(flavor: str) -> None:
    text = symback.solve("mazur").to_markdown(flavor, "mazur")
    html = run(require("pandoc"), "-f", "markdown", "-t", "html", "--mathjax", stdin=text)
    assert html.count("<figcaption") == html.count("<img") == text.count(".svg") >= 3
    assert "The network with its numbers.</figcaption>" in " ".join(html.split())
    assert (html.count('id="fig-mazur-') == 3) == (flavor == "quarto")
