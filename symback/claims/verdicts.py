"""What is said of a claim: a verdict, its reason, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symback.claims.source import Place


class Verdict(StrEnum):
    """How a claim stands."""

    PROVED = "proved"
    EXACT = "exact"
    ROUNDED = "rounded"
    CONVENTION = "convention"
    WRONG = "wrong"
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"
    UNRESOLVED = "unresolved"


class Reason(StrEnum):
    """Why a claim is wrong, or why a rounded number is not the one that a reader would compute."""

    TRUNCATED = "truncated"
    ROUNDED_INTERMEDIATES = "rounded-intermediates"
    NOT_FROM_PRINTED_INPUTS = "not-from-printed-inputs"
    COPIED_NUMBER = "copied-number"
    MISTAKE = "mistake"
    ONLY_AT_THESE_NUMBERS = "true-only-at-these-numbers"


GOOD = frozenset({Verdict.PROVED, Verdict.EXACT, Verdict.ROUNDED, Verdict.CONVENTION})
"""Verdicts that leave nothing to mend."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim (one `=` of a chain, or one number in prose) with its verdict."""

    text: str
    place: Place
    verdict: Verdict
    reason: Reason | None = None
    found: str | None = None
    right: str | None = None
    why: str | None = None
    conditions: tuple[str, ...] = ()
    witness: tuple[tuple[str, str], ...] = ()
    """Numbers for names at which the two sides differ."""

    def as_json(self) -> dict[str, object]:
        """As in the format symback-verdicts/1."""
        return {
            "text": self.text,
            "line": self.place.line,
            "column": self.place.column,
            "verdict": self.verdict.value,
            "reason": self.reason.value if self.reason else None,
            "found": self.found,
            "right": self.right,
            "why": self.why,
            "conditions": list(self.conditions),
            "witness": dict(self.witness) or None,
        }
