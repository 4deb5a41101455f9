"""`symback sheet` as a teacher uses it: files, formats, lists of students, and text from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import symback
from symback.errors import RequestError
from symback.exercises.kinds import KINDS as KINDS_TABLE
from symback.exercises.model import Variant
from symback.exercises.sheet_file import read_sheet
from symback.network import built_in_text
from symback.papers.writing import write_sheet
from symback.render import languages, phrases
from symback.templates import template_folder
from tests.invoke import NETWORK, command, refused
from tests.test_katex import refused as refused_by_katex
from tests.test_latex import compiled

KINDS = (
    "forward,loss,local-derivative,delta,gradient,gradient-matrix,biases,update,loss-after-update,table,derive,"
    "order,paths,shapes,sign-only,read-diagram,multiple-choice,true-false,find-the-slip,write-code"
)
NASTY = (
    r"\input{/etc/passwd} $x$ 50% & _a_ #1 {~^}",
    "<script>alert(1)</script> & \"quotes\" 'single'",
    '=HYPERLINK("http://a","b")',
    "$(rm -rf /); `id` | cat > x",
    "| a | b | **bold** [link](x) `code` <!--",
    "Jürgen Müller-Lüdenscheidt",
)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_files_are_listed_and_complete(tmp_path: Path) -> None:
    done = command("sheet", "mazur", "--variants", "2", "--format", "markdown,latex", "-o", str(tmp_path))
    assert (done.status, done.messages) == (0, "")
    names = {f"mazur-{part}.{suffix}" for part in ("papers", "key", "solutions") for suffix in ("md", "tex")}
    assert files(tmp_path) == names | {"mazur-report.md", "sheet.json"}
    assert {Path(line).name for line in done.text.splitlines()} == files(tmp_path)


def test_sheet_json_has_every_key(tmp_path: Path) -> None:
    command("sheet", "mazur", "--variants", "3", "--seed", "9", "--format", "json", "-o", str(tmp_path))
    content = json.loads((tmp_path / "sheet.json").read_text(encoding="utf-8"))
    assert {key: content[key] for key in ("format", "seed", "rounding", "kinds")} == {
        "format": "symback-sheet/1",
        "seed": 9,
        "rounding": "proven",
        "kinds": ["forward", "delta", "gradient", "update"],
    }
    assert [one["id"] for one in content["variants"]] == ["1", "2", "3"]
    box = content["variants"][0]["boxes"][8]
    assert (box["box"], box["quantity"], box["points"], box["tolerance"]) == (
        "2a",
        "delta_o1",
        1,
        "0.000000002",
    )
    assert re.fullmatch(r"-?0\.\d{9}", box["value"])


def test_a_stored_sheet_is_read_again(tmp_path: Path) -> None:
    papers = symback.sheet("mazur", variants=2, seed=4, kinds=["forward", "find-the-slip"])
    papers.save(tmp_path, ["json"])
    again = read_sheet(str(tmp_path / "sheet.json"))
    assert again.checksum == papers.sheet.checksum
    assert [one.exercises for one in again] == [one.exercises for one in papers]
    text = (tmp_path / "sheet.json").read_text(encoding="utf-8")
    (tmp_path / "sheet.json").write_text(text.replace('"seed": 4', '"seed": 5'), encoding="utf-8")
    with pytest.raises(RequestError, match="checksum"):
        read_sheet(str(tmp_path / "sheet.json"))
    (tmp_path / "sheet.json").write_text('{"format": "symback-solution/1"}', encoding="utf-8")
    with pytest.raises(RequestError, match="no sheet"):
        read_sheet(str(tmp_path / "sheet.json"))


def test_every_run_gives_the_same_bytes(tmp_path: Path) -> None:
    arguments = ("sheet", "mazur", "--variants", "2", "--kinds", KINDS, "--format", "markdown,latex")
    command(*arguments, "-o", str(tmp_path / "a"))
    command(*arguments, "-o", str(tmp_path / "b"))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_one_more_student_changes_nobody_elses_paper(tmp_path: Path) -> None:
    few, many = tmp_path / "few.txt", tmp_path / "many.csv"
    few.write_text("id\nmaria\nli\n", encoding="utf-8")
    many.write_text("name;id\nM;maria\nN;new\nL;li\n", encoding="utf-8")
    for place, ids in enumerate((few, many)):
        done = command(
            "sheet", "mazur", "--ids", str(ids), "--format", "json", "-o", str(tmp_path / str(place))
        )
        assert done.status == 0, done.messages
    first, second = (
        {one["id"]: one for one in json.loads((tmp_path / place / "sheet.json").read_text())["variants"]}
        for place in ("0", "1")
    )
    assert list(second) == ["maria", "new", "li"]
    assert all(second[name] == one for name, one in first.items())


def test_several_processes_write_the_same_bytes(tmp_path: Path) -> None:
    papers = symback.sheet("mazur", variants=160, kinds=["forward", "find-the-slip"])
    for place, jobs in (("one", 1), ("two", 2)):
        write_sheet(papers.sheet, ["markdown"], tmp_path / place, jobs=jobs)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize("part", ["papers", "key", "solutions"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_latex_compiles_and_its_log_is_clean(part: str, language: str, tmp_path: Path) -> None:
    papers = symback.sheet("mazur", variants=1, kinds=KINDS.split(","), language=language)
    compiled(papers.to_latex(part), tmp_path)


@pytest.mark.parametrize("name", ["xor", "two-hidden", "lstm", "convolution"])
def test_latex_of_other_networks(name: str, tmp_path: Path) -> None:
    papers = symback.sheet(name, kinds=["forward", "loss", "delta", "gradient", "update", "multiple-choice"])
    compiled(papers.to_latex("solutions"), tmp_path)


@pytest.mark.parametrize("part", ["papers", "solutions"])
def test_formulas_of_markdown_are_those_that_katex_knows(part: str) -> None:
    papers = symback.sheet("mazur", kinds=KINDS.split(","))
    assert refused_by_katex({part: papers.to_markdown(part)}) == []


def test_solutions_say_which_mistake_gives_a_choice() -> None:
    papers = symback.sheet("mazur", seed=7, kinds=["multiple-choice"])
    told = re.compile(r"^\([a-d]\) [^\n]*\w[^\n]* [^\n]*\.$", re.MULTILINE)
    assert len(told.findall(papers.to_markdown("solutions"))) == 3 * 5
    assert not told.findall(papers.to_markdown())


def test_text_from_outside_is_escaped(tmp_path: Path) -> None:
    papers = symback.sheet("mazur", ids=NASTY, kinds=["forward"])
    for part in ("papers", "key"):
        compiled(papers.to_latex(part), tmp_path)
    markdown = papers.to_markdown()
    assert "<script>" not in markdown
    assert "**bold**" not in markdown
    assert [one["id"] for one in json.loads(papers.to_json())["variants"]] == list(NASTY)


def test_titles_of_networks_are_escaped(tmp_path: Path) -> None:
    text = built_in_text("mazur")
    path = tmp_path / "nasty.toml"
    path.write_text(
        re.sub(r"title = .*", r"title = '50% & _x_ \\input{a} <b> #{}~^'", text), encoding="utf-8"
    )
    compiled(symback.sheet(path, kinds=["forward"]).to_latex(), tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--variants", "0"), "from 1 to 10,000,000"),
        (("--variants", "10000001"), "from 1 to 10,000,000"),
        (("--kinds", "delta,gradiant"), "Did you mean 'gradient'"),
        (("--kinds", ""), "at least one kind"),
        (("--format", "docx"), "Unknown format 'docx'"),
        (("--lang", "tlh"), "Unknown language 'tlh'"),
        (("--rounding", "carry"), "Unknown rounding"),
        (("--rounding", "carry:4", "--digits", "5"), "exclude each other"),
        (("--ids", "nowhere.csv"), "There is no file"),
        (("--variants", "-3"), "whole number"),
    ],
)
def test_wrong_requests_leave_nothing(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    found = refused("sheet", "mazur", *arguments, "-o", str(tmp_path / "out"))
    assert message in found
    assert not (tmp_path / "out").exists()


def test_lists_that_are_refused(tmp_path: Path) -> None:
    for content, message in (("", "empty"), ("a\nb\na\n", "have one id"), ("id,x\n,1\n", "has no id")):
        path = tmp_path / "ids.csv"
        path.write_text(content, encoding="utf-8")
        assert message in refused("sheet", "mazur", "--ids", str(path))


def test_demands_that_cannot_be_met_leave_nothing(tmp_path: Path) -> None:
    text = NETWORK.replace('"linear"', '"relu"')
    dead = text.replace("[[0.40, 0.45]]", "[[-0.40, -0.45]]").replace("[0.60]", "[-0.60]")
    path = tmp_path / "dead.toml"
    path.write_text(dead.replace("0.15, 0.20", "-9.15, -9.20"), encoding="utf-8")
    done = command("sheet", str(path), "-o", str(tmp_path / "out"))
    if done.status:
        assert "No numbers could be found" in done.messages
        assert not list((tmp_path / "out").glob("*"))


def test_nothing_is_left_of_a_sheet_that_fails_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(variant: Variant) -> str:
        if variant.id == "3":
            raise RequestError("No more.")
        return ""

    monkeypatch.setattr("symback.papers.made.variant_json", fails)
    (tmp_path / "sheet.json").write_text("before", encoding="utf-8")
    message = refused("sheet", "mazur", "--variants", "4", "--format", "latex", "-o", str(tmp_path))
    assert message == "symback: No more."
    assert files(tmp_path) == {"sheet.json"}
    assert (tmp_path / "sheet.json").read_text(encoding="utf-8") == "before"


def test_a_folder_cannot_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    assert "is a file" in refused("sheet", "mazur", "-o", str(tmp_path / "out"))


def test_the_object_shows_itself() -> None:
    papers = symback.sheet("mazur", variants=2, kinds=["forward"])
    assert len(papers) == 2
    assert papers["2"].box("1a").quantity == "net_h1"
    assert papers._repr_markdown_().startswith("# Backpropagation")
    with pytest.raises(RequestError, match="no paper for 'x'"):
        papers["x"]


def test_every_language_has_every_word() -> None:
    english = {name: phrases(name) for name in ("sentences", "grades")}
    assert languages() == ("de", "en")
    for name, known in english.items():
        ours = {phrase for phrase in phrases(name, "de") if phrase != "function"}
        assert ours == set(known)
    for language in languages():
        folder = template_folder() / "sheets" / language
        text = (folder / "tasks.j2").read_text(encoding="utf-8")
        assert set(KINDS_TABLE.names()) <= set(re.findall(r'"([a-z-]+)": ', text))
        assert set(KINDS_TABLE.names()) <= {"table", *re.findall(r'x.kind == "([a-z-]+)"', text)}


def test_german_has_no_english() -> None:
    papers = symback.sheet("mazur", kinds=KINDS.split(","), language="de")
    for part in ("papers", "key", "solutions"):
        words = set(re.findall(r"[A-Za-z]+", re.sub(r"`[^`]*`|```.*?```", "", papers.to_markdown(part))))
        assert not words & {"the", "of", "and", "weight", "points", "answer", "where", "is"}


def test_an_unknown_format_is_told_with_all_that_are_known(tmp_path: Path) -> None:
    message = refused("sheet", "mazur", "--format", "moodel", "-o", str(tmp_path / "sheets"))
    assert "Unknown format 'moodel'. Did you mean 'moodle'?" in message
    assert "markdown, latex, html, pdf, json, moodle, qti, canvas, stack, notebook" in message


def test_several_papers_with_rounded_steps(tmp_path: Path) -> None:
    done = command("sheet", "mazur", "--variants", "3", "--rounding", "carry:4", "-o", str(tmp_path))
    assert done.status == 0, done.messages
    content = json.loads((tmp_path / "sheet.json").read_text(encoding="utf-8"))
    values = [box["value"] for variant in content["variants"] for box in variant["boxes"]]
    assert len(values) == 3 * 28
    assert all(re.fullmatch(r"-?\d\.\d{4}", value) for value in values)
