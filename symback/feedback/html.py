"""A report as a part of a notebook's page: as in Markdown, with formulas in MathML and no style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from markupsafe import Markup

from symback.dialects import Dialect
from symback.feedback.lines import Lines
from symback.feedback.markdown import notation_of
from symback.feedback.pens import MarkdownPen
from symback.feedback.report import Explanation, Report
from symback.feedback.sentences import sentence
from symback.feedback.wording import Words, also, ending, headline, where
from symback.mathml_dialect import MATHML_ALONE

UNDERLINED = replace(
    MATHML_ALONE,
    name="underlined mathml",
    mark=('<mrow style="border-bottom:.08em solid', '">', "</mrow>"),
    colours=("",),
)
_NUMBER = ' style="text-align:right;font-variant-numeric:tabular-nums"'


@dataclass(frozen=True)
class HtmlPen(MarkdownPen):
    """Mathematics as browsers show it."""

    dialect: Dialect = field(default=UNDERLINED)

    @property
    def format_name(self) -> str:
        """In the table of formats."""
        return "html"

    def math(self, latex: str) -> Markup:
        """A formula in the text."""
        return Markup(f"<math>{latex}</math>")


def as_html(report: Report) -> str:
    """The whole report, in one element."""
    pen = HtmlPen(notation_of(report))
    words = Words(pen.format_name)
    sentences = [sentence(one.found, one.right, one.wrong, pen) for one in report.explanations]
    return f"<div>{''.join(_blocks(report, words, pen, sentences))}</div>"


def _blocks(report: Report, words: Words, pen: HtmlPen, sentences: Sequence[str]) -> Iterator[str]:
    best = report.explanations[0] if report.explanations else None
    yield f"<p><strong>{headline(report, words, sentences)}</strong></p>"
    if best is None and len(report.wrong_numbers) > 1:
        yield f"<p>{words('begin_there', name=pen.name(report.wrong_numbers[0].quantity))}</p>"
    if best is not None or not report.correct:
        found = best.lines_by(pen) if best is not None else report.first_lines(pen)
        yield _list(item for lines in found for item in _lines(lines, words, pen))
    if not report.correct or report.is_convention:
        yield _numbers(report, best, words, pen)
    if report.correct:
        return
    several = len(report.numbers) > 1
    if report.rivals:
        head = words("rivals", count=report.rivals, shown=len(sentences) - 1, several=several)
        yield f"<p>{head}</p>{_list(map(ending, sentences[1:]))}"
    if best is not None and (others := also(best, words, pen, several=several)):
        yield f"<p>{others[0]}</p>{_list(others[1:])}"
    if report.ask_next is not None:
        yield f"<p>{words('ask_next', name=pen.name(report.ask_next))}</p>"
    for one in best.reread if best is not None else (report.first_reread(),):
        yield f"<p>{words('reread', **where(one, words))} <code>{escape(one.command)}</code></p>"


def _lines(lines: Lines, words: Words, pen: HtmlPen) -> Iterator[str]:
    """The wrong and the right line; what differs is underlined."""
    for head, sides in (("wrong", lines.wrong), ("right", lines.right)):
        yield f"{words(head)}: {pen.math(pen.dialect.equals.join((pen.symbol(lines.quantity), *sides)))}"


def _numbers(report: Report, best: Explanation | None, words: Words, pen: HtmlPen) -> str:
    head = [words("quantity"), words("given"), words("right")]
    if best is not None:
        head.append(words("predicted", several=len(best.mistakes) > 1, convention=report.is_convention))
    rows = ["".join(f'<th scope="col">{cell}</th>' for cell in head)]
    for one in report.wrong_numbers:
        numbers = [one.given, one.right, *([best.predicts[one.name]] if best is not None else [])]
        cells = "".join(f"<td{_NUMBER}>{escape(number)}</td>" for number in numbers)
        rows.append(f'<th scope="row">{pen.name(one.quantity)}</th>{cells}')
    table = f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    right = sum(one.is_right for one in report.numbers)
    return table + (f"<p>{words('others_right', count=right)}</p>" if right else "")


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
