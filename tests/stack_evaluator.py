"""An evaluator of the trees of STACK: the few expressions of Maxima that sheets use, in floats."""

from __future__ import annotations

import ast
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

EMPTY = "EMPTYANSWER"


@dataclass(frozen=True)
class Result:
    """What a tree gives."""

    score: float
    feedback: str
    note: str


def answered(question: ET.Element, typed: Mapping[str, str]) -> dict[str, Result]:
    """The result of each tree for what was typed into the inputs, by the tree's name; "" for nothing."""
    inputs = [one.findtext("name") or "" for one in question.findall("input")]
    for one in question.findall("input"):
        assert one.findtext("type") == "numerical"
        assert "allowempty" in (one.findtext("options") or "")
    text = question.findtext("questiontext/text") or ""
    trees = question.findall("prt")
    for name in inputs:
        assert text.count(f"[[input:{name}]]") == 1
        assert f"[[validation:{name}]]" in text
    for tree in trees:
        assert f"[[feedback:{tree.findtext('name')}]]" in text
    values: dict[str, object] = {name: float(typed[name]) if typed.get(name) else EMPTY for name in inputs}
    return {tree.findtext("name") or "": _walk(tree, values) for tree in trees}


def _walk(tree: ET.Element, answers: Mapping[str, object]) -> Result:
    values = dict(answers)
    for line in re.split(r";\s*", tree.findtext("feedbackvariables/text") or ""):
        if line:
            name, _, expression = line.partition(":")
            assert re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII), name
            values[name] = evaluate(expression, values)
    nodes = {node.findtext("name"): node for node in tree.findall("node")}
    place, score, said, seen = "0", 0.0, "", set()
    note = ""
    while place != "-1":
        assert place not in seen, "a tree has no loops"
        seen.add(place)
        node = nodes[place]
        answer = values[node.findtext("sans") or ""]
        right = evaluate(node.findtext("tans") or "", {**values, EMPTY: EMPTY})
        if node.findtext("answertest") == "AlgEquiv":
            is_true = answer == right
        else:
            assert node.findtext("answertest") == "NumAbsolute"
            width = float(node.findtext("testoptions") or 0)
            is_true = isinstance(answer, float) and abs(answer - _number(right)) < width
        branch = "true" if is_true else "false"
        assert node.findtext(f"{branch}scoremode") == "="
        score = float(node.findtext(f"{branch}score") or 0)
        said += node.findtext(f"{branch}feedback/text") or ""
        note = node.findtext(f"{branch}answernote") or ""
        place = node.findtext(f"{branch}nextnode") or ""
    return Result(score, said, note)


def _number(value: object) -> float:
    assert isinstance(value, float), value
    return value


def evaluate(expression: str, values: Mapping[str, object]) -> object:
    """An expression of Maxima; `if .. then .. else` may stand in brackets anywhere."""
    text = _conditions(expression.strip())
    text = text.replace("^", "**").replace("%pi", "pi").replace("#", "!=")
    text = re.sub(r"is\(([^()]*\([^()]*\))=", r"is_(\1==", text)
    return _value(ast.parse(text, mode="eval").body, values)


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


FUNCTIONS = {
    "float": lambda x: float(x) if isinstance(x, int | float) else x,
    "numberp": lambda x: isinstance(x, int | float),
    "exp": math.exp, "log": math.log, "tanh": math.tanh, "sqrt": math.sqrt, "erf": math.erf,
    "abs": abs, "floor": math.floor, "signum": lambda x: math.copysign(1, x) if x else 0, "max": max,
    "is_": bool,
}  # fmt: skip
OPERATORS = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b,
}  # fmt: skip


def _value(node: ast.expr, values: Mapping[str, object]) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return math.pi if node.id == "pi" else values[node.id]
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand, values)
        return not operand if isinstance(node.op, ast.Not) else -operand  # type: ignore[operator]
    if isinstance(node, ast.IfExp):
        return _value(node.body if _value(node.test, values) else node.orelse, values)
    if isinstance(node, ast.BoolOp):
        assert isinstance(node.op, ast.And)
        return all(_value(part, values) for part in node.values)  # stops at the first that is false
    if isinstance(node, ast.Compare):
        left, right = _value(node.left, values), _value(node.comparators[0], values)
        return left > right if isinstance(node.ops[0], ast.Gt) else left == right  # type: ignore[operator]
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return FUNCTIONS[node.func.id](*(_value(part, values) for part in node.args))
