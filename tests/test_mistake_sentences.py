"""Every mistake has a sentence of its own, which holds in every place where the mistake can be made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import symback
from symback.diagnosis import copying
from symback.diagnosis.candidate import Part
from symback.diagnosis.diagnosis import Diagnoser
from symback.diagnosis.hypotheses import part_of
from symback.feedback.difference import marked_pair
from symback.feedback.facts import layer_facts
from symback.feedback.figures import Figures
from symback.feedback.identifiers import identifiers
from symback.feedback.lines import lines_of, without_marks
from symback.feedback.numerals import exact_decimal, given, printed
from symback.feedback.pens import BEGIN, END, MarkdownPen, PlainPen, single_brackets
from symback.feedback.report import Report
from symback.feedback.reread import reread
from symback.feedback.sentences import clause
from symback.grammar import parse as parse_formula
from symback.mistakes.catalogue import MISTAKES
from symback.mistakes.placing import places_of
from symback.mistakes.slips import SLIPS, identifier
from symback.notation import notation
from symback.render import phrases, say
from tests.plants import singles
from tests.test_katex import refused
from tests.tools import CHECKOUT

FOLDER = CHECKOUT / "templates/mistakes/en"
SENTENCES = (FOLDER / "sentences.j2").read_text(encoding="utf-8")
HELPERS = {"place", "likewise", "weights", "exchanged", "inside", "which", "times", "other"}
NETWORKS = ("mazur", "batch", "two-hidden", "softmax", "recurrent", "regression", "adam", "convolution")
MACRO = re.compile(r"<% macro (\w+)\([ms]\) -?%>(.*?)<%-? endmacro %>", re.DOTALL)


def without_sentence(names: Iterable[str]) -> list[str]:
    """Those that the template has no phrase for."""
    known = phrases("sentences")
    return [name for name in names if name.replace("-", "_") not in known]


def test_every_mistake_has_a_sentence() -> None:
    assert without_sentence(identifiers()) == []


def test_a_new_mistake_without_one_is_noticed() -> None:
    assert without_sentence([*identifiers(), "brand-new-mistake"]) == ["brand-new-mistake"]


def test_every_sentence_is_of_a_mistake_and_of_one_alone() -> None:
    bodies = dict(MACRO.findall(SENTENCES))
    own = {name: body for name, body in bodies.items() if name not in HELPERS}
    assert sorted(own) == sorted(name.replace("-", "_") for name in identifiers())
    assert len(set(own.values())) == len(own)


def test_every_slip_in_writing_down_is_known() -> None:
    source = Path(copying.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    assert named
    assert named <= set(identifiers())


@pytest.mark.parametrize("file", ["sentences", "words"])
def test_no_number_and_no_formula_is_typed(file: str) -> None:
    text = (FOLDER / f"{file}.j2").read_text(encoding="utf-8")
    text = re.sub(r"<#.*?#>|<%.*?%>|<<.*?>>|dE_total/dw5 =", "", text, flags=re.DOTALL)
    assert not re.search(r"[0-9=+*^/]", text)


# --- everywhere ----------------------------------------------------------------------------------------


@cache
def figures(name: str) -> Figures:
    return Figures(Diagnoser(symback.load(name)).workings)


def made(name: str, most: int = 2) -> Iterator[tuple[Part, Figures]]:
    """Every mistake, at a few places of each size, with the numbers that follow."""
    workings = figures(name).workings
    counts: dict[object, int] = {}
    for mistake in (*MISTAKES, *SLIPS):
        for placed in places_of(workings, mistake):
            key = (
                identifier(mistake, placed.wrongs[0], workings),
                placed.place.scope,
                placed.wrongs[0].variant[:3],
            )
            counts[key] = counts.get(key, 0) + 1
            changed = workings.with_formulas(placed.formulas) if counts[key] <= most else None
            if changed is not None:
                everything = (1 << len(workings.names)) - 1
                yield part_of(workings, placed, everything, []), Figures(changed)


@pytest.mark.parametrize("name", NETWORKS)
def test_sentences_and_lines_hold_everywhere(name: str) -> None:
    right = figures(name)
    page = ["# All\n"]
    pens = PlainPen(), MarkdownPen(notation("net-out", {}))
    for part, wrong in made(name):
        text, math = (clause(part, right, wrong, pen) for pen in pens)
        for said in (text, math):
            assert said == " ".join(said.split())
            assert not said.endswith(".")
            assert not re.search(r"None|<<|>>|,,| ,|\(\)|= ,|\x01|\x02|&\w+;|&#", said), said
        assert any(fact in text for fact in part.facts.values() if fact in right.workings.places)
        lines = lines_of(part, right, wrong, pens[0], {})
        assert lines is not None
        is_given = right.workings.formula(lines.quantity) is None
        assert lines.wrong != lines.right or is_given  # two equal targets may be exchanged
        assert is_given or any(BEGIN in side for side in (*lines.wrong, *lines.right))
        for side in (*lines.wrong, *lines.right):
            assert side.count(BEGIN) == side.count(END)
            assert len(without_marks(side)) <= 400
        drawn = lines_of(part, right, wrong, pens[1], {})
        assert drawn is not None
        page.append(
            f"{math}: {pens[1].math(' = '.join(drawn.wrong))}, {pens[1].math(' = '.join(drawn.right))}\n"
        )
    if name in ("mazur", "batch", "softmax"):
        assert refused({name: "\n".join(page)}) == []


def test_lines_are_formulas_that_verify_reads() -> None:
    right = figures("mazur")
    for part, wrong in made("mazur", most=1):
        lines = lines_of(part, right, wrong, PlainPen(), {})
        assert lines is not None
        for side in (*lines.wrong, *lines.right):
            if "if" not in side:  # two cases are told in words
                assert parse_formula(without_marks(side)) is not None


def test_long_sums_are_cut_but_show_what_differs() -> None:
    terms = [f"w{number}*x{number}" for number in range(1, 31)]
    right = parse_formula(" + ".join(terms))
    wrong = parse_formula(" + ".join([*terms[:14], "w16*x15", *terms[15:]]))
    pen = PlainPen()
    shown = [pen.line(side) for side in marked_pair(wrong, right)]
    assert shown[0] == f"w1*x1 + ... + {BEGIN}w16{END}*x15 + ... + w30*x30"
    assert shown[1] == f"w1*x1 + ... + {BEGIN}w15{END}*x15 + ... + w30*x30"


@pytest.mark.parametrize("name", ["mazur", "two-hidden", "softmax", "batch", "xor", "convolution", "adam"])
def test_the_parts_to_read_again_are_there(name: str) -> None:
    workings = figures(name).workings
    headings = set(re.findall(r"^## (.*)$", symback.solve(name).to_markdown(), re.MULTILINE))
    for quantity in workings.graph:
        place = reread(workings, quantity.name, name)
        assert place.part != "asked"
        assert say("words", place.part, {"layer": place.layer}) in headings, quantity.name
        assert place.command.startswith(f"symback solve {name}")


@pytest.mark.parametrize(
    "wanted", ["dE_total/di1", "dout_o1/dw1", "dE_total/dw5+", "d2E_total/dw1dw5", "dE_total/di1+"]
)
def test_steps_that_are_printed_when_they_are_asked_for(wanted: str) -> None:
    workings = Diagnoser(symback.load("mazur"), (wanted,)).workings
    for quantity in workings.graph:
        place = reread(workings, quantity.name, "mazur")
        assert say("words", place.part, {"layer": place.layer}).startswith(("The ", "All ", "After "))
    place = reread(workings, wanted, "mazur")
    assert place.command == f"symback solve mazur --only {wanted}"
    heading = say("words", place.part, {"layer": place.layer})
    assert f"## {heading}\n" in symback.solve("mazur", only=[wanted]).to_markdown()
    assert place.command in symback.diagnose("mazur", {wanted: "17.5"}).to_text()


def test_the_facts_of_a_layer() -> None:
    network = symback.load("two-hidden")
    assert layer_facts(network, 0) == {}
    assert layer_facts(network, 2) == {"kind": "dense", "place": 2, "is_output": False, "hidden": 2}


# --- numbers -------------------------------------------------------------------------------------------


def test_numbers_in_print() -> None:
    from fractions import Fraction

    from flint import arb, ctx, fmpq

    from symback.answer_numbers import read_answer

    assert printed(fmpq(1, 8)) == "0.125000000"
    assert printed(fmpq(0)) == "0.000000000"
    assert printed(fmpq(-1, 8), 2) == "-0.125000"
    assert printed(fmpq(35101912345, 10**15)) == "0.0000351019"
    assert printed(fmpq(5, 10**9) * 100 + fmpq(1, 2), 9) == "0.500000500"
    assert printed(fmpq(2_000_005, 10**7), 6) == "0.200001"
    with ctx.workprec(256):
        assert printed(arb(2).sqrt(), 12) == "1.414213562373"
        assert printed(arb("inf")) == "?"
    assert exact_decimal(Fraction(3, 2)) == "1.5"
    assert exact_decimal(Fraction(1, 3)) is None
    typed = {"0,3850": "0.3850", "1.5e-4": "0.00015", "1.5e4": "15000", "3/8": "3/8", "\u22120.5": "-0.5"}
    assert {text: given(read_answer(text)) for text in typed} == typed


# --- whole reports on planted mistakes -----------------------------------------------------------------


def test_reports_on_mistakes_in_random_networks() -> None:
    pages = {}
    for number, plant in enumerate(singles(seed=11, count=30, at_least=1)):
        entries = plant.own_step(6) or plant.full()
        diagnosis = plant.diagnoser.diagnose(entries)
        report = Report(diagnosis, "net.toml", tuple(entry.name for entry in entries))
        said = json.loads(report.to_json())
        assert list(said["given"]) == [entry.name for entry in entries]
        for one in said["explanations"]:
            assert list(one["predicts"]) == list(said["given"])
            assert ("may be" in one["sentence"]) == (not one["confident"])
        text = report.to_text()
        plain = re.sub(r"\x1b\[\d+m", "", report.to_text(colours=True))
        assert plain == text
        pages[str(number)] = report.to_markdown()
        for page in (text, pages[str(number)]):
            assert not re.search(r"None|nan|inf\b|<<|>>|,,| ,|\(\)|\x01|\x02|&\w+;|&#|\?", page), page
    assert refused(pages) == []


def test_what_cannot_be_told_apart_is_said_in_sentences() -> None:
    report = symback.diagnose("mazur", "net_h1 = 0.3825")
    (best,) = report.explanations
    assert best.mistakes == ("wrong-weight",)
    assert "transposed-weights" in best.also
    head, _, rest = report.to_text().partition("The same number would come out if:\n")
    assert head.startswith("In net_h1, w3 = 0.25 was used where w2 = 0.20 belongs.")
    assert rest.startswith("  - the weights into h1 were read the other way round, rows for columns")


def test_brackets_within_brackets() -> None:
    texts = {
        "((a+b))*c": "(a+b)*c",
        "(((x)))": "(x)",
        "((a)+(b))": "((a)+(b))",
        "f((a*b)) + (c": "f(a*b) + (c",
    }
    assert {text: single_brackets(text) for text in texts} == texts
