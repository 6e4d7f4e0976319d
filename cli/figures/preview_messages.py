"""The messages of a preview: each summary, card and digest where it would stand, and the rule that holds it back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from shared.flywheel.report.turn_entry import turn_entry
from shared.flywheel.report.turn_things import turn_things
from shared.flywheel.settings.noise import MessageKind
from shared.flywheel.settings.values import PERSONAS, Settings
from shared.flywheel.summaries.card import Card, card_of
from shared.flywheel.summaries.digest_names import KEY, totalling_phase
from shared.flywheel.summaries.noise import (
    ABSORBED,
    SETTINGS,
    TOGETHER,
    LastDigest,
    breaks_through,
    finding_of,
    has_failed,
    held_back,
    is_routine,
    kind_of,
    rule_for,
    rule_for_digest,
)
from shared.flywheel.summaries.summary import OUTCOME, TURN, Summary
from shared.flywheel.summaries.together import Row, row_of, several_of, window_end
from shared.flywheel.wheel.model import Turn, Wheel
from shared.slack.blocks import message_of
from shared.slack.cards import card_message, reply_message
from shared.slack.parts import Message
from shared.slack.several import several_message

_WORDS = {"reply": "reply in a thread", "phase": "phase summary", "turn": "turn summary", "outcome": "outcome summary"}


class Previewed(Struct, frozen=True, kw_only=True):
    """A message as it would have been posted, and where; `held`: the rule by which it would not."""

    kind: str
    channel: str
    at: datetime
    message: Message
    held: str = ""
    summary: Summary | None = None
    """None of a card, and of a message of several turns."""
    turn: tuple[str, str] | None = None
    """The turn that it is of; None of a digest, and of several."""


def messages_of(wheel: Wheel, settings: Settings, summaries: Iterable[Summary], since: datetime) -> Iterator[Previewed]:
    """The messages of summaries, in the order in which they were due, with the cards of turns that began meanwhile."""
    listed = list(summaries)
    preview = _Preview(wheel, settings, listed, since)
    return iter(sorted(preview.together(list(_one_by_one(preview, wheel, listed, since))), key=lambda each: each.at))


def _one_by_one(preview: "_Preview", wheel: Wheel, listed: Sequence[Summary], since: datetime) -> Iterator[Previewed]:
    cards = [(_start(turn), 0, turn) for turn in wheel.turns if since < _start(turn) <= wheel.as_of]
    due: list[tuple[datetime, int, Turn | Summary]] = [*cards, *((each.at, _rank(each), each) for each in listed)]
    for _, _, each in sorted(due, key=lambda item: (item[0], item[1])):
        if isinstance(each, Turn):
            yield preview.card(each)
        elif each.key == KEY:
            yield preview.digest(each)
        else:
            yield from preview.of_turn(each)


class _Preview:
    """What channels were told so far, and what they were not."""

    def __init__(self, wheel: Wheel, settings: Settings, summaries: Sequence[Summary], since: datetime) -> None:
        self._wheel, self._settings, self._summaries, self._begin = wheel, settings, summaries, since
        self._stored = _stored(wheel)
        self._latest: dict[tuple[str, int], LastDigest] = {}
        self._held: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """By channel: the rule by what was not said there."""
        self._since: dict[str, datetime] = {}
        """By channel: the last digest there that said how much that was."""

    def card(self, turn: Turn) -> Previewed:
        """The card as it reads by now."""
        channel, card = self._settings.team_channel(self._wheel.flywheel), self._card(turn.identity)
        routine = is_routine(self._stored[turn.identity])
        held = rule_for("card", self._settings.noise_of(channel), routine=routine)
        self._note(channel, card.id, held)
        message = card_message(card)
        return Previewed(kind="card", channel=channel, at=_start(turn), message=message, held=held, turn=turn.identity)

    def _card(self, identity: tuple[str, str]) -> Card:
        mine = [each for each in self._summaries if (each.key, each.turn) == identity]
        return card_of(self._stored[identity], self._wheel.settings, mine)

    def together(self, previews: Sequence[Previewed]) -> Iterator[Previewed]:
        """The same, with one message for news of several turns that came within the minutes of its channel's rule."""
        came: defaultdict[tuple[str, datetime], list[Previewed]] = defaultdict(list)
        for each in previews:
            minutes = self._settings.noise_of(each.channel).together_minutes
            waits = each.turn in self._stored and not each.held and each.kind != _WORDS["reply"]
            if minutes and waits and not self._is_severe(each):
                came[each.channel, window_end(each.at, minutes)].append(each)
        several = {window: listed for window, listed in came.items() if len({each.turn for each in listed}) > 1}
        gathered = {id(each) for listed in several.values() for each in listed}
        yield from (replace(each, held=TOGETHER) if id(each) in gathered else each for each in previews)
        for (channel, end), listed in several.items():
            rows = {each.turn: self._row(each) for each in listed if each.turn is not None}
            message = several_message(several_of("", self._wheel.settings, list(rows.values())))
            yield Previewed(kind="several turns", channel=channel, at=end, message=message)

    def _is_severe(self, each: Previewed) -> bool:
        """Whether news of a turn waits for no other."""
        summary = each.summary
        if summary is None or each.turn is None:
            return False
        failed = summary.phase in {TURN, len(PERSONAS)} and has_failed(self._stored[each.turn])
        return breaks_through(summary, self._settings.noise_of(each.channel), failed=failed)

    def _row(self, each: Previewed) -> Row:
        assert each.turn is not None  # noqa: S101  it is of a turn
        return row_of(self._card(each.turn), each.summary if each.kind == _WORDS["phase"] else None)

    def of_turn(self, summary: Summary) -> Iterator[Previewed]:
        """The summary in the conversation of its turn, and in the channel of its phase's persona."""
        team = self._settings.team_channel(summary.flywheel)
        own = self._settings.channel_of(summary.flywheel, summary.phase)
        stored = self._stored.get((summary.key, summary.turn))
        routine, noise = stored is not None and is_routine(stored), self._settings.noise_of
        loud = summary.phase in {TURN, OUTCOME}
        kind = kind_of(summary) if loud else "reply"
        held = ABSORBED if summary.phase == len(PERSONAS) else rule_for(kind, noise(team), routine=routine)
        yield self._of(kind, team, summary, message_of(summary) if loud else reply_message(summary), held)
        if own != team:
            held = rule_for("phase", noise(own), routine=routine)
            yield self._of("phase", own, summary, message_of(summary), held)

    def digest(self, summary: Summary) -> Previewed:
        """A digest, with what its channel was not told since the one before it."""
        channel = self._settings.channel_of(summary.flywheel, summary.phase)
        last = self._latest.get((channel, summary.phase))
        held = rule_for_digest(summary, self._settings.noise_of(channel), last)
        totals = summary.phase == totalling_phase(summary.flywheel, channel, self._settings)
        total = ""
        if not held:
            self._latest[channel, summary.phase] = LastDigest(finding=finding_of(summary), at=summary.at)
        if totals and not held:
            since = self._since.get(channel, self._begin)
            total = held_back(self._held.pop(channel, {}), since, self._wheel.settings.time_zone)
            self._since[channel] = summary.at
        return self._of("digest", channel, summary, message_of(summary, held=total), held)

    def _of(self, kind: MessageKind, channel: str, summary: Summary, message: Message, held: str) -> Previewed:
        self._note(channel, summary.id, held)
        words, turn = _WORDS.get(kind, kind), None if summary.key == KEY else (summary.key, summary.turn)
        at = summary.at
        return Previewed(kind=words, channel=channel, at=at, message=message, held=held, summary=summary, turn=turn)

    def _note(self, channel: str, of: str, rule: str) -> None:
        if rule in SETTINGS:
            self._held[channel][of] = rule


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
