"""`symback grade` as a teacher uses it: answers in all forms, results, and what does not fit together."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import symback
from symback.errors import RequestError
from tests.class_by_hand import GIVEN
from tests.invoke import command, refused

NASTY = (
    r"\input{/etc/passwd} $x$ 50% & _a_ #1 {~^}",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://a","b")',
    "$(rm -rf /); `id` | cat > x",
    "| a | **b** [l](x) <!--",
    "../../etc/passwd",
    "Jürgen",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet for three students, all with the numbers of the example."""
    place = tmp_path_factory.mktemp("sheet")
    made = symback.sheet(
        "mazur", ids=["007", "anna", "max"], seed=3, kinds=["forward", "delta", "multiple-choice"]
    )
    text = json.loads(made.to_json())
    (place / "sheet.json").write_text(json.dumps(text), encoding="utf-8")
    return place


@pytest.fixture
def sheet(folder: Path) -> str:
    return str(folder / "sheet.json")


def keys(sheet: str, identity: str = "anna") -> dict[str, str]:
    content = json.loads(Path(sheet).read_text(encoding="utf-8"))
    (paper,) = (one for one in content["variants"] if one["id"] == identity)
    return {box["box"]: box["value"] for box in paper["boxes"]}


def handed(tmp_path: Path, text: str, name: str = "answers.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def narrow(sheet: str, **changes: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["id", "box", "answer"])
    for identity in ("007", "anna", "max"):
        for box, value in keys(sheet, identity).items():
            writer.writerow([identity, box, changes.get(f"{identity}_{box}", value)])
    return stream.getvalue()


def statuses(sheet: str, answers: str, identity: str = "anna") -> dict[str, str]:
    return {mark.box.number: mark.status.value for mark in symback.grade(sheet, answers)[identity].marks}


# --- forms of answers --------------------------------------------------------------------------------


def test_narrow(sheet: str, tmp_path: Path) -> None:
    done = command("grade", sheet, handed(tmp_path, narrow(sheet)), "--strict")
    assert (done.status, done.messages) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.output.decode())))
    assert {row["status"] for row in rows} == {"right", ""}
    assert [row["points"] for row in rows if row["box"] == "total"] == [
        row["of"] for row in rows if row["box"] == "total"
    ]


def test_strict_is_one_where_a_box_is_not_right(sheet: str, tmp_path: Path) -> None:
    answers = handed(tmp_path, narrow(sheet, anna_1a="7"))
    assert command("grade", sheet, answers).status == 0
    assert command("grade", sheet, answers, "--strict").status == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_wide(delimiter: str, sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["Name", "ID", *known, "remarks"])
    writer.writerow(["Anna", "anna", *(value.replace(".", ",") for value in known.values()), "late"])
    grades = symback.grade(sheet, handed(tmp_path, "\ufeff" + stream.getvalue()))
    right = {
        mark.status.value for mark in grades["anna"].marks if not mark.box.choices and mark.box.tolerance
    }
    assert right == {"right"}
    notes = " ".join(grades.notes)
    assert "remarks" in notes and "Name" in notes  # noqa: PT018
    assert "007" in notes
    assert "max" in notes


