"""The page of a flywheel: complete, by itself, and in the order of what a reader asks."""

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha256

import pytest
from hypothesis import given, settings

from shared.board.drawing.marks import counted
from shared.board.words import short_measure
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
    assert "url(" not in re.sub(r"url\(#fwb-hatch(-small)?\)", "", style), "a style asks for something"
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


def test_turns_of_which_only_the_release_is_known_are_delivered_all_the_same() -> None:
    history = History()
    for day in range(10, 20):
        history.deployed(f"02-{day}", f"1.{day}").released(f"02-{day}", f"1.{day}")
    text = Tree(page_of(history.events, "03-30")).text
    assert "10 turns delivered in 12 weeks" in text
    assert "10 turns delivered, and what came before the release is not known." in text
    assert "No turn was delivered" not in text


def test_a_share_that_is_unknown_is_no_0_of_any() -> None:
    """Nothing was sent that could tell a failure: a count of 0 would say that there was none."""
    text = Tree(page_of(History().deployed("03-20", "d1").deployed("03-21", "d2").events, "03-30")).text
    assert "Change fail rate – – too few to tell" in text
    assert "0 of 2 now" in text, "rework is told by the deployments themselves"
    told = History().deployed("03-20", "d1").deployed("03-21", "d2").incident("03-22", "I1", cause={"external": True})
    assert "Change fail rate – 0 of 2 too few to tell" in Tree(page_of(told.events, "03-30")).text


def test_the_part_of_the_pushes_that_paid_is_no_more_than_the_part_of_which_anybody_told() -> None:
    """A delivered turn with a failed change is half a push of releases and, met, a whole one of value."""
    history = History()
    for day in (2, 3, 4):
        history.proposed(f"02-0{day}", f"i{day}").deployed(f"02-0{day}", f"d{day}", ideas=[f"i{day}"])
        history.incident(f"02-0{day}", f"I{day}", f"02-0{day}", cause={"deployment": f"d{day}"})
        history.released(f"02-1{day}", f"f{day}", idea=f"i{day}")
    history.outcome("03-20", idea="i2", result="met").outcome("03-20", idea="i3", result="met")
    text = Tree(page_of(history.events, "03-30")).text
    paid, known = re.findall(r"(\d+)% of (?:the pushes are known|it anybody)", text)
    assert paid == known


def test_a_command_to_send_is_one_whose_options_keep_their_dashes() -> None:
    tree = Tree(page_of(History().deployed("03-20", "d1").events, "03-30"))
    assert tree.all("code")
    page = page_of(History().deployed("03-20", "d1").events, "03-30")
    assert '<span class="nowrap">--map</span> <span class="nowrap">market</span>' in page
    assert re.search(r"MAP.owm\)&quot;</span></code>\.", page), "the stop of the sentence is none of the command's"


def test_many_marks_of_one_outcome_look_no_fewer_than_some_of_another() -> None:
    assert [each.html.count("<svg") for each in counted({"met": 19, "missed": 2, "learned": 0, "unknown": 8})] == [
        1,
        1,
        1,
    ]
    assert [each.html.count("<svg") for each in counted({"met": 8, "missed": 2})] == [8, 2]


@pytest.mark.parametrize("title", ["  ", "\u200f", "\u200b \u00ad"])
def test_a_title_that_nobody_can_see_gives_way_to_the_turns_name(title: str) -> None:
    history = History().proposed("03-01", "SHOP-1", title=title).blocked("03-02", "SEC-7", idea="SHOP-1", title=title)
    tree = Tree(page_of(history.events, "03-30", link=lambda _, name: f"{name}.html"))
    assert "SHOP-1 29 d" in tree.text
    assert "SEC-7" in tree.text


def test_the_number_of_a_phase_stands_clear_of_the_hatching_before_it() -> None:
    case = SITUATIONS["healthy"]()
    page = page_of(case.events, case.as_of, settings=case.settings, flywheel=case.flywheel)
    after = re.findall(r'<rect class="unknown"[^>]*width="6"[^>]*></rect>(<text[^>]*>)', page)
    assert after
    assert all('dx="3"' in each or 'dx="3.0"' in each for each in after)


def test_few_cases_are_no_missing_window() -> None:
    few = History().released("03-01", "x").released("06-01", "y")
    assert (
        "Too little to tell: too few cases in this window or in the one before."
        in Tree(page_of(few.events, "06-30")).text
    )
    none = History().proposed("01-01", "x").proposed("06-01", "y")
    assert (
        "Nothing to compare: no turn was delivered in this window or the one before."
        in Tree(page_of(none.events, "06-30")).text
    )
    new = History().proposed("06-01", "y")
    assert "Too early to tell: there is no earlier window to compare with." in Tree(page_of(new.events, "06-30")).text


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (123_456_789.1, "€", "123.5 M €"),
        (999_999.0, "EUR", "999,999 EUR"),
        (-2_500_000, "orders a week", "-2.5 M"),
        (53.6, "percent of baskets", "53.6%"),
    ],
)
def test_a_value_beside_a_curve_leaves_the_curve_its_room(value: float, unit: str, shown: str) -> None:
    assert short_measure(value, unit) == shown


def test_a_note_is_about_a_part_by_its_name_and_has_no_marks_of_other_media() -> None:
    history = History().add("Metric Defined", "03-01", metric="orders", role="north_star", target=90)
    history.add("Metric Measured", "03-02", metric="orders", value=80)
    text = Tree(page_of(history.events, "03-30")).text
    assert "Metrics: “orders” has a target and no direction" in text
    assert "direction down says otherwise" in text


def test_two_values_that_read_the_same_in_short_are_told_apart_on_a_board_too() -> None:
    history = History().proposed("03-01", "x")
    for metric, role in (("orders", "north_star"), ("baskets", "input")):
        history.add("Metric Defined", "01-05", metric=metric, role=role, unit="a day", target=90)
        history.add("Metric Measured", "02-20", metric=metric, value=10.04)
        history.add("Metric Measured", "03-28", metric=metric, value=10.01)
    text = Tree(page_of(history.events, "03-30")).text
    assert "No. Orders : 10.01 a day, 10.04 (36 days before); the target is 90." in text
    assert "10.04 (36 days before), 10.01 a day now" in text
