"""An interpreter of the response processing of QTI 2.1, written from the standard, for what packages hold."""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
PACKAGE = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
Value = float | str | frozenset[str] | None
Values = Mapping[str, Value]
Expression = Callable[[Values, Values], Value]
"""Of responses and outcomes."""
Test = Callable[[Values, Values], bool]
Rule = Callable[[Values, dict[str, Value]], None]
CASTS: Mapping[str, Callable[[str], Value]] = {
    "float": float,
    "identifier": str,
    "string": str,
    "boolean": str,
}


@dataclass
class Item:
    """An assessment item: answer it, and read its outcomes."""

    root: ET.Element
    types: dict[str, str] = field(default_factory=dict)
    correct: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.root.tag == f"{QTI}assessmentItem"
        order = [child.tag.removeprefix(QTI) for child in self.root]
        ranks = [
            "responseDeclaration",
            "outcomeDeclaration",
            "itemBody",
            "responseProcessing",
            "modalFeedback",
        ]
        assert order == sorted(order, key=ranks.index), order
        for name in (
            element.get("identifier") for element in self.root.iter() if "identifier" in element.attrib
        ):
            assert name is not None
            assert NAME.fullmatch(name), name
        for declaration in self.root.findall(f"{QTI}responseDeclaration"):
            name = declaration.get("identifier", "")
            assert name not in self.types
            self.types[name] = declaration.get("baseType", "")
            values = [value.text or "" for value in declaration.findall(f"{QTI}correctResponse/{QTI}value")]
            if declaration.get("cardinality") == "multiple":
                self.correct[name] = frozenset(values)
            elif values:
                self.correct[name] = CASTS[self.types[name]](values[0])
        shown = [one.get("identifier") for one in self.root.findall(f"{QTI}modalFeedback")]
        assert len(set(shown)) == len(shown)
        asked = {
            element.get("responseIdentifier")
            for element in self.root.iter()
            if element.get("responseIdentifier")
        }
        assert asked == set(self.types), "interactions and declarations differ"

    @property
    def points(self) -> float:
        """The most that the item gives."""
        return float(self.declared["SCORE"].get("normalMaximum", "1"))

    @cached_property
    def declared(self) -> dict[str, ET.Element]:
        """The declarations of outcomes."""
        return {one.get("identifier", ""): one for one in self.root.findall(f"{QTI}outcomeDeclaration")}

    @cached_property
    def defaults(self) -> dict[str, Value]:
        """Of outcomes."""
        found: dict[str, Value] = {}
        for name, declaration in self.declared.items():
            default = declaration.findtext(f"{QTI}defaultValue/{QTI}value")
            base = declaration.get("baseType", "")
            found[name] = CASTS[base](default) if default is not None else (0.0 if base == "float" else None)
        return found

    @cached_property
    def rules(self) -> list[Rule]:
        """The processing of responses; none where a person marks."""
        processing = self.root.find(f"{QTI}responseProcessing")
        if processing is None:
            return []
        if not processing.get("template"):
            return list(map(self._compiled, processing))
        assert processing.get("template") == MATCH

        def match(values: Values, outcomes: dict[str, Value]) -> None:
            outcomes["SCORE"] = 1.0 if values["RESPONSE"] == self.correct["RESPONSE"] else 0.0

        return [match]

    @cached_property
    def shown(self) -> list[tuple[str, str, bool, str]]:
        """Each feedback without markup: its outcome, the value, whether it is shown then, and the text."""
        found = []
        for one in self.root.findall(f"{QTI}modalFeedback"):
            outcome = one.get("outcomeIdentifier", "")
            assert outcome in self.declared, "an outcome that is not declared"
            is_shown = one.get("showHide") == "show"
            found.append((outcome, one.get("identifier", ""), is_shown, "".join(one.itertext())))
        return found

    def answer(self, responses: Values) -> dict[str, Value]:
        """The outcomes for responses; a name without one is not answered."""
        outcomes = dict(self.defaults)
        values = {name: responses.get(name) for name in self.types}
        for rule in self.rules:
            rule(values, outcomes)
        return outcomes

    def feedback(self, outcomes: Values) -> list[str]:
        """What is shown for outcomes, without markup."""
        return [
            text for outcome, name, is_shown, text in self.shown if (outcomes[outcome] == name) == is_shown
        ]

    def _compiled(self, rule: ET.Element) -> Rule:
        """A rule of the processing, as a function that changes outcomes."""
        tag = rule.tag.removeprefix(QTI)
        if tag == "setOutcomeValue":
            name, (expression,) = rule.get("identifier", ""), rule
            assert name in self.declared, "an outcome that is not declared"
            value = self._value(expression)

            def set_value(values: Values, outcomes: dict[str, Value]) -> None:
                outcomes[name] = value(values, outcomes)

            return set_value
        assert tag == "responseCondition"
        branches = [self._branch(branch) for branch in rule]

        def run(values: Values, outcomes: dict[str, Value]) -> None:
            for test, rest in branches:
                if test is None or test(values, outcomes):
                    for inner in rest:
                        inner(values, outcomes)
                    return

        return run

    def _branch(self, branch: ET.Element) -> tuple[Test | None, list[Rule]]:
        """The test of a branch, None for one that needs none, and its rules."""
        kind = branch.tag.removeprefix(QTI)
        assert kind in ("responseIf", "responseElseIf", "responseElse")
        if kind == "responseElse":
            return None, list(map(self._compiled, branch))
        return self._test(branch[0]), [self._compiled(rule) for rule in list(branch)[1:]]

    def _test(self, test: ET.Element) -> Test:
        if test.tag == f"{QTI}isNull":
            value = self._value(test[0])
            return lambda values, outcomes: value(values, outcomes) is None
        assert test.tag == f"{QTI}equal"
        assert test.get("toleranceMode") == "absolute", "a relative tolerance fails for negative keys"
        below, above = map(float, test.get("tolerance", "").split())
        one, other = map(self._value, test)

        def is_equal(values: Values, outcomes: Values) -> bool:
            first, second = one(values, outcomes), other(values, outcomes)
            if not isinstance(first, float) or not isinstance(second, float):
                return False
            return second - below <= first <= second + above

        return is_equal

    def _value(self, one: ET.Element) -> Expression:
        tag = one.tag.removeprefix(QTI)
        if tag == "baseValue":
            constant = CASTS[one.get("baseType", "")](one.text or "")
            return lambda values, outcomes: constant
        if tag == "sum":
            parts = list(map(self._value, one))

            def total(values: Values, outcomes: Values) -> Value:
                numbers = [part(values, outcomes) for part in parts]
                return sum(number for number in numbers if isinstance(number, float))

            return total
        name = one.get("identifier", "")
        if tag == "correct":
            key = self.correct[name]
            return lambda values, outcomes: key
        assert tag == "variable"
        if name in self.types:
            return lambda values, outcomes: values[name]
        return lambda values, outcomes: outcomes[name]


