"""The environments of Jinja: one for each format, and for a template of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from symback import bytecode
from symback.colours import COLOURS, Colour
from symback.errors import SymbackError
from symback.formats import FORMATS, Format
from symback.rows import lines, marked_up
from symback.step_marks import end_mark, piece_mark, step_mark
from symback.templates import SYNTAX, Parts, template_folder, woven
from symback.typst_text import quoted
from symback.version import VERSION
from symback.view import Lenient, shown

if TYPE_CHECKING:
    from symback.own_template import OwnTemplate

WEAVING = "woven/2"
"""Changed with `templates.woven`, so that no code is taken that was compiled by another."""


def environment(format_name: str, own: OwnTemplate | None = None) -> Environment:
    """The environment that prints a document next.

    With a template of the user's own, its parts stand in all templates, and what it may take is counted anew.
    Raises RequestError for errors in it.
    """
    made = _environment(format_name, own)
    if own is not None:
        from symback.guard import Budget, GuardedSandbox

        if isinstance(made, GuardedSandbox):
            made.budget = Budget()
    return made


@lru_cache(maxsize=32)
def _environment(format_name: str, own: OwnTemplate | None) -> Environment:
    """One delimiter set for all formats; whatever is not marked up is escaped as the format needs it."""
    chosen: Format = FORMATS[format_name]

    def finalize(value: object) -> object:
        return value if isinstance(value, Markup) else Markup(chosen.escape(str(value)))

    options: dict[str, Any] = {
        **SYNTAX,
        "loader": FileSystemLoader(template_folder()),
        "autoescape": True,
        "undefined": StrictUndefined,
        "optimized": False,  # there are no constants to fold, and looking for some takes a tenth of the time
    }
    made: Environment
    if own is None:
        made = _Sandbox(finalize=finalize, bytecode_cache=_Kept(format_name), **options)
    else:
        from symback.guard import GuardedSandbox, Missing
        from symback.own_template import taken

        class Guarded(_Weaving, GuardedSandbox):
            parts = taken(own).parts

        made = Guarded(Lenient, finalize, **{**options, "undefined": Missing, "cache_size": -1})
    made.globals["format"] = chosen.name
    made.globals["colours"] = colours_of(own)
    made.globals["thousands"] = lambda number: f"{number:,}"
    made.globals["lines"] = lines
    made.globals["marked_up"] = marked_up
    made.globals["shown"] = shown
    made.filters["words_of"] = lambda text: Markup(" ".join(str(text).split()))
    made.filters["address"] = lambda file: Markup(quote(file))
    made.filters["quoted"] = lambda text: Markup(quoted(str(text)))
    made.globals["step_mark"] = lambda place: Markup(step_mark(place))
    made.globals["piece_mark"] = lambda kind: Markup(piece_mark(kind))
    made.globals["end_mark"] = lambda: Markup(end_mark())
    return made


class _Weaving(Environment):
    """Blocks are put in place when a template is compiled."""

    parts: Parts | None = None

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(woven(source, self.parts, self), name, filename, defer_init)


class _Sandbox(_Weaving, ImmutableSandboxedEnvironment):
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
        return f"{jinja2.__version__} {VERSION} {WEAVING} {source}"

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


def colours_of(own: OwnTemplate | None) -> tuple[Colour, ...]:
    """The colours of the factors."""
    if own is None:
        return COLOURS
    from symback.own_template import taken

    return taken(own).colours


def check_document(own: OwnTemplate, name: str) -> None:
    """Raises RequestError where the user's template extends another document than the one that is printed."""
    from symback.own_template import taken

    extended = taken(own).document
    if extended not in ("", name):
        raise own.error(0, f'this template extends "{extended}", but the document asked for is "{name}"')


@contextmanager
def explained(own: OwnTemplate | None) -> Iterator[None]:
    """Whatever goes wrong while a template of the user's own is at work is a RequestError with its line."""
    try:
        yield
    except SymbackError:
        raise
    except Exception as error:
        if own is None:
            raise
        raise own.error(_line(error), _message(own, error)) from None


def _line(error: Exception) -> int:
    """The last line of the user's own template on the way to an error; 0 if there is none."""
    from symback.own_template import LATER

    found = error.lineno if isinstance(error, jinja2.TemplateSyntaxError) else 0
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        line = template.get_corresponding_lineno(trace.tb_lineno) if template else trace.tb_lineno
        if line > LATER and (template or trace.tb_frame.f_code.co_filename.endswith(".j2")):
            found = line
        trace = trace.tb_next
    return found


def _message(own: OwnTemplate, error: Exception) -> str:
    from symback.own_template import nearest

    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template '{error.name}' in the package, and others are not read"
    if isinstance(error, RecursionError):
        return "macros call one another without end"
    if isinstance(error, MemoryError):
        return "this needs too much memory"
    message = str(error) or type(error).__name__
    if isinstance(error, jinja2.UndefinedError) and message.endswith("' is undefined"):
        message += nearest(own, message.split("'")[1])
    return " ".join(message.split())
