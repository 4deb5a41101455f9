"""KaTeX, in its strictest setting, accepts every formula of every Markdown document."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

import symback
from tests.drawn import drawn, network_file
from tests.tools import CHECKOUT, OUTPUT, require

DOCUMENTS = sorted(OUTPUT.glob("**/*.md"))
TEXTS = sorted(path for path in OUTPUT.glob("**/*") if path.is_file())
NETS = {
    "one hidden layer": network_file(drawn((2, 3, 2), seed=2)),
    "hyperbolic": network_file(drawn((3, 2, 1), seed=3), ("tanh", "linear")),
    "rectified": network_file(drawn((2, 4, 3), seed=4), ("relu", "logistic")),
    "three hidden layers": network_file(drawn((2, 2, 3, 2, 2), seed=5)),
    "two samples": network_file(drawn((2, 2, 2), seed=6, samples=2), reduction="mean"),
}


@dataclass(frozen=True)
class Formula:
    """A formula in a Markdown document. `kind` is fence, backtick, display or inline."""

    tex: str
    kind: str
    line: int


TOKEN = re.compile(
    r"""
      ^(?P<fence>```+)(?P<info>[^`\n]*)\n (?P<body>.*?) ^(?P=fence)`*[ ]*$   # a fenced block
    | \\.                                                                   # an escaped character
    | \$`(?P<backtick>[^`]+)`\$
    | \$\$(?P<display>(?:\\.|[^$\\])+)\$\$
    | \$(?!\s)(?P<inline>(?:\\.|[^$\\\n])+)(?<!\s)\$(?!\d)
    | (?P<ticks>`+)(?!`) .*? (?<!`)(?P=ticks)(?!`)                          # code
    | (?P<stray>\$)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def formulas(markdown: str) -> list[Formula]:
    """The formulas of a document in order; raises ValueError at a dollar that opens none."""
    found = []
    for token in TOKEN.finditer(markdown):
        line = markdown.count("\n", 0, token.start()) + 1
        if token["stray"]:
            raise ValueError(f"line {line}: a dollar that opens no formula")
        if token["info"] is not None:
            if token["info"].strip() == "math":
                found.append(Formula(token["body"].strip(), "fence", line))
            continue
        for kind in ("backtick", "display", "inline"):
            if token[kind]:
                found.append(Formula(token[kind].strip(), kind, line))
    return found


def refused(documents: dict[str, str]) -> list[str]:
    """What KaTeX says about the formulas of named documents: place, message, formula. One process for all."""
    katex, node = require("katex"), require("node")
    found = [(name, formula) for name, text in documents.items() for formula in formulas(text)]
    asked = [{"tex": one.tex, "display": one.kind in ("fence", "display")} for _, one in found]
    done = subprocess.run(
        [node, str(CHECKOUT / "tests/check_formulas.cjs"), katex],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    faults = json.loads(done.stdout)
    return [
        f"{name}:{formula.line}: {fault}\n{formula.tex}"
        for (name, formula), fault in zip(found, faults, strict=True)
        if fault
    ]


def misplaced(markdown: str) -> Iterable[str]:
    """Formulas that KaTeX would accept, but that a Markdown reader destroys on the way to it."""
    for formula in formulas(markdown):
        lines = formula.tex.split("\n")
        if formula.kind == "display" and any(re.match(r"\s*([-+=#>*]|\d+[.)]|$)", line) for line in lines):
            yield f"line {formula.line}: a row of $$ that reads as a list, a heading or a paragraph"
        if formula.kind in ("inline", "backtick") and len(lines) > 1:
            yield f"line {formula.line}: a formula in the text runs over a line"
    for number, line in enumerate(markdown.split("\n"), 1):
        if re.match(r"\s*([-+*]|\d+[.)])\s.*(\$\$|```)", line):
            yield f"line {number}: a display in a list item"
        if line.startswith("|") and any("|" in one.tex for one in formulas(line)):
            yield f"line {number}: a bar in a formula in a table"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("no formula, `code with $`, ``a ` b $``", []),
        ("an escaped \\$5 and \\$6", []),
        ("from $a_1$ to $b$.", [("a_1", "inline", 1), ("b", "inline", 1)]),
        ("from $`a_1`$ to `$b`", [("a_1", "backtick", 1)]),
        ("text\n\n```math\na &= b \\\\\n  &= 5\n```\n", [("a &= b \\\\\n  &= 5", "fence", 3)]),
        ("```toml\nprice = '$5'\n```\n$x$", [("x", "inline", 4)]),
        ("````text\n```math\nx\n```\n````\n", []),
        ("$$\nx\n$$\n\nand $y$", [("x", "display", 1), ("y", "inline", 5)]),
        ("$$x = \\text{\\$5}$$", [("x = \\text{\\$5}", "display", 1)]),
    ],
)
def test_formulas_are_found(markdown: str, expected: list[tuple[str, str, int]]) -> None:
    assert formulas(markdown) == [Formula(*one) for one in expected]


@pytest.mark.parametrize("markdown", ["it costs $5", "$ a$", "$$x", "$`x`", "$a\nb$"])
def test_a_formula_must_be_closed(markdown: str) -> None:
    with pytest.raises(ValueError, match="line 1: a dollar"):
        formulas(markdown)


@pytest.mark.parametrize(
    "markdown", ["$$\na\n+ b\n$$", "$$\na\n\nb\n$$", "- $$x$$", "1. ```math", "| $a|b$ | c |", "$`a\nb`$"]
)
def test_misplaced_formulas_are_found(markdown: str) -> None:
    assert list(misplaced(markdown))


def test_katex_refuses_what_it_cannot_read() -> None:
    document = "```math\n\\frac{a}\n```\n$`\\nosuch`$ and $`\\text{a_b}`$ and $`a_1`$"
    assert [fault.split(":")[1] for fault in refused({"wrong": document})] == ["1", "4", "4"]


def test_katex_accepts_every_formula_of_the_table() -> None:
    """Each function, constant and node as it is printed, also in the cell of a table."""
    blocks = (CHECKOUT / "tests" / "fixtures" / "typeset.md").read_text(encoding="utf-8").split("\n\n")[1:]
    printed = [part.strip() for block in blocks for part in block.strip().split("\n.")[2:4]]
    document = "\n".join(f"| $`{formula}`$ |" for formula in printed)
    assert len(formulas(document)) == len(printed) > 40
    assert refused({"table": document}) == []
    assert list(misplaced(document)) == []


def test_katex_accepts_the_output() -> None:
    documents = {path.name: path.read_text(encoding="utf-8") for path in DOCUMENTS}
    assert documents
    assert refused(documents) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_output_is_written_for_the_code_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert {formula.kind for formula in formulas(text)} <= {"fence", "backtick"}
    assert list(misplaced(text)) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nothing_of_the_template_is_left_over(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for trace in ("&amp;", "&lt;", "<<", ">>", "<%", "%>", "<#", "#>", "Undefined", "object at 0x"):
        assert trace not in text


@pytest.mark.parametrize("notation", ["net-out", "z-a", "matrix"])
@pytest.mark.parametrize(
    ("flavor", "kinds"), [("github", {"fence", "backtick"}), ("dollar", {"display", "inline"})]
)
def test_katex_accepts_drawn_nets(flavor: str, kinds: set[str], notation: str, tmp_path: Path) -> None:
    documents = {}
    for name, text in NETS.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        documents[name] = symback.solve(path, notation=notation).to_markdown(flavor=flavor)
    for name, document in documents.items():
        assert {formula.kind for formula in formulas(document)} <= kinds, name
        assert list(misplaced(document)) == [], name
    assert refused(documents) == []
