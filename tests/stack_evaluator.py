"""An evaluator of the trees of STACK: the few expressions of Maxima that sheets use, in floats."""

from __future__ import annotations

import ast
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

EMPTY = "EMPTYANSWER"
Values = Mapping[str, object]
Function = Callable[[Values], object]


@dataclass(frozen=True)
class Result:
    """What a tree gives."""

    score: float
    feedback: str
    note: str


@dataclass(frozen=True)
class Branch:
    """What a node does when its test holds, or when it does not."""

    score: float
    feedback: str
    note: str
    following: str


@dataclass(frozen=True)
class Node:
    """A test of a tree."""

    test: str
    right: Function
    width: float
    branches: tuple[Branch, Branch]
    """Where it does not hold, and where it does."""


class Tree:
    """A tree of tests, read once and walked for many answers."""

    def __init__(self, tree: ET.Element) -> None:
        self.name = tree.findtext("name") or ""
        self.steps: list[tuple[str, Function]] = []
        (self.answer,) = {node.findtext("sans") or "" for node in tree.findall("node")}
        variables = tree.findtext("feedbackvariables/text") or ""
        assert not re.search(rf"\b{self.answer}\b", variables), "what is right depends on the answer"
        for line in re.split(r";\s*", variables):
            if line:
                name, _, expression = line.partition(":")
                assert re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII), name
                self.steps.append((name, compiled(expression)))
        self.nodes = {node.findtext("name") or "": _node(node) for node in tree.findall("node")}

    def prepared(self, answers: Values) -> dict[str, object]:
        """All variables that follow from the answers in other boxes, and what each node compares with."""
        values: dict[str, object] = {**answers, EMPTY: EMPTY}
        for name, function in self.steps:
            values[name] = function(values)
        return {place: node.right(values) for place, node in self.nodes.items()}

    def walked(self, rights: Mapping[str, object], answer: object) -> Result:
        """The result for an answer in this box."""
        place, said, seen = "0", "", set()
        while True:
            assert place not in seen, "a tree has no loops"
            seen.add(place)
            node, right = self.nodes[place], rights[place]
            if node.test == "AlgEquiv":
                is_true = answer == right
            else:
                assert isinstance(right, float), right
                is_true = isinstance(answer, float) and abs(answer - right) < node.width
            branch = node.branches[is_true]
            said += branch.feedback
            place = branch.following
            if place == "-1":
                return Result(branch.score, said, branch.note)


def _node(node: ET.Element) -> Node:
    test = node.findtext("answertest") or ""
    assert test in ("AlgEquiv", "NumAbsolute")
    branches = []
    for branch in ("false", "true"):
        assert node.findtext(f"{branch}scoremode") == "="
        branches.append(
            Branch(
                float(node.findtext(f"{branch}score") or 0),
                node.findtext(f"{branch}feedback/text") or "",
                node.findtext(f"{branch}answernote") or "",
                node.findtext(f"{branch}nextnode") or "",
            )
        )
    right = compiled(node.findtext("tans") or "")
    return Node(test, right, float(node.findtext("testoptions") or 0), (branches[0], branches[1]))


class Question:
    """A question: its inputs and the tree of each."""

    def __init__(self, question: ET.Element) -> None:
        self.inputs = [one.findtext("name") or "" for one in question.findall("input")]
        for one in question.findall("input"):
            assert one.findtext("type") == "numerical"
            assert "allowempty" in (one.findtext("options") or "")
        text = question.findtext("questiontext/text") or ""
        self.trees = [Tree(one) for one in question.findall("prt")]
        for name in self.inputs:
            assert text.count(f"[[input:{name}]]") == 1
            assert f"[[validation:{name}]]" in text
        for tree in self.trees:
            assert f"[[feedback:{tree.name}]]" in text

    def values(self, typed: Mapping[str, str]) -> dict[str, object]:
        """What was typed into the inputs; "" for nothing."""
        return {name: number(typed.get(name, "")) for name in self.inputs}

    def answered(self, typed: Mapping[str, str]) -> dict[str, Result]:
        """The result of each tree, by the tree's name."""
        values = self.values(typed)
        return {tree.name: tree.walked(tree.prepared(values), values[tree.answer]) for tree in self.trees}


