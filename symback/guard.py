"""What a template of the user's own may take: a sandbox that ends what would never end or fill the memory.

Everything is counted, not timed, so that the same template always ends in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from jinja2 import StrictUndefined, Undefined, nodes, pass_environment
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_STEPS = 200_000
"""Rounds of loops and calls of macros, in one document."""
MOST_CHARACTERS = 200_000_000
"""Printed, joined, and given back by macros, in one document."""
LONGEST = 1_000_000
"""Characters of one text, or entries of one list."""
MOST_BITS = 20_000
"""Of one whole number."""
FILTERS = tuple(
    """abs capitalize count d default dictsort e escape first float groupby int items join last length list
    lower map max min reject rejectattr reverse round safe select selectattr sort string sum title trim unique
    upper""".split()  # noqa: SIM905 - a list of words is easier to read without quotation marks
)
"""Filters that take little, and give the same each time."""
_NO_METHODS = frozenset(
    ("center", "encode", "expandtabs", "format", "format_map", "join", "ljust", "rjust", "translate", "zfill")
)


class TooMuch(Exception):
    """A template takes more than it may."""


@dataclass
class Budget:
    """What is left for one document."""

    steps: int = MOST_STEPS
    characters: int = MOST_CHARACTERS

    def step(self) -> None:
        """One round of a loop, or one call."""
        self.steps -= 1
        if self.steps < 0:
            raise TooMuch(f"this takes more than {MOST_STEPS:,} steps")

    def text(self, length: int, longest: int = MOST_CHARACTERS) -> None:
        """A text, before it is made where `longest` is given."""
        self.characters -= length
        if length > longest or self.characters < 0:
            raise TooMuch("this makes too long a text")


def guarded(tree: nodes.Template) -> nodes.Template:
    """The template with its loops and joined texts counted; the tree itself is changed."""
    _guard(tree)
    return tree


def _guard(node: nodes.Node) -> nodes.Node:
    for key, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            setattr(node, key, _guard(value))
        elif isinstance(value, list):
            setattr(node, key, [_guard(one) if isinstance(one, nodes.Node) else one for one in value])
    if isinstance(node, nodes.For):
        size = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        node.iter = _call("_watched", [cast(nodes.Expr, node.iter), nodes.Const(size)], node)
    elif isinstance(node, nodes.Concat):
        return _call("_joined", [nodes.List(node.nodes, lineno=node.lineno)], node)
    return node


def _call(name: str, arguments: Sequence[nodes.Expr], node: nodes.Node) -> nodes.Call:
    function = nodes.Name(name, "load", lineno=node.lineno)
    return nodes.Call(function, list(arguments), [], None, None, lineno=node.lineno)


class Absent(Undefined):
    """A symbol that an item does not have: a template may ask whether it is there, but not print it."""

    __slots__ = ()

    def __str__(self) -> str:
        self._fail_with_undefined_error()

    __html__ = __str__


class Missing(StrictUndefined):
    """Something that is not there; the message has the nearest name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        known = _names(self._undefined_obj)
        if self._undefined_hint or not known:
            return super()._undefined_message
        return f"'{self._undefined_name}' is not there.{_hint(str(self._undefined_name), known)}"


def _hint(name: str, known: list[str]) -> str:
    """The nearest name, or those that there are."""
    near = get_close_matches(name, known, n=1)
    return f" Did you mean '{near[0]}'?" if near else f" There are {', '.join(sorted(known)[:40])}."


def _names(thing: object) -> list[str]:
    """What a template may ask a record or a table for."""
    if isinstance(thing, Mapping):
        return [str(key) for key in thing]
    return list(getattr(type(thing), "__dataclass_fields__", ()))


class GuardedSandbox(ImmutableSandboxedEnvironment):
    """The sandbox of Jinja, with a budget. One environment prints one document at a time."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(
        self, lenient: type[dict[str, Any]], finalize: Callable[[object], object], **options: Any
    ) -> None:
        super().__init__(finalize=self.counted(finalize), **options)
        self.budget = Budget()
        self.lenient = lenient
        self.globals.pop("lipsum", None)
        self.globals["_watched"] = self.watched
        self.globals["_joined"] = self.joined
        self.filters["join"] = self.join

    def counted(self, finalize: Callable[[object], object]) -> Callable[[object], object]:
        """The same function, counting what it lets through."""

        def finalize_counted(value: object) -> object:
            text = finalize(value)
            self.budget.text(len(str(text)))
            return text

        return finalize_counted

    def watched(self, values: Iterable[object], size: int) -> Iterator[object]:
        """The same values, one by one; each round prints so many characters at least."""
        for value in values:
            self.budget.step()
            self.budget.text(size)
            yield value

    def joined(self, pieces: Sequence[object]) -> str:
        """Texts one after another."""
        self.budget.text(sum(len(str(piece)) for piece in pieces), LONGEST)
        return markup_join(pieces)

    @staticmethod
    @pass_environment
    def join(environment: GuardedSandbox, values: Iterable[object], between: str = "") -> str:
        """The filter: texts with another between them."""
        texts = list(values)
        environment.budget.text(sum(len(str(text)) + len(between) for text in texts), LONGEST)
        joined: str = do_join(EvalContext(environment), texts, between)
        return joined

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """As in the sandbox; a text has no methods that make it much longer."""
        is_short = not isinstance(obj, str) or attr not in _NO_METHODS
        return is_short and super().is_safe_attribute(obj, attr, value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As in the sandbox; of an item's symbols, one that is not there may be asked for."""
        if isinstance(obj, self.lenient) and attribute not in obj and not hasattr(dict, attribute):
            return Absent(f"there is no symbol '{attribute}' here.{_hint(attribute, list(obj))}")
        if isinstance(obj, str) and attribute in _NO_METHODS:  # Jinja has a way of its own for `format`
            return self.unsafe_undefined(obj, attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Whether the result is small is seen before it is made."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("texts are not filled in with %; write << .. >>")
        if operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
            if bits > MOST_BITS:
                raise TooMuch("this makes too large a number")
        elif operator == "*":
            for many, times in ((left, right), (right, left)):
                if isinstance(many, Sequence) and isinstance(times, int) and len(many) * times > LONGEST:
                    raise TooMuch("this makes too long a text")
        elif operator == "+" and isinstance(left, Sequence) and isinstance(right, Sequence):
            self.budget.text(len(left) + len(right), LONGEST)
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """A call, counted."""
        __self.budget.step()
        text = getattr(__obj, "__self__", None)
        if isinstance(text, str) and getattr(__obj, "__name__", "") == "replace":
            new = args[1] if len(args) > 1 else ""
            __self.budget.text((len(text) + 1) * max(1, len(str(new))), LONGEST)
        result = super().call(__context, __obj, *args, **kwargs)
        if isinstance(result, str):
            __self.budget.text(len(result))
        return result
