"""Which name of the graph a spelling stands for. What is not known, or could be two things, has no answer."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property

from symback.activations import ACTIVATIONS, Activation
from symback.claims.index_text import flattened
from symback.claims.scripts import PLAIN, Script
from symback.claims.spellings import conventions, joined, key_of, with_commas
from symback.graph import PARAMETER_ROLES, Graph, Role
from symback.naming import at_state, normal_state
from symback.network import Network

_STATE = re.compile(r"(\+|@[0-9]+)$")
_INDEX = re.compile(r"\[[^\]]*\]")


_TARGET_T = re.compile(r"(?<![A-Za-z\\])t_\{?[a-z0-9]")
_HAT_Y = re.compile(r"\\hat\s*\{?\s*y|ŷ|y_?hat")


class Vocabulary:
    """The names of a network in every spelling, or, without a network, any name as a free real variable.

    An alias of the network file comes before all, then the graph's own names, then those conventions of other
    authors that are not ambiguous in this network.
    """

    def __init__(
        self, network: Network | None = None, graph: Graph | None = None, document: str = ""
    ) -> None:
        """`document` is the whole text: where it calls targets t, its y is not taken for them."""
        if (network is None) != (graph is None):
            raise ValueError("a vocabulary needs a network together with its graph, or neither")
        self.network = network
        self.graph = graph
        self._document = document
        self._aliases: dict[str, str] = {}
        self._own: dict[str, set[str]] = {}
        self._conventions: dict[str, set[str]] = {}
        self._below: dict[str, frozenset[str]] = {}
        self._hints: dict[str, str] = {}
        if network is not None and graph is not None:
            self._fill(network, graph)

    @property
    def is_free(self) -> bool:
        """Whether there is no network, so that every bare name is a variable."""
        return self.graph is None

    def _fill(self, network: Network, graph: Graph) -> None:
        for quantity in graph:
            is_state = quantity.role is Role.STATE
            if "/" not in quantity.name and (is_state or not _STATE.search(quantity.name)):
                base = _INDEX.sub("", _STATE.sub("", quantity.name))
                letters, _, subscript = base.partition("_")
                for spelled in with_commas(subscript):
                    self._own.setdefault(key_of(letters, spelled), set()).add(base)
        for spelling, name in network.aliases:
            self._aliases[alias_key(spelling)] = name
        unclear_y = bool(_TARGET_T.search(self._document)) and not _HAT_Y.search(self._document)
        for key, name in conventions(network, graph):
            if unclear_y and key.startswith("y") and name.startswith("target_"):
                continue
            self._conventions.setdefault(key, set()).add(name)

    def base(self, base: str, subscript: str = "", superscript: str = "") -> str | None:
        """The canonical name, without sample and state, that a spelling stands for.

        A superscript is part of a spelling only where an alias says so. Without a network, the name itself.
        """
        if self.is_free:
            plain = base.replace(" ", "")
            return f"{plain}_{subscript}" if subscript else plain
        key = key_of(base, subscript)
        if superscript:
            return self._aliases.get(f"{key}^{superscript}")
        if key in self._aliases:
            return self._aliases[key]
        exact = f"{base}_{subscript}" if subscript else base
        for table in (self._own, self._conventions):
            found = table.get(key, set())
            if exact in found:
                return exact
            if len(found) == 1:
                return next(iter(found))
            if found:
                return None
        return None

    def quantity(self, base: str, sample: int = 0, state: str = "", step: int | None = None) -> str | None:
        """The name of a quantity, if there is one: `w5` with `+` is `w5+`. `@N` needs a trained network."""
        return self.at(base, Script(sample, step, state))

    def at(self, base: str, script: Script) -> str | None:
        """The same with sample, time step and state in one."""
        if self.graph is None or self.network is None:
            return base if script == PLAIN else None
        if "/" in base:
            return base if script == PLAIN else None
        if script.sample and script.step is None:
            base = "E" if base == "E_total" else base
        name = normal_state(script.on(base))
        if name in self.graph:
            return name
        start = replace(script, state="").on(base)
        if (
            "@" in script.state
            and (start in self.graph or base in self._made)
            and at_state(start, "+") in self.graph
        ):
            return name
        return None

    @cached_property
    def samples(self) -> tuple[int, ...]:
        """The places of the samples; (0,) for one, and without a network."""
        return self.network.places if self.network is not None else (0,)

    @cached_property
    def timed(self) -> frozenset[str]:
        """Names, without index, of what there is for each time step."""
        steps = [quantity for quantity in self.graph or () if quantity.step is not None]
        return frozenset(_INDEX.sub("", q.name) for q in steps if "/" not in q.name)

    @cached_property
    def _made(self) -> frozenset[str]:
        """States that each update makes anew: `m_hat_w5`, of which there is only `m_hat_w5+`."""
        states = self.graph.with_role(Role.STATE) if self.graph is not None else ()
        return frozenset(_STATE.sub("", quantity.name) for quantity in states)

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """What an index letter may run over: the inputs, and the units of each layer."""
        if self.network is None:
            return ()
        return (self.network.inputs, *(layer.units for layer in self.network.layers))

    @cached_property
    def units(self) -> frozenset[str]:
        """All inputs and units."""
        return frozenset(unit for group in self.groups for unit in group)

    @cached_property
    def weights_between(self) -> dict[tuple[str, str], str]:
        """The weight that joins two units, in either order."""
        return joined(self.network) if self.network is not None else {}

    @cached_property
    def units_of_weights(self) -> dict[str, tuple[str, str]]:
        """Of each weight, where it comes from and where it leads to."""
        found: dict[str, tuple[str, str]] = {}
        for (one, two), weight in self.weights_between.items():
            found.setdefault(weight, (one, two))
        return found

    def is_parameter(self, base: str) -> bool:
        """Whether this is a weight or a bias, which an update changes."""
        return self.graph is not None and base in self.graph and self.graph[base].role in PARAMETER_ROLES

    def unit_of_net_input(self, name: str) -> str:
        """The unit whose net input this is, or ""."""
        if self.graph is None or name not in self.graph:
            return ""
        quantity = self.graph[name]
        return quantity.unit if quantity.role is Role.NET_INPUT else ""

    def activation(self, unit: str = "") -> Activation | None:
        """What sigma means: the activation of the unit's layer, or the one that all layers (but linear ones)
        have; without a network the logistic function. None where that is not clear.
        """
        if self.network is None:
            return ACTIVATIONS["logistic"]
        found = {
            layer.sigma.name: layer.sigma
            for layer in self.network.layers
            if layer.sigma is not None and (not unit or unit in layer.units)
        }
        if len(found) > 1:
            found.pop("linear", None)
        return found.popitem()[1] if len(found) == 1 else None

    def depends(self, name: str, on: str) -> bool:
        """Whether one quantity is computed from another."""
        if self.graph is None or name not in self.graph:
            return False
        if name not in self._below:
            self._below[name] = frozenset(quantity.name for quantity in self.graph.ancestors([name]))
        return on != name and on in self._below[name]

    def names(self) -> Collection[str]:
        """Every name that the graph finds, for readings that a table decides."""
        if self.graph is None:
            return ()
        return self._all_names

    @cached_property
    def _all_names(self) -> frozenset[str]:
        assert self.graph is not None
        return frozenset(name for quantity in self.graph for name in (quantity.name, *quantity.names))

    def nearest(self, spelling: str) -> str:
        """A hint for a message: the nearest names that exist."""
        if self.graph is None or len(spelling) < 2:
            return ""
        if spelling not in self._hints:
            found = get_close_matches(spelling, self._plain_names, n=1)
            self._hints[spelling] = f" Did you mean {found[0]}?" if found else ""
        return self._hints[spelling]

    @cached_property
    def _plain_names(self) -> list[str]:
        return sorted(name for name in self._all_names if "/" not in name)


def alias_key(spelling: str) -> str:
    """The key of an alias as the network file writes it, in LaTeX or plain: `z_{1}^{(2)}` is `z1^(2)`."""
    below, above = _without_superscript(spelling.strip().strip("$"))
    accent = re.match(r"\\(hat|bar|tilde)\s*\{?\s*\\?([A-Za-z]+)\s*\}?(.*)", below, re.DOTALL)
    if accent:
        rest = flattened(accent[3]) or ""
        return key_of(f"{accent[1]} {accent[2]}", rest) + above
    return key_of(flattened(below) or below) + above


def _without_superscript(spelling: str) -> tuple[str, str]:
    found = re.search(r"\^(\{[^{}]*\}|.)", spelling)
    if found is None:
        return spelling, ""
    return spelling[: found.start()] + spelling[found.end() :], f"^{flattened(found[1]) or found[1]}"
