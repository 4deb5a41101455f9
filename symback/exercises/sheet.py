"""A sheet: what all papers have in common, and the papers one by one, each made when it is asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from symback.errors import RequestError
from symback.evaluation import Rounding
from symback.exercises.demanding import written
from symback.exercises.demands import Demands
from symback.exercises.draws import VERSION
from symback.exercises.ids import Numbered, check_ids
from symback.exercises.kinds import KINDS
from symback.exercises.model import Variant
from symback.exercises.plan import Plan
from symback.network import Network

STANDARD_KINDS = ("forward", "delta", "gradient", "update")
MOST_VARIANTS = 10_000_000


@dataclass(frozen=True)
class Sheet:
    """The papers of a class. `for variant in sheet` makes one after another and keeps none of them."""

    plan: Plan
    ids: Sequence[str]
    numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """Of a sheet that was read from a file: the given numbers of each id, which need no search."""

    @property
    def network(self) -> Network:
        """As its file has it."""
        return self.plan.network

    @property
    def seed(self) -> int:
        """Of all draws."""
        return self.plan.seed

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of exercises in their order."""
        return self.plan.kinds

    @property
    def rounding(self) -> Rounding:
        """The rounding policy of keys and tolerances."""
        return self.plan.rounding

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Variant]:
        return (self[identity] for identity in self.ids)

    def __getitem__(self, identity: str) -> Variant:
        """The paper of this id. Raises RequestError for an id that is not on the list."""
        if identity not in self._known:
            raise RequestError(f"There is no paper for {identity!r:.80}.")
        known = self.numbers.get(identity)
        return self.plan.variant(identity) if known is None else self.plan.stored(identity, known)

    @cached_property
    def _known(self) -> Container[str]:
        return self.ids if isinstance(self.ids, Numbered) else frozenset(self.ids)

    @cached_property
    def checksum(self) -> str:
        """Twelve hexadecimal digits of what the papers follow from: network, seed, kinds, rounding, version,
        and demands that are not the usual ones.

        Not of the ids: who adds a student changes nobody else's paper.
        """
        content = [VERSION, self.network.text, self.seed, list(self.kinds), self.rounding.name]
        if self.rounding.carry is None:
            content.append(self.rounding.digits)
        content += written(self.plan.demands)
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8")).hexdigest()[:12]


def make_sheet(
    network: Network,
    *,
    seed: int,
    ids: Iterable[str],
    kinds: Iterable[str] = STANDARD_KINDS,
    rounding: Rounding | None = None,
    demands: Demands | None = None,
) -> Sheet:
    """The sheet of a network for these students.

    Raises RequestError for an empty list, two students with one id, or a kind for which the network has
    nothing to ask, and UnknownName for an unknown kind.
    """
    names = tuple(KINDS[kind].name for kind in kinds)
    if not names:
        raise RequestError(f"Name at least one kind of exercise. Known: {', '.join(KINDS.names())}.")
    doubled = next((name for place, name in enumerate(names) if name in names[:place]), "")
    if doubled:
        raise RequestError(f"The kind {doubled} is named twice: each makes the exercises of its sort once.")
    plan = Plan(network, seed, names, rounding or Rounding(), demands or Demands())
    sheet = Sheet(plan, ids if isinstance(ids, Numbered) else check_ids(ids))
    _ = plan.tasks  # kinds with nothing to ask are refused here, before anything is made
    return sheet


def chosen_ids(variants: int | None, ids: Iterable[str] | None) -> Sequence[str]:
    """The ids of a list, or of so many variants (one without either); a list decides how many there are."""
    if ids is None:
        return numbered(1 if variants is None else variants)
    found = check_ids(ids)
    if variants is not None and variants != len(found):
        raise RequestError(
            f"The list has {len(found):,} students, but --variants says {variants:,}: leave that out."
        )
    return found


def numbered(count: int) -> Numbered:
    """The ids of so many variants without a list: 1, 2, ... Raises RequestError for none or too many."""
    if not 1 <= count <= MOST_VARIANTS:
        raise RequestError(f"--variants may be from 1 to {MOST_VARIANTS:,}, not {count:,}.")
    return Numbered(count)
