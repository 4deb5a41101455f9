"""What objects show in Jupyter: elements that fit into somebody else's page, and the same as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

import symback
from tests.browser import chromium

HOSTILE = "w1 <script>alert(1)</script> = 2"


def _graded() -> Any:
    papers = symback.sheet("mazur", variants=2, kinds=["forward"])
    boxes = {paper: {"1a": "<b>0.3775"} for paper in papers.sheet.ids}
    return symback.grade(papers, boxes)


OBJECTS: dict[str, Callable[[], Any]] = {
    "solution": lambda: symback.solve("mazur"),
    "quantity": lambda: symback.solve("mazur")["dE_total/dw5"],
    "given": lambda: symback.solve("mazur")["w5"],
    "trained later": lambda: symback.solve("mazur", rounds=(10,))["w5@10"],
    "papers": lambda: symback.sheet("mazur", variants=2, kinds=["forward"]),
    "grades": _graded,
    "diagnosis": lambda: symback.diagnose("mazur", {"dE_o2/dout_h1": "-0.017144205"}),
    "unexplained": lambda: symback.diagnose("mazur", {"out_o1": "7.5", "out_o2": "8.5"}),
    "all right": lambda: symback.diagnose("mazur", {"out_o1": "0.7514"}),
    "training": lambda: symback.train("mazur", 10),
    "verdicts": lambda: symback.verify("net_h1 = w1*i1 + w3*i2 + b1 = 0.3825", HOSTILE, network="mazur"),
    "nothing to mend": lambda: symback.verify("net_h1 = w1*i1 + w2*i2 + b1", network="mazur"),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_shows_itself(name: str) -> None:
    shown = OBJECTS[name]()
    markup, text = shown._repr_html_(), shown._repr_markdown_()
    ElementTree.fromstring(f"<div>{re.sub('&(?:[a-z]+);', ' ', markup)}</div>")  # one that breaks nothing
    outside = re.sub(r'srcdoc="[^"]*"', "", markup)
    assert not re.search(r"<(?:html|head|body|script|link|meta)\b", outside)
    for rule in re.findall(r"<style>(.*?)</style>", outside, re.DOTALL):  # of drawings, for their own names
        selectors = re.findall(r"([^{}]+)\{", re.sub(r"@media[^{]*\{", "", rule))
        assert all(re.match(r"\s*\.", selector) for selector in selectors), selectors
    assert "<script" not in text.replace(r"\<script", "")
    assert text.strip()


def test_a_quantity_has_its_numbers() -> None:
    quantity = symback.solve("mazur")["net_h1"]
    for shown in (quantity._repr_markdown_(), quantity._repr_html_()):
        assert re.findall(r"\d\.\d+", re.sub(r"<[^>]*>", " ", shown)) == [
            *("0.15", "0.05", "0.20", "0.10", "0.35"),
            "0.377500000",
        ]


def test_a_diagnosis_says_the_same_in_both() -> None:
    shown = OBJECTS["diagnosis"]()
    numbers = [re.findall(r"-?\d\.\d{3,}", one) for one in (shown._repr_html_(), shown._repr_markdown_())]
    assert numbers[0] == numbers[1]
    assert "-0.019049118" in numbers[0]


def test_equals_signs_stand_under_each_other() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.set_content("<!DOCTYPE html><body>" + OBJECTS["quantity"]()._repr_html_())
        signs = "[...document.querySelectorAll('mtr')].map((row) => row.children[1].firstChild)"
        lefts = page.evaluate(f"{signs}.map((sign) => sign.getBoundingClientRect().left)")
    assert len(lefts) == 3
    assert max(lefts) - min(lefts) < 1
