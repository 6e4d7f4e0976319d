"""The page of a flywheel: complete, by itself, and in the order of what a reader asks."""

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings

from shared.flywheel.settings.values import Settings
from tests.browser.situations import SITUATIONS
from tests.hostile import hostile
from tests.unit.board.pages import Tree, page_of
from tests.unit.domain.histories import MOMENTS, SETTINGS, WINDOWS, Envelope, History, histories
from tests.unit.summaries.wheels import AS_OF, barely_wired, doom_loop, first_turn, healthy, struggling, well_wired

WHEELS = {each.__name__: each for each in (healthy, struggling, barely_wired, doom_loop, first_turn, well_wired)}
LARGEST = 300_000


@pytest.mark.parametrize("wheel", WHEELS)
def test_a_page_answers_the_four_questions_in_order(wheel: str) -> None:
    page = page_of(WHEELS[wheel]().events, AS_OF)
    questions = re.findall(r'<h2 id="answer-\d">([^<]*)</h2>', page)
    assert questions == ["Are we winning?", "Is it real?", "What holds us?", "What next?"]


@pytest.mark.parametrize("wheel", WHEELS)
def test_a_page_is_well_formed_and_asks_nothing_of_anybody(wheel: str) -> None:
    tree = Tree(page_of(WHEELS[wheel]().events, AS_OF))
    assert not {"script", "iframe", "use", "img", "link", "object", "form", "base"} & {tag for tag, _ in tree.elements}
    for tag, attributes in tree.elements:
        assert "style" not in attributes, f"<{tag}> has a style of its own, which the policy forbids"
        assert not [name for name in attributes if name.startswith("on")]
        assert tag == "a" or not {"src", "href", "xlink:href"} & attributes.keys()


def test_the_policy_allows_the_page_its_own_style_and_nothing_else() -> None:
    page = page_of(healthy().events, AS_OF)
    (style,) = re.findall(r"<style>(.*?)</style>", page)
    [policy] = [each["content"] for each in Tree(page).all("meta") if each.get("http-equiv")]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style.replace("url(#fwb-hatch)", ""), "a style asks for something"
    assert "@import" not in style


def test_every_rule_of_the_style_begins_with_the_root_so_that_none_reaches_a_console() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page_of(healthy().events, AS_OF))
    inner = re.sub(r"@(media|container)[^{]*\{((?:[^{}]*\{[^{}]*\})*)\}", r"\2", style)
    selectors = [each for rule in re.findall(r"([^{}]+)\{", inner) for each in re.split(r",(?![^(]*\))", rule)]
    assert len(selectors) > 100
    assert [each for each in selectors if not each.startswith(".fwb")] == []


@pytest.mark.slow
@settings(max_examples=40)
@given(histories(), MOMENTS, SETTINGS, WINDOWS)
def test_any_history_gives_a_page_that_is_well_formed_and_small(
    events: list[Envelope], as_of: datetime, rules: Settings, window: float
) -> None:
    page = page_of(events, as_of, window=window, settings=rules)
    assert len(page.encode()) < LARGEST
    tree = Tree(page)
    assert "None" not in tree.text
    assert "nan" not in re.findall(r"\w+", tree.text)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_board_of_each_situation_is_well_formed_and_small(situation: str) -> None:
    case = SITUATIONS[situation]()
    page = page_of(case.events, case.as_of, settings=case.settings, flywheel=case.flywheel)
    assert len(page.encode()) < LARGEST
    Tree(page)


INJECTIONS = (
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "]]><x>",
    "&lt;b&gt; &amp; {{7*7}} ${7*7}",
    "javascript:alert(1)",
    "\ud800 lone",
)


@pytest.mark.slow
@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("wheel", ["well_wired", "struggling"])
def test_text_from_outside_is_text_wherever_it_stands(text: str, wheel: str) -> None:
    events = WHEELS[wheel]().events
    plain = Tree(page_of(events, AS_OF))
    said = text.encode(errors="replace").decode()
    attacked = Tree(page_of([{**each, "detail": hostile(each["detail"], to=said)} for each in events], AS_OF))
    tags = {tag for tag, _ in plain.elements}
    assert {tag for tag, _ in attacked.elements} <= tags | {"a"}
    assert {name for _, attributes in attacked.elements for name in attributes} <= {
        *(name for _, attributes in plain.elements for name in attributes),
        *("href", "rel"),
    }


def test_an_address_from_outside_that_is_no_https_is_no_link() -> None:
    history = History().proposed("03-01", "i1", title="Pay", url="javascript:alert(1)")
    history.blocked("03-02", "b1", idea="i1", title="Wait", url="https://jira.example.com/b1")
    tree = Tree(page_of(history.events, "03-30"))
    links = [each["href"] for each in tree.all("a")]
    assert [each for each in links if not (each or "").startswith(("#", "https://jira.example.com/"))] == []
    assert "(jira.example.com)" in tree.text
