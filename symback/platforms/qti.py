"""QTI 2.1: a package for each paper, with an item for each box, a test that holds them, and a manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symback.platforms.archive import zipped
from symback.platforms.paper import Paper
from symback.platforms.picture import FILE_NAME
from symback.platforms.qti_items import NAMESPACE, Item, items
from symback.platforms.xml import HEAD, element

PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
ITEM_TYPE = "imsqti_item_xmlv2p1"
TEST_TYPE = "imsqti_test_xmlv2p1"


def package(paper: Paper) -> bytes:
    """The package of a paper: a zip archive."""
    return zipped(_files(paper))


def _files(paper: Paper) -> Iterator[tuple[str, str]]:
    found = list(items(paper))
    yield "imsmanifest.xml", _manifest(paper, found)
    yield "test.xml", _test(paper, found)
    if paper.picture:
        yield FILE_NAME, paper.picture
    for item in found:
        yield f"items/{item.identifier}.xml", HEAD + item.xml


def _manifest(paper: Paper, found: Iterable[Item]) -> str:
    resources = []
    picture = element("file", "", {"href": FILE_NAME}) if paper.picture else ""
    dependencies = []
    for item in found:
        path = f"items/{item.identifier}.xml"
        attributes = {"identifier": f"res-{item.identifier}", "type": ITEM_TYPE, "href": path}
        resources.append(element("resource", element("file", "", {"href": path}) + picture, attributes))
        dependencies.append(element("dependency", "", {"identifierref": f"res-{item.identifier}"}))
    test = element("file", "", {"href": "test.xml"}) + "".join(dependencies)
    attributes = {"identifier": "res-test", "type": TEST_TYPE, "href": "test.xml"}
    resources.insert(0, element("resource", test, attributes))
    inner = element("metadata", "<schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion>")
    inner += element("organizations") + element("resources", "\n" + "\n".join(resources) + "\n")
    return HEAD + element("manifest", inner, {"xmlns": PACKAGE, "identifier": f"sheet-{paper.checksum}"})


def _test(paper: Paper, found: Iterable[Item]) -> str:
    references = "".join(map(_reference, found))
    section = element(
        "assessmentSection", references, {"identifier": "all", "title": paper.title, "visible": "true"}
    )
    modes = {"identifier": "part", "navigationMode": "nonlinear", "submissionMode": "individual"}
    return HEAD + element(
        "assessmentTest",
        element("testPart", section, modes),
        {"xmlns": NAMESPACE, "identifier": f"test-{paper.checksum}", "title": f"{paper.title} ({paper.id})"},
    )


def _reference(item: Item) -> str:
    attributes = {"identifier": item.identifier, "href": f"items/{item.identifier}.xml"}
    return element(
        "assessmentItemRef",
        element("weight", "", {"identifier": "POINTS", "value": str(item.weight)}),
        attributes,
    )