def test_numbers_as_spreadsheets_keep_them(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    rows = f'anna,1a,"=""{known["1a"]}"""\nanna,1b,\'{known["1b"]}\n7.0,1a, {keys(sheet, "007")["1a"]} \n'
    text = f"id,box,answer\n{rows}"
    path = handed(tmp_path, text)
    found = statuses(sheet, path)
    assert (found["1a"], found["1b"], found["1c"]) == ("right", "right", "blank")
    assert statuses(sheet, path, "007")["1a"] == "right"
    assert "is taken for the id '007'" in command("grade", sheet, path).messages


@pytest.mark.parametrize("wrapped", [False, True])
def test_json(wrapped: bool, sheet: str, tmp_path: Path) -> None:
    content: dict[str, object] = {"anna": keys(sheet) | {"1b": None}, "max": {"1a": 0.5}}
    if wrapped:
        checksum = json.loads(Path(sheet).read_text(encoding="utf-8"))["checksum"]
        content = {"format": "symback-answers/1", "checksum": checksum, "answers": content}
    found = statuses(sheet, handed(tmp_path, json.dumps(content), "answers.json"))
    assert found.pop("1b") == "blank"
    assert set(found.values()) == {"right"}


def notebook(identity: str, cells: dict[str, str], **about: str) -> str:
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"symback": {"id": identity, **about}},
            "cells": [
                {"cell_type": "markdown", "metadata": {}, "source": ["# The forward pass\n", "1a = 3"]},
                *(
                    {
                        "cell_type": "code",
                        "metadata": {"symback": {"box": box}},
                        "source": source,
                        "outputs": [],
                    }
                    for box, source in cells.items()
                ),
                {"cell_type": "code", "metadata": {"tags": ["box:1d"]}, "source": ["0.25"], "outputs": []},
            ],
        }
    )


