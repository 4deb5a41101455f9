"""A document as a page whose numbers follow what a reader changes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from symback.document import Document
from symback.evaluation import Evaluation
from symback.expression import Expression
from symback.fillers import Symbols
from symback.graph import Graph
from symback.live.checking import Checking
from symback.live.panel import panel_of
from symback.live.program import Program, as_json, is_complete
from symback.math_font import with_font
from symback.mathml_dialect import MATHML
from symback.network import Network
from symback.notation import Notation
from symback.render import as_it_is, fill, render, unfinished
from symback.web import in_paragraphs

if TYPE_CHECKING:
    from symback.own_template import OwnTemplate

MOST_QUANTITIES = 5_000
"""The pages of larger networks stay as they are; they say so."""


def live_page(
    document: Document,
    network: Network,
    graph: Graph,
    evaluation: Evaluation,
    notation: Notation,
    constants: Mapping[str, Expression],
    copies: Mapping[str, str],
    wrong: Mapping[str, Expression],
    own: OwnTemplate | None = None,
) -> str:
    """The whole page: the document, complete without a script, and a program that brings it to life.

    `wrong` are formulas beside those of the graph, by the names of their numbers. A network without numbers
    gives a page that stays as it is, and so does one with too many.
    """
    if not is_complete(graph, evaluation) or len(graph) > MOST_QUANTITIES:
        text = render(document, "html", notation, evaluation, constants, copies, own)
        if not is_complete(graph, evaluation):
            return text
        note = fill("live/still.j2", "html", count=len(graph), most=MOST_QUANTITIES)
        return _before(text, "</main>", note)
    program = Program(network, graph, evaluation, wrong)
    text = unfinished(document, "html", notation, evaluation, constants, copies, program.places, own)
    return with_font(alive(in_paragraphs(text), program, Symbols(notation, MATHML)))


def alive(text: str, program: Program, symbols: Symbols) -> str:
    """The page with its program and panel; its policy lets no other script run and nothing be loaded."""
    content = program.data()
    content["check"] = Checking(program.workings, program.shapes).data()
    data = as_json(content)  # before the code, which has all shapes
    library = as_it_is("live/numbers.js") + as_it_is("live/check.js")
    script = "\n" + library + program.code() + as_it_is("live/page.js")
    facts: dict[str, object] = {
        "digest": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "style": Markup(as_it_is("live/style.css")),
        "script": Markup(script),
        "data": Markup(data),
        "live": panel_of(program, symbols),
    }
    text = _after(text, '<meta charset="utf-8">\n', fill("live/policy.j2", "html", **facts))
    text = _before(text, "</head>", fill("live/head.j2", "html", **facts))
    text = _before(text, "<main>", fill("live/notice.j2", "html", **facts))
    return _before(text, "</body>", fill("live/body.j2", "html", **facts))


def _before(text: str, mark: str, more: str) -> str:
    head, found, tail = text.rpartition(mark)
    return head + more + found + tail


def _after(text: str, mark: str, more: str) -> str:
    head, found, tail = text.partition(mark)
    return head + found + more + tail
