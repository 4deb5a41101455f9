"""The font of formulas in pages: the part of STIX Two Math that a page needs, as a rule of its style sheet.

With it a page looks the same on a machine without mathematical fonts. The font comes with the package
ziamath; glyphs for tall brackets, braces and roots belong to the characters that they are grown from.
"""

from __future__ import annotations

import base64
import html
import re
import string
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from symback.errors import RequestError

PLACE = "<style>\n/* mathematical font */"
"""Where a page wants the font; no text of a user has this bracket."""
ALWAYS = frozenset(string.digits + ".−-+×⋅=(),√")
"""What formulas with other numbers may need, and the root, which no character of a page asks for."""
GREEK = frozenset(map(chr, (*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA)))) | {*"ϵϕϑ"}
SIGNS = frozenset("∂∑′+−⋅×⊙=≈<>≤≥≠|()[]{}⟨⟩⌊⌋√⏟^¯~→˙¨∗*⋆∘,;…⋯⋮⋱ℓℏ∞𝟏\u2061\u2062")
WHOLE = frozenset(map(chr, range(0x20, 0x7F))) | GREEK | SIGNS
"""For a page of which the formulas are not known yet."""

_FILE = "fonts/STIXTwoMath-Regular.ttf"
_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>")
_NOTICES = (0, 13)
"""Entries of the table `name`: copyright, licence."""


def with_font(text: str) -> str:
    """A page with the font for its formulas in its style sheet, or the beginning of one with all letters."""
    if PLACE not in text:
        return text
    characters = characters_of(text) | ALWAYS if "</html>" in text else WHOLE
    return text.replace(PLACE, "<style>\n" + font_face(frozenset(characters)), 1)


def characters_of(text: str) -> frozenset[str]:
    """All that stands in the formulas of a page."""
    formulas = "".join(_ELEMENT.sub("", found) for found in _FORMULA.findall(text))
    return frozenset(c for c in html.unescape(formulas) if not c.isspace())


@lru_cache(maxsize=32)
def font_face(characters: frozenset[str]) -> str:
    """A rule @font-face with the glyphs for these characters and for their italics, and with its licence.

    Raises RequestError if the packages that it is made with are missing.
    """
    notice, data = _subset({*characters, *map(italic, characters)})
    encoded = base64.b64encode(data).decode("ascii")
    return (
        f"/* {notice} */\n"
        '@font-face { font-family: "STIX Two Math"; font-display: block; '
        f'src: url("data:font/woff;base64,{encoded}") format("woff"); }}'
    )


def italic(character: str) -> str:
    """A letter as it stands alone in a formula; anything else as it is."""
    if character == "h":
        return "ℎ"
    name = unicodedata.name(character, "")
    for script in ("LATIN ", "GREEK "):
        name = name.replace(script, "", 1)
    try:
        return unicodedata.lookup("MATHEMATICAL ITALIC " + name.replace("LETTER ", "", 1))
    except KeyError:
        return character


def _subset(characters: Iterable[str]) -> tuple[str, bytes]:
    """What the font says about its copyright and licence, and its part with these characters, as WOFF.

    The part has no time in it: the same characters give the same bytes.
    """
    place = _font_file()
    try:
        from fontTools import subset
        from fontTools.ttLib import TTFont
    except ImportError:
        raise RequestError("Pages need the package fonttools: python -m pip install fonttools.") from None
    options = subset.Options(
        layout_features=["ssty"],  # forms of letters for scripts
        hinting=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 13, 14],
        recalc_timestamp=False,
        drop_tables=["DSIG", "GDEF", "GPOS"],
    )
    with TTFont(place, lazy=True, recalcTimestamp=False) as font:
        notices = [str(found) for entry in _NOTICES if (found := font["name"].getDebugName(entry))]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(map(ord, characters)))
        subsetter.subset(font)
        font.flavor = "woff"
        stream = BytesIO()
        font.save(stream)
    return f"A part of the font STIX Two Math. {'. '.join(notices)}".replace("*/", ""), stream.getvalue()


def _font_file() -> Path:
    """The file of the font. Nothing of the package that it is in is run."""
    package = find_spec("ziamath")
    folders = package.submodule_search_locations if package is not None else None
    found = next((path for folder in folders or () if (path := Path(folder) / _FILE).is_file()), None)
    if found is None:
        raise RequestError(
            "Pages need the font of the package ziamath: python -m pip install --force-reinstall ziamath."
        )
    return found