def test_notebooks(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    cells = {
        "1a": f"# my answer\nanswer_1a = {known['1a']}  # done",
        "1b": f"'{known['1b']}'",
        "1c": "import os\nx = None",
    }
    handed(tmp_path, notebook("anna", cells), "anna.ipynb")
    handed(tmp_path, notebook("max", {}), "max.ipynb")
    for source in (tmp_path / "anna.ipynb", tmp_path):
        found = statuses(sheet, str(source))
        assert (found["1a"], found["1b"], found["1c"], found["1d"]) == ("right", "right", "blank", "wrong")


def test_a_notebook_as_symback_sheet_writes_it(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    sources = [
        "answers = {}",
        f'answers["1a"] = {known["1a"]}  # net_h1\nanswers["1b"] = None  # out_h1',
        f"%matplotlib inline\nanswers['1c'] = {known['1c']}  # net_h2",
        f"x = 3\nanswers['1d'] = '0.5'\nanswers['1d'] = \"{known['1d']}\"; answers['1e'] = -1.5e-3",
        'answers["1f"] = __import__("os").system("true")\nanswers["1g"] = open("x").read()',
    ]
    content = {
        "nbformat": 4,
        "metadata": {"symback": {"id": "anna"}},
        "cells": [{"cell_type": "code", "metadata": {}, "source": source} for source in sources],
    }
    path = handed(tmp_path, json.dumps(content), "anna.ipynb")
    found = statuses(sheet, path)
    assert [found[box] for box in ("1a", "1b", "1c", "1d", "1e")] == [
        "right",
        "blank",
        "right",
        "right",
        "wrong",
    ]
    assert [found[box] for box in ("1f", "1g", "1h")] == ["unreadable", "unreadable", "blank"]


def test_moodle(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    stream = io.StringIO()
    writer = csv.writer(stream)
    columns = [name for n in range(1, len(known) + 1) for name in (f"Response {n}", f"Right answer {n}")]
    writer.writerow(["Surname", "First name", "ID number", "State", *columns])
    cells = [cell for value in known.values() for cell in (value, "0.1")]
    cells[2] = "-"
    writer.writerow(["A", "Anna", "anna", "Finished", *cells])
    writer.writerow(["Overall average", "", "", "", *["-" for _ in columns]])
    found = statuses(sheet, handed(tmp_path, stream.getvalue()))
    assert found.pop("1b") == "blank"
    assert set(found.values()) == {"right"}


def test_moodle_with_an_exercise_a_question(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    parts: dict[str, list[str]] = {}
    for box, value in known.items():
        parts.setdefault(box.rstrip("abcdefghijklmnopqrstuvwxyz"), []).append(value)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["Nachname", "Anmeldename", *(f"Antwort {n}" for n in range(1, len(parts) + 1))])
    row = ["; ".join(f"Teil {n}: {value}" for n, value in enumerate(values, 1)) for values in parts.values()]
    writer.writerow(["A", "anna", *row])
    assert set(statuses(sheet, handed(tmp_path, stream.getvalue())).values()) == {"right"}


def test_moodle_with_tables_among_single_questions(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    first = [value for box, value in known.items() if box.startswith("1")]
    others = [value for box, value in known.items() if not box.startswith("1")]
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["Username", *(f"Response {n}" for n in range(1, len(others) + 2))])
    writer.writerow(["anna", "; ".join(f"part {n}: {value}" for n, value in enumerate(first, 1)), *others])
    assert set(statuses(sheet, handed(tmp_path, stream.getvalue())).values()) == {"right"}


def test_canvas(sheet: str, tmp_path: Path) -> None:
    known = keys(sheet)
    stream = io.StringIO()
    writer = csv.writer(stream)
    head = [cell for n, box in enumerate(known) for cell in (f"{700 + n}: What is it? ({box})", "1.0")]
    writer.writerow(["name", "id", "sis_id", "section", "submitted", "attempt", *head, "n correct", "score"])
    cells = [cell for value in known.values() for cell in (value, "1.0")]
    writer.writerow(["Anna A", "4711", "anna", "1", "2026-11-26", "1", *cells, "3", "3"])
    assert set(statuses(sheet, handed(tmp_path, stream.getvalue())).values()) == {"right"}


def test_answers_of_python() -> None:
    made = symback.sheet("mazur", ids=["anna"], kinds=["forward"])
    box = next(iter(made["anna"].boxes))
    grades = symback.grade(made, {"anna": {"1a": float(box.value), "1b": "0,5"}})
    assert [mark.status.value for mark in grades["anna"].marks[:3]] == ["right", "wrong", "blank"]
    with pytest.raises(KeyError):
        grades["max"]


# --- what does not fit together ----------------------------------------------------------------------

HOSTILE = {
    "empty": ("", r"answers\.csv is empty\. There may stand"),
    "only a head": ("id,box,answer\n", "has no answers"),
    "no id": (
        "name2,box,answer\nanna,1a,1\n",
        r"line 1: .* is no head of answers\. There may stand id,box,answer",
    ),
    "missing column": ("id,answer\nanna,1\n", r"line 1: there is no column 'box'"),
    "unknown id": (
        "id,box,answer\nanna,1a,1\nann,1a,1\n",
        r"line 3, column 'id': no paper .* 'ann'\. Did you mean 'anna'\?",
    ),
    "unknown box": ("id,box,answer\nanna,9z,1\n", r"line 2, column 'box': '9z' is no box .* another sheet"),
    "unknown column": ("id,1a,9z\nanna,1,1\n", r"line 1: .* has no box '9z'"),
    "two answers": (
        "id,box,answer\nanna,1a,1\nanna,1a,2\n",
        r"line 3, .*: box 1a of 'anna' has '2', but .*line 2.* has '1'",
    ),
    "two rows": ("id,1a\nanna,1\nanna,1\n", r"line 3, column 'id': 'anna' stands in line 2 already"),
    "two columns": ("id,1a,1A\nanna,1,1\n", "two columns are called"),
    "decimal comma": ("id,box,answer\nanna,1a,0,5\n", r"line 2: 4 cells .* decimal comma stands in quotes"),
    "open quote": ('id,box,answer\nanna,1a,"0.5\n', r"line 2: this is no row of a CSV file"),
    "other sheet": ("# checksum: 000000000000\nid,box,answer\nanna,1a,1\n", "belong to another sheet"),
    "other sheet in a column": (
        "id,1a,checksum\nanna,1,abc\n",
        r"line 2, column 'checksum': .*another sheet",
    ),
    "no table": ("to whom it may concern\n", "is no head of answers"),
    "moodle of another quiz": ("ID number,Response 1,Response 2\nanna,1,2\n", "2 questions stand there"),
    "moodle without ids": ("ID number,Response 1\nzoe,1\n", "no column has ids"),
    "broken json": ('{"anna": {"1a": 0.5}', r"line 1, column 21: this is no JSON"),
    "json list": ("[1, 2]", "a list stands there"),
    "json twice": ('{"anna": {"1a": 1}, "anna": {"1a": 2}}', "stands there twice"),
    "json deep": ('{"anna": {"1a": {"x": 1}}}', "an object stands there"),
    "json of another sheet": ('{"answers": {}, "checksum": "123"}', "another sheet"),
    "notebook of nobody": ('{"nbformat": 4, "cells": [], "metadata": {}}', "does not say whose it is"),
    "deep nesting": ("[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_does_not_fit_is_refused_with_its_place(name: str, sheet: str, tmp_path: Path) -> None:
    text, message = HOSTILE[name]
    path = handed(tmp_path, text)
    found = refused("grade", sheet, path, "-o", str(tmp_path / "out"))
    assert re.search(message, found), found
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "no JSON"),
        ("{}", "is no sheet"),
        ('{"format": "symback-sheet/1"}', "no whole sheet"),
    ],
)
def test_a_sheet_that_is_none(text: str, message: str, tmp_path: Path) -> None:
    assert message in refused(
        "grade", handed(tmp_path, text, "sheet.json"), handed(tmp_path, "id,box,answer\n")
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda paper: paper.update(boxes=[]), "no boxes stand there"),
        (lambda paper: paper["boxes"][0].update(value="x"), "value is 'x'"),
        (lambda paper: paper["boxes"][0].update(value=1), "is no box"),
        (lambda paper: paper["boxes"][0].update(points=[]), r"points are \[\]"),
        (lambda paper: paper["boxes"][0].update(answer="song"), "answer is 'song'"),
        (lambda paper: paper["boxes"].append(paper["boxes"][0]), "stands there twice"),
        (lambda paper: paper.update(numbers=3), "no whole sheet"),
    ],
)
def test_a_sheet_that_was_spoiled(change, message: str, sheet: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    content = json.loads(Path(sheet).read_text(encoding="utf-8"))
    change(content["variants"][0])
    path = handed(tmp_path, json.dumps(content), "sheet.json")
    assert re.search(message, refused("grade", path, handed(tmp_path, "id,box,answer\nanna,1a,1\n")))


def test_a_key_that_was_changed_by_hand_counts(sheet: str, tmp_path: Path) -> None:
    content = json.loads(Path(sheet).read_text(encoding="utf-8"))
    content["variants"][1]["boxes"][0] |= {"value": "0.125", "points": 4}
    path = handed(tmp_path, json.dumps(content), "sheet.json")
    mark = symback.grade(path, handed(tmp_path, "id,box,answer\nanna,1a,0.125\n"))["anna"]["1a"]
    assert (mark.status.value, mark.points, mark.most) == ("right", 4, 4)


# --- points ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        'mistake = "1/4"\nwrong = 0\n[boxes.1a]\npoints = 2\nwrong = 0.5\n',
        '{"mistake": 0.25, "boxes": {"1a": {"points": "2", "wrong": "1/2"}}}',
    ],
)
def test_points_of_a_file(text: str, sheet: str, tmp_path: Path) -> None:
    points = handed(tmp_path, text, "points.json" if text.startswith("{") else "points.toml")
    answers = handed(tmp_path, narrow(sheet, anna_1a="7"))
    mark = symback.grade(sheet, answers, points=points)["anna"]["1a"]
    assert (mark.points, mark.most) == (1, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mistkae = 1", "is no status. Did you mean 'mistake'?"),
        ("mistake = 2", "There may stand a number from -1 to 1"),
        ('mistake = "1/0"', "There may stand a number"),
        ('mistake = "half"', "There may stand a number"),
        ("mistake = true", "There may stand a number"),
        ("[boxes.99z]\nmistake = 1", "the sheet has no box '99z'"),
        ("boxes = 3", "There may stand a table"),
        ("mistake = ", "points.toml"),
    ],
)
def test_points_that_are_none(text: str, message: str, sheet: str, tmp_path: Path) -> None:
    answers = handed(tmp_path, narrow(sheet))
    assert message in refused("grade", sheet, answers, "--points", handed(tmp_path, text, "points.toml"))


