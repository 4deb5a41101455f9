"""Labels of equations: by which formats with cross references find them, and which of them a step uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from symback.document import Document, Equation, Figure, Item
from symback.expression import Name, names

_WORDS = {"+": "-updated", "@": "-after-", ":": "-"}
_OTHER = re.compile("[^A-Za-z0-9]+")
PRODUCT = "product"
"""The kind of item that multiplies the factors of the chain rule."""


@dataclass(frozen=True, slots=True)
class ItemLabels:
    """The labels of an item's blocks, "" for tables, and those of the equations that it refers to."""

    blocks: tuple[str, ...]
    references: tuple[str, ...] = ()


NO_LABELS = ItemLabels(())


def labels_of(document: Document) -> tuple[ItemLabels, ...]:
    """For each item of the document, in order: every equation has a label of its own."""
    prefix = f"{slug(document.name)}-" if slug(document.name) else ""
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    made = []
    for section in document.sections:
        for item in section.items:
            references = _references(item, found) if item.kind == PRODUCT else ()
            labels = tuple(_label(block, prefix, counts, found) for block in item.blocks)
            made.append(ItemLabels(labels, references))
    return tuple(made)


def _label(block: object, prefix: str, counts: Counter[str], found: dict[str, str]) -> str:
    if isinstance(block, Figure):
        counts["fig-"] += 1
        return f"fig-{prefix}{counts['fig-']}"
    if not isinstance(block, Equation):
        return ""
    name = block.left.name if isinstance(block.left, Name) else "equation"
    stem = f"eq-{prefix}{slug(name) or 'equation'}"
    label = stem
    while label in counts:  # a number may also stand in a name: `w5-2` is the second of w5, or w5[2]
        counts[stem] += 1
        label = f"{stem}-{counts[stem]}"
    counts[label] += 1
    found[name] = label
    return label


def slug(name: str) -> str:
    """A name of small letters, digits and hyphens: `de-total-dw5` for `dE_total/dw5`."""
    for sign, word in _WORDS.items():
        name = name.replace(sign, word)
    return _OTHER.sub("-", name).strip("-").lower()


def _references(item: Item, found: Mapping[str, str]) -> tuple[str, ...]:
    """The equations of the factors, each where it was shown last."""
    for block in item.blocks:
        if isinstance(block, Equation):
            return tuple(found[name] for name in names(block.rows[0].expression) if name in found)
    return ()
