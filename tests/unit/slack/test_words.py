"""How long messages are: of every situation and of whatever may happen, with buttons, with what was held back."""

from itertools import chain
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cli.blocks import plain_lines
from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.report.turn_things import turn_things
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.card import MOST_WORDS as OF_A_CARD
from shared.flywheel.summaries.card import card_of
from shared.flywheel.summaries.digest import digests_of
from shared.flywheel.summaries.length import MOST_WORDS
from shared.flywheel.summaries.phases_and_turns import summary_of, transitions
from shared.flywheel.summaries.summary import Line, Summary
from shared.flywheel.summaries.together import row_of, several_of
from shared.flywheel.wheel.fold import fold
from shared.slack.blocks import Update, message_of
from shared.slack.cards import card_message, milestone_message, reply_message
from shared.slack.parts import Message
from shared.slack.several import several_message
from shared.slack.words import first_words, words_of
from tests.unit.domain.histories import FLYWHEEL, facts_of, moment, random_history
from tests.unit.slack.post import digest_of
from tests.unit.summaries.situations import SITUATIONS
from tests.unit.summaries.test_cards import STAGES, card

NOW = moment("06-01")
HELD = "123 messages held back since 12 Mar: 101 routine, 12 as before, 10 switched off"
BOARD = "https://board.example.com/shop?key=1"


def shown(message: Message) -> int:
    """The words that a terminal shows of a message, but for the addresses of its links and the marks of its charts."""
    lines = list(plain_lines("", message.text, message.blocks, width=10_000))[1:-1]
    listed = " ".join(lines).split()
    return sum(any(map(str.isalnum, word)) and "://" not in word for word in listed)


def whole(summary: Summary) -> Message:
    """A summary with all that may stand beside it."""
    linked = replace(summary, link=BOARD)
    return message_of(linked, held=HELD, card="https://slack.example.com/archives/C1/p1", interactive=True)


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_message_has_at_most_a_hundred_and_forty_words_with_its_buttons_and_what_was_held_back(name: str) -> None:
    corrected = Update("2026-03-30 12:01 UTC", tuple(f"the figure {number} is 5%, not 4%" for number in range(4)))
    for _, summary in SITUATIONS[name]():
        assert shown(whole(summary)) <= MOST_WORDS
        assert shown(message_of(replace(summary, link=BOARD), corrected, held=HELD, interactive=True)) <= MOST_WORDS


@pytest.mark.parametrize("stage", STAGES)
def test_a_card_has_at_most_sixty_words_with_its_buttons_and_its_board(stage: str) -> None:
    told, summaries = card(stage)
    told = replace(told, link=BOARD)
    messages = [card_message(told, interactive=True), card_message(told), milestone_message(told)]
    assert max(map(shown, chain(messages, map(reply_message, summaries)))) <= OF_A_CARD


def test_a_card_of_long_texts_loses_of_what_happened_last_and_then_of_its_title() -> None:
    told, _ = card("missed late")
    long = replace(told, title=replace(told.title, title="a b c d " * 9), last=Line(text="x " * 45))
    for message in (card_message(long, interactive=True), milestone_message(long)):
        assert words_of(message.blocks) == OF_A_CARD
        assert "Next:" in str(message.blocks)
    kept = card_message(replace(told, last=Line(text="x y")), interactive=True)
    assert "X y." in str(kept.blocks)


def test_what_matters_least_of_a_message_goes_first_and_its_figures_last() -> None:
    long = replace(digest_of("week"), missing=tuple(f"{'missing ' * 12}{number}" for number in range(9)))
    blocks = message_of(long, held=HELD, interactive=True).blocks
    assert words_of(blocks) <= MOST_WORDS
    assert "missing 0" in str(blocks)
    assert "missing 8" not in str(blocks)
    assert "Lead time" in str(blocks)
    assert HELD in str(blocks)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**16), st.integers(10, 40))
def test_whatever_happens_messages_are_short(seed: int, size: int) -> None:
    facts, rules = facts_of(random_history(seed, size)), Settings()
    wheel = fold(facts, FLYWHEEL, rules, NOW)
    things = turn_things(wheel)
    summaries = [summary_of(each, facts, FLYWHEEL, rules) for each in transitions(wheel) if each.at <= NOW][:4]
    for turn in wheel.turns:
        stored = {**turn_entry(turn), "title": turn.title, **things.get(turn.identity, {})}
        mine = [each for each in summaries if (each.key, each.turn) == turn.identity]
        told = replace(card_of(msgspec.to_builtins(stored), wheel.settings, mine), link=BOARD)
        assert shown(card_message(told, interactive=True)) <= OF_A_CARD
        assert shown(milestone_message(told)) <= OF_A_CARD
    for period in periods(rules.flywheel(FLYWHEEL), NOW, 1):
        summaries += digests_of(facts, FLYWHEEL, rules, period)
    for summary in summaries:
        assert shown(whole(summary)) <= MOST_WORDS


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "header", "text": {"type": "plain_text", "text": "Two words · !"}}], 2),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "*One* <https://a.example/b c|two three>"}}], 3),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "a\nb"}] * 2}], 4),
        ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "a b"}]}], 2),
        ([{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open it"}}]}], 2),
        ([{"type": "divider"}], 0),
    ],
)
def test_words_are_counted_as_they_are_seen(blocks: list[dict[str, Any]], words: int) -> None:
    assert words_of(blocks) == words


def test_the_beginning_of_a_text() -> None:
    assert [first_words("a b c", number) for number in (3, 2, 0, -1)] == ["a b c", "a b…", "", ""]


def test_of_several_turns_the_next_step_is_that_of_the_one_that_is_held() -> None:
    cards = [card(stage)[0] for stage in ("met", "missed late", "held")]
    message = several_message(
        several_of("s", Settings().flywheel(FLYWHEEL), list(map(row_of, cards))), interactive=True
    )
    assert "Card wallets> (tracker.example.com): remove the blocker" in str(message.blocks)
    assert "Close the blocker" in str(message.blocks)
    assert "SEC-77" in str(message.blocks)