# --- results -----------------------------------------------------------------------------------------


def test_all_files_are_listed_and_agree(sheet: str, tmp_path: Path) -> None:
    answers = handed(tmp_path, narrow(sheet, anna_1a="7"))
    out = tmp_path / "out"
    done = command("grade", sheet, answers, "--format", "csv,json,markdown,html", "-o", str(out))
    files = sorted(str(path) for path in out.rglob("*") if path.is_file())
    assert sorted(done.output.decode().split()) == files
    content = json.loads((out / "grades.json").read_text(encoding="utf-8"))
    assert content["format"] == "symback-grades/1"
    rows = list(csv.DictReader(io.StringIO((out / "grades.csv").read_text(encoding="utf-8"))))
    for student in content["students"]:
        own = [row for row in rows if row["id"] == student["id"] and row["box"] != "total"]
        assert [(row["box"], row["status"], row["why"]) for row in own] == [
            (box["box"], box["status"], box["why"]) for box in student["boxes"]
        ]
        assert sum(box["points"] for box in student["boxes"]) == student["points"]
        page = (out / "feedback" / f"student-{student['id']}.md").read_text(encoding="utf-8")
        assert f"Points: {student['points']} of {student['of']}" in page
    assert "max" in (out / "class.md").read_text(encoding="utf-8")


