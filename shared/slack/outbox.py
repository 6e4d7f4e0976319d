"""The outbox: what is to be said is said in its channel, once, late rather than never, at the channel's pace.

A ledger entry is leased before Slack is called and marked after it, so that of two senders at once one posts, and a
lost acknowledgement costs at most one duplicate. What cannot be sent now stays in the ledger with the time of the next
try: a wake in the outbox's own queue brings it back within minutes, and `tick` does where the time is farther, where
wakes have followed each other too often, or where one was lost. Nothing sleeps.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import msgspec

from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.settings.values import PERSONAS, Settings
from shared.flywheel.summaries.card import CARD
from shared.flywheel.summaries.digest_names import totalling_phase
from shared.flywheel.summaries.noise import GATHERING, QUIET, TOGETHER, LastDigest, has_failed
from shared.flywheel.summaries.together import TOGETHER as TOGETHER_PHASE
from shared.flywheel.summaries.together import window_end
from shared.links.board_link import NO_LINKS, BoardLinks
from shared.slack.client import Poster, SlackError, SlackRateLimitedError, SlackUnavailableError
from shared.slack.conversation import Conversation
from shared.slack.queue import LONGEST_DELAY_SECONDS, MOST_WAKES, Queue, wake_body
from shared.slack.single import KEY, Single
from shared.slack.subject import Outcome, Reading, Subject
from shared.slack.together import Member, Together, members_of
from shared.store.outbox.outbox import GATE, OutboxStore, SummaryRef, TurnRef, turn_of
from shared.store.outbox.outbox_items import FAILED, PENDING, SENDING, SENT, SUPPRESSED, HeardItem, LedgerItem
from shared.store.outbox.parts import Part, packed, parts_of
from shared.store.table import names
from shared.store.table.errors import LostRaceError
from shared.store.table.keys import moment_of, stamp
from shared.store.table.table import Key

LEASE = timedelta(seconds=90)
"""Longer than a sender can live: the function's time-out of 60 s, and the way from the queue to it."""
FIRST_WAIT = 5
LONGEST_WAIT = 15 * 60
SLOW_WAIT = timedelta(hours=1)
"""Between tries of a message that only a person can mend."""
FEW_SECONDS = timedelta(seconds=5)
"""Until a message is looked for again that somebody else is about to send."""
_RULES = frozenset({QUIET, GATHERING})
"""Reasons to wait that hold for nothing severe."""
_ROUNDS = 8
_MOST_HELD = 200
"""So many of what was held back are counted one by one."""


class SummaryMissingError(LookupError):
    """An event or a wake names a summary that is not stored; it is written before it is announced."""

    def __init__(self, ref: SummaryRef) -> None:
        super().__init__(f"summary {ref.summary} of flywheel {ref.flywheel} is not stored")
        self.ref = ref


class TurnMissingError(LookupError):
    """An event or a wake is about a turn that is not stored; it is written before it is announced."""

    def __init__(self, ref: TurnRef) -> None:
        super().__init__(f"turn of flywheel {ref.flywheel} is not stored")
        self.ref = ref


class _LostError(Exception):
    """Somebody else wrote the entry since it was read."""


