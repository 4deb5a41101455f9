"""Views -> text: documents and phrases, by the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from symback.dialects import Dialect
from symback.document import Document
from symback.environment import check_document, colours_of, environment, explained
from symback.errors import UnknownName
from symback.evaluation import Evaluation
from symback.expression import Expression
from symback.figure_view import FigureView
from symback.fillers import Numbers, Symbols
from symback.formats import FORMATS
from symback.labels import labels_of
from symback.mathml_dialect import MATHML
from symback.notation import Notation
from symback.paging import Page
from symback.plot_view import PlotView
from symback.templates import template_folder
from symback.view import Viewer

if TYPE_CHECKING:
    from symback.certificate.certificate import Certificate
    from symback.own_template import OwnTemplate


def render(
    document: Document,
    format_name: str,
    notation: Notation,
    evaluation: Evaluation | None = None,
    constants: Mapping[str, Expression] | None = None,
    copies: Mapping[str, str] | None = None,
    own: OwnTemplate | None = None,
    page: Page | None = None,
    stem: str = "",
) -> str:
    """The document in a format of the table, ending in a newline; with what a template of one's own changes.

    It is cut to fit on pages, if their size is given.

    `stem` begins the names of the files that hold figures, where the format has them beside the document;
    with "" such a document comes without them. Raises UnknownName for an unknown format, RequestError for an
    error in the template.
    """
    text = unfinished(
        document, format_name, notation, evaluation, constants or {}, copies or {}, {}, own, page, stem
    )
    return FORMATS[format_name].finish(text)


def unfinished(
    document: Document,
    format_name: str,
    notation: Notation,
    evaluation: Evaluation | None,
    constants: Mapping[str, Expression],
    copies: Mapping[str, str],
    places: Mapping[str, int],
    own: OwnTemplate | None = None,
    page: Page | None = None,
    stem: str = "",
) -> str:
    """The same before what is done to a whole text at last.

    `places` are those that a live page has for numbers, by quantity; no other page has any.
    """
    chosen = FORMATS[format_name]
    with explained(own):
        templates = environment(chosen.name, own)
        dialect = chosen.dialect.coloured(colours_of(own))
        values = (evaluation, constants, copies, places)
        viewer = replace(_viewer(templates, dialect, notation, *values), page=page, stem=stem)
        view = viewer.document(document, labels_of(document) if chosen.labelled else ())
        name = f"documents/{document.kind}.j2"
        if own is not None:
            check_document(own, name)
        printed = templates.get_template(name).render(document=view)
    return _tidy(printed, *chosen.tidy)


def render_figures(
    document: Document,
    notation: Notation,
    evaluation: Evaluation | None,
    constants: Mapping[str, Expression],
    copies: Mapping[str, str],
    own: OwnTemplate | None = None,
    stem: str = "",
) -> dict[str, str]:
    """The figures of a document as SVG, each a file of its own, by the names that the document gives them."""
    with explained(own):
        templates = environment("svg", own)
        viewer = _viewer(templates, MATHML, notation, evaluation, constants, copies, {})
        views = map(replace(viewer, stem=stem).figure, document.figures)
        return {view.file: svg for view in views if (svg := _svg_file(view, own))}


def _svg_file(view: FigureView | PlotView, own: OwnTemplate | None) -> str:
    """A figure as a file of its own; nothing for a plot of which nothing can be drawn."""
    if isinstance(view, FigureView):
        return _drawn(view, own)
    return fill("plots/svg_file.j2", "svg", figure=view.figure) if view.figure is not None else ""


def _drawn(figure: FigureView, own: OwnTemplate | None) -> str:
    """A figure of a document as SVG, with its title and description."""
    templates = environment("svg", own)
    told: Any = templates.get_template("documents/figures.j2").module
    title, description = (" ".join(str(say(figure)).split()) for say in (told.title, told.description))
    facts = {"figure": figure, "title": Markup(title), "description": Markup(description)}
    return _tidy(templates.get_template("figures/figure_svg.j2").render(facts), *FORMATS["svg"].tidy)


def _viewer(
    templates: Environment,
    dialect: Dialect,
    notation: Notation,
    evaluation: Evaluation | None,
    constants: Mapping[str, Expression],
    copies: Mapping[str, str],
    places: Mapping[str, int],
) -> Viewer:
    """What typesets a document in a dialect."""
    words: Any = templates.get_template("documents/words.j2").module
    labels: dict[str, str] = words.labels
    numbers = Numbers(
        notation,
        dialect,
        labels,
        evaluation=evaluation,
        constants=constants,
        copies=copies,
        places=places,
    )
    return Viewer(dialect, Symbols(notation, dialect, labels), numbers, say=_say_in_plots)


def _say_in_plots(phrase: str, facts: Mapping[str, object]) -> str:
    return say("words", phrase, facts, folder="plots")


def render_certificate(certificate: Certificate, language: str) -> str:
    """The certificate as a file of a proof language: `coq`."""
    template = environment(language).get_template(f"certificates/{language}.j2")
    return _tidy(template.render(certificate=certificate), *FORMATS[language].tidy)


def piece(template: str, macro: str, format_name: str, language: str, *facts: object) -> str:
    """One macro of a template in `templates/sheets`, given plain views, in a format and a language.

    Raises UnknownName for an unknown format.
    """
    return FORMATS[format_name].finish(phrase_of(template, macro, format_name, language, *facts))


def phrase_of(template: str, macro: str, format_name: str, language: str, *facts: object) -> str:
    """The same for a part of a sentence, which is no paragraph."""
    module = _pieces(template, FORMATS[format_name].name, language)
    return _tidy(str(getattr(module, macro)(*facts)), *FORMATS[format_name].tidy)


@lru_cache(maxsize=16)
def _pieces(template: str, format_name: str, language: str) -> Any:
    """The macros of a template; it knows in which format and language it speaks."""
    found = environment(format_name).get_template(f"sheets/{template}.j2")
    return found.make_module({"language": language})


def fill(template: str, format_name: str, **facts: object) -> str:
    """A template filled with plain data and frozen records, in a format.

    Raises UnknownName for an unknown format.
    """
    return fill_with(None, template, format_name, facts)


def fill_with(own: OwnTemplate | None, template: str, format_name: str, facts: Mapping[str, object]) -> str:
    """The same with what a template of one's own changes; RequestError for an error in it."""
    chosen = FORMATS[format_name]
    with explained(own):
        text = environment(chosen.name, own).get_template(template).render(facts)
    return _tidy(text, *chosen.tidy)


