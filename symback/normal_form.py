"""Formulas as elements of one field of rational functions, so that equal ones can be recognised. No SymPy.

The field's generators are the names; one exponential for each exponent that is no combination, with
rational coefficients, of the others; and what cannot be taken apart, such as a logarithm or a root, each
once by the normal form of its argument.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm, prod

from symback.expression import Call, Expression, Name, Negative, Number, Power, Product, Quotient, Sum
from symback.rational_functions import Budget, Element, Field, TooLarge


def elements_of(trees: Iterable[Expression], budget: Budget) -> tuple[Field, list[Element]]:
    """A field that holds all the formulas, and each of them in it. Raises as `Program.elements`."""
    program = Program()
    places = [program.lower(tree) for tree in trees]
    return program.elements(places, budget)


Instruction = tuple[str, tuple[int, ...], object]
"""An operation, the places of its arguments, and its constant."""

ATOMS = frozenset({"exp", "opaque"})


class Program:
    """The formulas as one list of instructions, each different one once; levels count nested atoms."""

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.levels: list[int] = []
        self._places: dict[Instruction, int] = {}
        self._lowered: dict[
            int, tuple[int, Expression]
        ] = {}  # the tree is kept, so that its id stays its own

    def emit(self, operation: str, *arguments: int, constant: object = None) -> int:
        """The place of an instruction, added if it is new."""
        instruction = (operation, arguments, constant)
        place = self._places.get(instruction)
        if place is None:
            place = self._places[instruction] = len(self.instructions)
            self.instructions.append(instruction)
            level = max((self.levels[argument] for argument in arguments), default=0)
            self.levels.append(level + (operation in ATOMS))
        return place

    def lower(self, node: Expression) -> int:
        """The place of the instruction that computes a tree without cases, marks and indexed sums.

        Raises TooLarge for a node that is no function of its names.
        """
        known = self._lowered.get(id(node))
        if known is None:
            known = self._lowered[id(node)] = (self._lower(node), node)
        return known[0]

    def _lower(self, node: Expression) -> int:
        match node:
            case Number(value):
                return self.number(value)
            case Name(name):
                return self.emit("name", constant=name)
            case Sum(terms):
                return self.emit("sum", *map(self.lower, terms))
            case Product(factors):
                return self.emit("product", *map(self.lower, factors))
            case Negative(operand):
                return self.emit("product", self.number(Fraction(-1)), self.lower(operand))
            case Quotient(numerator, denominator):
                return self.quotient(self.lower(numerator), self.lower(denominator))
            case Power(base, exponent):
                constant = constant_value(exponent)
                if constant is None:
                    return self.emit("opaque", self.lower(base), self.lower(exponent), constant="power")
                return self.power(self.lower(base), constant)
            case Call("tanh", argument):  # tanh(u) = (exp(2u) - 1)/(exp(2u) + 1)
                twice = self.emit("product", self.number(Fraction(2)), self.lower(argument))
                grown, one = self.emit("exp", twice), self.number(Fraction(1))
                below = self.emit("sum", grown, one)
                return self.quotient(self.emit("sum", grown, self.number(Fraction(-1))), below)
            case Call("sqrt", argument):
                return self.power(self.lower(argument), Fraction(1, 2))
            case Call("exp", argument):
                return self.emit("exp", self.lower(argument))
            case Call(function, argument):
                return self.emit("opaque", self.lower(argument), constant=function)
        raise TooLarge

    def elements(self, places: Iterable[int], budget: Budget) -> tuple[Field, list[Element]]:
        """The formulas at these places as elements of one field.

        Raises TooLarge beyond the budget, ZeroDivisionError where a denominator is zero everywhere.
        """
        scales: dict[int, int] = {}
        while True:
            evaluation = _Evaluation(self, budget, scales)
            if evaluation.run():
                return evaluation.field, [evaluation.values[place] for place in places]
            scales = evaluation.scales  # a finer exponent came up; each round multiplies a scale

    def number(self, value: Fraction) -> int:
        """The place of a constant."""
        return self.emit("number", constant=value)

    def quotient(self, above: int, below: int) -> int:
        """One place over another, as a product with a power of -1."""
        return self.emit("product", above, self.emit("power", below, constant=-1))

    def power(self, base: int, exponent: Fraction) -> int:
        """A whole power, times an opaque root for what is left of the exponent."""
        whole = exponent.__floor__()
        result = self.emit("power", base, constant=whole)
        if exponent == whole:
            return result
        return self.emit("product", result, self.emit("opaque", base, constant=("root", exponent - whole)))


def constant_value(node: Expression) -> Fraction | None:
    """The value of an exponent without names, such as 2 - 1; None if it is anything else."""
    if isinstance(node, Number):
        return node.value
    if not isinstance(node, Negative | Sum | Product | Quotient):
        return None
    values = [value for value in map(constant_value, node.parts) if value is not None]
    if len(values) != len(node.parts):
        return None
    if isinstance(node, Negative):
        return -values[0]
    if isinstance(node, Sum):
        return sum(values, Fraction(0))
    if isinstance(node, Product):
        return prod(values, start=Fraction(1))
    return values[0] / values[1] if values[1] else None


class _Evaluation:
    """One run of a program, level by level, so that what stands in an exponent is known before its exp.

    `scales` says by how much each independent exponent (by its place among all of them) is divided, so
    that every exp is a product of whole powers of generators.
    """

    def __init__(self, program: Program, budget: Budget, scales: dict[int, int]) -> None:
        self.program = program
        self.scales = scales
        self.values: dict[int, Element] = {}
        self.names: dict[object, int] = {}
        self.exponents: list[int] = []
        self.opaques: list[tuple[object, list[Element], int]] = []
        atoms = sum(operation in ATOMS or operation == "name" for operation, _, _ in program.instructions)
        self.field = Field(atoms, budget)
        self._used = 0

    def run(self) -> bool:
        """Evaluate everything; False if a scale has to change first (`scales` then holds the new ones)."""
        by_level: dict[int, list[int]] = {}
        for place, level in enumerate(self.program.levels):
            by_level.setdefault(level, []).append(place)
        for level in sorted(by_level):
            places = by_level[level]
            if not self._exponentials([p for p in places if self.program.instructions[p][0] == "exp"]):
                return False
            for place in places:
                if place not in self.values:
                    self.values[place] = self._value(*self.program.instructions[place])
        return True

    def _value(self, operation: str, arguments: tuple[int, ...], constant: object) -> Element:
        values = [self.values[argument] for argument in arguments]
        if operation == "sum":
            return self.field.add(values)
        if operation == "product":
            return self.field.multiply(values)
        if operation == "power" and isinstance(constant, int):
            return self.field.power(values[0], constant)
        if operation == "number" and isinstance(constant, Fraction):
            return self.field.number(constant)
        if operation == "name":
            return self._generator()
        return self._opaque(constant, values)

    def _generator(self) -> Element:
        self._used += 1
        return self.field.monomial([(self._used - 1, 1)])

    def _opaque(self, kind: object, arguments: list[Element]) -> Element:
        for other, others, place in self.opaques:
            if other == kind and all(map(self.field.are_equal, arguments, others)):
                return self.field.monomial([(place, 1)])
        self.opaques.append((kind, arguments, self._used))
        return self._generator()

    def _exponentials(self, places: list[int]) -> bool:
        """Give every exp of a level its value as a product of powers of generators."""
        if not places:
            return True
        self.exponents += places
        arguments = [self.program.instructions[place][1][0] for place in self.exponents]
        combinations = self.field.relations([self.values[argument] for argument in arguments])
        scales: dict[int, int] = {}
        for combination in combinations:
            for basis, multiple in combination.items():
                scales[basis] = lcm(scales.get(basis, self.scales.get(basis, 1)), int(multiple.q))
        earlier = len(self.exponents) - len(places)
        if any(scale != self.scales.get(basis, 1) for basis, scale in scales.items() if basis < earlier):
            self.scales = self.scales | scales
            return False
        self.scales = self.scales | scales
        for place, combination in zip(places, combinations[earlier:], strict=True):
            powers = []
            for basis, multiple in combination.items():
                if basis not in self.names:
                    self.names[basis] = self._used
                    self._used += 1
                powers.append((self.names[basis], int((multiple * scales[basis]).p)))
            self.values[place] = self.field.monomial(powers)
        return True
