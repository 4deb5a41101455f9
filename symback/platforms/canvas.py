"""Canvas: packages in its dialect of QTI 1.2, with all digits of every bound.

Canvas was reported to take typed numbers below 0.0001 for 0, so boxes with such a key ask for the number
times an announced power of ten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from symback.platforms.archive import zipped
from symback.platforms.canvas_items import item
from symback.platforms.paper import Paper
from symback.platforms.picture import FILE_NAME
from symback.platforms.xml import HEAD, element, leaf

QUESTIONS = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
QUIZ = "http://canvas.instructure.com/xsd/cccv1p0"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
COURSE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"


def package(paper: Paper) -> bytes:
    """The package of a paper: a zip archive."""
    return zipped(_files(paper))


def identifier(paper: Paper, what: str) -> str:
    """As Canvas makes its own: `g` and 32 hexadecimal digits; the same for the same paper."""
    source = "\0".join((paper.checksum, paper.id, what)).encode("utf-8", "surrogatepass")
    return "g" + hashlib.sha256(source).hexdigest()[:32]


def _files(paper: Paper) -> Iterator[tuple[str, str]]:
    quiz, meta = identifier(paper, "quiz"), identifier(paper, "meta")
    yield "imsmanifest.xml", _manifest(paper, quiz, meta)
    yield f"{quiz}/{quiz}.xml", _questions(paper, quiz)
    yield f"{quiz}/assessment_meta.xml", _meta(paper, quiz)
    yield "non_cc_assessments/", ""
    if paper.picture:
        yield f"images/{FILE_NAME}", paper.picture


def _title(paper: Paper) -> str:
    return f"{paper.title} ({paper.id})"


def _manifest(paper: Paper, quiz: str, meta: str) -> str:
    files_of_quiz = element("file", "", {"href": f"{quiz}/{quiz}.xml"})
    files_of_quiz += element("dependency", "", {"identifierref": meta})
    files_of_meta = element("file", "", {"href": f"{quiz}/assessment_meta.xml"})
    resources = element("resource", files_of_quiz, {"identifier": quiz, "type": "imsqti_xmlv1p2"})
    attributes = {"identifier": meta, "type": COURSE, "href": f"{quiz}/assessment_meta.xml"}
    resources += element("resource", files_of_meta, attributes)
    if paper.picture:
        path = f"images/{FILE_NAME}"
        attributes = {"identifier": identifier(paper, "picture"), "type": "webcontent", "href": path}
        resources += element("resource", element("file", "", {"href": path}), attributes)
    inner = element("metadata", "<schema>IMS Content</schema><schemaversion>1.1.3</schemaversion>")
    inner += element("organizations") + element("resources", resources)
    return HEAD + element("manifest", inner, {"xmlns": PACKAGE, "identifier": identifier(paper, "manifest")})


def _meta(paper: Paper, quiz: str) -> str:
    points = sum(field.points for field in paper.fields)
    inner = (
        leaf("title", _title(paper)),
        leaf("description", ""),
        leaf("shuffle_answers", "false"),
        leaf("scoring_policy", "keep_highest"),
        leaf("quiz_type", "assignment"),
        leaf("points_possible", f"{points}.0"),
        leaf("allowed_attempts", "1"),
        leaf("show_correct_answers", "false"),
    )
    return HEAD + element("quiz", "".join(inner), {"xmlns": QUIZ, "identifier": quiz})


def _questions(paper: Paper, quiz: str) -> str:
    found = [
        item(paper, exercise, field, identifier(paper, field.number))
        for exercise in paper.questions
        for field in exercise.fields
    ]
    attempts = element("fieldlabel", "cc_maxattempts") + leaf("fieldentry", "1")
    metadata = element("qtimetadata", element("qtimetadatafield", attempts))
    section = element("section", "\n" + "\n".join(found) + "\n", {"ident": "root_section"})
    attributes = {"ident": quiz, "title": _title(paper)}
    return HEAD + element(
        "questestinterop", element("assessment", metadata + section, attributes), {"xmlns": QUESTIONS}
    )
