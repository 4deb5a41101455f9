"""The code of many updates: a function that makes one, a loop, and what the network gives then."""

from __future__ import annotations

from collections.abc import Iterable

from symback.expression import Name
from symback.matrix_nodes import Matrix
from symback.naming import after_updates, at_state
from symback.notebooks.lines import call, tuple_of
from symback.notebooks.source import Source
from symback.notebooks.workings import Workings
from symback.render import say
from symback.training import trained_parameters

UPDATE = "one_update"
TRAINED = "trained"
RESULTS = "results"


def state_after(count: int) -> str:
    """How names end that are read off after so many updates."""
    return "+" if count == 1 else f"@{count}"


class TrainingCode:
    """Writes the functions when they are first needed, and a loop for each number of updates."""

    def __init__(self, top: Workings, wanted: Iterable[str]) -> None:
        self.top = top
        self.source: Source = top.source
        self.wanted: dict[int, list[str]] = {}
        """What is read off after so many updates, without its state."""
        for name in dict.fromkeys(wanted):
            base, count = (name[:-1], 1) if name.endswith("+") else after_updates(name)
            self.wanted.setdefault(count, []).append(base)
        graph = self.source.graph
        self.turns = max(len(quantity.turns) for quantity in graph) or 1
        self.parameters = trained_parameters(graph)
        self.grouped = [
            Matrix(
                relation.left.name[:-1],
                tuple(tuple(Name(getattr(e, "name", "")[:-1]) for e in row) for row in relation.left.entries),
            )
            for relation in self.source.equations.values()
            if relation.kind in ("weight_update", "bias_update")
        ]
        """Parameters that are handed on as matrices."""
        self.places = {
            getattr(entry, "name", ""): (matrix, row, column)
            for matrix in self.grouped
            for row, entries in enumerate(matrix.entries)
            for column, entry in enumerate(entries)
        }
        self.single = [name for name in self.parameters if name not in self.places]
        self.has_updates = False
        self.readers: dict[tuple[int, tuple[str, ...]], str] = {}

    def write(self, count: int) -> None:
        """All that is wanted after so many updates; nothing where it is there already."""
        wanted = self.wanted.pop(count, [])
        if not wanted:
            return
        top, identifiers, state = self.top, self.source.identifiers, state_after(count)
        made = [name for name in wanted if name not in self.source.graph]
        results = [name for name in wanted if name in self.source.graph and name not in self.parameters]
        if count > 1:
            self._updates()
        made_by = self._reader([at_state(name, "+") for name in made], (count - 1) % self.turns, "made")
        results_by = self._reader(results, count % self.turns, "results")
        top.define(self.single)
        for matrix in self.grouped:
            top.define_matrix(matrix)
        if count == 1:
            top.define(at_state(name, "+") for name in self.single)
            for matrix in self.grouped:
                top.define_matrix(self._new(matrix))
            top.lines.append(f"{TRAINED} = {tuple_of(self._arguments('+'))}")
        else:
            top.lines.append(f"{TRAINED} = {tuple_of(self._arguments())}")
            self._loop(0, count - 1 if made else count)
            if made:
                self._read(made, made_by, state)
                self._loop(count - 1, count)
            top.lines.append(tuple_of(self._arguments(state), f") = {TRAINED}"))
        top.matrices |= {at_state(matrix.name, state) for matrix in self.grouped}
        top.names |= {at_state(name, state) for name in self.single}
        for name in wanted:
            if name in self.places:
                matrix, row, column = self.places[name]
                whole = identifiers[at_state(matrix.name, state)]
                top.lines.append(f"{identifiers[at_state(name, state)]} = {whole}[{row}, {column}]")
                top.names.add(at_state(name, state))
        if results:
            self._read(results, results_by, state)

    def _arguments(self, state: str = "") -> list[str]:
        names = (*(matrix.name for matrix in self.grouped), *self.single)
        return [self.source.identifiers[at_state(name, state)] for name in names]

    def _updates(self) -> None:
        """The function that makes an update; of several batches, one for each."""
        if self.has_updates:
            return
        self.has_updates = True
        names = [UPDATE if self.turns == 1 else f"{UPDATE}_{turn + 1}" for turn in range(self.turns)]
        for turn, name in enumerate(names):
            inner = self._inner(turn)
            for matrix in self.grouped:
                inner.define_matrix(self._new(matrix))
            inner.define(at_state(one, "+") for one in self.single)
            facts = {"turn": turn + 1 if self.turns > 1 else 0}
            says = say("words", "one_update", facts, folder="notebooks")
            self._function(name, inner, tuple_of(self._arguments("+")), says)
        if self.turns > 1:
            self.top.lines.append(f"updates_in_turn = {tuple_of(names)}")

    def _new(self, matrix: Matrix) -> Matrix:
        return self.source.equations[matrix.name + "+"].left

    def _inner(self, turn: int) -> Workings:
        inner = Workings(self.source, turn=turn, outside=self.top, own=frozenset(self.parameters))
        inner.names |= set(self.single)
        inner.matrices |= {matrix.name for matrix in self.grouped}
        return inner

    def _loop(self, start: int, end: int) -> None:
        if start == end:
            return
        step = f"{UPDATE}(*{TRAINED})"
        if self.turns > 1:
            step = f"updates_in_turn[count % {self.turns}](*{TRAINED})"
        variable = "count" if self.turns > 1 else "_"
        span = f"{start}, {end}" if start else f"{end}"
        self.top.lines += [f"for {variable} in range({span}):", f"    {TRAINED} = {step}"]

    def _reader(self, names: list[str], turn: int, phrase: str) -> str:
        """A function that gives these quantities for any parameters; written when it is first needed."""
        if not names:
            return ""
        key = (turn, tuple(names))
        if key not in self.readers:
            name = self.readers[key] = f"{RESULTS}_{len(self.readers) + 1}" if self.readers else RESULTS
            inner = self._inner(turn)
            inner.define(names)
            found = [self.source.identifiers[self.source.graph[one].name] for one in names]
            returned = found[0] if len(found) == 1 else tuple_of(found)
            self._function(name, inner, returned, say("words", phrase, {}, folder="notebooks"))
        return self.readers[key]

    def _read(self, bases: list[str], reader: str, state: str) -> None:
        """Calls such a function and gives the results their names."""
        names = [at_state(base, state) for base in bases]
        self.top.names |= set(names)
        made = [self.source.identifiers[name] for name in names]
        asked = f"{reader}(*{TRAINED})"
        self.top.lines.append(f"{made[0]} = {asked}" if len(made) == 1 else tuple_of(made, f") = {asked}"))

    def _function(self, name: str, inner: Workings, returned: str, says: str) -> None:
        body = [f'"""{says}"""', *inner.taken(), f"return {returned}"]
        indented = [f"    {line}" if line else "" for part in body for line in part.splitlines()]
        before = ["", ""] if self.top.lines else []
        self.top.lines += [*before, call(f"def {name}(", self._arguments(), "):"), *indented, "", ""]
