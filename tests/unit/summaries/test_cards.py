"""What cards and their threads read like, word for word, and how long they are.

To accept a changed wording, write the file anew (`python -m tests.unit.summaries.test_cards`) and read it.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from cli.blocks import plain_lines
from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.report.turn_things import turn_things
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.card import MOST_WORDS, Card, card_of
from shared.flywheel.summaries.phases_and_turns import summary_of, transitions
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Turn, Wheel
from shared.slack.cards import card_message, milestone_message, reply_message
from shared.slack.parts import Message
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment
from tests.unit.summaries.situations import bet, late_outcome, stopped, withdrawn
from tests.unit.summaries.wheels import at

CARDS = Path(__file__).with_name("cards.txt")


def wallets() -> History:
    """A turn through every phase, with links, a blocker, a challenge, a deployment that failed and an incident."""
    link = "https://tracker.example.com/browse/"
    history = History().proposed(
        at(1), "wallets", title="Card wallets", url=f"{link}SHOP-7", input_metric="saved cards"
    )
    history.challenged(at(3), "adr-31", at(8), idea="wallets", title="ADR-31", url="https://adr.example.com/31")
    history.worked(at(9), idea="wallets")
    history.add("Blocker Opened", at(11), blocker="SEC-77", idea="wallets", category="approval", url=f"{link}SEC-77")
    history.add("Blocker Closed", at(20), blocker="SEC-77", idea="wallets")
    run = "https://ci.example.com/runs/"
    history.deployed(at(21), "d1", commit("c1", at(10), "wallets"), outcome="rolled_back", url=f"{run}1")
    history.deployed(at(22), "d2", commit("c2", at(21.5), "wallets"), url=f"{run}2")
    history.released(at(23), "wallets", idea="wallets", deployments=["d2"])
    return history.incident(
        at(24), "INC-219", at(24.1), cause={"deployment": "d2"}, url="https://pager.example.com/219"
    )


def blocked_twice() -> History:
    """The same, and a second blocker, of which nobody said where it is."""
    history = wallets()
    return history.add("Blocker Opened", at(12), blocker="legal", title="Terms of payment", idea="wallets")


STAGES = {
    "proposed": (wallets, 2),
    "challenged": (wallets, 5),
    "worked on": (wallets, 10),
    "held": (wallets, 15),
    "held by several": (blocked_twice, 15),
    "released": (wallets, 23.5),
    "delivered, its outcome unknown": (wallets, 40),
    "met": (lambda: bet("met"), 30),
    "missed late": (late_outcome, 60),
    "stopped": (lambda: stopped("the partner went out of business"), 60),
    "only feature withdrawn": (withdrawn, 60),
}


def looked_at(name: str) -> tuple[Wheel, Turn, list[Summary]]:
    history, day = STAGES[name]
    facts, settings, as_of = facts_of(history().events), Settings(), moment(at(day))
    wheel = fold(facts, FLYWHEEL, settings, as_of)
    turn = max(wheel.turns, key=lambda each: each.started_at or as_of)
    mine = [each for each in transitions(wheel) if (each.key, each.turn) == turn.identity and each.at <= as_of]
    return wheel, turn, [summary_of(each, facts, FLYWHEEL, settings) for each in mine]


@cache
def card(name: str) -> tuple[Card, tuple[Summary, ...]]:
    wheel, turn, summaries = looked_at(name)
    entry = msgspec.to_builtins({**turn_entry(turn), "title": turn.title, **turn_things(wheel).get(turn.identity, {})})
    return card_of(entry, wheel.settings, summaries), tuple(summaries)


def messages(name: str) -> Iterator[tuple[str, Message]]:
    shown, summaries = card(name)
    yield name, card_message(shown, interactive=True)
    if name == "delivered, its outcome unknown":
        yield f"{name}, where nothing can be edited", milestone_message(shown)
        yield from ((f"in the thread of {name}", reply_message(each)) for each in summaries if 1 <= each.phase <= 3)


def shown(name: str) -> str:
    return "\n".join(line for title, each in messages(name) for line in plain_lines(title, each.text, each.blocks))


def words(message: Message) -> int:
    lines = list(plain_lines("", message.text, message.blocks))[1:-1]
    return sum(any(map(str.isalnum, word)) for word in " ".join(lines).split())


def test_cards_read_as_their_file() -> None:
    assert "\n\n".join(map(shown, STAGES)) + "\n" == CARDS.read_text()


@pytest.mark.parametrize("name", STAGES)
def test_a_card_and_what_stands_in_its_thread_have_at_most_sixty_words(name: str) -> None:
    assert max(words(each) for _, each in messages(name)) <= MOST_WORDS


def test_a_card_made_without_news_is_the_same() -> None:
    (first, _), (second, _) = card("worked on"), card.__wrapped__("worked on")
    assert first.digest == second.digest


if __name__ == "__main__":
    CARDS.write_text("\n\n".join(map(shown, STAGES)) + "\n")