def test_one_file_where_one_is_asked_for(sheet: str, tmp_path: Path) -> None:
    answers = handed(tmp_path, narrow(sheet))
    target = tmp_path / "marks.json"
    assert command(
        "grade", sheet, answers, "--format", "json", "-o", str(target)
    ).output.decode().strip() == str(target)
    assert json.loads(target.read_text(encoding="utf-8"))["students"]
    assert "is a file of one format" in refused("grade", sheet, answers, "--format", "csv", "-o", str(target))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)


def test_text_from_outside_is_escaped(tmp_path: Path) -> None:
    made = symback.sheet("mazur", ids=NASTY, kinds=["forward"])
    grades = symback.grade(
        made, {one: {"1a": other, "1b": "+1"} for one, other in zip(NASTY, reversed(NASTY), strict=True)}
    )
    for row in csv.reader(io.StringIO(grades.to_csv())):
        assert not any(cell.startswith(("=", "@", "+", "|")) for cell in row)
        assert all(re.fullmatch(r"-[\d.]+", cell) for cell in row if cell.startswith("-"))
    tags = _Tags()
    tags.feed(grades.to_html())
    assert tags.seen <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "p",
        "strong",
        "hr",
    } | {"table", "tr", "th", "td", "ul", "li"}
    markdown = grades.to_markdown()
    assert not re.search(r"(?<!\\)<script", markdown)
    assert "[l](x)" not in markdown
    for line in markdown.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in (4, 5, 7, 11), line
    written = grades.save(tmp_path)
    assert all(path.resolve().is_relative_to(tmp_path.resolve()) for path in written)
    assert len({str(path).casefold() for path in written}) == len(written)
    content = json.loads(grades.to_json())
    assert [one["id"] for one in content["students"]] == list(NASTY)


def test_formulas_are_proved(tmp_path: Path) -> None:
    made = symback.sheet("mazur", ids=["a", "b", "c", "d"], kinds=["derive"])
    first = next(iter(made["a"].boxes))
    other = "-(target_o1 - out_o1)*out_o1*(1 - out_o1)*out_h1"
    assert first.quantity == "dE_total/dw5"
    answers = {
        "a": {"1a": first.value},
        "b": {"1a": f"dE_total/dw5 = {other}"},
        "c": {"1a": "delta_o1*out_h2"},
        "d": {"1a": "dE_total/dw5"},
    }
    grades = symback.grade(made, answers)
    assert [grades[one]["1a"].status.value for one in "abcd"] == ["right", "right", "wrong", "wrong"]
    assert symback.grade(made, {"a": {"1a": "no idea at all ("}})["a"]["1a"].status.value == "unreadable"