def items(raw: bytes) -> Iterator[Item]:
    """The items of a package, in the order of its manifest; checks that the manifest and the files agree."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        manifest = ET.fromstring(archive.read("imsmanifest.xml"))
        resources = list(manifest.iter(f"{PACKAGE}resource"))
        listed = {file.get("href", "") for file in manifest.iter(f"{PACKAGE}file")}
        assert listed == set(archive.namelist()) - {"imsmanifest.xml"}
        names = [one.get("identifier", "") for one in (manifest, *resources)]
        assert len(set(names)) == len(names)
        assert all(map(NAME.fullmatch, names)), names
        known = set(names)
        assert all(one.get("identifierref") in known for one in manifest.iter(f"{PACKAGE}dependency"))
        for resource in resources:
            if resource.get("type") == "imsqti_item_xmlv2p1":
                item = Item(ET.fromstring(archive.read(resource.get("href", ""))))
                own = {file.get("href") for file in resource.findall(f"{PACKAGE}file")}
                for image in item.root.iter(f"{QTI}img"):
                    assert image.get("alt")
                    assert posixpath.normpath(f"items/{image.get('src')}") in own
                yield item
            else:
                assert resource.get("type") == "imsqti_test_xmlv2p1"
                test = ET.fromstring(archive.read(resource.get("href", "")))
                assert {one.get("href") for one in test.iter(f"{QTI}assessmentItemRef")} == {
                    name for name in listed if name.startswith("items/")
                }
