"""The live page in a real browser."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import symback
from symback.forward import given_numbers
from symback.network import Network, parse
from symback.solution import Solution
from tests.browser import chromium, faults_of, opened
from tests.invoke import command

NETWORKS = ("mazur", "xor", "convolution", "recurrent")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@cache
def text_of(name: str) -> str:
    """The network file without comments, its random numbers drawn."""
    text = re.sub("#.*", "", command("networks", "show", name).text)
    if name == "xor":
        drawn = {one: number.text for one, number in given_numbers(symback.load(name)).items()}
        for what in ("[[w1, w2], [w3, w4]]", "[b_h1, b_h2]", "[[w5, w6]]", "[b_o1]"):
            numbers = re.sub(r"\w+", lambda found: drawn[found[0]], what)
            text = text.replace('"random"', numbers, 1)
    return text


@cache
def solved(text: str) -> Solution:
    return symback.solve(parse(text, "net.toml"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


def page_of(folder: Path, text: str) -> Path:
    path = folder / f"page-{abs(hash(text))}.html"
    if not path.exists():
        path.write_text(solved(text).to_html(), encoding="utf-8")
    return path


def changeable(network: Network, text: str) -> dict[str, str]:
    """Patterns for the given numbers that stand only once in the file, by name."""
    found = {}
    for name, number in given_numbers(network).items():
        pattern = rf"(?<![\w.]){re.escape(number.text)}(?![\w.])"
        if number.text and len(re.findall(pattern, text)) == 1:
            found[name] = pattern
    return found


def edited(name: str, seed: int) -> tuple[dict[str, str], str]:
    """Some numbers of a built-in network changed, and its file with them."""
    drawn = random.Random(f"{name} {seed}")
    text = text_of(name)
    patterns = changeable(solved(text).network, text)
    chosen = drawn.sample(sorted(patterns), min(3, len(patterns)))
    edits = {
        one: f"{drawn.uniform(0.1 if one.startswith('target') else -0.9, 0.9):.{drawn.randint(1, 4)}f}"
        for one in chosen
    }
    for one, number in edits.items():
        text = re.sub(patterns[one], number, text)
    return edits, text


def type_in(page: Any, numbers: Mapping[str, str]) -> None:
    """Types numbers into the fields of the panel."""
    for name, number in numbers.items():
        place = place_of(page, name)
        page.evaluate(
            f"for (let e = document.getElementById('live-{place}'); e; e = e.parentElement) e.open = true"
        )
        page.fill(f"#live-{place}", number)


def place_of(page: Any, name: str) -> int:
    found: int = page.evaluate(
        "name => JSON.parse(document.getElementById('live-data').textContent).names.indexOf(name)", name
    )
    return found


def said(page: Any) -> str:
    """All that the document says, formulas included; plots stay as they are, and the page says so."""
    found: str = page.evaluate(
        """() => {
          const main = document.querySelector("main").cloneNode(true);
          main.querySelectorAll("figure.plot").forEach(figure => figure.remove());
          return main.textContent;
        }"""
    )
    return re.sub(r"\s+", " ", found)


NUMBER = re.compile(r"\(?−?\d+\.\d+\)?")


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("seed", range(2))
def test_every_number_follows_an_edit(browser: Any, folder: Path, name: str, seed: int) -> None:
    """The page after edits has the numbers, signs and brackets of the page of the edited file."""
    edits, text = edited(name, seed)
    assert edits
    with opened(browser, page_of(folder, text)) as page:
        expected = NUMBER.findall(said(page))
    with opened(browser, page_of(folder, text_of(name))) as page:
        before = said(page)
        type_in(page, edits)
        after = said(page)
        assert NUMBER.findall(after) == expected
        assert after != before
        assert all(note.is_visible() for note in page.locator("figure.plot .stale").all())
        assert "not proven" in page.inner_text("#live-notice")
        page.click("#live-reset")
        assert said(page) == before
        assert page.is_hidden("#live-notice")


def test_numbers_in_matrices_follow(browser: Any, folder: Path) -> None:
    paths = [folder / "matrix.html", folder / "edited.html"]
    text = text_of("mazur")
    for path, one in zip(paths, (text, text.replace("0.15", "-0.35").replace("0.45", "0.9")), strict=True):
        page = symback.solve(parse(one, "net.toml"), notation="matrix").to_html()
        path.write_text(page, encoding="utf-8")
    with opened(browser, paths[1]) as page:
        expected = NUMBER.findall(said(page))
    with opened(browser, paths[0]) as page:
        type_in(page, {"w1": "-0.35", "w6": "0.9"})
        assert NUMBER.findall(said(page)) == expected


def test_what_changed_is_heard_once(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        assert page.inner_text("#live-heard") == ""
        type_in(page, {"w1": "-0.35"})
        first = page.inner_text("#live-heard")
        assert "not proven" in first
        page.focus("#live-reset")
        page.keyboard.press("Enter")
        assert "proven ones again" in page.inner_text("#live-heard")
        assert page.evaluate("document.activeElement.tagName") == "INPUT"


@pytest.mark.parametrize("name", ["mazur", "xor"])
def test_the_slider_reaches_round_100(browser: Any, folder: Path, name: str) -> None:
    expected = symback.solve(name, rounds=[100])
    with opened(browser, page_of(folder, text_of(name))) as page:
        page.evaluate("document.getElementById('live-round').value = 99")
        page.focus("#live-round")
        page.keyboard.press("ArrowRight")
        rows = page.inner_text("#live table").replace("−", "-")
        for quantity in ("E_total@100", "w1@100"):
            assert expected[quantity].number is not None
            assert expected[quantity].number.shown in rows
        assert "After 100 updates" in page.inner_text("#live-says")
        label = page.get_attribute("#live-round", "aria-valuetext")
        assert label.startswith("100 updates, error " + expected["E_total@100"].number.shown[:8])


def test_play_runs_and_stops(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        page.click("#live-play")
        # The policy of the page forbids what Playwright's own waiting evaluates.
        for _ in range(100):
            page.wait_for_timeout(100)
            if int(page.inner_text("#live-count")) >= 3:
                break
        page.click("#live-play")
        count = int(page.inner_text("#live-count"))
        page.wait_for_timeout(300)
        assert int(page.inner_text("#live-count")) == count > 0
        assert page.inner_text("#live-play") == "Play"


def asked(page: Any, name: str, number: str) -> str:
    """What the page says of a number."""
    page.fill("#live-name", name)
    page.fill("#live-number", number)
    page.keyboard.press("Enter")
    found: str = page.inner_text("#live-verdict")
    return re.sub(r"\s+", " ", found)


def test_my_number_is_checked(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        wrong = asked(page, "dE_o2/dout_h1", "-0.017144205")
        assert wrong.startswith("Wrong: dE_o2/dout_h1 = -0.019049118, not -0.017144205.")
        assert "w6 = 0.45 was used where w7 = 0.50 belongs." in wrong
        assert asked(page, "E_total", "0.298371109") == "Right: E_total = 0.298371109."
        assert "rounded" in asked(page, "E_total", "0.2984")
        assert "Did you mean E_total?" in asked(page, "E_totl", "1")
        assert "is no number" in asked(page, "E_total", "much")
        assert "symback diagnose" in asked(page, "E_total", "123.5")
        assert asked(page, "E_total@100", "0.0200").startswith("Right")
        type_in(page, {"w6": "0.9"})
        assert "w6 = 0.9 was used where w7 = 0.50 belongs." in asked(page, "dE_o2/dout_h1", "-0.034")


def test_what_is_no_number_is_refused_in_words(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        before = said(page)
        type_in(page, {"w5": "<b>4</b>"})
        assert 'w5: "<b>4</b>" is no number' in page.inner_text("#live-problem")
        assert page.get_attribute("#live-5 , input[aria-invalid=true]", "aria-invalid") is not None
        assert said(page) == before
        type_in(page, {"w5": "0.40"})
        assert page.inner_text("#live-problem") == ""
        assert page.is_hidden("#live-notice")


def test_numbers_that_are_too_large_are_said_to_be(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        type_in(page, {"eta": "9" * 39, "w5": "-" + "9" * 39})
        assert "not proven" in page.inner_text("#live-says")
        assert "NaN" not in said(page)
        assert "undefined" not in said(page)


def test_without_javascript_the_page_is_the_document(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur")), java_script_enabled=False) as page:
        assert page.is_hidden("#live")
        assert page.is_hidden("#live-notice")
        assert "0.082167041" in page.inner_text("main")


@pytest.mark.parametrize(
    ("width", "scheme"), [(400, "light"), (900, "dark"), (1400, "light"), (1400, "dark")]
)
def test_nothing_keeps_readers_out(browser: Any, folder: Path, width: int, scheme: str) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with opened(browser, page_of(folder, text_of("mazur")), **options) as page:
        if width < 1280:
            page.click("#live-toggle")
        assert faults_of(page) == []
        type_in(page, {"w5": "0.9"})
        assert faults_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_there_are_no_controls(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        page.emulate_media(media="print")
        assert page.is_hidden("#live")
        type_in_print = "document.getElementById('live-0').value = '0.5'"
        page.evaluate(f"{type_in_print}; document.getElementById('live-0').dispatchEvent(new Event('input'))")
        assert page.is_visible("#live-says")
        assert page.is_hidden("#live-reset")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_has_its_derivation(browser: Any, folder: Path, name: str) -> None:
    solution = symback.solve(name)
    with opened(browser, page_of(folder, text_of(name))) as page:
        found = page.evaluate(
            "[...document.querySelectorAll('[data-parameter]')].map(e => e.dataset.parameter)"
        )
        assert found == [parameter for parameter, _ in solution.network.parameters]
        chosen = found[-2]
        page.focus(f"[data-open={chosen}]")
        page.keyboard.press("Enter")
        opened_ones = page.evaluate(
            "[...document.querySelectorAll('details[data-parameter]')]"
            ".filter(one => one.open).map(one => one.dataset.parameter)"
        )
        assert opened_ones == [chosen]
        assert page.evaluate("document.activeElement.parentElement.dataset.parameter") == chosen
        shown = solution.evaluation[f"dE_total/d{chosen}"]
        assert shown is not None
        assert shown.shown.lstrip("-") in page.inner_text(f"[data-parameter={chosen}]")
        assert faults_of(page) == []


def test_a_click_on_a_weight_lights_its_path(browser: Any, folder: Path) -> None:
    """w1 reaches the error through both outputs; each factor has the colour that it has in the formula."""
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        drawing = page.locator(".symback-network").first
        weight = drawing.locator("[data-name=w1]").first
        weight.locator(".live-hit").click(force=True)
        details = page.locator("details[data-parameter=w1]")
        assert details.evaluate("e => e.open && e.parentElement.className") == "live-slot"
        lit = drawing.evaluate(
            "e => Object.fromEntries([...e.querySelectorAll('.lit[data-name]')]"
            ".map(one => [one.dataset.name, [...one.classList].filter(name => name.length === 1).join()]))"
        )
        assert lit["w1"] == "c"
        assert lit["net_h1 out_h1"] == "b"
        assert {lit[name] for name in ("w5", "w7", "E_o1", "E_o2")} == {"a"}
        assert "w2" not in lit
        drawing.locator("[data-name=w6]").first.focus()
        page.keyboard.press(" ")
        assert page.evaluate("document.querySelectorAll('details[data-parameter][open]').length") == 1
        assert page.evaluate("document.activeElement.parentElement.dataset.parameter") == "w6"
        assert drawing.locator("[data-name=w1].lit").count() == 0
        assert faults_of(page) == []


def test_numbers_of_the_drawing_follow(browser: Any, folder: Path) -> None:
    with opened(browser, page_of(folder, text_of("mazur"))) as page:
        type_in(page, {"w1": "-0.3"})
        drawing = page.locator(".symback-network").first
        assert "−0.3" in drawing.text_content()
        page.click("#live-reset")
        assert "−0.3" not in drawing.text_content()
