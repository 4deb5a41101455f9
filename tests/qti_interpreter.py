"""An interpreter of the response processing of QTI 2.1, written from the standard, for what packages hold."""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
PACKAGE = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
Value = float | str | frozenset[str] | None
CASTS = {"float": float, "identifier": str, "string": str, "boolean": str}


@dataclass
class Item:
    """An assessment item: answer it, and read its outcomes."""

    root: ET.Element
    types: dict[str, str] = field(default_factory=dict)
    correct: dict[str, Value] = field(default_factory=dict)
    branches: dict[int, list[tuple[ET.Element | None, list[ET.Element]]]] = field(default_factory=dict)

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
        declared = self._outcomes()["SCORE"]
        return float(declared.get("normalMaximum", "1"))

    def answer(self, responses: Mapping[str, Value]) -> dict[str, Value]:
        """The outcomes for responses; a name without one is not answered."""
        outcomes: dict[str, Value] = {}
        for name, declaration in self._outcomes().items():
            default = declaration.findtext(f"{QTI}defaultValue/{QTI}value")
            base = declaration.get("baseType", "")
            outcomes[name] = (
                CASTS[base](default) if default is not None else (0.0 if base == "float" else None)
            )
        values = {name: responses.get(name) for name in self.types}
        processing = self.root.find(f"{QTI}responseProcessing")
        if processing is None:
            return outcomes
        if processing.get("template"):
            assert processing.get("template") == MATCH
            outcomes["SCORE"] = 1.0 if values["RESPONSE"] == self.correct["RESPONSE"] else 0.0
            return outcomes
        for rule in processing:
            self._run(rule, values, outcomes)
        return outcomes

    def feedback(self, outcomes: Mapping[str, Value]) -> list[str]:
        """What is shown for outcomes, without markup."""
        shown = []
        for one in self.root.findall(f"{QTI}modalFeedback"):
            outcome = one.get("outcomeIdentifier", "")
            assert outcome in self._outcomes(), "an outcome that is not declared"
            if (outcomes[outcome] == one.get("identifier")) == (one.get("showHide") == "show"):
                shown.append("".join(one.itertext()))
        return shown

    def _outcomes(self) -> dict[str, ET.Element]:
        return {one.get("identifier", ""): one for one in self.root.findall(f"{QTI}outcomeDeclaration")}

    def _run(self, rule: ET.Element, values: Mapping[str, Value], outcomes: dict[str, Value]) -> None:
        tag = rule.tag.removeprefix(QTI)
        if tag == "setOutcomeValue":
            name = rule.get("identifier", "")
            assert name in outcomes, "an outcome that is not declared"
            outcomes[name] = self._value(rule[0], values, outcomes)
            return
        assert tag == "responseCondition"
        if id(rule) not in self.branches:
            self.branches[id(rule)] = [self._branch(branch) for branch in rule]
        for test, rest in self.branches[id(rule)]:
            if test is None or self._test(test, values, outcomes):
                for inner in rest:
                    self._run(inner, values, outcomes)
                return

    def _branch(self, branch: ET.Element) -> tuple[ET.Element | None, list[ET.Element]]:
        """The test of a branch, None for one that needs none, and its rules."""
        kind = branch.tag.removeprefix(QTI)
        assert kind in ("responseIf", "responseElseIf", "responseElse")
        return (None, list(branch)) if kind == "responseElse" else (branch[0], list(branch)[1:])

    def _test(self, test: ET.Element, values: Mapping[str, Value], outcomes: Mapping[str, Value]) -> bool:
        if test.tag == f"{QTI}isNull":
            return self._value(test[0], values, outcomes) is None
        assert test.tag == f"{QTI}equal"
        assert test.get("toleranceMode") == "absolute", "a relative tolerance fails for negative keys"
        below, above = _two(test.get("tolerance", ""))
        first = self._value(test[0], values, outcomes)
        second = self._value(test[1], values, outcomes)
        if not isinstance(first, float) or not isinstance(second, float):
            return False
        return second - below <= first <= second + above

    def _value(self, one: ET.Element, values: Mapping[str, Value], outcomes: Mapping[str, Value]) -> Value:
        tag = one.tag.removeprefix(QTI)
        if tag == "baseValue":
            return CASTS[one.get("baseType", "")](one.text or "")
        if tag == "sum":
            numbers = [self._value(part, values, outcomes) for part in one]
            return sum(number for number in numbers if isinstance(number, float))
        name = one.get("identifier", "")
        if tag == "correct":
            return self.correct[name]
        assert tag == "variable"
        return values[name] if name in values else outcomes[name]


@cache
def _two(text: str) -> tuple[float, float]:
    below, above = map(float, text.split())
    return below, above


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