class Formula:
    """A question that asks for a formula: its one tree compares what is left after all substitutions."""

    def __init__(self, question: ET.Element) -> None:
        assert question.findtext("input/type") == "algebraic"
        self.allowed = set((question.findtext("input/allowwords") or "").split(","))
        self.key = question.findtext("input/tans") or ""
        lines = (question.findtext("prt/feedbackvariables/text") or "").split(";\n")
        typed, key = (re.fullmatch(r"\w+:subst\(\[(.*)\],(.*?)\);?", line) for line in lines)
        assert typed is not None
        assert key is not None
        assert typed.group(1) == key.group(1)
        assert typed.group(2) == question.findtext("input/name")
        assert key.group(2) == self.key
        pairs = (pair.partition("=") for pair in _parts(typed.group(1)))
        self.definitions = {name: compiled(formula) for name, _, formula in pairs}
        empty, equal = question.findall("prt/node")
        assert (empty.findtext("tans"), empty.findtext("falsenextnode")) == ("EMPTYANSWER", "1")
        assert (equal.findtext("sans"), equal.findtext("tans")) == ("typed", "key")
        assert [equal.findtext(f"{branch}score") for branch in ("true", "false")] == ["1", "0"]

    def is_right(self, typed: str) -> bool:
        """Whether both have one value wherever they are tried."""
        names = set(re.findall(r"[A-Za-z]\w*", typed))
        assert names - FUNCTIONS.keys() <= self.allowed, "the input refuses other names"
        return all(self._is_equal(typed, Random(trial)) for trial in range(5))

    def _is_equal(self, typed: str, random: Random) -> bool:
        values: dict[str, object] = _Drawn(random)
        for name, formula in reversed(self.definitions.items()):
            values[name] = formula(values)
        one, other = compiled(typed)(values), compiled(self.key)(values)
        assert isinstance(one, float | int)
        assert isinstance(other, float | int)
        return math.isclose(one, other, rel_tol=1e-9)


class _Drawn(dict[str, object]):
    """Names have a number as soon as one is asked for."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random

    def __missing__(self, name: str) -> object:
        self[name] = self.random.uniform(0.1, 2)
        return self[name]


def _parts(text: str) -> list[str]:
    """Cut at the commas outside of brackets."""
    found, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return found


def number(typed: str) -> object:
    """What an input has for Maxima."""
    return float(typed) if typed else EMPTY


def answered(question: ET.Element, typed: Mapping[str, str]) -> dict[str, Result]:
    """The result of each tree for what was typed into the inputs, by the tree's name; "" for nothing."""
    return Question(question).answered(typed)


def evaluate(expression: str, values: Values) -> object:
    """An expression of Maxima; `if .. then .. else` may stand in brackets anywhere."""
    return compiled(expression)(values)


@cache
def compiled(expression: str) -> Function:
    """An expression of Maxima as a function of the values of names."""
    text = _conditions(expression.strip())
    text = text.replace("^", "**").replace("%pi", "pi").replace("#", "!=")
    text = re.sub(r"is\(([^()]*\([^()]*\))=", r"is_(\1==", text)
    return _function(ast.parse(text, mode="eval").body)


def _conditions(text: str) -> str:
    """Each `if a then b else c` as Python has it, the innermost first."""
    while (start := text.rfind("(if ")) >= 0:
        depth, end = 0, start
        while True:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            if depth == 0:
                break
            end += 1
        text = text[:start] + _condition(text[start + 1 : end]) + text[end + 1 :]
    return _condition(text) if text.startswith("if ") else text


def _condition(text: str) -> str:
    test, _, rest = text.removeprefix("if ").partition(" then ")
    value, _, otherwise = rest.partition(" else ")
    return f"(({value}) if ({test}) else ({otherwise}))"


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "float": lambda x: float(x) if isinstance(x, int | float) else x,
    "numberp": lambda x: isinstance(x, int | float),
    "exp": math.exp, "log": math.log, "tanh": math.tanh, "sqrt": math.sqrt, "erf": math.erf,
    "abs": abs, "floor": math.floor, "signum": lambda x: math.copysign(1, x) if x else 0, "max": max,
    "is_": bool,
}  # fmt: skip
OPERATORS: Mapping[type, Callable[..., object]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b,
    ast.Gt: lambda a, b: a > b, ast.Eq: lambda a, b: a == b,
    ast.Not: lambda a: not a, ast.USub: lambda a: -a,
}  # fmt: skip


def _function(node: ast.expr) -> Function:
    if isinstance(node, ast.Constant):
        constant = node.value
        return lambda values: constant
    if isinstance(node, ast.Name):
        name = node.id
        return (lambda values: math.pi) if name == "pi" else (lambda values: values[name])
    if isinstance(node, ast.BinOp):
        return _applied(OPERATORS[type(node.op)], node.left, node.right)
    if isinstance(node, ast.UnaryOp):
        return _applied(OPERATORS[type(node.op)], node.operand)
    if isinstance(node, ast.IfExp):
        test, body, orelse = map(_function, (node.test, node.body, node.orelse))
        return lambda values: body(values) if test(values) else orelse(values)
    if isinstance(node, ast.BoolOp):
        assert isinstance(node.op, ast.And)
        parts = [_function(part) for part in node.values]
        return lambda values: all(part(values) for part in parts)  # stops at the first that is false
    if isinstance(node, ast.Compare):
        return _applied(OPERATORS[type(node.ops[0])], node.left, node.comparators[0])
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return _applied(FUNCTIONS[node.func.id], *node.args)


def _applied(function: Callable[..., object], *arguments: ast.expr) -> Function:
    parts = [_function(one) for one in arguments]
    return lambda values: function(*[part(values) for part in parts])
