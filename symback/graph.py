"""Quantities and their graph: everything that has a number in a worked example. No numbers in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from symback.errors import UnknownName
from symback.expression import Expression, names
from symback.naming import normal_state
from symback.records import record


class Role(StrEnum):
    """What a quantity is in the network."""

    INPUT = "input"
    TARGET = "target"
    WEIGHT = "weight"
    BIAS = "bias"
    GAIN = "gain"
    CONSTANT = "constant"
    LEARNING_RATE = "learning_rate"
    SETTING = "setting"
    STATE = "state"
    COUNT = "count"
    NET_INPUT = "net_input"
    ACTIVATION = "activation"
    INTERMEDIATE = "intermediate"
    ERROR = "error"
    TOTAL_ERROR = "total_error"
    LOCAL_DERIVATIVE = "local_derivative"
    DERIVATIVE = "derivative"
    DELTA = "delta"
    CONTRIBUTION = "contribution"
    GRADIENT = "gradient"
    SECOND_DERIVATIVE = "second_derivative"
    BATCH_ERROR = "batch_error"
    BATCH_GRADIENT = "batch_gradient"
    UPDATED = "updated_parameter"


class Rule(StrEnum):
    """Which rule gave a quantity its formula."""

    GIVEN = "given"
    DEFINITION = "definition"
    LOCAL_DERIVATIVE = "local_derivative"
    CHAIN_RULE = "chain_rule"
    SUM_OVER_PATHS = "sum_over_paths"
    PRODUCT_RULE = "product_rule"
    UPDATE = "update"
    TRAINING = "training"


PARAMETER_ROLES = frozenset({Role.WEIGHT, Role.BIAS, Role.GAIN})
UNIT_ROLES = frozenset({Role.NET_INPUT, Role.ACTIVATION, Role.INTERMEDIATE})
"""What a layer computes."""
ERROR_ROLES = frozenset({Role.ERROR, Role.TOTAL_ERROR})
FORWARD_ROLES = UNIT_ROLES | ERROR_ROLES
"""What the forward pass computes."""


@record(frozen=True, slots=True)
class Quantity:
    """A name, the formula that its value is computed from, and where it belongs."""

    name: str
    """The canonical name, such as `net_h1[2]` or `dE_total/dw5`."""
    role: Role
    rule: Rule
    formula: Expression | None = None
    """None for what is given, and for what training computes."""
    names: tuple[str, ...] = ()
    """Synonyms: `dE_total/dnet_o1` for `delta_o1`."""
    forms: tuple[tuple[str, Expression], ...] = ()
    """Other ways to write the formula, by kind (`delta`, `written_out`); checks proves each equal."""
    textbook: tuple[tuple[str, Expression], ...] = ()
    """Local derivatives as textbooks print them, by parent; proven equal to what SymPy differentiates."""
    derived: Expression | None = None
    """Of a local derivative: what SymPy makes of it, where `formula` is a textbook form."""
    source: Expression | None = None
    """Of a local derivative: the formula that was differentiated."""
    variable: str = ""
    """Of a local derivative: the name in `source` by which it was differentiated."""
    layer: int = 0
    """The layer's place from 1; 0 for inputs, errors and the learning rate."""
    unit: str = ""
    """The unit that it belongs to, as the network file names it."""
    sample: int = 0
    """The sample's place from 1; 0 where there is one sample only, or none is meant."""
    step: int | None = None
    """The time step from 1 (0 for an initial state); None where nothing depends on time."""
    turns: tuple[Expression, ...] = ()
    """Of what depends on whose turn it is: the formula in each update of a cycle, that of `formula` first."""
    _parents: tuple[str, ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def parents(self) -> tuple[str, ...]:
        """The names in the formula, in reading order."""
        found = self._parents
        if found is None:
            found = names(self.formula) if self.formula is not None else ()
            object.__setattr__(self, "_parents", found)  # asked for often, and looked for once
        return found

    def at_turn(self, turn: int) -> Quantity:
        """The quantity after so many updates: another batch may be in its formula."""
        if not self.turns:
            return self
        first = turn % len(self.turns)
        turns = self.turns[first:] + self.turns[:first]
        return replace(self, formula=turns[0], turns=turns) if first else self


@dataclass(frozen=True)
class Graph:
    """Quantities in an order in which each comes after all that its formula names."""

    quantities: tuple[Quantity, ...]
    _by_name: dict[str, Quantity] = field(init=False, repr=False, compare=False)
    _by_roles: dict[tuple[Role, ...], tuple[Quantity, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {quantity.name: quantity for quantity in self.quantities}
        synonyms = [(name, quantity) for quantity in self.quantities for name in quantity.names]
        index.update(synonyms)
        if len(index) < len(self.quantities) + len(synonyms):
            counts = Counter(
                [*(quantity.name for quantity in self.quantities), *(name for name, _ in synonyms)]
            )
            raise ValueError(f"two quantities are called {counts.most_common(1)[0][0]}")
        object.__setattr__(self, "_by_name", index)
        object.__setattr__(self, "_by_roles", {})

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The names of the quantities whose numbers are given, in order."""
        return tuple(quantity.name for quantity in self.quantities if quantity.rule is Rule.GIVEN)

    @cached_property
    def synonyms(self) -> Mapping[str, str]:
        """The canonical name of each other name."""
        return {name: quantity.name for quantity in self.quantities for name in quantity.names}

    def __getitem__(self, name: str) -> Quantity:
        """The quantity called `name` (or with that synonym); raises UnknownName with the nearest one."""
        found = self._by_name.get(name) or self._by_name.get(normal_state(name))
        if found is None:
            raise UnknownName("quantity", name, self._by_name)
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._by_name or normal_state(name) in self._by_name

    def __iter__(self) -> Iterator[Quantity]:
        return iter(self.quantities)

    def __len__(self) -> int:
        return len(self.quantities)

    def with_role(self, *roles: Role) -> tuple[Quantity, ...]:
        """All quantities of these roles, in order."""
        if roles not in self._by_roles:
            self._by_roles[roles] = tuple(quantity for quantity in self.quantities if quantity.role in roles)
        return self._by_roles[roles]

    def extended(self, quantities: Iterable[Quantity]) -> Graph:
        """This graph with more quantities at the end."""
        more = tuple(quantities)
        return Graph((*self.quantities, *more)) if more else self

    def ancestors(self, wanted: Iterable[str], turn: int = 0) -> Graph:
        """The part of the graph that the wanted names need after so many updates, themselves included."""
        keep: dict[str, Quantity] = {}
        stack = [self[name].name for name in wanted]
        while stack:
            name = stack.pop()
            if name not in keep:
                keep[name] = self[name].at_turn(turn)
                stack.extend(self[parent].name for parent in keep[name].parents)
        return Graph(tuple(keep[q.name] for q in self.quantities if q.name in keep))
