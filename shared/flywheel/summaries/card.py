"""The living card of a turn: where it stands, what happened last, what comes next; at most 60 words. Pure.

It is made from the stored turn, which holds nothing of the moment of asking, and from the summaries of its transitions:
so a card says the same whenever it is made, until something has happened. Times that run are told as `since`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import msgspec
from msgspec import Struct

from shared.flywheel.settings.values import FlywheelSettings
from shared.flywheel.summaries.summary import Line, Link, Summary, summary_id
from shared.flywheel.vocabularies import SHORT, phase_name, short_name
from shared.flywheel.wording import day, duration, outside, plural

CARD = 9
"""Where a summary has the number of its phase: a card is of the whole turn, while it runs and after."""
MOST_WORDS = 60
TITLE = 60
"""Characters of the title of a turn or of a blocker."""
LONGEST = 90
"""Characters of what happened last: an outcome's note can be longer, and stands whole in the message of the end."""

Mark = Literal["done", "running", "ahead", "unobserved"]
State = Literal["running", "delivered", "stopped", "withdrawn"]
Wanted = Literal["", "challenge", "outcome", "idea", "blocker"]


class Step(Struct, frozen=True, kw_only=True):
    """One phase of the bar: its short name, how far it is, and its time."""

    name: str
    mark: Mark
    time: str = ""


class Card(Struct, frozen=True, kw_only=True, dict=True):
    """A turn at a glance. `title`: the turn, with its address or an empty one; `stands`: what follows the title."""

    id: str
    flywheel: str
    turn: str
    key: str
    title: Link
    state: State
    stands: str
    bar: tuple[Step, ...] = ()
    last: Line | None = None
    next: str = ""
    wants: Wanted = ""
    """What a person can record that the turn waits for."""
    thing: str = ""
    """The blocker that is to be closed, by its id."""
    context: str = ""
    link: str | None = None

    @cached_property
    def digest(self) -> str:
        """A hash of all that is shown."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]


def card_id(flywheel: str, key: str, turn: str) -> str:
    """One card per turn, for ever."""
    return summary_id(flywheel, key, turn, CARD)


def card_of(
    turn: Mapping[str, Any], flywheel: FlywheelSettings, summaries: Sequence[Summary] = (), *, vanished: bool = False
) -> Card:
    """The card of a stored turn. `summaries`: those of its transitions that are known; `vanished`: it never was."""
    newest = max(summaries, key=lambda each: (each.at, each.phase == 0), default=None)
    state: State = "withdrawn" if vanished else {"open": "running"}.get(turn["state"], turn["state"])
    holding = _holding(turn) if state == "running" else []
    next_, wants = _UNBLOCKED if holding else _next(turn, state)
    return Card(
        id=card_id(flywheel.id, turn["key"], turn["turn"]),
        flywheel=flywheel.id,
        turn=turn["turn"],
        key=turn["key"],
        title=_title(turn, newest),
        state=state,
        stands=_stands(turn, state, flywheel),
        bar=() if vanished else tuple(_step(turn, phase, flywheel) for phase in SHORT[flywheel.vocabulary]),
        last=_held(holding, flywheel) if holding else None if vanished else _last(turn, state, newest),
        next=next_,
        wants=wants,
        thing=holding[0]["blocker"] if holding else "",
        context=_context(turn, flywheel),
        link=None if newest is None else newest.link,
    )


def _title(turn: Mapping[str, Any], newest: Summary | None) -> Link:
    url = turn.get("url") or ("" if newest is None or newest.about is None else newest.about.url)
    return Link(title=outside(turn.get("title") or turn["turn"]), url=url)


def _stands(turn: Mapping[str, Any], state: State, flywheel: FlywheelSettings) -> str:
    if state == "withdrawn":
        return "is withdrawn: after a correction of the past it never began"
    if state == "running":
        return f"is in {phase_name(flywheel.vocabulary, turn['phase'])}"
    hours = turn["turn_time_hours"]
    took = "" if hours is None else f"{' in' if state == 'delivered' else ' after'} {duration(hours)}"
    return f"was {state}{took}{', with a failed change' if turn['weight'] == 0.5 else ''}"


def _step(turn: Mapping[str, Any], phase: int, flywheel: FlywheelSettings) -> Step:
    name, shown = short_name(flywheel.vocabulary, phase), turn["phases"].get(str(phase))
    if shown is None or shown["entered_at"] is None:
        return Step(name=name, mark="unobserved" if phase < _reached(turn) else "ahead")
    if shown["hours"] is not None:
        return Step(name=name, mark="done", time=duration(shown["hours"]))
    since = day(datetime.fromisoformat(shown["entered_at"]), flywheel.time_zone)
    running = phase == turn["phase"]
    return Step(name=name, mark="running" if running else "done", time=f"since {since}" if running else "")


def _reached(turn: Mapping[str, Any]) -> int:
    """The last phase that the turn was seen in."""
    return max((int(phase) for phase, each in turn["phases"].items() if each["entered_at"] is not None), default=0)


def _holding(turn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The open blockers of a stored turn, the oldest first."""
    holding: list[dict[str, Any]] = (turn.get("held") or {}).get("by", [])
    return holding


