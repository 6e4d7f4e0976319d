"""TRANSITION items: completed phases and closes with what their summaries show, and which of them are new or differ."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from shared.flywheel.facts.fact import Fact
from shared.flywheel.moments import DAY, MEMORY, micros, moment
from shared.flywheel.rules import RULES
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.summaries.transition import Transition
from shared.flywheel.wheel.sorted_out import Moments
from shared.store.projections.known import Composed, KnownTransition, known_transition, turn_at
from shared.store.projections.summary_packing import summary_text
from shared.store.projections.turn_items import TurnChange
from shared.store.projections.turn_news import HISTORICAL
from shared.store.projections.upgrades import changed_by_rules_alone, inputs_of
from shared.store.table.items import TransitionItem, TurnItem
from shared.store.table.keys import stamp, transition_sort, wheel_partition
from shared.store.table.table import Table

_TREND_DAYS = 28.0
"""Over which the trend of momentum is told."""


def lookback(settings: Settings) -> timedelta:
    """How far before its transition a summary looks: the memory of each figure's value one period earlier."""
    return timedelta(days=MEMORY / DAY + max(settings.window_days, _TREND_DAYS) + 1)


class Past:
    """The facts before any moment, as a hash: a summary made from the same facts and settings says the same.

    What was superseded is among them: a summary says how many were. Only as far as a summary looks back, so that facts
    which are no longer read change no hash.
    """

    def __init__(self, facts: Iterable[Fact], settings: Settings) -> None:
        self._sums = Moments.of(facts).sums
        self._settings = settings.fingerprint()
        self._lookback = lookback(settings)

    def until(self, moment: datetime) -> str:
        """Hashes of the set of facts up to a moment, inclusive, and of the settings (`upgrades.inputs_of`)."""
        total = self._sum(moment) - self._sum(moment - self._lookback) & _WORD
        return inputs_of(f"{total:016x}", self._settings)

    def count(self, moment: datetime) -> int:
        """How many facts there are up to a moment, inclusive."""
        return self._sums.count(micros(moment))

    def _sum(self, moment: datetime) -> int:
        return self._sums.until(micros(moment))


class Look(Struct, frozen=True):
    """A transition that may have to be written: where, what is stored of it, and from what it is made.

    `transition` is None where it did not happen after all; `inputs` is empty for history, which shows no figures.
    """

    sk: str
    at: datetime
    transition: Transition | None
    before: KnownTransition | None
    historical: bool = False
    inputs: str = ""


