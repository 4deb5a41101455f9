"""A report in Markdown: the same as for a terminal, with formulas as mathematics."""

from __future__ import annotations

from collections.abc import Sequence

from symback.errors import RequestError
from symback.feedback.lines import Lines
from symback.feedback.nameless import Nameless
from symback.feedback.numerals import given
from symback.feedback.pens import MarkdownPen
from symback.feedback.report import Explanation, Report
from symback.feedback.sentences import safe, sentence
from symback.feedback.wording import Words, also, ending, headline, where
from symback.formats import escape_markdown
from symback.notation import Notation, notation

FLAVORS = ("github", "dollar")


def as_markdown(report: Report, flavor: str) -> str:
    """The whole report, ending in a newline. Raises RequestError for an unknown flavor."""
    if flavor not in FLAVORS:
        raise RequestError(f"Unknown flavor '{flavor}'. Known: {', '.join(FLAVORS)}.")
    pen = MarkdownPen(notation_of(report), flavor)
    words = Words(pen.format_name)
    sentences = [sentence(one.found, one.right, one.wrong, pen) for one in report.explanations]
    title = words("title_of_one" if len(report.numbers) == 1 else "title")
    blocks = [f"# {title}", f"**{headline(report, words, sentences)}**"]
    best = report.explanations[0] if report.explanations else None
    if best is None and len(report.wrong_numbers) > 1:
        blocks.append(words("begin_there", name=pen.name(report.wrong_numbers[0].quantity)))
    if best is not None or not report.correct:
        found = best.lines_by(pen) if best is not None else report.first_lines(pen)
        blocks += [_lines(lines, words, pen) for lines in found]
    if not report.correct or report.is_convention:
        blocks.append(_numbers(report, best, words, pen))
    if not report.correct:
        blocks += _more(report, best, sentences, words, pen)
    return "\n\n".join(block for block in blocks if block) + "\n"


def notation_of(report: Report) -> Notation:
    """The symbols of the network file."""
    own = dict(report.workings.network.notation)
    style = own.pop("style", "net-out")
    return notation("z-a" if style == "matrix" else style, own)


def _lines(lines: Lines, words: Words, pen: MarkdownPen) -> str:
    """The wrong and the right line; what differs is underlined."""
    symbol = pen.symbol(lines.quantity)
    return "\n".join(
        f"- {words(head)}: {pen.math(' = '.join((symbol, *sides)))}"
        for head, sides in (("wrong", lines.wrong), ("right", lines.right))
    )


def _numbers(report: Report, best: Explanation | None, words: Words, pen: MarkdownPen) -> str:
    head = [words("quantity"), words("given"), words("right")]
    if best is not None:
        head.append(words("predicted", several=len(best.mistakes) > 1, convention=report.is_convention))
    rows = [head, [":--", *["--:"] * (len(head) - 1)]]
    for one in report.wrong_numbers:
        cells = [pen.name(one.quantity), escape_markdown(one.given), one.right]
        rows.append([*cells, best.predicts[one.name]] if best is not None else cells)
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    right = sum(one.is_right for one in report.numbers)
    return f"{table}\n\n{words('others_right', count=right)}" if right else table


def _more(
    report: Report, best: Explanation | None, sentences: Sequence[str], words: Words, pen: MarkdownPen
) -> list[str]:
    """Rivals, what cannot be told apart, what to ask, where to begin or to read."""
    several = len(report.numbers) > 1
    blocks = []
    if report.rivals:
        head = words("rivals", count=report.rivals, shown=len(sentences) - 1, several=several)
        blocks.append("\n".join([head, "", *(f"- {ending(one)}" for one in sentences[1:])]))
    if best is not None and (found := also(best, words, pen, several=several)):
        blocks.append("\n".join([found[0], "", *(f"- {one}" for one in found[1:])]))
    if report.ask_next is not None:
        blocks.append(words("ask_next", name=pen.name(report.ask_next)))
    places = best.reread if best is not None else (report.first_reread(),)
    blocks += [f"{words('reread', **where(one, words))} {safe(f'`{one.command}`')}" for one in places]
    return blocks


def of_nameless(found: Nameless, flavor: str) -> str:
    """What a number without a name may be."""
    words = Words(f"markdown_{flavor}")
    head = f"# {words('title_of_one')}"
    if not found.reports:
        return f"{head}\n\n{words('nameless', number=given(found.answer))}\n"
    pens = [MarkdownPen(notation_of(report), flavor) for report in found.reports]
    names = [pen.name(report.numbers[0].quantity) for pen, report in zip(pens, found.reports, strict=True)]
    if found.correct:
        return f"{head}\n\n{words('is_it', names=names)}\n"
    blocks = [
        words("meant_for", name=names[0]),
        as_markdown(found.reports[0], flavor).partition("\n\n")[2].rstrip(),
    ]
    if len(names) > 1:
        blocks.append(words("or_else", count=len(names) - 1))
        lines = []
        for report, pen, name in list(zip(found.reports, pens, names, strict=True))[1:]:
            best = report.explanations[0]
            said = ending(sentence(best.found, best.right, best.wrong, pen))
            lines.append(f"- {words('meant_for', name=name)} {said}")
        blocks.append("\n".join(lines))
    return "\n\n".join([head, *blocks]) + "\n"
