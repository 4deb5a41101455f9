"""A reader of Moodle XML, written from what Moodle does and not from what symback writes."""

from __future__ import annotations

import base64
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass

EPSILON = 1e-14
"""Moodle widens windows by so much of their numbers, as floats need it."""
LISTED = (
    1, 0.9, 0.8333333, 0.8, 0.75, 0.7, 0.6666667, 0.6, 0.5, 0.4, 0.3333333, 0.3, 0.25, 0.2, 0.1666667,
    0.1428571, 0.125, 0.1111111, 0.1, 0.05, 0,
)  # fmt: skip
"""The fractions that the importer accepts; also their negatives."""


@dataclass(frozen=True)
class Window:
    """An answer of a numerical question: `*` takes everything."""

    text: str
    tolerance: float
    fraction: float
    feedback: str

    def holds(self, number: float) -> bool:
        if self.text == "*":
            return True
        middle = float(self.text)
        width = self.tolerance + EPSILON * max(self.tolerance, abs(middle), EPSILON)
        return middle - width <= number <= middle + width


@dataclass(frozen=True)
class Numerical:
    """A numerical question or field: the first window that holds the number wins."""

    windows: tuple[Window, ...]

    def __post_init__(self) -> None:
        assert any(window.fraction == 1 for window in self.windows), "fractionsnomax"
        assert "−" not in "".join(window.text for window in self.windows)

    def grade(self, typed: str) -> tuple[float, str]:
        number = float(typed)
        return next(((w.fraction, w.feedback) for w in self.windows if w.holds(number)), (0.0, ""))


def questions(raw: bytes) -> list[tuple[str, ET.Element]]:
    """The questions of a file, each with the path of its category."""
    root = ET.fromstring(raw)
    assert root.tag == "quiz"
    path, found = "", []
    for question in root:
        assert question.tag == "question"
        if question.get("type") == "category":
            path = question.findtext("category/text") or ""
        else:
            assert question.findtext("name/text"), "xmlimportnoname"
            for text in question.iter():
                named = {file.get("name") for file in text.findall("file")}
                for file in text.findall("file"):
                    assert file.get("path") == "/"
                    ET.fromstring(base64.b64decode(file.text or "", validate=True))
                used = re.findall(r"@@PLUGINFILE@@/([^\"]+)", text.findtext("text") or "")
                assert set(used) == named
            found.append((path, question))
    return found


def category_names(path: str) -> list[str]:
    """The names in a path: a slash that belongs to a name is doubled."""
    return [name.replace("//", "/") for name in re.split("(?<!/)/(?!/)", path)]


def numerical(question: ET.Element) -> Numerical:
    """A question of this type as the importer reads it."""
    windows = []
    for answer in question.findall("answer"):
        fraction = float(answer.get("fraction", "")) / 100
        assert any(abs(abs(fraction) - one) < 1e-5 for one in LISTED), f"{fraction} is not in the list"
        text = answer.findtext("text") or ""
        windows.append(
            Window(
                text,
                float(answer.findtext("tolerance") or 0),
                fraction,
                answer.findtext("feedback/text") or "",
            )
        )
    return Numerical(tuple(windows))


def choices(question: ET.Element) -> Callable[[Sequence[str]], tuple[float, list[str]]]:
    """Of multiple choice, and true or false: the share of chosen texts, none below zero, and what is said."""
    found = {}
    for answer in question.findall("answer"):
        fraction = float(answer.get("fraction", "")) / 100
        assert any(abs(abs(fraction) - one) < 1e-5 for one in LISTED), f"{fraction} is not in the list"
        text = answer.findtext("text") or ""
        assert text not in found, "two answers with one text"
        found[text] = (fraction, answer.findtext("feedback/text") or "")
    total = sum(fraction for fraction, _ in found.values() if fraction > 0)
    assert abs(total - 1) < 1e-4, "the right ones do not make up 100 %"

    def graded(chosen: Sequence[str]) -> tuple[float, list[str]]:
        credit = sum(found[text][0] for text in chosen)
        return min(max(round(credit, 4), 0), 1), [found[text][1] for text in chosen]

    return graded


def short_answer(question: ET.Element) -> Callable[[str], bool]:
    """Whether a text is right: the first answer that matches counts, `*` matches everything."""
    answers = [(one.findtext("text") or "", one.get("fraction")) for one in question.findall("answer")]

    def graded(typed: str) -> bool:
        return next(fraction for text, fraction in answers if text in ("*", typed)) == "100"

    return graded


FIELD = re.compile(r"\{(\d+):(NUMERICAL|NM):")


def cloze(text: str) -> list[tuple[int, Numerical]]:
    r"""The numerical fields of a cloze text with their marks; the first `}` without a backslash ends one."""
    found = []
    place = 0
    while (start := FIELD.search(text, place)) is not None:
        place = _end(text, start.end(), "}")
        found.append((int(start.group(1)), Numerical(tuple(map(_answer, _cut(text[start.end() : place]))))))
    return found


def _end(text: str, start: int, sign: str) -> int:
    place = start
    while text[place] != sign or text[place - 1] == "\\":
        place += 1
    return place


def _cut(field: str) -> list[str]:
    parts = re.split(r"(?<!\\)~", field)
    assert len(parts) > 1
    return parts


def _answer(part: str) -> Window:
    found = re.fullmatch(r"(=|%(-?[\d.]+)%)?(.*?)(?:(?<!\\)#(.*))?", part, re.DOTALL)
    assert found is not None
    fraction = 1.0 if found.group(1) == "=" else float(found.group(2) or 0) / 100
    value, _, tolerance = found.group(3).partition(":")
    assert "\\~" not in part, "the backslash would stay"
    assert re.fullmatch(r"\*|-?\d+(\.\d+)?", value), value
    feedback = (found.group(4) or "").replace(r"\}", "}").replace(r"\#", "#")
    return Window(value, float(tolerance or 0), fraction, html.unescape(feedback))
