"""Templates of users: any sentence, word, colour or mark may be another; nothing hangs or is executed."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import symback
from symback.colours import COLOURS
from symback.environment import environment
from symback.errors import RequestError
from symback.formats import FORMATS
from symback.network_source import built_in_names
from symback.own_template import known, read_template
from symback.templates import BODY, SYNTAX, template_folder
from tests import template_names
from tests.invoke import command, refused
from tests.test_latex import compiled
from tests.tools import CHECKOUT, require

EXAMPLES = re.findall(r"```jinja\n(.*?)```", template_names.PAGE.read_text(encoding="utf-8"), re.DOTALL)
MADE = {
    "markdown_github": lambda solution: solution.to_markdown(),
    "markdown_dollar": lambda solution: solution.to_markdown("dollar"),
    "latex": lambda solution: solution.to_latex(),
    "html": lambda solution: solution.to_html(),
    "typst": lambda solution: solution._rendered("typst"),
    "markdown_quarto": lambda solution: solution.to_markdown("quarto"),
    "markdown_myst": lambda solution: solution.to_markdown("myst"),
}


def written(folder: Path, text: str | bytes, name: str = "my.j2") -> str:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


@cache
def solved(network: str) -> symback.Solution:
    return symback.solve(network)


def printed(folder: Path, text: str, made: str = "markdown_github", network: str = "mazur") -> str:
    return MADE[made](replace(solved(network), template=read_template(written(folder, text))))


def sentence(text: str) -> str:
    """A template that says something else about the slope."""
    return f"<% block slope %>\n{text}\n<% endblock %>\n"


# --- the page about it ----------------------------------------------------------------------------------


def test_the_page_has_three_examples_and_lists_all_blocks() -> None:
    assert len(EXAMPLES) == 3
    assert template_names.PAGE.read_text(encoding="utf-8") == template_names.page()
    assert "docs/templates.md" in (CHECKOUT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("made", MADE)
def test_a_sentence_and_the_colour_of_the_loss_factor(made: str, tmp_path: Path) -> None:
    text = printed(tmp_path, EXAMPLES[0], made)
    before = MADE[made](solved("mazur"))
    assert text.count("Three questions, one after another, lead from the error back to") == 2
    assert "Their answers are multiplied:" in text
    assert "product of three factors" in before
    assert "product of three factors" not in text
    assert not re.search("|".join({COLOURS[0].light, COLOURS[0].dark, COLOURS[0].plain}), text, re.IGNORECASE)
    assert not re.search(COLOURS[0].light[1:], text, re.IGNORECASE)
    assert re.search("8a3ffc|0.541,0.247,0.988", text, re.IGNORECASE)
    digits = re.compile(r"\d+\.\d{4,}")
    assert digits.findall(text) == digits.findall(before)


def test_the_second_example(tmp_path: Path) -> None:
    text = printed(tmp_path, EXAMPLES[1])
    assert "with the sigmoid" in text
    assert "The sigmoid squashes it into the output:" in text
    assert "| adjustable number | old |" in text
    assert "| parameter |" not in text
    assert "*The weights, a row for each unit.*" in text
    assert "Weights and biases, by the unit" not in text
    before, after = text.split("the output times one minus the output.\n")[0:2]
    assert before
    assert after.startswith("You can read off that the slope is largest")


def test_the_third_example(tmp_path: Path) -> None:
    latex = printed(tmp_path, EXAMPLES[2], "latex")
    assert r"\textsc{The first factor:}" in latex
    assert latex.index("Course in machine learning") < latex.index(r"\section{§ The network and its numbers}")
    markdown = printed(tmp_path, EXAMPLES[2])
    assert "*The first factor:*" in markdown
    assert "\n## § The forward pass\n" in markdown
    assert "\n### Hidden layer\n" in markdown
    assert "Course in machine learning" not in markdown


@pytest.mark.parametrize("example", range(len(EXAMPLES)))
def test_latex_with_an_example_compiles(example: int, tmp_path: Path) -> None:
    require("pdflatex")
    compiled(printed(tmp_path, EXAMPLES[example], "latex"), tmp_path)


# --- what can be replaced -------------------------------------------------------------------------------


def documents() -> dict[str, nodes.Template]:
    folder = template_folder() / "documents"
    return {
        path.name: Environment(**SYNTAX).parse(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.j2"))
    }


def loose(node: nodes.Node) -> list[str]:
    """Words that stand in no block and no macro."""
    if isinstance(node, nodes.TemplateData):
        return [node.data.strip()] if node.data.strip() else []
    if isinstance(node, nodes.Macro) or (isinstance(node, nodes.Block) and node.name != BODY):
        return []
    return [word for child in node.iter_child_nodes() for word in loose(child)]


def test_every_sentence_stands_in_a_block_or_a_macro() -> None:
    assert {name: loose(tree) for name, tree in documents().items() if loose(tree)} == {}


def test_the_names_of_a_document_are_its_own() -> None:
    """One name, one part: in all files but the other document."""
    trees = documents()
    for left_out in ("worked_example.j2", "matrix_example.j2"):
        names = Counter(
            node.name
            for file, tree in trees.items()
            if file != left_out
            for node in tree.find_all((nodes.Block, nodes.Macro))
            if node.name != BODY
        )
        assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("network", built_in_names())
def test_an_empty_template_changes_nothing(network: str, tmp_path: Path) -> None:
    """Also: no sentence of the package prints a symbol that is not there."""
    path = written(tmp_path, "<# nothing #>\n")
    for rest in ({}, {"notation": "matrix"}) if network in ("mazur", "xor") else ({},):
        plain, own = symback.solve(network, **rest), symback.solve(network, template=path, **rest)
        for made in MADE.values():
            assert made(own) == made(plain)


def test_a_part_asks_for_the_one_before(tmp_path: Path) -> None:
    text = printed(tmp_path, sentence("Before. << super() >>\nAfter."))
    assert "Before. *The second factor:* how does the output" in text
    assert "This is the derivative of the activation:\nAfter." in text


def test_a_whole_section_or_the_whole_body_is_replaced(tmp_path: Path) -> None:
    text = printed(tmp_path, "<% block forward %>\nNo forward pass.\n<% endblock %>")
    assert "No forward pass." in text
    assert "## The forward pass" not in text
    assert "## The total error" in text
    body = printed(tmp_path, "<% block body %>\n<< document.title >>, in short.\n<% endblock %>")
    assert (
        body
        == "# A step by step backpropagation example\n\nA step by step backpropagation example, in short.\n"
    )


def test_helpers_and_imports(tmp_path: Path) -> None:
    text = printed(
        tmp_path,
        '<% from "documents/phrases.j2" import count %><% set much = "very" %>\n'
        "<% macro loud(text) %><< much >> << text | upper >><% endmacro %>\n"
        + sentence('<< loud("x & y") >>, << count(2, "one", "many") >>.'),
    )
    assert r"very X \& Y, 2 many." in text


def test_a_text_with_signs_suits_every_format(tmp_path: Path) -> None:
    template = sentence('<< "50 % & <b> more_" >>')
    assert r"50 \% \& \textless{}b\textgreater{} more\_" in printed(tmp_path, template, "latex")
    assert r"50 % \& \<b\> more\_" in printed(tmp_path, template)
    assert "50 % &amp; &lt;b&gt; more_" in printed(tmp_path, template, "html")


def test_matrix_notation(tmp_path: Path) -> None:
    path = written(tmp_path, "<% block rules_intro %>\nTwo products.\n<% endblock %>")
    assert "Two products." in symback.solve("xor", notation="matrix", template=path).to_markdown()


def test_two_templates_do_not_mix(tmp_path: Path) -> None:
    one = symback.solve("mazur", template=written(tmp_path, sentence("One."), "one.j2"))
    other = symback.solve("mazur", template=written(tmp_path, sentence("Other."), "other.j2"))
    assert "One." in one.to_markdown()
    assert "Other." in other.to_markdown()
    assert "One." in one.to_markdown()
    assert "The second factor" in symback.solve("mazur").to_markdown()


# --- what is wrong in a template -------------------------------------------------------------------------

WRONG = [
    ("syntax", sentence("<< m(s.out >>"), ":2: unexpected"),
    ("a block left open", "<% block slope %>\nx", ":2: Unexpected end of template"),
    (
        "a block",
        "\n<% block slpe %>x<% endblock %>",
        ":2: no document has a block 'slpe'. Did you mean 'slope'?",
    ),
    ("a name", sentence("\n<< itm.kind >>"), ":3: 'itm' is undefined. Did you mean 'item'?"),
    ("an attribute", sentence("<< item.fatcs >>"), ":2: 'fatcs' is not there. Did you mean 'facts'?"),
    ("a fact", sentence("<< a.activaton >>"), ":2: 'activaton' is not there. Did you mean 'activation'?"),
    (
        "a symbol",
        sentence("<< m(s.wieght) >>"),
        ":2: there is no symbol 'wieght' here. Did you mean 'weight'?",
    ),
    ("a division", sentence("<< 1/0 >>"), ":2: division by zero."),
    ("types", sentence("<< 1 + 'a' >>"), ":2: unsupported operand"),
    ("a filter", sentence("<< 'a' | uper >>"), ":2: there is no filter 'uper'. Did you mean 'upper'?"),
    ("a test", sentence("<< 1 if 1 is foo >>"), ":2: No test named 'foo' found."),
    ("another document", "<% extends 'documents/matrix_example.j2' %>", "but the document asked for is"),
    ("no document", "<% extends '/etc/passwd' %>", ":1: a template extends"),
    ("no colour", "<% set colours = {'loss': 'red'} %>", ":1: colours, loss: 'red' stands there."),
    (
        "no factor",
        "<% set colours = {'los': '#112233'} %>",
        ":1: no factor is called 'los'. Did you mean 'loss'?",
    ),
    ("no table", "<% set colours = 'red' %>", ":1: colours is a table"),
    ("a table", "<% set captions = 3 %>", ":1: 'captions' is a table"),
    ("a table of another name", "<% set captoins = {'a': 'b'} %>", "Did you mean 'captions'?"),
    ("text outside", "\n\nHello\n" + sentence("x"), ":3: this text stands outside of blocks"),
    ("a loop outside", "<% for x in [1] %><% endfor %>", ":1: this stands outside of blocks"),
    (
        "arguments",
        "<% macro em() %>x<% endmacro %>",
        ":1: the macro 'em' has 0 arguments, and is called with 1",
    ),
    ("a macro", "<% macro emm(text) %>x<% endmacro %>", ":1: no template has a macro 'emm'"),
    ("inside a macro", "<% macro em(text) %>\n<< text.foo.bar >><% endmacro %>", ":2: "),
    ("dunder", sentence("<< ''.__class__.__mro__ >>"), ":2: access to attribute '__class__'"),
    ("globals", sentence("<< m.__globals__ >>"), ":2: access to attribute '__globals__'"),
    ("a function's code", sentence("<< cell.__init__ >>"), ":2: access to attribute '__init__'"),
    ("format", sentence("<< '{:>1000000000}'.format(1) >>"), ":2: access to attribute 'format'"),
    ("percent", sentence("<< '%1000000000d' % 1 >>"), ":2: texts are not filled in with %"),
    ("change", sentence("<< item.facts.update({}) >>"), ":2: "),
    ("an include", sentence("<% include '/etc/passwd' %>"), ":2: there is no template '/etc/passwd'"),
    ("an include above", sentence("<% include '../pyproject.toml' %>"), ":2: there is no template"),
    ("itself", sentence("<% include 'my.j2' %>"), ":2: there is no template 'my.j2'"),
    ("a huge text", sentence("<< 'x' * 10**9 >>"), ":2: this makes too long a text."),
    ("a huge list", sentence("<< ([1] * 10**9) | length >>"), ":2: this makes too long a text."),
    ("a huge number", sentence("<< 10**(10**10) >>"), ":2: this makes too large a number."),
    ("a huge range", sentence("<% for i in range(10**9) %>x<% endfor %>"), ":2: "),
    (
        "a huge replacement",
        sentence("<< ('x' * 10**5).replace('x', 'x' * 10**5) >>"),
        ":2: this makes too long",
    ),
    ("a huge join", sentence("<< ([('x' * 10**5)] * 10**5) | join >>"), ":2: this makes too long a text."),
    (
        "doubling",
        sentence(
            "<% set n = namespace(t='x') %><% for i in range(60) %><% set n.t = n.t ~ n.t %><% endfor %>"
        ),
        ":2: this makes too long a text.",
    ),
    (
        "loops in loops",
        "<% set xs = range(99999) %>"
        + sentence(
            "<% for a in xs %><% for b in xs %><% for c in xs %>x<% endfor %><% endfor %><% endfor %>"
        ),
        ":2: this takes more than 200,000 steps.",
    ),
    (
        "a macro without end",
        "<% macro r(n) %><< r(n) >><% endmacro %>\n" + sentence("<< r(1) >>"),
        ":1: macros call one another without end.",
    ),
    (
        "a macro that branches",
        "<% macro r(n) %><% if n %><< r(n-1) >><< r(n-1) >><% endif %><% endmacro %>\n"
        + sentence("<< r(99) >>"),
        ":1: this takes more than 200,000 steps.",
    ),
    ("deep nesting", sentence("<< " + "(" * 3000 + "1" + ")" * 3000 + " >>"), "nested too deeply"),
]


@pytest.mark.parametrize(("text", "piece"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_in_a_template_is_told_with_its_line(text: str, piece: str, tmp_path: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(RequestError) as caught:
        printed(tmp_path, text)
    assert time.perf_counter() - start < 60
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'my.j2'}:")
    assert piece in message
    assert message.endswith((".", "?"))
    assert message.isprintable()


def test_a_wrong_template_writes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, sentence("<< itm >>"))
    message = refused("solve", "mazur", "--template", path, "-o", str(tmp_path / "out.md"))
    assert message.startswith(f"symback: {path}:2: 'itm' is undefined.")
    assert not (tmp_path / "out.md").exists()


def test_what_is_no_template(tmp_path: Path) -> None:
    assert "There is no file" in refused("solve", "mazur", "--template", str(tmp_path / "nothing.j2"))
    assert "is a folder" in refused("solve", "mazur", "--template", str(tmp_path))
    assert "no text in UTF-8" in refused("solve", "mazur", "--template", written(tmp_path, b"\xff\xfe"))
    assert "standard input" in refused("solve", "mazur", "--template", "-")
    large = written(tmp_path, "<# " + "x" * 300_000 + " #>")
    assert "MiB" in refused("solve", "mazur", "--template", large)
    with pytest.raises(RequestError, match="no document has a block 'nothing'"):
        symback.solve("mazur", template=written(tmp_path, "<% block nothing %><% endblock %>"))


def test_templates_see_plain_data_alone(tmp_path: Path) -> None:
    """Everything that is printed is a text or a number."""
    seen: set[str] = set()
    solution = symback.solve(
        "mazur", mistakes=True, only=("dE_total/dw5",), template=written(tmp_path, "<##>")
    )
    made = environment("markdown_github", solution.template)
    finalize = made.finalize
    assert finalize is not None

    def note(value: object) -> object:
        seen.add(type(value).__module__)
        return finalize(value)

    made.finalize = note
    made.cache = None
    solution.to_markdown()
    assert "sympy" not in " ".join(seen)
    assert seen <= {"builtins", "markupsafe", "jinja2.runtime"}


def test_errors_of_the_package_stay_errors() -> None:
    with pytest.raises(ZeroDivisionError), _explained():
        raise ZeroDivisionError


def _explained():  # type: ignore[no-untyped-def]
    from symback.environment import explained

    return explained(None)


def test_known_names_are_read_once() -> None:
    assert known() is known()
    assert "slope" in known().blocks
    assert known().tables["words"]


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_format_has_an_environment_for_a_template(name: str, tmp_path: Path) -> None:
    own = read_template(written(tmp_path, EXAMPLES[0]))
    assert environment(name, own) is environment(name, own)
    assert environment(name, own).globals["colours"] != environment(name).globals["colours"]


def test_the_command(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLES[0])
    done = command(
        "solve", "mazur", "--template", path, "--format", "markdown,latex,html", "-o", str(tmp_path)
    )
    assert (done.status, done.messages) == (0, "")
    for suffix in ("md", "tex", "html"):
        assert "Three questions" in (tmp_path / f"mazur.{suffix}").read_text(encoding="utf-8")
