"""Questions -> items of Canvas: numbers between two bounds, choices, short answers and essays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from symback.exercises.model import Answer
from symback.platforms.html import math, paragraph
from symback.platforms.numeric import ends, power_of, scaled
from symback.platforms.paper import Field, Paper, Question
from symback.platforms.picture import FILE_NAME, PICTURE
from symback.platforms.xml import element, escaped, leaf, quoted

ADDRESS = f"%24IMS-CC-FILEBASE%24/images/{FILE_NAME}"
"""Of the picture: below the folder of files, as Canvas writes it."""
MOST_TYPICAL = 5
"""Canvas gives no feedback to single wrong numbers; so many are told to all wrong answers."""
_OUTCOMES = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
_FULL = '<setvar action="Set" varname="SCORE">100</setvar>'


def item(paper: Paper, exercise: Question, field: Field, identifier: str) -> str:
    """One box."""
    power = power_of(field) if field.answer is Answer.NUMBER else 0
    field = scaled(field, power)
    kind, body, conditions, answers = _parts(field, [_shown("general_fb")] if exercise.solution else [])
    said = [("general_fb", exercise.solution), ("correct_fb", paper.say("right"))]
    if field.replies:
        said.append(("general_incorrect_fb", _typical(paper, field)))
    said += [(f"{_answer(place)}_fb", one.reply) for place, one in enumerate(field.options) if one.reply]
    metadata = {
        "question_type": kind,
        "points_possible": f"{field.points}.0",
        "original_answer_ids": ",".join(answers),
        "assessment_question_identifierref": f"{identifier}q",
    }
    html = exercise.html.replace(PICTURE, ADDRESS) + _asked(paper, field, power)
    presentation = element("material", _html(html)) + body
    processing = _OUTCOMES + "".join(conditions)
    inner = (
        element("itemmetadata", element("qtimetadata", "".join(map(_datum, metadata.items())))),
        element("presentation", presentation),
        element("resprocessing", processing),
        *(_feedback(name, html) for name, html in said if html),
    )
    title = f"{exercise.heading}, {paper.say('box', number=field.number)}"
    return f"<item ident={quoted(identifier)} title={quoted(title)}>{''.join(inner)}</item>"


def _asked(paper: Paper, field: Field, power: int) -> str:
    asked = field.html
    if power:
        asked = " ".join(
            (
                paper.say(
                    "number_scaled",
                    symbol=math(field.tex),
                    scaled=math(rf"10^{{{power}}} \cdot {field.tex}"),
                    power=power,
                ),
                paper.say("full_precision_scaled", decimals=field.decimals),
                paper.say("tolerance", tolerance=field.tolerance),
            )
        )
    if field.answer is Answer.ORDER:
        asked += "".join(paragraph(f"{one.key}) {one.html}") for one in field.options)
        return asked
    return paragraph(asked)


def _parts(field: Field, general: list[str]) -> tuple[str, str, list[str], list[str]]:
    """The type of a question, where the answer goes, the conditions on it, and the ids of answers."""
    if field.answer is Answer.NUMBER:
        return (
            "numerical_question",
            _blank("Decimal"),
            [*general, _interval(field), *_incorrect(field)],
            [_answer(0)],
        )
    if field.answer is Answer.ORDER:
        key = _test("varequal", field.value)
        return "short_answer_question", _blank(""), [*general, _right(key)], [_answer(0)]
    if field.answer in (Answer.CHOICE, Answer.SEVERAL):
        single = field.answer is Answer.CHOICE
        kind = "multiple_choice_question" if single else "multiple_answers_question"
        if field.is_true_or_false:
            kind = "true_false_question"
        answers = [_answer(place) for place in range(len(field.options))]
        chosen = _one(field) if single else _all(field)
        replies = [_chosen(place) for place, option in enumerate(field.options) if option.reply]
        return kind, _list(field, single), [*general, *replies, _right(chosen)], answers
    return "essay_question", _blank(""), general, []


def _interval(field: Field) -> str:
    """The exact key, or any number between two bounds, with all their digits."""
    least, most = ends(field.value, field.tolerance)
    both = element("and", _test("vargte", least) + _test("varlte", most))
    return _right(element("or", _test("varequal", field.value) + both))


def _incorrect(field: Field) -> Iterable[str]:
    return [_shown("general_incorrect_fb")] if field.replies else []


def _test(test: str, value: str) -> str:
    """A test of the response."""
    return element(test, escaped(value), {"respident": "response1"})


def _right(test: str) -> str:
    said = element("displayfeedback", "", {"feedbacktype": "Response", "linkrefid": "correct_fb"})
    return element("respcondition", element("conditionvar", test) + _FULL + said, {"continue": "No"})


def _shown(name: str) -> str:
    """Feedback to whatever was answered."""
    said = element("displayfeedback", "", {"feedbacktype": "Response", "linkrefid": name})
    return element("respcondition", element("conditionvar", "<other/>") + said, {"continue": "Yes"})


def _chosen(place: int) -> str:
    said = element("displayfeedback", "", {"feedbacktype": "Response", "linkrefid": f"{_answer(place)}_fb"})
    test = _test("varequal", _answer(place))
    return element("respcondition", element("conditionvar", test) + said, {"continue": "Yes"})


def _one(field: Field) -> str:
    return "".join(
        _test("varequal", _answer(place)) for place, one in enumerate(field.options) if one.is_right
    )


def _all(field: Field) -> str:
    tests = []
    for place, option in enumerate(field.options):
        test = _test("varequal", _answer(place))
        tests.append(test if option.is_right else element("not", test))
    return element("and", "".join(tests))


def _list(field: Field, single: bool) -> str:
    labels = "".join(
        element("response_label", element("material", _html(one.html)), {"ident": _answer(place)})
        for place, one in enumerate(field.options)
    )
    attributes = {"ident": "response1", "rcardinality": "Single" if single else "Multiple"}
    return element("response_lid", element("render_choice", labels), attributes)


def _blank(kind: str) -> str:
    label = element("response_label", "", {"ident": "answer1", "rshuffle": "No"})
    fib = element("render_fib", label, {"fibtype": kind} if kind else {})
    return element("response_str", fib, {"ident": "response1", "rcardinality": "Single"})


def _typical(paper: Paper, field: Field) -> str:
    """The numbers that the likeliest mistakes give."""
    said: Sequence[str] = [
        paragraph(paper.say("if_got", value=one.value, reply=one.html))
        for one in islice(field.replies, MOST_TYPICAL)
    ]
    return paragraph(paper.say("not_right"), paper.say("typical")) + "".join(said)


def _answer(place: int) -> str:
    """Ids of answers are numbers in Canvas."""
    return str(1001 + place)


def _html(html: str) -> str:
    """HTML as text: Canvas reads it so."""
    return leaf("mattext", html).replace("<mattext>", '<mattext texttype="text/html">', 1)


def _datum(pair: tuple[str, str]) -> str:
    return element("qtimetadatafield", leaf("fieldlabel", pair[0]) + leaf("fieldentry", pair[1]))


def _feedback(name: str, html: str) -> str:
    return element("itemfeedback", element("flow_mat", element("material", _html(html))), {"ident": name})
