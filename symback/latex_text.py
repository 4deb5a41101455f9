"""Plain text as LaTeX prints it with the T1 encoding and no fonts but Latin Modern."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{character: "\\" + character for character in "&%$#_{}"},
}
_TYPOGRAPHY = {
    "\u2013": "--",
    "\u2014": "---",
    "\u2018": "`",
    "\u2019": "'",
    "\u201a": r"\quotesinglbase{}",
    "\u201c": "``",
    "\u201d": "''",
    "\u201e": r"\quotedblbase{}",
    "\u2022": r"\textbullet{}",
    "\u2026": r"\ldots{}",
    "\u20ac": r"\texteuro{}",
    "\u2122": r"\texttrademark{}",
    "\u00a0": "~",
    "\u2212": "$-$",
    "\u00b7": r"$\cdot$",
    **{
        raised: f"\\textsuperscript{{{plain}}}"
        for raised, plain in zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True)
    },
}
_EUROPEAN = frozenset("ĂăĄąĆćČčĎďĐđĘęĚěĞğĹĺĽľŁłŃńŇňŐőŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžŒœ")
_MATHEMATICS = {
    "←": "leftarrow",
    "→": "rightarrow",
    "↔": "leftrightarrow",
    "⇒": "Rightarrow",
    "∀": "forall",
    "∂": "partial",
    "∃": "exists",
    "∇": "nabla",
    "∈": "in",
    "∏": "prod",
    "∑": "sum",
    "√": "surd",
    "∞": "infty",
    "∫": "int",
    "≈": "approx",
    "≠": "ne",
    "≡": "equiv",
    "≤": "le",
    "≥": "ge",
    "⊙": "odot",
    "ϑ": "vartheta",
    "ϕ": "phi",
    "ϵ": "epsilon",
}
_GREEK = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi")
) | {"pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"}
_CAPITALS = frozenset(("gamma", "delta", "theta", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"))
_LATIN_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))
_ACCENTS = {
    "\u0300": r"\`",
    "\u0301": r"\'",
    "\u0302": r"\^",
    "\u0303": r"\~",
    "\u0304": r"\=",
    "\u0306": r"\u",
    "\u0307": r"\.",
    "\u0308": r"\"",
    "\u030a": r"\r",
    "\u030b": r"\H",
    "\u030c": r"\v",
    "\u0323": r"\d",
    "\u0327": r"\c",
    "\u0328": r"\k",
    "\u0331": r"\b",
}
_JOINED = re.compile(r"([-'`,](?=[-'`,])|[?!](?=`))")
"""Signs that TeX would make one of with the next, such as a dash of two hyphens."""
_APART = "\ue000"
UNKNOWN = "?"
"""For what has no letter in these fonts: other scripts, emoji."""


def escape_latex(text: str) -> str:
    """Plain text as LaTeX prints it: letters with accents, Greek and common signs of mathematics too."""
    plain = unicodedata.normalize("NFC", text).replace(_APART, " ")
    apart = _JOINED.sub(r"\1" + _APART, plain)
    return "".join("{}" if character == _APART else _character(character) for character in apart)


def _character(character: str) -> str:
    known = _SPECIAL.get(character) or _TYPOGRAPHY.get(character)
    if known is not None:
        return known
    if not character.isprintable():
        return " "
    if character < "\u0100" or character in _EUROPEAN:
        return character
    if character in _MATHEMATICS:
        return rf"\ensuremath{{\{_MATHEMATICS[character]}}}"
    return _greek(character) or _accented(character) or UNKNOWN


def _greek(character: str) -> str:
    """A Greek letter from mathematics; those that look like Latin ones are these. Accents are left out."""
    base = unicodedata.normalize("NFD", character)[0]
    if base in _LATIN_CAPITALS:
        return _LATIN_CAPITALS[base]
    if base == "ς":
        return r"\ensuremath{\varsigma}"
    words = unicodedata.name(base, "").split()
    if len(words) != 4 or words[0] != "GREEK" or words[2] != "LETTER":
        return ""
    letter = {"OMICRON": "o", "LAMDA": "lambda"}.get(words[3], words[3].lower())
    if words[1] == "SMALL" and letter == "o":
        return "o"
    if words[1] == "SMALL" and letter in _GREEK | {"lambda"}:
        return rf"\ensuremath{{\{letter}}}"
    if words[1] == "CAPITAL" and letter in _CAPITALS | {"lambda"}:
        return rf"\ensuremath{{\{letter.capitalize()}}}"
    return ""


def _accented(character: str) -> str:
    """A Latin letter with accents that TeX sets by itself."""
    whole = unicodedata.normalize("NFD", character)
    base, accents = whole[0], whole[1:]
    if not accents or not (base.isascii() and base.isalpha()) or not all(map(_ACCENTS.get, accents)):
        return ""
    for accent in accents:
        base = f"{_ACCENTS[accent]}{{{base}}}"
    return base