def test_choices(sheet: str) -> None:
    known = {box: key for box, key in keys(sheet).items() if re.fullmatch("[a-z]", key)}
    box, key = next(iter(known.items()))
    other = "b" if key == "a" else "a"
    for text, status in (
        (f"({key.upper()})", "right"),
        (other, "wrong"),
        ("zz", "unreadable"),
        (" ", "blank"),
    ):
        assert symback.grade(sheet, {"anna": {box: text}})["anna"][box].status.value == status, text


def test_a_choice_by_what_it_shows() -> None:
    made = symback.sheet("mazur", ids=["anna"], kinds=["multiple-choice"])
    box = next(iter(made["anna"].boxes))
    statuses = {
        choice.key: symback.grade(made, {"anna": {box.number: choice.value}})["anna"][box.number].status.value
        for choice in box.choices
    }
    assert statuses == {choice.key: "right" if choice.is_right else "wrong" for choice in box.choices}


def test_without_answers_nothing_is_written(sheet: str, tmp_path: Path) -> None:
    assert "There is no file" in refused("grade", sheet, str(tmp_path / "none.csv"))
    (tmp_path / "folder").mkdir()
    assert "has no notebooks" in refused("grade", sheet, str(tmp_path / "folder"))
    with pytest.raises(RequestError):
        symback.grade(sheet, {"anna": {"1a": object}})  # type: ignore[dict-item]
    assert GIVEN["w1"] == "0.15"


def test_pages_are_in_the_language_of_the_sheet(tmp_path: Path) -> None:
    kinds = ["forward", "delta", "derive", "sign-only"]
    made = symback.sheet("mazur", ids=["a", "b"], seed=3, kinds=kinds, language="de")
    (tmp_path / "sheet.json").write_text(made.to_json(), encoding="utf-8")
    keys = {box.number: box.value for box in made["a"].boxes}
    wrong = {"1a": "", "1b": "abc", "1c": "0.4", "1e": "0.7", "2a": f"{-float(keys['2a']):.9f}"}
    wrong |= {"2d": keys["2c"], "2b": keys["2b"][:7], "3a": "x y z", "3b": "w1", "4a": "perhaps", "4b": "up"}
    answers = {"a": keys | wrong, "b": {}}
    (tmp_path / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    done = command(
        "grade", str(tmp_path / "sheet.json"), str(tmp_path / "answers.json"), "--format", "markdown,html",
        "-o", str(tmp_path / "results"),
    )  # fmt: skip
    assert done.status == 0, done.messages
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "results").rglob("*.*")}
    assert "# Ergebnisse der Klasse" in pages["class.md"]
    assert "| zu früh gerundet | Folgefehler |" in pages["class.md"]
    assert '<html lang="de">' in pages["class.html"]
    assert len(pages) == 6
    for name, page in pages.items():
        text = re.sub(r"`[^`]*`|<style>.*?</style>|<[^>]*>|\w+(-\w+)+|\S+/\S+", " ", page, flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]+", text))
        assert not words & {"the", "is", "right", "wrong", "box", "points", "nothing", "and"}, name


def test_a_language_that_is_none(sheet: str, tmp_path: Path) -> None:
    content = json.loads(Path(sheet).read_text(encoding="utf-8"))
    path = handed(tmp_path, json.dumps({**content, "language": "xx"}), "sheet.json")
    message = refused("grade", path, handed(tmp_path, narrow(sheet)))
    assert "its language is 'xx'. There may stand de, en." in message


def test_a_sheet_is_no_answers(sheet: str) -> None:
    assert "is a sheet itself, with its keys, and no answers" in refused("grade", sheet, sheet)
