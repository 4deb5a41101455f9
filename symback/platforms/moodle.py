"""Moodle XML: numerical questions with a window for each mistake, tables as cloze texts, choices and essays.

What Moodle's importer does with each element was seen by running it; see the notes on exercise formats.
"""

from __future__ import annotations

from collections.abc import Iterator

from symback.exercises.model import Answer
from symback.platforms import cloze
from symback.platforms.html import paragraph
from symback.platforms.moodle_parts import MISTAKE, answer, category, fraction, question, text
from symback.platforms.paper import Field, Paper, Question
from symback.platforms.xml import element, leaf


def questions(paper: Paper) -> bytes:
    """A category with the questions of a paper."""
    parts = (one for found in paper.questions for one in exercise(paper, found))
    return "".join((category(paper), *parts)).encode()


def exercise(paper: Paper, found: Question) -> Iterator[str]:
    """The questions of an exercise: one for a table, else one for each box."""
    if found.rows:
        content = cloze.table(found, paper.say)
        points = sum(field.points for field in found.fields)
        yield question("cloze", paper, found, str(found.number), content, points, found.heading)
        return
    for field in found.fields:
        kind, parts = _parts(paper, found, field)
        html = found.html + paragraph(field.html)
        if field.answer is Answer.ORDER:
            html += "".join(paragraph(f"{one.key}) {one.html}") for one in field.options)
        name = f"{found.heading}, {paper.say('box', number=field.number)}"
        yield question(kind, paper, found, field.number, html, field.points, name, parts)


def _parts(paper: Paper, exercise: Question, field: Field) -> tuple[str, str]:
    """The type of a question, and the elements that only this type has."""
    if field.answer is Answer.NUMBER:
        return "numerical", _numerical(paper, field)
    if field.answer is Answer.CHOICE and field.is_true_or_false:
        answers = (
            answer(one.key, 100 if one.is_right else 0, one.reply, form="moodle_auto_format")
            for one in field.options
        )
        return "truefalse", "".join(answers)
    if field.answer in (Answer.CHOICE, Answer.SEVERAL):
        return "multichoice", _choices(field)
    if field.answer is Answer.ORDER:
        wrong = answer("*", 0, paper.say("not_right"), form="moodle_auto_format")
        return "shortanswer", leaf("usecase", "0") + answer(
            field.value, 100, paper.say("right"), form="moodle_auto_format"
        ) + wrong
    return "essay", _essay(paper, exercise, field)


def _numerical(paper: Paper, field: Field) -> str:
    """The right window first, as the first that holds an answer wins; what none holds is wrong."""
    parts = [_window(field.value, field.tolerance, 100, paper.say("right"))]
    parts += [_window(one.value, one.tolerance, MISTAKE, one.html) for one in field.replies]
    parts.append(_window("*", "0", 0, paper.say("wrong")))
    parts += [leaf("unitgradingtype", "0"), leaf("unitpenalty", "0.1"), leaf("showunits", "3")]
    return "".join(parts)


def _window(value: str, tolerance: str, credit: int, reply: str) -> str:
    return answer(value, credit, reply, leaf("tolerance", tolerance), form="moodle_auto_format")


def _choices(field: Field) -> str:
    single = field.answer is Answer.CHOICE
    rights = sum(option.is_right for option in field.options)
    wrongs = len(field.options) - rights
    parts = [leaf("single", "true" if single else "false"), leaf("shuffleanswers", "true")]
    parts.append(leaf("answernumbering", "abc"))
    for option in field.options:
        credit = (
            fraction(1 if single else rights)
            if option.is_right
            else ("0" if single else f"-{fraction(wrongs)}")
        )
        parts.append(answer(option.html, credit, option.reply, form="html", is_markup=True))
    return "".join(parts)


def _essay(paper: Paper, exercise: Question, field: Field) -> str:
    key = paragraph(f"{paper.say('key')}: {field.value_html}") if field.value else ""
    return "".join(
        (
            leaf("responseformat", "editor"),
            leaf("responserequired", "1"),
            leaf("responsefieldlines", "15"),
            leaf("attachments", "0"),
            leaf("attachmentsrequired", "0"),
            text("graderinfo", key + exercise.solution),
            element("responsetemplate", "<text></text>", {"format": "html"}),
        )
    )
