"""output/ holds what the program makes now, byte for byte."""

from __future__ import annotations

from functools import cache

import pytest

from tests.rewrite_output import OUTPUT, SCHEMA, rendered, schema

ADVICE = (
    "output/ is not what the program makes now; read the difference, then `python -m tests.rewrite_output`"
)
fresh = cache(rendered)


@pytest.mark.parametrize("name", sorted(path.name for path in OUTPUT.iterdir()))
def test_a_file_is_current(name: str) -> None:
    assert name in fresh(), f"{name} is no longer made"
    assert (OUTPUT / name).read_text(encoding="utf-8") == fresh()[name], ADVICE


def test_nothing_is_missing() -> None:
    assert sorted(fresh()) == sorted(path.name for path in OUTPUT.iterdir())


def test_the_schema_for_editors_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(), ADVICE
