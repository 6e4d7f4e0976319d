"""A Slack message in a terminal, and off it."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from cli.blocks import marked, plain_lines, show_message
from shared.slack.blocks import message_of
from tests.unit.slack.post import summary_of

MESSAGE = message_of(summary_of("a", "“<!channel>” & co went well."))


def printed(**console: Any) -> str:
    file = StringIO()
    show_message(Console(file=file, width=70, **console), "#value", MESSAGE.text, MESSAGE.blocks)
    return file.getvalue()


def test_off_a_terminal_it_is_plain_text_of_a_fixed_width() -> None:
    shown = printed(force_terminal=False)
    assert shown == "\n".join(plain_lines("#value", MESSAGE.text, MESSAGE.blocks)) + "\n"
    assert "“<!channel>” & co went well." in shown
    assert "Lead time: 9 h  ↓ better, was 12 h" in shown
    assert "\x1b" not in shown


def test_a_terminal_gets_a_panel() -> None:
    shown = printed(force_terminal=True, color_system="standard")
    assert "╭" in shown
    assert "\x1b[1m" in shown
    assert "#value" in shown


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in printed(force_terminal=True, color_system="standard")


def test_a_message_without_blocks_shows_its_text() -> None:
    assert "only &text" in "\n".join(plain_lines("#a", "only &amp;text", []))


def test_bold_and_links_are_shown_as_slack_does() -> None:
    text = marked("*bold* and <https://board.example/?a=1&amp;b=2|Open the board>")
    assert text.plain == "bold and Open the board: https://board.example/?a=1&b=2"
    assert [span.style for span in text.spans] == ["bold", "underline"]


def test_nothing_that_a_terminal_would_obey_comes_through() -> None:
    assert marked("a\x1b[31mb\u202ec").plain == "a[31mbc"


def test_the_series_of_a_chart_have_one_scale() -> None:
    def series(name: str, *values: float) -> dict[str, object]:
        return {"name": name, "data": [{"label": str(at), "value": value} for at, value in enumerate(values)]}

    lines = (series("measured", 30, 35, 40), series("target", 40, 40, 40))
    block = {"type": "data_visualization", "title": "Carts", "chart": {"type": "line", "series": [*lines]}}
    shown = "\n".join(plain_lines("#a", "text", [block]))
    assert "measured   ▆▇█  40" in shown
    assert "target     ███  40" in shown