class Outbox:
    """Sends what the ledger says is due."""

    def __init__(  # noqa: PLR0913, PLR0917  one way out each
        self,
        store: OutboxStore,
        slack: Poster,
        queue: Queue,
        settings: Settings,
        links: BoardLinks = NO_LINKS,
        on_refusal: Callable[[str, str], None] = lambda _channel, _reason: None,
        *,
        interactive: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_refusal`: hears of each message that Slack refuses until a person mends something: channel and reason;
        `interactive`: whether somebody answers when a button is pressed, asked at the time of sending.
        """
        self._store = store
        self._slack = slack
        self._queue = queue
        self._settings = settings
        self._links = links
        self._on_refusal = on_refusal
        self._interactive = interactive
        self._down_until: datetime | None = None
        self._wakes = 0

    def after_wakes(self, number: int) -> None:
        """The batch that follows was woken so many times in a row: the most of any of its messages.

        Lambda does not say which message of a batch it takes a chain from; so all of them are as far along as the last.
        """
        self._wakes = number

    def announce(self, ref: SummaryRef, now: datetime) -> Outcome:
        """A summary is ready, or has changed: send it where it belongs, unless it is history or stands there already.

        A digest is a message of its own; what a turn did belongs to its conversation in the team's channel, and to the
        channel of the phase's persona.
        """
        if ref.key == KEY:
            return self._announce_single(ref, self._settings.channel_of(ref.flywheel, ref.phase), now)
        team, own = self._settings.team_channel(ref.flywheel), self._settings.channel_of(ref.flywheel, ref.phase)
        outcomes = [self._announce_single(ref, own, now)] if own != team else []
        if self._store.entry(ref, team).version:
            outcomes.append(self._announce_single(ref, team, now))  # posted before there were cards
        else:
            outcomes.append(self._announce_part(ref, team, now))
        return outcomes[0]

    def begin(self, ref: TurnRef, now: datetime) -> Outcome:
        """A turn began, or what holds it changed: have its card show it."""
        entry = self._store.entry(ref.card, self._settings.team_channel(ref.flywheel))
        return self._delivered(entry, now) if not self._is_waited_for(entry, now) else "waiting"

    def wake(self, key: Key, now: datetime) -> Outcome:
        """Look at a ledger entry again."""
        entry = self._store.stored_entry(key)
        return "unchanged" if entry is None else self._delivered(entry, now)

    def _announce_single(self, ref: SummaryRef, channel: str, now: datetime) -> Outcome:
        entry = self._store.entry(ref, channel)
        if self._is_waited_for(entry, now):
            return "waiting"  # a wake is on its way, and it will send the summary as it stands then
        return self._delivered(entry, now)

    def _announce_part(self, ref: SummaryRef, channel: str, now: datetime) -> Outcome:
        """Have a summary said in its turn's conversation; what the entry holds of it outlives this call's failure."""
        summary = self._store.summary(ref)
        if summary is None:
            raise SummaryMissingError(ref)
        for _ in range(_ROUNDS):
            entry = self._store.entry(turn_of(ref).card, channel)
            parts = parts_of(entry)
            is_new = ref.phase not in parts
            if is_new and summary.historical:
                return "historical"
            entry.parts = packed({**parts, ref.phase: parts.get(ref.phase, Part())})
            leased = _is_leased(entry, now)
            try:
                if not entry.version or not (leased or self._is_waited_for(entry, now)):
                    return self._deliver(entry, now)
            except _LostError:
                continue
            if is_new and not self._store.save_entry(entry):
                continue
            return self._come_back(entry, moment_of(str(entry.lease_until)), now) if leased else "waiting"
        raise LostRaceError(f"conversation of {ref.summary}", _ROUNDS)

    def _is_waited_for(self, entry: LedgerItem, now: datetime) -> bool:
        """Whether a wake is on its way that will send whatever there is to say then, none of it severe."""
        if entry.state == SENDING or not _is_after(entry.due_at, now):
            return False
        return entry.reason not in _RULES or not self._subject(entry).is_severe

    def _delivered(self, entry: LedgerItem, now: datetime, *, severe: bool = False) -> Outcome:
        """`severe`: of a message of several turns, that one of them is to be told now."""
        try:
            return self._deliver(entry, now, severe=severe)
        except _LostError:
            return self._come_back(entry, now + LEASE, now)

    def _deliver(self, entry: LedgerItem, now: datetime, *, severe: bool = False) -> Outcome:
        """Raises _LostError where somebody else is faster."""
        subject = self._subject(entry)
        if subject.idle is not None:
            return subject.idle
        severe = severe or subject.is_severe
        not_before = _not_before(entry, severe=severe)
        if not_before and _is_after(not_before, now):
            return self._come_back(entry, moment_of(not_before), now)
        for end in _windows(entry):
            self._delivered(self._store.together(entry.flywheel, entry.channel, end), now)
        if subject.void:
            self._settle(entry, subject, SUPPRESSED, subject.void, now)
            return "suppressed"
        return self._say(entry, subject, now, severe=severe)

    def _say(self, entry: LedgerItem, subject: Subject, now: datetime, *, severe: bool) -> Outcome:
        """Say it now, unless it has to wait."""
        may_wait = subject.is_loud and not severe
        quiet = self._noise(entry).quiet_until(now, self._time_zone(entry)) if may_wait else None
        if quiet is not None:
            return self._postpone(entry, quiet, now, "quiet", QUIET)
        gathered = self._gathered(entry, subject, now, severe=severe)
        if gathered is not None:
            return gathered
        if self._down_until and now < self._down_until:
            return self._retry_later(entry, "Slack did not answer just before", now)
        slot = self._store.take_slot(entry.channel, now)
        return self._postpone(entry, slot, now, "paced") if slot else self._claim_and_send(entry, now)

    def _gathered(self, entry: LedgerItem, subject: Subject, now: datetime, *, severe: bool) -> Outcome | None:
        """Have news wait for that of other turns, and tell it with theirs; None of what is to be said by itself.

        What is severe waits for nobody: it brings the message forward in which its turn is already.
        """
        minutes = 0 if severe else self._noise(entry).together_minutes
        if not subject.is_news or not (minutes or entry.window):
            return None
        if not entry.window:
            end = self._registered(entry, now, minutes)
            entry.window = stamp(end)
            return self._postpone(entry, end, now, "together", GATHERING)
        return self._told_together(entry, subject, moment_of(entry.window), now, severe=severe)

    def _told_together(
        self, entry: LedgerItem, subject: Subject, end: datetime, now: datetime, *, severe: bool
    ) -> Outcome | None:
        """See to it that the message of the minutes up to `end` is sent; None where the entry is alone in it, or has a
        card that is to show what the message tells.
        """
        message = self._store.together(entry.flywheel, entry.channel, end)
        if _member(entry) not in members_of(message):
            return None
        outcome = self._delivered(message, now, severe=severe)
        message = self._store.together(entry.flywheel, entry.channel, end)
        if message.state == SUPPRESSED:
            return None
        if not message.ts:
            until = moment_of(str(message.due_at or message.lease_until or stamp(now + FEW_SECONDS)))
            return self._postpone(entry, max(until, now) + GATE, now, "together", GATHERING)
        subject.tell_together(stamp(end))
        if entry.ts:
            return None
        self._settle(entry, subject, SUPPRESSED, TOGETHER, now)
        return "together" if outcome == "unchanged" else outcome

    def _registered(self, entry: LedgerItem, now: datetime, minutes: float) -> datetime:
        """Add news to the message of the minutes that it came in, or to the next that is still open; their end."""
        end = window_end(now, minutes)
        for _ in range(_ROUNDS):
            message = self._store.together(entry.flywheel, entry.channel, end)
            members = members_of(message)
            if _member(entry) in members:
                return end
            if message.state != PENDING or message.ts:
                end += timedelta(minutes=minutes)
                continue
            message.members = msgspec.json.encode([*members, _member(entry)]).decode()
            if self._store.save_entry(message):
                return end
        raise LostRaceError(f"message of several turns in {entry.channel}", _ROUNDS)

    def _claim_and_send(self, entry: LedgerItem, now: datetime) -> Outcome:
        """Lease the entry, send what its subject says at this moment, write down what came of it.

        What is not in the index of what is due (a first try, or news of what was sent) need not be put there: until it
        is written down, its queue message is still there.
        """
        entry.state, entry.lease_until = SENDING, stamp(now + LEASE)
        if entry.due_pk:
            entry.due_at = entry.lease_until
        entry.attempts = int(entry.attempts) + 1
        self._save(entry)
        subject = self._subject(entry)
        try:
            outcome = subject.send(self._slack, now)
        except SlackError as error:
            return self._not_sent(entry, error, now)
        self._settle(entry, subject, SENT, subject.stands or None, now)
        return outcome

    def _not_sent(self, entry: LedgerItem, error: SlackError, now: datetime) -> Outcome:
        if isinstance(error, SlackRateLimitedError):
            until = now + timedelta(seconds=error.retry_after)
            self._store.hold(entry.channel, until)
            return self._postpone(entry, until, now, "deferred", error.reason)
        if isinstance(error, SlackUnavailableError):
            self._down_until = now + timedelta(seconds=FIRST_WAIT)
            return self._postpone(entry, now + _wait(entry), now, "deferred", error.reason)
        self._on_refusal(entry.channel, error.reason)
        return self._postpone(entry, now + SLOW_WAIT, now, "failed", error.reason)

    def _retry_later(self, entry: LedgerItem, reason: str, now: datetime) -> Outcome:
        """Slack was just seen to be down: do not make every message of a batch wait for the same silence."""
        entry.attempts = int(entry.attempts) + 1
        return self._postpone(entry, now + _wait(entry), now, "deferred", reason)

    def _postpone(
        self, entry: LedgerItem, until: datetime, now: datetime, outcome: Outcome, reason: str | None = None
    ) -> Outcome:
        entry.state = FAILED if outcome == "failed" else PENDING
        if outcome not in {"paced", "quiet", "together"}:
            entry.waits_since = entry.waits_since or stamp(now)
        entry.reason = reason
        entry.lease_until = None
        entry.due_pk, entry.due_at = names.DUE_LEDGER, stamp(until)
        self._save(entry)
        self._come_back(entry, until, now)
        return outcome

    def _come_back(self, entry: LedgerItem, at: datetime, now: datetime) -> Outcome:
        """Wake the entry when it can be sent; what is far away, or was woken too often, is left to `tick`.

        A first try that somebody else leased is not in the index that `tick` looks into: it is woken all the same.
        """
        delay = math.ceil((at - now).total_seconds())
        found_by_tick = entry.due_pk is not None
        if not found_by_tick or (delay <= LONGEST_DELAY_SECONDS and self._wakes < MOST_WAKES):
            self._queue.send(wake_body((entry.pk, entry.sk), self._wakes + 1), max(delay, 0))
        return "waiting"

    def _settle(self, entry: LedgerItem, subject: Subject, state: str, reason: str | None, now: datetime) -> None:
        """Write down what stands in Slack now; what is left to say comes next, at the channel's pace."""
        more, lease = subject.settle(), entry.lease_until
        held, digest = subject.held, subject.digest_sent
        entry.attempts = 0
        entry.waits_since = entry.lease_until = entry.window = None
        for _ in range(_ROUNDS):
            entry.state, entry.reason = PENDING if more else state, reason
            entry.due_pk, entry.due_at = (names.DUE_LEDGER, stamp(now + GATE)) if more else (None, None)
            if self._store.save_entry(entry):
                break
            if not self._took_up(entry, lease):
                more = False
                break
            more = any(part.waits for part in parts_of(entry).values())
        if more:
            self._come_back(entry, now + GATE, now)
        if held or digest is not None:
            noted = _noted(int(entry.phase), held, digest, now, totals=self._totals(entry))
            self._store.note(entry.channel, entry.flywheel, now, noted)

    def _took_up(self, entry: LedgerItem, lease: str | None) -> bool:
        """Take up what was announced while the entry was leased; False where the lease is no longer this sender's."""
        stored = self._store.stored_entry((entry.pk, entry.sk))
        if stored is None or stored.state != SENDING or stored.lease_until != lease:
            return False
        entry.version, entry.parts = stored.version, packed({**parts_of(stored), **parts_of(entry)})
        return True

    def _save(self, entry: LedgerItem) -> None:
        if not self._store.save_entry(entry):
            raise _LostError

    def _subject(self, entry: LedgerItem) -> Subject:
        if int(entry.phase) == CARD:
            story = self._store.story(turn_of(entry))
            if story.turn is None:
                raise TurnMissingError(turn_of(entry))
            return Conversation(entry, story, self._settings.flywheel(entry.flywheel), self._reading(entry))
        if int(entry.phase) == TOGETHER_PHASE:
            flywheel = self._settings.flywheel(entry.flywheel)
            return Together(entry, self._store.story, flywheel, self._reading(entry))
        ref = SummaryRef(
            summary=entry.summary, flywheel=entry.flywheel, turn=entry.turn, key=entry.key, phase=int(entry.phase)
        )
        summary = self._store.summary(ref)
        if summary is None:
            raise SummaryMissingError(ref)
        return Single(entry, summary, self._reading(entry), failed=self._has_failed(ref))

    def _has_failed(self, ref: SummaryRef) -> bool:
        """Whether a summary tells of the last phase of a turn that ended with a failed change."""
        turn = self._store.story(turn_of(ref)).turn if ref.phase == len(PERSONAS) else None
        return turn is not None and has_failed(msgspec.json.decode(turn.shows))

    def _reading(self, entry: LedgerItem) -> Reading:
        """A digest is compared with what the channel was told last; the summary of a phase leads to its card."""
        is_new, is_digest = not entry.ts, entry.key == KEY
        memory = self._store.memory(entry.channel, entry.flywheel) if is_new and is_digest else None
        follows = int(entry.phase) not in {CARD, TOGETHER_PHASE} or entry.together
        card = self._card_of(entry) if is_new and not is_digest and follows else None
        return Reading(
            noise=self._noise(entry),
            time_zone=self._time_zone(entry),
            board=partial(self._links.board_link, entry.flywheel),
            memory=memory,
            card=card,
            totals=self._totals(entry),
            interactive=self._interactive(),
            way=self._settings.slack.way_of(entry.channel),
        )

    def _totals(self, entry: LedgerItem) -> bool:
        """Whether an entry is of the digest that says how much its channel was not told."""
        first = totalling_phase(entry.flywheel, entry.channel, self._settings)
        return entry.key == KEY and int(entry.phase) == first

    def _card_of(self, entry: LedgerItem) -> tuple[str, str] | None:
        """The place of the turn's card in the team's channel, or of what stands for it; None where it has none."""
        card = self._store.entry(turn_of(entry).card, self._settings.team_channel(entry.flywheel))
        if card.together:
            card = self._store.together(card.flywheel, card.channel, moment_of(card.together))
        return (str(card.channel_id), str(card.ts)) if card.ts else None

    def _noise(self, entry: LedgerItem) -> NoiseSettings:
        return self._settings.noise_of(entry.channel)

    def _time_zone(self, entry: LedgerItem) -> str:
        return self._settings.flywheel(entry.flywheel).time_zone


def _member(entry: LedgerItem) -> Member:
    """What an entry is, among those of a message of several turns."""
    return entry.key, entry.turn, int(entry.phase)


def _windows(entry: LedgerItem) -> list[datetime]:
    """The ends of the minutes after which anything of an entry was told with other turns."""
    ends = {entry.together, *(part.together for part in parts_of(entry).values())}
    return sorted(moment_of(end) for end in ends if end)


def _noted(
    phase: int, held: Mapping[str, str], digest: LastDigest | None, now: datetime, *, totals: bool
) -> Callable[[HeardItem], None]:
    """What a message, or its suppression, changes of what a channel was told; `totals`: the digest told how much."""

    def change(memory: HeardItem) -> None:
        rules = msgspec.json.decode(memory.held, type=dict[str, str])
        if digest is not None:
            digests = msgspec.json.decode(memory.digests, type=dict[int, LastDigest])
            memory.digests = msgspec.json.encode({**digests, phase: digest}).decode()
            if totals:
                rules, memory.since = {}, stamp(now)
        memory.held = msgspec.json.encode(dict([*rules.items(), *held.items()][-_MOST_HELD:])).decode()

    return change


def _wait(entry: LedgerItem) -> timedelta:
    """5, 10, 20 … s up to 15 min, by the number of tries."""
    return timedelta(seconds=min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(int(entry.attempts) - 1, 10)))


def _not_before(entry: LedgerItem, *, severe: bool) -> str | None:
    """The end of somebody's lease, or of what the entry waits for."""
    if entry.state == SENDING:
        return entry.lease_until
    return None if severe and entry.reason in _RULES else entry.due_at


def _is_leased(entry: LedgerItem, now: datetime) -> bool:
    return entry.state == SENDING and _is_after(entry.lease_until, now)


def _is_after(stamped: str | None, now: datetime) -> bool:
    return stamped is not None and moment_of(stamped) > now
