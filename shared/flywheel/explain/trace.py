"""The trace of one event: whose it is, whether it counts, in which figures, or why not. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from events.times import rfc3339
from shared.flywheel.explain.figure import accounts_of
from shared.flywheel.facts.assignment import assignment_of
from shared.flywheel.facts.fact import EventRetracted, Fact
from shared.flywheel.facts.identity import standing, united
from shared.flywheel.moments import MEMORY, micros
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import window_of
from shared.flywheel.wording import number

State = Literal[
    "counted",
    "retracted",
    "conflicting",
    "not_production",
    "unmapped",
    "retraction",
    "void_retraction",
    "ahead",
    "forgotten",
]

WHY: dict[State, str] = {
    "counted": "it stands",
    "retracted": "an Event Retracted of the same source takes it back",
    "conflicting": "a different answer sheet has the same id: neither counts, each needs an id of its own",
    "not_production": "its environment is none of production: kept, and in no figure",
    "unmapped": "no flywheel owns it: name its flywheel in the event, or its service or repository in flywheel.toml",
    "retraction": "it takes another event back, and is in no figure itself",
    "void_retraction": "it names an answer sheet, and a sheet is final: it takes nothing back",
    "ahead": "it happens after the moment that was asked for",
    "forgotten": "it lies 728 days or more before the moment that was asked for",
}


class Part(Struct, frozen=True):
    """One row of one figure that stands on the event: in (`counted`) or left out, and why."""

    figure: str
    what: str
    counted: bool
    why: str


class Trace(Struct, frozen=True):
    """The trace of an event. `parts` are of the window; an event may stand and be in no figure of it.

    `as_told`: which messages that the event bears on are not corrected any more; None where all of them are.
    """

    flywheel: str | None
    state: State
    why: str
    parts: tuple[Part, ...] = ()
    as_told: str | None = None


def trace(facts: Sequence[Fact], key: int, settings: Settings, as_of: datetime, window_days: float) -> Trace | None:
    """Follow the event with a key through the fold of the flywheel that it belongs to; None where there is none.

    Of sheets that contradict each other nothing is said that would depend on which one ranks higher: their ranks are
    hashes of the answers.
    """
    followed, wheel = _followed(facts, key, settings, as_of)
    return (
        followed if wheel is None or followed is None else replace(followed, parts=(*_parts(wheel, key, window_days),))
    )


def standing_of(facts: Sequence[Fact], key: int, settings: Settings, as_of: datetime) -> Trace | None:
    """Whose the event with a key is, and whether it counts, without the figures that it is in."""
    return _followed(facts, key, settings, as_of)[0]


def _followed(
    facts: Sequence[Fact], key: int, settings: Settings, as_of: datetime
) -> tuple[Trace | None, Wheel | None]:
    """The trace without its parts, and the wheel that it is counted in, where it is."""
    versions = united(facts)
    fact = versions.survivors.get(key)
    if fact is None or key in versions.conflicting:
        return None if fact is None else _trace(None, "conflicting"), None
    now = micros(as_of)
    if not now - MEMORY < fact.time <= now:
        return _trace(None, "ahead" if fact.time > now else "forgotten"), None
    uncorrected = as_told(fact, settings, as_of)
    flywheel = assignment_of(standing(versions, now), settings).of(fact)
    if type(fact) is EventRetracted:
        target = versions.survivors.get(fact.target)
        is_void = target is not None and target.is_final
        return _trace(flywheel, "void_retraction" if is_void else "retraction", as_told=uncorrected), None
    if flywheel == UNASSIGNED:
        return _trace(None, "unmapped"), None
    wheel = fold(facts, flywheel, settings, as_of)
    left_out: tuple[State, ...] = ("retracted", "not_production")
    reason = next((each for each in left_out if key in wheel.tally.excluded.get(each, ())), None)
    if reason is not None:
        return _trace(flywheel, reason, as_told=uncorrected), None
    return _trace(flywheel, "counted", as_told=uncorrected), wheel


def as_told(fact: Fact, settings: Settings, as_of: datetime) -> str | None:
    """The messages that stay as they were told, whatever was learned of the event since (domain: "The receipt")."""
    since = as_of - timedelta(days=settings.corrections.days)
    if fact.time > micros(since):
        return None
    digests = settings.corrections.digests
    return (
        f"summaries of phases, turns and outcomes of {rfc3339(since)[:10]} and before, and digests before the last "
        f"{number(digests)}, stay as they were told: reports and this have it as it is now"
    )


def _trace(flywheel: str | None, state: State, parts: tuple[Part, ...] = (), as_told: str | None = None) -> Trace:
    return Trace(flywheel, state, WHY[state], parts, as_told)


def _parts(wheel: Wheel, key: int, window_days: float) -> Iterator[Part]:
    """The rows of every figure that stand on an event."""
    for figure, account in accounts_of(wheel, window_of(wheel, window_days)):
        for row in account.rows:
            if key in row.keys:
                yield Part(figure, row.what, row.counted, row.why)
