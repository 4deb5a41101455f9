"""A report for a terminal: the answer in a sentence, the lines, the numbers in columns, what else may be."""

from __future__ import annotations

from collections.abc import Sequence

from symback.feedback.lines import Lines, without_marks
from symback.feedback.nameless import Nameless
from symback.feedback.numerals import given
from symback.feedback.pens import BEGIN, END, PlainPen
from symback.feedback.report import Explanation, Report
from symback.feedback.sentences import capital
from symback.feedback.wording import Words, also, ending, headline, where

RED, GREEN, PLAIN = "\033[31m", "\033[32m", "\033[0m"
INDENT = "  "


def as_text(report: Report, *, colours: bool = False) -> str:
    """The whole report, ending in a newline."""
    words = Words("text")
    blocks = [headline(report, words, [one.sentence for one in report.explanations])]
    best = report.explanations[0] if report.explanations else None
    if best is None and len(report.wrong_numbers) > 1:
        blocks.append(words("begin_there", name=report.wrong_numbers[0].name))
    if best is not None:
        blocks.append(_lines(best.marked_lines, words, colours))
    elif not report.correct:
        blocks.append(_lines(report.first_lines(PlainPen()), words, colours))
    if not report.correct or report.is_convention:
        blocks.append(_numbers(report, best, words))
    if not report.correct:
        blocks += _more(report, best, words)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _lines(found: Sequence[Lines], words: Words, colours: bool) -> str:
    """The wrong and the right line of each mistake, one under the other."""
    heads = [words("wrong"), words("right")]
    width = max(map(len, heads))
    pairs = []
    for lines in found:
        rows = []
        for head, sides, colour in zip(heads, (lines.wrong, lines.right), (RED, GREEN), strict=True):
            text = " = ".join((lines.quantity, *sides))
            if not colours:
                text = without_marks(text)
            elif BEGIN in text:
                text = text.replace(BEGIN, colour).replace(END, PLAIN)
            else:
                text = " = ".join((lines.quantity, *sides[:-1], f"{colour}{sides[-1]}{PLAIN}"))
            rows.append(f"{INDENT}{head.ljust(width)}  {text}")
        pairs.append("\n".join(rows))
    return "\n\n".join(pairs)


def _numbers(report: Report, best: Explanation | None, words: Words) -> str:
    """What was given, what is right and what the mistake gives, in columns."""
    shown = report.wrong_numbers
    head = [words("quantity"), words("given"), words("right")]
    if best is not None:
        head.append(words("predicted", several=len(best.mistakes) > 1, convention=report.is_convention))
    rows = [head]
    for one in shown:
        row = [one.name, one.given, one.right]
        rows.append([*row, best.predicts[one.name]] if best is not None else row)
    lines = [INDENT + row for row in _in_columns(rows)]
    right = sum(one.is_right for one in report.numbers)
    if right:
        lines += ["", words("others_right", count=right)]
    return "\n".join(lines)


def _in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first cells to the left, numbers under each other at their points."""
    columns = [[row[0] for row in rows], *map(_at_points, zip(*(row[1:] for row in rows), strict=True))]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]


def _at_points(column: Sequence[str]) -> list[str]:
    """A head and numbers, the numbers moved to the right so that their points are under each other."""
    head, *numbers = column
    before = [len(number.partition(".")[0]) for number in numbers]
    return [head, *(" " * (max(before) - width) + text for width, text in zip(before, numbers, strict=True))]


def _more(report: Report, best: Explanation | None, words: Words) -> list[str]:
    """Rivals, what cannot be told apart, what to ask, where to read."""
    several = len(report.numbers) > 1
    blocks = []
    if report.rivals:
        others = [capital(one.sentence, report.workings) for one in report.explanations[1:]]
        head = words("rivals", count=report.rivals, shown=len(others), several=several)
        blocks.append("\n".join([head, *(f"{INDENT}- {ending(other)}" for other in others)]))
    if best is not None and (found := also(best, words, PlainPen(), several=several)):
        blocks.append(f"\n{INDENT}- ".join(found))
    if report.ask_next is not None:
        blocks.append(words("ask_next", name=report.ask_next))
    for one in best.reread if best is not None else (report.first_reread(),):
        blocks.append(f"{words('reread', **where(one, words))}\n{INDENT}{one.command}")
    return blocks


def of_nameless(found: Nameless, *, colours: bool = False) -> str:
    """What a number without a name may be."""
    words = Words("text")
    if not found.reports:
        return words("nameless", number=given(found.answer)) + "\n"
    if found.correct:
        return words("is_it", names=[report.numbers[0].name for report in found.reports]) + "\n"
    first, *others = found.reports
    blocks = [words("meant_for", name=first.numbers[0].name), as_text(first, colours=colours).rstrip("\n")]
    if others:
        blocks.append(words("or_else", count=len(others)))
        lines = (
            f"{INDENT}- {words('meant_for', name=report.numbers[0].name)} "
            f"{ending(report.explanations[0].sentence)}"
            for report in others
        )
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