def as_it_is(path: str) -> str:
    """The text of a file beside the templates that is no template, such as a script."""
    return (template_folder() / path).read_text(encoding="utf-8")


def languages() -> tuple[str, ...]:
    """Those that sheets are written in: each has a folder."""
    return tuple(sorted(path.parent.name for path in (template_folder() / "sheets").glob("*/words.j2")))


def say(
    file: str,
    phrase: str,
    facts: Mapping[str, object],
    format_name: str = "text",
    language: str = "en",
    folder: str = "mistakes",
) -> str:
    """One phrase, on one line: a macro of `templates/FOLDER/LANGUAGE/FILE.j2`, given plain facts.

    Raises UnknownName for a phrase that the file does not have.
    """
    macro = getattr(_phrases(format_name, f"{folder}/{language}/{file}.j2"), phrase.replace("-", "_"), None)
    if macro is None:
        raise UnknownName("phrase", phrase, phrases(file, language, folder))
    return " ".join(str(macro(facts)).split())


@lru_cache(maxsize=64)
def _phrases(format_name: str, path: str) -> Any:
    """The macros of a file of phrases."""
    return environment(format_name).get_template(path).module


def phrases(file: str, language: str = "en", folder: str = "mistakes") -> tuple[str, ...]:
    """The names of all phrases of a file."""
    module = environment("text").get_template(f"{folder}/{language}/{file}.j2").module
    return tuple(name for name, value in vars(module).items() if isinstance(value, Macro))


def _tidy(text: str, unwanted: str, instead: str) -> str:
    """At most one empty line between paragraphs, no spaces at line ends, one newline at the end."""
    lines = list(map(str.rstrip, text.splitlines()))
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    tidy = "\n".join(kept).strip() + "\n"
    return re.sub(unwanted, instead, tidy) if unwanted else tidy
