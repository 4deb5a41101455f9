"""Views -> text: the Jinja environment, templates and markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from symback import bytecode
from symback.document import Document
from symback.errors import UnknownName
from symback.evaluation import Evaluation
from symback.expression import Expression
from symback.fillers import Numbers, Symbols
from symback.formats import FORMATS, Format
from symback.notation import Notation
from symback.rows import lines, marked_up
from symback.step_marks import step_mark
from symback.version import VERSION
from symback.view import Viewer, shown

if TYPE_CHECKING:
    from symback.certificate.certificate import Certificate


def template_folder() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def render(
    document: Document,
    format_name: str,
    notation: Notation,
    evaluation: Evaluation | None = None,
    constants: Mapping[str, Expression] | None = None,
    copies: Mapping[str, str] | None = None,
) -> str:
    """The document in a format of the table, ending in a newline.

    Raises UnknownName for an unknown format.
    """
    text = unfinished(document, format_name, notation, evaluation, constants or {}, copies or {}, {})
    return FORMATS[format_name].finish(text)


def unfinished(
    document: Document,
    format_name: str,
    notation: Notation,
    evaluation: Evaluation | None,
    constants: Mapping[str, Expression],
    copies: Mapping[str, str],
    places: Mapping[str, int],
) -> str:
    """The same before what is done to a whole text at last.

    `places` are those that a live page has for numbers, by quantity; no other page has any.
    """
    chosen = FORMATS[format_name]
    environment = _environment(chosen.name)
    words = environment.get_template("documents/words.j2").module
    labels: dict[str, str] = words.labels  # type: ignore[attr-defined]
    symbols = Symbols(notation, chosen.dialect, labels)
    numbers = Numbers(
        notation,
        chosen.dialect,
        labels,
        evaluation=evaluation,
        constants=constants,
        copies=copies,
        places=places,
    )
    view = Viewer(chosen.dialect, symbols, numbers).document(document)
    template = environment.get_template(f"documents/{document.kind}.j2")
    return _tidy(template.render(document=view, format=chosen.name), *chosen.tidy)


def render_certificate(certificate: Certificate, language: str) -> str:
    """The certificate as a file of a proof language: `coq`."""
    template = _environment(language).get_template(f"certificates/{language}.j2")
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
    found = _environment(format_name).get_template(f"sheets/{template}.j2")
    return found.make_module({"format": format_name, "language": language})


def fill(template: str, format_name: str, **facts: object) -> str:
    """A template filled with plain data and frozen records, in a format.

    Raises UnknownName for an unknown format.
    """
    chosen = FORMATS[format_name]
    return _tidy(_environment(chosen.name).get_template(template).render(facts), *chosen.tidy)


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
    module = _environment(format_name).get_template(f"{folder}/{language}/{file}.j2").module
    macro = getattr(module, phrase.replace("-", "_"), None)
    if macro is None:
        raise UnknownName("phrase", phrase, phrases(file, language, folder))
    return " ".join(str(macro(facts)).split())


def phrases(file: str, language: str = "en", folder: str = "mistakes") -> tuple[str, ...]:
    """The names of all phrases of a file."""
    module = _environment("text").get_template(f"{folder}/{language}/{file}.j2").module
    return tuple(name for name, value in vars(module).items() if isinstance(value, Macro))


@lru_cache(maxsize=16)
def _environment(format_name: str) -> Environment:
    """One delimiter set for all formats; whatever is not marked up is escaped as the format needs it."""
    chosen: Format = FORMATS[format_name]

    def finalize(value: object) -> object:
        return value if isinstance(value, Markup) else Markup(chosen.escape(str(value)))

    environment = _Sandbox(
        loader=ChoiceLoader([FileSystemLoader(template_folder())]),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_Kept(format_name),
        optimized=False,  # there are no constants to fold, and looking for some takes a tenth of the time
    )
    environment.globals["thousands"] = lambda number: f"{number:,}"
    environment.globals["lines"] = lines
    environment.globals["marked_up"] = marked_up
    environment.globals["shown"] = shown
    environment.globals["step_mark"] = lambda place: Markup(step_mark(place))
    return environment


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of Jinja; what it answers depends on the type of an object, and is kept for each."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._answers: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may see the attribute."""
        kind = type(obj), attr
        answer = self._answers.get(kind)
        if answer is None:
            answer = self._answers[kind] = super().is_safe_attribute(obj, attr, value)
        return answer


class _Kept(BytecodeCache):
    """Compiled templates of one format: its way to escape is compiled in."""

    def __init__(self, format_name: str) -> None:
        self.format_name = format_name

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file of the template."""
        return filename or ""

    def get_source_checksum(self, source: str) -> str:
        """All that the code depends on."""
        return f"{jinja2.__version__} {VERSION} {source}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks here for the code of a template."""
        place = bytecode.place_of(bucket.key, self.format_name) if bucket.key else None
        if place is not None:
            bucket.code = bytecode.load(place, bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja gives the code of a template that was not found."""
        place = bytecode.place_of(bucket.key, self.format_name) if bucket.key else None
        if place is not None and bucket.code is not None:
            bytecode.store(place, bucket.checksum, bucket.code)


def _tidy(text: str, unwanted: str, instead: str) -> str:
    """At most one empty line between paragraphs, no spaces at line ends, one newline at the end."""
    lines = list(map(str.rstrip, text.splitlines()))
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    tidy = "\n".join(kept).strip() + "\n"
    return re.sub(unwanted, instead, tidy) if unwanted else tidy
