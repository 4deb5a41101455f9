"""Documents in other authors' notations: planted mistakes are found, and nothing right is called wrong."""

from __future__ import annotations

import pytest

import symback
from tests.benchmarks.proofreading import DOCUMENTS, FOREIGN, measure

KINDS = {
    "swapped index", "sign", "missing factor", "missing derivative", "wrong digit", "wrong last digit",
    "truncated digit", "stale weights", "copied number", "wrong given number",
}  # fmt: skip


@pytest.mark.parametrize(("name", "network"), DOCUMENTS)
def test_a_right_document_raises_no_alarm(name: str, network: str) -> None:
    report = symback.verify(file=FOREIGN / name, network=network)
    assert len(report.claims) >= 20
    assert [one.text for one in report.claims if one.verdict not in ("proved", "exact", "rounded")] == []


def test_planted_mistakes_are_found() -> None:
    """A part of the mistakes of `python -m tests.benchmarks.proofreading`, which has the figures of all."""
    result = measure(every=7)
    assert set(result.planted) == KINDS
    assert sum(result.planted.values()) >= 200
    assert result.found_share >= 0.95
    assert result.alarm_share < 0.01
