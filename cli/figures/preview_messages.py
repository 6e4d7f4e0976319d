"""The messages of a preview: each summary, card and digest where it would stand, and the rule that holds it back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.report.turn_things import turn_things
from shared.flywheel.settings.values import PERSONAS, Settings
from shared.flywheel.summaries.card import card_of
from shared.flywheel.summaries.digest_names import KEY
from shared.flywheel.summaries.noise import LastDigest, finding_of, is_routine, kind_of, rule_for, rule_for_digest
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.summaries.transition import OUTCOME, TURN
from shared.flywheel.wheel.model import Turn, Wheel
from shared.slack.blocks import message_of
from shared.slack.cards import card_message, reply_message
from shared.slack.parts import Message

ABSORBED = "told with the close of the turn"
_WORDS = {"card": "card", "reply": "reply in a thread", "phase": "phase summary", "turn": "turn summary"}


class Previewed(Struct, frozen=True, kw_only=True):
    """A message as it would have been posted, and where; `held`: the rule by which it would not."""

    kind: str
    channel: str
    at: datetime
    message: Message
    held: str = ""
    summary: Summary | None = None
    """None of a card."""


def messages_of(wheel: Wheel, settings: Settings, summaries: Iterable[Summary], since: datetime) -> Iterator[Previewed]:
    """The messages of summaries, in the order in which they were due, with the cards of turns that began meanwhile."""
    latest: dict[tuple[str, int], LastDigest] = {}
    listed = list(summaries)
    stored = _stored(wheel)
    routine: dict[tuple[str, str], bool] = {turn.identity: is_routine(stored[turn.identity]) for turn in wheel.turns}
    cards = [(_start(turn), 0, turn) for turn in wheel.turns if since < _start(turn) <= wheel.as_of]
    due: list[tuple[datetime, int, Turn | Summary]] = [*cards, *((each.at, _rank(each), each) for each in listed)]
    for _, _, each in sorted(due, key=lambda item: (item[0], item[1])):
        if isinstance(each, Turn):
            mine = [other for other in listed if (other.key, other.turn) == each.identity]
            yield _card(each, stored[each.identity], mine, wheel, settings)
        elif each.key == KEY:
            yield _digest(each, settings, latest)
        else:
            yield from _of_turn(each, settings, routine=routine.get((each.key, each.turn), False))


def _card(
    turn: Turn, stored: Mapping[str, Any], summaries: Sequence[Summary], wheel: Wheel, settings: Settings
) -> Previewed:
    """The card as it reads by now."""
    channel = settings.team_channel(wheel.flywheel)
    card = card_of(stored, wheel.settings, summaries)
    held = rule_for("card", settings.noise_of(channel), routine=is_routine(stored))
    return Previewed(kind="card", channel=channel, at=_start(turn), message=card_message(card), held=held)


def _of_turn(summary: Summary, settings: Settings, *, routine: bool) -> Iterator[Previewed]:
    """The summary in the conversation of its turn, and in the channel of its phase's persona."""
    team = settings.team_channel(summary.flywheel)
    own = settings.channel_of(summary.flywheel, summary.phase)
    loud = summary.phase in {TURN, OUTCOME}
    kind = kind_of(summary) if loud else "reply"
    held = ABSORBED if summary.phase == len(PERSONAS) else rule_for(kind, settings.noise_of(team), routine=routine)
    message = message_of(summary) if loud else reply_message(summary)
    yield _previewed(kind, team, summary, message, held)
    if own != team:
        held = rule_for("phase", settings.noise_of(own), routine=routine)
        yield _previewed("phase", own, summary, message_of(summary), held)


def _digest(summary: Summary, settings: Settings, latest: dict[tuple[str, int], LastDigest]) -> Previewed:
    channel = settings.channel_of(summary.flywheel, summary.phase)
    held = rule_for_digest(summary, settings.noise_of(channel), latest.get((channel, summary.phase)))
    if not held:
        latest[channel, summary.phase] = LastDigest(finding=finding_of(summary), at=summary.at)
    return _previewed("digest", channel, summary, message_of(summary), held)


def _previewed(kind: str, channel: str, summary: Summary, message: Message, held: str) -> Previewed:
    words = "outcome summary" if kind == "outcome" else _WORDS.get(kind, kind)
    return Previewed(kind=words, channel=channel, at=summary.at, message=message, held=held, summary=summary)


def _stored(wheel: Wheel) -> dict[tuple[str, str], dict[str, Any]]:
    """The turns as they would be stored."""
    things = turn_things(wheel)
    return {
        turn.identity: msgspec.to_builtins({**turn_entry(turn), "title": turn.title, **things.get(turn.identity, {})})
        for turn in wheel.turns
    }


def _start(turn: Turn) -> datetime:
    start = turn.started_at or turn.released_at or turn.closed_at
    assert start is not None  # noqa: S101  a turn exists from its first event on
    return start


def _rank(summary: Summary) -> int:
    """A turn's last phase comes before the turn, and the digest for everyone before those for personas."""
    return 10 + summary.phase if summary.key == KEY else summary.phase or len(PERSONAS) + 1