class Composer:
    """Makes the items of one flywheel's turns, and of its transitions from its facts."""

    def __init__(
        self, table: Table, facts: Moments, flywheel: str, settings: Settings, ruled_at: datetime | None = None
    ) -> None:
        """`ruled_at`: how far the flywheel was folded by older rules; what only today's find before that is history."""
        self._table = table
        self._ruled_at = ruled_at
        self._facts = facts
        self._flywheel = flywheel
        self._settings = settings
        self._past: Past | None = None

    def looks(
        self,
        transitions: Iterable[Transition],
        stored: Mapping[str, KnownTransition],
        now: datetime,
        *,
        fading: Collection[str],
    ) -> list[Look]:
        """The transitions to be looked at, the newest first: new ones, those made from something else, those that
        never were. What was told longer ago than corrections reach stays as it was told.
        """
        kept = {sk for sk in stored if turn_at(sk) in fading}
        final_before = micros(now - timedelta(days=self._settings.corrections.days))
        seen, looks = set(), []
        for transition in transitions:
            sk = transition_sort(transition.key, transition.turn, transition.phase)
            seen.add(sk)
            before = stored.get(sk)
            if sk in kept or (before is not None and max(micros(transition.at), before.at) <= final_before):
                continue
            if (look := self._look(sk, transition, before, now)) is not None:
                looks.append(look)
        spoken_of = seen | kept
        for sk, before in stored.items():
            if sk in spoken_of or before.vanished or before.at <= final_before:
                continue
            at, composed = moment(before.at), self._composed(sk, before)
            if composed.historical or not changed_by_rules_alone(
                composed.rules, composed.inputs, self._known.until(at)
            ):
                looks.append(Look(sk, at, None, before))
        return sorted(looks, key=lambda look: (look.at, look.sk), reverse=True)

    def cost(self, look: Look) -> int:
        """How many facts are folded to make it; 0 where none are."""
        return 0 if look.historical or look.transition is None else self._known.count(look.at)

    def turn(self, change: TurnChange, before: TurnItem | None) -> TurnItem:
        """The item to write over the one before."""
        return change.item(self._table, self._flywheel, before)

    def item(self, look: Look, before: TransitionItem | None, now: datetime) -> TransitionItem:
        """The item to write over the one before; also where the same is shown, it says now from what that was made."""
        transition = look.transition
        if transition is None:
            return self._item(before, look.sk, vanished=1)
        summary = self._summary(transition, historical=look.historical)
        return self._item(
            before,
            look.sk,
            flywheel=self._flywheel,
            turn=transition.turn,
            key=transition.key,
            phase=transition.phase,
            at=stamp(transition.at),
            arrived_at=stamp(now) if before is None else before.arrived_at,
            historical=int(look.historical),
            shows=summary_text(summary),
            digest=summary.digest,
            inputs=look.inputs,
            rules=RULES,
            vanished=0,
        )

    def _look(self, sk: str, transition: Transition, before: KnownTransition | None, now: datetime) -> Look | None:
        """None where it is known to show the same: made from the same past, under the same settings."""
        composed = None if before is None else self._composed(sk, before)
        stands = before is not None and not before.vanished
        historical = self._is_history(transition, now) if composed is None else composed.historical
        if historical:
            same = stands and composed is not None and composed.digest == self._brief(transition).digest
            return None if same else Look(sk, transition.at, transition, before, historical=True)
        inputs = self._inputs(transition)
        if composed is not None and (
            (composed.inputs == inputs and stands) or changed_by_rules_alone(composed.rules, composed.inputs, inputs)
        ):
            return None
        return Look(sk, transition.at, transition, before, inputs=inputs)

    def _composed(self, sk: str, before: KnownTransition) -> Composed:
        """How a stored one was made: what was too old to be kept in memory is looked up, and stands as it is there."""
        if before.composed is not None:
            return before.composed
        item = self._table.get(TransitionItem, wheel_partition(self._flywheel), sk)
        return (None if item is None else known_transition(item).composed) or _NEVER

    def _is_history(self, transition: Transition, now: datetime) -> bool:
        """Whether a transition that was not known before is too old to be news, or only newer rules find it."""
        ruled = self._ruled_at is not None and transition.known_at <= self._ruled_at
        return ruled or now - transition.known_at > HISTORICAL

    def _summary(self, transition: Transition, *, historical: bool) -> Summary:
        if historical:
            return self._brief(transition)
        from shared.flywheel.summaries.phases_and_turns import summary_of  # noqa: PLC0415  every figure, to tell of one

        return summary_of(transition, self._facts, self._flywheel, self._settings)

    def _brief(self, transition: Transition) -> Summary:
        from shared.flywheel.summaries.phases_and_turns import brief_of  # noqa: PLC0415  as above

        return brief_of(transition, self._settings.flywheel(self._flywheel))

    def _inputs(self, transition: Transition) -> str:
        """The past that it was made from, and the transition itself."""
        shown = msgspec.structs.asdict(transition)
        del shown["decided_at"]  # says when it is told, and nothing of what
        digest = hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:8]
        return inputs_of(self._known.until(transition.at), digest)

    @property
    def _known(self) -> Past:
        if self._past is None:
            self._past = Past(self._facts, self._settings)
        return self._past

    def _item(self, before: TransitionItem | None, sk: str, **attributes: Any) -> TransitionItem:
        kept = {} if before is None else {name: getattr(before, name) for name in _KEPT}
        version = 1 if before is None else int(before.version) + 1
        pk = wheel_partition(self._flywheel)
        return self._table.new(TransitionItem, pk, sk, version=version, **{**kept, **attributes})


_NEVER = Composed(historical=False, digest="", inputs="", rules=RULES)
"""Of an item that is gone: whoever writes it finds that out."""
_KEPT = tuple(name for name in TransitionItem.get_attributes() if name not in ("pk", "sk", "kind", "version"))
_WORD = (1 << 64) - 1
