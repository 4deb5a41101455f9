"""A reader of packages for Canvas: what is asked, between which bounds an answer is right, what is said."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
PACKAGE = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
QUIZ = "{http://canvas.instructure.com/xsd/cccv1p0}"


@dataclass(frozen=True)
class Item:
    """A question of a quiz."""

    root: ET.Element

    @property
    def metadata(self) -> dict[str, str]:
        fields = self.root.iter(f"{QTI}qtimetadatafield")
        return {
            one.findtext(f"{QTI}fieldlabel") or "": one.findtext(f"{QTI}fieldentry") or "" for one in fields
        }

    @property
    def text(self) -> str:
        """The HTML of the question."""
        return self.root.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext") or ""

    def score(self, typed: str) -> float:
        """The score in percent for a response; Canvas takes numbers below 0.0001 for 0."""
        is_number = self.metadata["question_type"] == "numerical_question"
        number = Decimal(typed) if is_number else Decimal(0)
        if is_number and abs(number) < Decimal("1e-4"):
            number = Decimal(0)
        for condition in self.root.iter(f"{QTI}respcondition"):
            setvar = condition.find(f"{QTI}setvar")
            variable = condition.find(f"{QTI}conditionvar")
            assert variable is not None
            if setvar is not None and all(_holds(test, typed, number) for test in variable):
                return float(setvar.text or 0)
        return 0.0

    def feedback(self, name: str) -> str:
        for one in self.root.iter(f"{QTI}itemfeedback"):
            if one.get("ident") == name:
                return one.findtext(f".//{QTI}mattext") or ""
        raise KeyError(name)


def _holds(test: ET.Element, typed: str, number: Decimal) -> bool:
    tag = test.tag.removeprefix(QTI)
    if tag == "or":
        return any(_holds(part, typed, number) for part in test)
    if tag == "and":
        return all(_holds(part, typed, number) for part in test)
    if tag == "not":
        return not _holds(test[0], typed, number)
    text = test.text or ""
    if tag == "varequal":
        chosen = typed.split("+")
        return text in chosen or (
            _is_number(text) and number == Decimal(text) and len(chosen) == 1 and "." in text
        )
    return number >= Decimal(text) if tag == "vargte" else number <= Decimal(text)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def quiz(raw: bytes) -> tuple[str, list[Item]]:
    """The title of the quiz and its items; checks that the manifest and the files agree."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        manifest = ET.fromstring(archive.read("imsmanifest.xml"))
        listed = {file.get("href", "") for file in manifest.iter(f"{PACKAGE}file")}
        assert listed == set(archive.namelist()) - {"imsmanifest.xml", "non_cc_assessments/"}
        names = [one.get("identifier") for one in manifest.iter(f"{PACKAGE}resource")]
        assert len(set(names)) == len(names)
        path = next(name for name in listed if re.fullmatch(r"(\w+)/\1\.xml", name))
        meta = ET.fromstring(
            archive.read(next(name for name in listed if name.endswith("assessment_meta.xml")))
        )
        root = ET.fromstring(archive.read(path))
        found = list(_items(root))
        for item in found:
            addresses = re.findall(r'<img src="%24IMS-CC-FILEBASE%24/([^"]*)"', item.text)
            assert set(addresses) <= listed
            assert item.text.count("<img ") == len(addresses) == item.text.count(" alt=")
        assert len({item.root.get("ident") for item in found}) == len(found)
        title = meta.findtext(f"{QUIZ}title") or ""
        assert title == (root.find(f"{QTI}assessment") or root).get("title")
        return title, found


def _items(root: ET.Element) -> Iterator[Item]:
    for one in root.iter(f"{QTI}item"):
        links = {shown.get("linkrefid") for shown in one.iter(f"{QTI}displayfeedback")}
        assert links <= {said.get("ident") for said in one.iter(f"{QTI}itemfeedback")}
        yield Item(one)
