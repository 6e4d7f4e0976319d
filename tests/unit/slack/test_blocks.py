"""Summaries as Block Kit: complete, within the limits, and inert whatever stands in an outside string."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import block_error
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.summaries.phases_and_turns import summary_of as made
from shared.flywheel.summaries.phases_and_turns import transitions
from shared.flywheel.summaries.summary import Action, Figure, Link
from shared.flywheel.wheel.fold import fold
from shared.slack.blocks import Update, comparison, message_of, withdrawn_message_of
from shared.slack.escaping import mrkdwn, plain, units
from shared.slack.parts import Message
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment
from tests.unit.slack.post import summary_of

HOSTILE = (
    "<!channel>",
    "<!here|here>",
    "<@U012AB3CD>",
    "<#C012AB3CD>",
    "<https://evil.example|click>",
    "https://evil.example",
    "*bold* _sly_ ~gone~ `code` ```block```",
    ":rotating_light: :a:b:",
    "a\r\n> quoted\r\n• b",
    "abc\u202edef\u2066ghi\u200b\u00ad",
    "<source>",
    "<script>alert(1)</script>&lt;!channel&gt;",
    "\x00\x1b[31mred\x07",
    "&amp;<&>",
    "<!date^1392734382^{date}|x>",
    "💥" * 200,
)


def texts_in(message: Message) -> list[str]:
    """Every text that Slack would parse."""
    found = [message.text]
    for block in message.blocks:
        parts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        found += [part["text"] for part in parts if part]
    return found


def assert_inert(message: Message) -> None:
    """The header is a `plain_text` object, in which Slack reads no marks and no entities; all else is mrkdwn."""
    assert block_error(message.blocks) is None
    header = message.blocks[0]["text"]["text"]
    for text in texts_in(message):
        assert "<" not in text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b]", text)
        assert not re.search(r":[\w+'-]+:", text)
        if text != header:
            assert not re.search(r"&(?!amp;|lt;|gt;)", text)
            assert not set(text) & set("`~")
            assert all(line.count("*") in (0, 2) for line in text.split("\n"))


def test_a_message_says_finding_figures_action_and_context_in_this_order() -> None:
    message = message_of(summary_of("a"))
    assert [block["type"] for block in message.blocks] == ["header", "section", "section", "section", "context"]
    assert message.blocks[0]["text"]["text"] == "Next Best Action completed · checkout"
    assert message.blocks[1]["text"]["text"] == "*It went well.*"
    assert message.blocks[2]["fields"][0]["text"] == "*Lead time*\n9 h  ↓ better, was 12 h"
    assert message.blocks[3]["text"]["text"] == "*Next:* Release a slice. It is the constraint."
    assert message.blocks[4]["elements"][0]["text"] == "84 days"


def test_an_action_links_to_its_things_with_their_hosts_and_tells_what_became_of_the_last() -> None:
    link = Link(title="SEC|77 <b>", url="https://jira.example.com/browse/SEC-77?a=1&b=2")
    action = Action(text="Remove it.", because="it waits", links=(link,), before="Done since 1 Jun: “x” was closed.")
    message = message_of(replace(summary_of("a"), action=action))
    assert message.blocks[3]["text"]["text"] == (
        "*Next:* Remove it. It waits. <https://jira.example.com/browse/SEC-77?a=1&amp;b=2|SEC¦77 &lt;b&gt;>"
        " (jira.example.com)\nDone since 1 Jun: “x” was closed."
    )


def test_what_is_no_https_address_is_no_link() -> None:
    action = Action(text="Remove it.", links=(Link(title="x", url="javascript:alert(1)"),))
    message = message_of(replace(summary_of("a"), action=action))
    assert message.blocks[3]["text"]["text"] == "*Next:* Remove it."


def test_the_fallback_is_the_whole_finding() -> None:
    assert message_of(summary_of("a")).text == (
        "Next Best Action completed · checkout. It went well. Lead time: 9 h. Next: Release a slice."
    )


def test_an_update_says_so() -> None:
    message = message_of(summary_of("a"), Update("2026-03-30 12:01 UTC"))
    said = "Updated 2026-03-30 12:01 UTC, as the past was corrected"
    assert message.blocks[-1]["elements"][-1]["text"] == said
    assert message.text.endswith(f" {said}.")


def test_an_update_says_what_changed() -> None:
    changed = ("Lead time is 9 h, not 12 h", "another finding")
    message = message_of(summary_of("a"), Update("2026-03-30 12:01 UTC", changed))
    said = "Updated 2026-03-30 12:01 UTC, as the past was corrected: Lead time is 9 h, not 12 h; another finding"
    assert message.blocks[-1]["elements"][-1]["text"] == said


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Figure(label="x", value="1"), ""),
        (Figure(label="x", value="1", previous="1", arrow="→", trend="same"), "→ as before"),
        (Figure(label="x", value="2", previous="1", arrow="↑", trend="worse"), "↑ worse, was 1"),
    ],
)
def test_a_figure_is_compared_with_its_own_past(figure: Figure, shown: str) -> None:
    assert comparison(figure) == shown


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_outside_string_does_anything_in_slack(hostile: str) -> None:
    """From the event to the payload: every string of an event that a summary can show."""
    name = hostile[:120]
    history = History(flywheel=name[:60])
    history.proposed("03-01", name, title=hostile).worked("03-02", idea=name)
    history.deployed("03-03", name, commit("c", "03-02", name), service=name)
    history.incident("03-04", name, cause={"deployment": name})
    history.released("03-05", name, idea=name, deployments=[name]).outcome("03-20", idea=name)
    facts, settings = facts_of(history.events), Settings()
    flywheel = str(history.events[0]["detail"]["flywheel"])
    made_of = transitions(fold(facts, flywheel, settings, moment("04-01")))
    assert made_of
    for transition in made_of:
        shown = made(transition, facts, flywheel, settings)
        assert_inert(message_of(shown, Update("now", ("<!channel> & co",))))
        assert_inert(withdrawn_message_of(shown, "now"))


def test_a_configured_name_is_escaped_too() -> None:
    facts = facts_of(History().released("03-01", "x").events)
    settings = Settings(flywheels={FLYWHEEL: FlywheelSettings(id=FLYWHEEL, name="<!channel> *team*")})
    for transition in transitions(fold(facts, FLYWHEEL, settings, moment("04-01"))):
        assert_inert(message_of(made(transition, facts, FLYWHEEL, settings)))


@given(st.text(max_size=4000), st.integers(5, 300))
def test_what_is_cut_fits_and_cuts_no_entity(text: str, limit: int) -> None:
    shown = mrkdwn(text, limit)
    assert units(shown) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    assert units(plain(text, limit)) <= limit


def test_a_cut_falls_between_characters() -> None:
    assert mrkdwn("💥" * 10, 7) == "💥💥💥…"
    assert mrkdwn("a<<<", 9) == "a&lt;…"


def test_the_longest_summary_stays_within_slacks_limits() -> None:
    figure = Figure(label="l" * 5000, value="<" * 5000, previous="&" * 5000, arrow="↑", trend="worse")
    longest = replace(
        summary_of("a"),
        heading="<" * 5000,
        headline="&" * 5000,
        figures=(figure,) * 10,
        action=Action(text="*" * 5000, rule="_" * 5000),
        context="💥" * 5000,
        missing=("x" * 5000,) * 5,
        link="https://board.example/checkout?a=1&b=2",
    )
    message = message_of(longest, Update("2026-03-30 12:01 UTC", ("c" * 5000,)))
    assert block_error(message.blocks) is None
    assert len(json.dumps(message.blocks)) > 1000


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://x|y", "https://a b", "ftp://x"])
def test_only_web_links_are_linked(link: str) -> None:
    assert "Open the board" not in str(message_of(replace(summary_of("a"), link=link)).blocks)


def test_a_link_is_one_link() -> None:
    message = message_of(replace(summary_of("a"), link="https://board.example/?a=1&b=2"))
    assert message.blocks[4]["text"]["text"] == "<https://board.example/?a=1&amp;b=2|Open the board>"
