"""Code that computes quantities, each line after those that it needs; a scope of names that are defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symback.expression import Expression, Name, names, rename, walk
from symback.graph import Quantity, Role, Rule
from symback.matrix_nodes import Applied, Matrix
from symback.notebooks.lines import PythonNames, assigned, headed, literal, table, written
from symback.notebooks.source import Source

ROUNDED = "rounded"
SETTLED = "settled"
GRADIENTS = frozenset({Role.GRADIENT, Role.BATCH_GRADIENT})
GRADIENT_EQUATIONS = frozenset({"weight_gradient", "bias_gradient", "shared_bias_gradient"})
SIGMAS = frozenset({"sigma", "sigma_prime"})


class Workings:
    """Lines that were written so far, and what they define."""

    def __init__(
        self,
        source: Source,
        *,
        turn: int = 0,
        outside: Workings | None = None,
        own: frozenset[str] = frozenset(),
    ) -> None:
        self.source = source
        self.turn = turn
        """So many updates were made: another batch may have its turn."""
        self.outside = outside
        """The scope around a function: its given numbers are known here."""
        self.own = own
        """But for these, which are arguments of the function."""
        self.lines: list[str] = []
        self.names: set[str] = set()
        """Quantities that have a Python name in this scope."""
        self.matrices: set[str] = set()
        self.functions: set[str] = outside.functions if outside is not None else set()
        self.filler = PythonNames(self._identifier)

    def _identifier(self, name: str) -> str:
        graph = self.source.graph
        return self.source.identifiers[graph[name].name if name in graph else name]

    def knows(self, name: str) -> bool:
        """Whether the quantity is defined here, or as a given number around this scope."""
        if name in self.names:
            return True
        is_outside = self.outside is not None and name not in self.own and self.source.is_given(name)
        return is_outside and self.outside is not None and self.outside.knows(name)

    def taken(self) -> list[str]:
        """The lines since they were last taken."""
        lines, self.lines = self.lines, []
        return lines

    # --- single numbers ---------------------------------------------------------------------------------

    def define(self, wanted: Iterable[str]) -> None:
        """Writes what is missing to have these quantities; those without numbers are left out."""
        needed: dict[str, Quantity] = {}
        stack = [self.source.graph[name].name for name in wanted]
        while stack:
            name = stack.pop()
            if name in needed or self.knows(name) or self.source.value(name) is None:
                continue
            if name in self.source.matrices and self.define_matrix(self.source.matrices[name][0]):
                needed[name] = self.source.quantity(name)
                continue
            quantity = self.source.quantity(name, self.turn)
            if quantity.rule is Rule.TRAINING:
                continue
            if quantity.rule is Rule.GIVEN and self.outside is not None:
                self.outside.define([name])
                continue
            needed[name] = quantity
            stack += [self.source.graph[parent].name for parent in quantity.parents]
        positions = self.source.positions
        for name in sorted(needed, key=positions.__getitem__):
            self._write(needed[name])

    def _write(self, quantity: Quantity) -> None:
        if quantity.name in self.names:
            return
        self.names.add(quantity.name)
        left = self._identifier(quantity.name)
        matrix, row, column = self.source.matrices.get(quantity.name, (None, 0, 0))
        if matrix is not None and self._has_matrix(matrix.name):
            self.lines.append(f"{left} = {self._identifier(matrix.name)}[{row}, {column}]")
            return
        if quantity.formula is None:
            self.lines.append(f"{left} = {self.number(quantity.name)}")
            return
        around = self._around(is_gradient=quantity.role in GRADIENTS)
        self.lines.append(assigned(left, quantity.formula, self.filler, around))

    def _around(self, *, is_gradient: bool) -> str:
        """What is done to a result before it is used again."""
        if self.source.carry is not None:
            return ROUNDED
        return SETTLED if is_gradient and self.source.divides_by_roots else ""

    def number(self, name: str) -> str:
        """A given number: as it is printed, or the formula that the file has for it."""
        value, given = self.source.value(name), self.source.given[self.source.graph[name].name]
        found = literal(value.shown) if value is not None and given.text else None
        assert given.expression is not None
        return found if found is not None else written(given.expression, self.filler)

    # --- matrices ---------------------------------------------------------------------------------------

    def define_matrix(self, matrix: Matrix) -> bool:
        """Writes what is missing to have the matrix. False where only its single numbers can be had."""
        name = matrix.name
        if name in self.matrices:
            return True
        entries = list(_entries(matrix))
        if any(self.source.value(entry) is None for entry in entries):
            return False
        is_given = all(self.source.is_given(entry) for entry in entries)
        if is_given and self.outside is not None and self.own.isdisjoint(entries):
            return self.outside.define_matrix(matrix)
        relation = self.source.equations.get(name)
        self.matrices.add(name)
        left = self._identifier(name)
        if relation is not None:
            self.need(relation.right)
            around = self._around(is_gradient=relation.kind in GRADIENT_EQUATIONS)
            self.lines.append(assigned(left, relation.right, self.filler, around))
            return True
        if is_given and not any(self.knows(entry) for entry in entries):
            texts = {entry: self.number(entry) for entry in entries}
            if all(text.lstrip("-").isdigit() for text in texts.values()):
                texts[entries[0]] += ".0"  # entries are no whole numbers, to which powers would be forbidden
        else:
            self.matrices.discard(name)
            self.define(entries)
            self.matrices.add(name)
            texts = {entry: self._identifier(entry) for entry in entries}
        rows = [[texts[getattr(e, "name", "")] for e in row] for row in matrix.entries]
        self.lines.append(table(f"{left} = np.array(", rows, ")"))
        return True

    def _has_matrix(self, name: str) -> bool:
        return name in self.matrices or (self.outside is not None and name in self.outside.matrices)

    def need(self, formula: Expression) -> None:
        """Writes what is missing for a formula of matrices and numbers."""
        for matrix in _symbols(formula):
            self.define_matrix(matrix)
        inside = {name for matrix in walk(formula) if isinstance(matrix, Matrix) for name in _entries(matrix)}
        self.define(name for name in names(formula) if name not in inside)
        for node in walk(formula):
            if isinstance(node, Applied) and node.function in SIGMAS:
                self._function(node)

    def _function(self, node: Applied) -> None:
        """The function of a layer, from the formula of its first unit."""
        name = f"{node.function}_{node.layer}" if node.layer else node.function
        if name in self.functions:
            return
        self.functions.add(name)
        net = next(_entries(node.operand))
        result = self.source.graph[next(_entries(node.results))]
        assert result.formula is not None
        others = [one for one in names(result.formula) if self.source.graph[one].name != net]
        outs = [one for one in others if not self.source.is_given(one)]
        self.top.define(one for one in others if self.source.is_given(one))
        letters = {net: "x", **dict.fromkeys(outs, "y")}
        formula = rename(result.formula, letters)
        filler = PythonNames(lambda one: one if one in ("x", "y") else self._identifier(one))
        body = headed("return ", formula, filler)
        lines = [f"def {name}(x):"]
        if outs:
            lines.append(f"    y = {name.replace('sigma_prime', 'sigma')}(x)")
        lines += [f"    {line}" for line in body.splitlines()]
        self.top.lines += ["", "", *lines, "", ""]

    @property
    def top(self) -> Workings:
        """The scope around all functions."""
        return self.outside.top if self.outside is not None else self


def _entries(matrix: Matrix) -> Iterator[str]:
    return (entry.name for row in matrix.entries for entry in row if isinstance(entry, Name))


def _symbols(formula: Expression) -> Iterator[Matrix]:
    """The matrices that stand in a formula by name: those in functions as well, but not what these give."""
    if isinstance(formula, Matrix):
        yield formula
    elif isinstance(formula, Applied):
        yield formula.operand
    else:
        for part in formula.parts:
            yield from _symbols(part)
