"""The [update] table of a network file: rule, settings, learning rate and its schedule, batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symback.expression import Number
from symback.naming import COUNT
from symback.network_checks import Checks, Given
from symback.network_file import stands
from symback.schedules import SCHEDULES
from symback.update_rules import UPDATE_RULES, Setting, UpdateRule

COMMON = frozenset({"rule", "learning_rate", "biases", "schedule", "batch_size", "order"})
"""Keys that every rule has."""
Batch = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """How parameters are updated; with `biases` false all biases stay as they are."""

    rule: str
    learning_rate: Given
    biases: bool
    settings: tuple[tuple[str, Given], ...] = ()
    """The numbers of the rule and of the schedule, by the name of the quantity."""
    schedule: str = "constant"
    batches: tuple[Batch, ...] = ()
    """The places (from 1) of the samples of each batch, in turn; () where each update takes all samples."""


def read_update(checks: Checks, row: Mapping[str, Any], samples: int) -> Update:
    """The update that the table `row` describes, for so many samples. Raises NetworkFileError."""
    rule = UPDATE_RULES[checks.entry(UPDATE_RULES, row.get("rule", "gradient_descent"), "[update], rule")]
    named = rule.name
    rule = _variant(checks, row, rule)
    schedule = SCHEDULES[checks.entry(SCHEDULES, row.get("schedule", "constant"), "[update], schedule")]
    _check_keys(checks, row, named, {s.key for s in (*rule.settings, *schedule.settings)})
    batches = _batches(checks, row, samples)
    settings = [
        (setting.name, _value(checks, row, setting)) for setting in (*rule.settings, *schedule.settings)
    ]
    rate = checks.given(row["learning_rate"], "[update], learning_rate")
    if rule.counts or schedule.counts:
        checks.claim(COUNT, "the count of updates", "[update], rule")
    if batches:
        checks.claim("batch", "the error of a batch", "[update], batch_size")
    return Update(rule.name, rate, row.get("biases", True), tuple(settings), schedule.name, batches)


def _variant(checks: Checks, row: Mapping[str, Any], rule: UpdateRule) -> UpdateRule:
    """The rule that the file's `convention`, or another key, makes of the one it names."""
    chosen = rule
    found = [variant for variant in rule.variants if variant.key in row]
    for key in dict.fromkeys(variant.key for variant in found):
        options = [variant for variant in found if variant.key == key]
        fitting = [variant for variant in options if variant.value in ("", row[key])]
        if not fitting:
            known = " or ".join(f'"{variant.value}"' for variant in options)
            checks.fail(f"[update], {key}", stands(row[key]), f"There may stand {known}")
        if chosen is not rule and fitting[0].rule != rule.name:
            keys = f"[update], {key}"
            checks.fail(keys, f"{stands(row[key])} with another convention", "There may stand one of the two")
        chosen = UPDATE_RULES[fitting[0].rule] if fitting[0].rule != rule.name else chosen
    return chosen


def _check_keys(checks: Checks, row: Mapping[str, Any], rule: str, settings: Iterable[str]) -> None:
    """That every key belongs to the rule, or to the schedule."""
    variants = {v.rule for entry in UPDATE_RULES for v in entry.variants if v.rule != entry.name}
    allowed = [*COMMON, *settings, *(variant.key for variant in UPDATE_RULES[rule].variants)]
    for key in row:
        if key in allowed:
            continue
        owners = [entry.name for entry in UPDATE_RULES if key in _keys(entry) and entry.name not in variants]
        plans = [entry.name for entry in SCHEDULES if key in {setting.key for setting in entry.settings}]
        kind = "rule" if owners else "schedule"
        chosen = rule if owners else row.get("schedule", "constant")
        checks.fail(
            f"[update], {key}",
            f"the {kind} {chosen} has no {key}",
            f"These have it: {', '.join(owners or plans)}",
        )


def _keys(rule: UpdateRule) -> set[str]:
    return {setting.key for setting in rule.settings} | {variant.key for variant in rule.variants}


def _value(checks: Checks, row: Mapping[str, Any], setting: Setting) -> Given:
    """The number of a setting; its name is taken where a user could have typed it."""
    key = f"[update], {setting.key}"
    if "_" not in setting.name:
        checks.claim(setting.name, f"the setting {setting.key} of the update", key)
    if setting.key not in row and not setting.default:
        checks.fail(key, "nothing stands there", "There may stand a number such as 1")
    found = checks.given(row.get(setting.key, setting.default), key)
    if setting.is_count:
        value = found.expression.value if isinstance(found.expression, Number) else None
        if value is None or value.denominator != 1 or value < 1:
            checks.fail(key, stands(row[setting.key]), "There may stand a whole number from 1 on")
    checks.check_range(found, key, setting.least, setting.below)
    return found


def _batches(checks: Checks, row: Mapping[str, Any], samples: int) -> tuple[Batch, ...]:
    """The samples cut into batches in their order; the last one may be smaller."""
    size = row.get("batch_size")
    order: Sequence[int] = row.get("order", range(1, samples + 1))
    if size is None:
        if "order" in row:
            found = "this stands without `batch_size`"
            checks.fail("[update], order", found, "There may stand both or none")
        return ()
    for entry, place in enumerate(order, 1):
        if place > samples:
            number = f"There may stand the number of a sample, from 1 to {samples}"
            checks.fail(f"[update], order, entry {entry}", f"{place} stands there", number)
    batches = tuple(tuple(order[start : start + size]) for start in range(0, len(order), size))
    for batch in batches:
        twice = next((place for place in batch if batch.count(place) > 1), None)
        if twice is not None:
            found = f"sample {twice} is twice in one batch"
            checks.fail("[update], order", found, "There may stand each sample once in a batch")
    whole = len(batches) == 1 and len(batches[0]) == samples
    return () if whole or samples == 1 else batches
