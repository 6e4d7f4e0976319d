"""Boards as a browser shows them: nothing overlaps or overflows, everybody can read and reach all of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import THEMES, WIDTHS, WITH_AXE
from tests.browser.situations import SITUATIONS

Look = Callable[[str], dict[str, Any]]
PAGES = (*SITUATIONS, "turn", "link")
EVERYWHERE = [f"{page}-{width}-{theme}" for page in PAGES for width in WIDTHS for theme in THEMES]
JUDGED = [f"{page}-{width}-{theme}" for page in PAGES for width, theme in WITH_AXE]


@pytest.mark.parametrize("name", EVERYWHERE)
def test_no_text_lies_on_another(look: Look, name: str) -> None:
    assert look(name)["texts"] > 50
    assert look(name)["overlaps"] == []


@pytest.mark.parametrize("name", EVERYWHERE)
def test_nothing_is_wider_than_the_window(look: Look, name: str) -> None:
    seen = look(name)
    assert seen["outside"] == []
    assert seen["scrollWidth"] <= seen["clientWidth"]


@pytest.mark.parametrize("name", EVERYWHERE)
def test_no_text_is_too_small_to_read(look: Look, name: str) -> None:
    assert look(name)["smallest"] >= 12


@pytest.mark.parametrize("page", SITUATIONS)
def test_the_four_answers_begin_on_the_first_screen(look: Look, page: str) -> None:
    """At 1,440 × 900 one sees all four; on a phone the heading and the first."""
    wide, phone = look(f"{page}-1440-light"), look(f"{page}-360-light")
    assert len(wide["finds"]) == 4
    assert max(wide["finds"]) <= WIDTHS[1440]
    assert max(phone["heading"], phone["finds"][0]) <= WIDTHS[360]


@pytest.mark.parametrize("name", JUDGED)
def test_axe_has_nothing_to_say(look: Look, name: str) -> None:
    assert look(name)["violations"] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(look: Look, page: str) -> None:
    keyboard = look(f"{page}-1440-light")["keyboard"]
    assert len(keyboard["reached"]) == keyboard["wanted"] > 0
    assert [each["what"] for each in keyboard["reached"] if not (each["seen"] and each["outlined"])] == []
    assert keyboard["isOpen"], "Enter opens what is closed"


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_page_asks_for_nothing_and_breaks_no_policy(look: Look, name: str) -> None:
    seen = look(name)
    assert seen["requests"] == 1, "the page itself"
    assert seen["complaints"] == []


@pytest.mark.parametrize("page", PAGES)
def test_paper_is_white_and_holds_the_whole_width(look: Look, page: str) -> None:
    seen = look(f"{page}-print")
    assert seen["background"] == "rgb(255, 255, 255)"
    assert seen["outside"] == []
    assert seen["overlaps"] == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_widget_keeps_its_theme_and_its_width_within_a_console(look: Look, theme: str) -> None:
    seen = look(f"widget-1440-{theme}")
    assert seen["background"] == "rgb(17, 19, 23)", "the theme that it was given, whatever the reader's is"
    assert seen["families"] == 1, "nothing of the console's own style reaches it"
    assert seen["overlaps"] == []
    assert seen["complaints"] == []