def _held(holding: Sequence[Mapping[str, Any]], flywheel: FlywheelSettings) -> Line:
    """`SEC-77 has held it since 11 Jan, and so have 2 others`: the oldest blocker by name, with its link."""
    oldest, others = holding[0], len(holding) - 1
    since = day(datetime.fromisoformat(oldest["since"]), flywheel.time_zone)
    also = f", and so {'has' if others == 1 else 'have'} {plural(others, 'other')}" if others else ""
    link = Link(title=outside(oldest["title"] or oldest["blocker"], TITLE), url=oldest["url"] or "")
    return Line(text=f"has held it since {since}{also}", link=link)


_ENTERED = {1: "it was proposed", 2: "it was challenged", 3: "work on it started", 4: "it was released"}


def _last(turn: Mapping[str, Any], state: State, newest: Summary | None) -> Line | None:
    """The outcome or the reason of a turn that closed; of one that runs what its newest phase began with."""
    if state == "running":
        return Line(text=_ENTERED[turn["phase"]])
    if newest is not None and newest.phase in {0, 5} and newest.headline:
        came = newest.why if state == "stopped" else newest.headline if turn["outcome"] else ""
        return Line(text=_clauses(came)) if came else None
    return Line(text=f"outcome {turn['outcome']}") if turn["outcome"] else None


def _clauses(text: str) -> str:
    """As many whole clauses of a text as a card has room for, at least one, cut where that alone is too long."""
    shown, *others = text.split("; ")
    for clause in others:
        if len(f"{shown}; {clause}") > LONGEST:
            break
        shown = f"{shown}; {clause}"
    return outside(shown, LONGEST)


def _next(turn: Mapping[str, Any], state: State) -> tuple[str, Wanted]:
    """The next step of the turn itself, and what a person can record of it."""
    if state == "running":
        return _STEPS[turn["phase"]]
    if state != "delivered":
        return "", ""
    return _AFTER[turn["outcome"]]


_UNBLOCKED: tuple[str, Wanted] = "remove the blocker, or split off what can go on without it", "blocker"
_STEPS: dict[int, tuple[str, Wanted]] = {
    1: ("challenge it before work on it starts", "challenge"),
    2: ("bring the challenge to a decision, and start the first slice", ""),
    3: ("release the first slice", ""),
    4: ("record what came of it: met, missed or learned", "outcome"),
}
_AFTER: dict[str | None, tuple[str, Wanted]] = {
    None: ("record what came of it: met, missed or learned", "outcome"),
    "missed": ("challenge what it was to do before the next bet on it", "challenge"),
    "met": ("propose what follows from it", "idea"),
    "learned": ("propose what follows from it", "idea"),
}


def _context(turn: Mapping[str, Any], flywheel: FlywheelSettings) -> str:
    start = turn["started_at"] or turn["released_at"]
    if start is None:
        return outside(flywheel.title)
    began = "started" if turn["started_at"] else "released"
    return f"{outside(flywheel.title)} · {began} {day(datetime.fromisoformat(start), flywheel.time_zone)}"
