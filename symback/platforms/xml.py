"""Text -> XML, by XML's own rules: what it cannot hold becomes a replacement character, never broken XML."""

from __future__ import annotations

import re
from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LEGAL = "\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
_FORBIDDEN = re.compile(f"[^{_LEGAL}]")
_NOT_PLAIN = re.compile(f'[^{_LEGAL}]|[&<>\r"\n\t]')
"""What has to be written in another way somewhere; most texts have none of it."""
_IN_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_IN_ATTRIBUTE = {**_IN_TEXT, ord('"'): "&quot;", ord("\n"): "&#10;", ord("\t"): "&#9;"}


def clean(text: str) -> str:
    """The text with a replacement character for each that XML forbids: controls and halves of pairs."""
    return _FORBIDDEN.sub("\ufffd", text)


def escaped(text: str) -> str:
    """Plain text as the content of an element."""
    return clean(text).translate(_IN_TEXT) if _NOT_PLAIN.search(text) else text


def quoted(text: str) -> str:
    """Plain text as the value of an attribute, with its quotes."""
    return f'"{clean(text).translate(_IN_ATTRIBUTE)}"' if _NOT_PLAIN.search(text) else f'"{text}"'


def cdata(markup: str) -> str:
    """Markup as the content of an element of another language: `]]>` is split, as nothing can escape it."""
    return f"<![CDATA[{clean(str(markup)).replace(']]>', ']]]]><![CDATA[>')}]]>"


def element(name: str, content: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """An element around what is XML already."""
    opening = name
    if attributes:
        opening += "".join([f" {key}={quoted(value)}" for key, value in attributes.items()])
    return f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"


def leaf(name: str, text: str) -> str:
    """An element around plain text."""
    return f"<{name}>{escaped(text)}</{name}>"
