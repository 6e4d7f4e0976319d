"""Turns as a timeline: each idea on its way through the four phases, what held it and what came of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.board.drawing.marks import OUTCOMES, RUNNING, STOPPED, UNKNOWN, phase_mark
from shared.board.drawing.plot import Plot, percent
from shared.board.drawing.strip import segments, strip
from shared.board.markup import NOTHING, Markup, element, joined, named
from shared.board.sections.section import key, section
from shared.board.view import View, when
from shared.board.words import capital, cases, weeks
from shared.flywheel.catalogue.turning import TURN_TIME
from shared.flywheel.history.values import Hold, TurnHistory
from shared.flywheel.wheel.model import PHASES
from shared.flywheel.wording import duration, listing, plural

_DAY_ROOM = 8.0


_HELD = element(
    "svg",
    element("line", class_="held", x1=0, x2=18, y1=7, y2=7),
    class_="mark long", width=20, height=13, viewBox="0 0 20 14", aria_hidden="true",
)  # fmt: skip


def turns(view: View) -> Markup:
    """The timeline; nothing where no turn was open in the weeks."""
    known = {(str(each.key), each.turn): each for each in view.history.turns}
    rows = [(each, own) for each in view.report["turn_list"] if (own := known.get((each["key"], each["turn"])))]
    if not rows:
        return NOTHING
    rows.sort(
        key=lambda row: (row[0]["started_at"] or row[0]["released_at"] or row[0]["closed_at"] or "", row[0]["turn"])
    )
    plot = view.plot(0, 1, right=100)
    left_out = len(view.report["turn_list"]) - len(rows[-view.detail.turns :])
    more = f" {plural(left_out, 'earlier turn')} not shown." if left_out else ""
    return section(
        _heading(view),
        f"Each line is an idea on its way through the four phases, the newest last. The dashed line is where the last "
        f"{weeks(view.report['window_days'])} begin.{more}",
        key(
            *(joined(phase_mark(phase), f"{phase} {view.phase(phase)}") for phase in PHASES),
            joined(UNKNOWN, "phase not observed"),
            joined(_HELD, element("span", "held", class_="flag")),
        ),
        element(
            "ol", _axis(plot), *(_row(view, plot, turn, own) for turn, own in rows[-view.detail.turns :]), class_="rows"
        ),
        anchor="turns",
    )


def _heading(view: View) -> str:
    now, before = TURN_TIME.entry_in(view.report), view.history.before.get(TURN_TIME.path)
    if not now["n"]:
        delivered = sum(view.report["value"]["outcomes"].values())
        if delivered:
            return f"{capital(plural(delivered, 'turn'))} delivered, and what came before the release is not known."
        return f"No turn was delivered in {weeks(view.report['window_days'])}."
    was = f"; before it was {cases(TURN_TIME, before)}" if before is not None and before["n"] else ""
    if now["n"] == 1:
        return f"The one turn delivered took {cases(TURN_TIME, now)}{was}."
    return f"A turn takes {cases(TURN_TIME, now)}{was}."


def _axis(plot: Plot) -> Markup:
    labels = [
        element("text", f"{at.astimezone(plot.zone):%b}", class_="quiet", x=percent(plot.x(at)), y=12, dx=4)
        for at in plot.months
        if plot.x(at) < 100 - _DAY_ROOM
    ]
    drawn = element("svg", *labels, class_="wide", width="100%", height=16, aria_hidden="true")
    return element("li", element("span"), drawn, element("span"), class_="axisrow", aria_hidden="true")


def _row(view: View, plot: Plot, turn: Mapping[str, Any], own: TurnHistory) -> Markup:
    parts = segments(turn, view.history.as_of)
    return element(
        "li",
        element("span", _name(view, turn, own), class_="name"),
        element("span", strip(plot, parts, own.holds, view.history, _spoken(view, turn)), class_="bar"),
        element("span", result(view, turn, own), class_="result"),
    )


def _name(view: View, turn: Mapping[str, Any], own: TurnHistory) -> Markup:
    title = named(own.title or own.turn)
    leads = view.inward(title, "turn", own.turn) if view.link("turn", own.turn) else view.address(title, own.url)
    age = _length(view, turn)
    return joined(leads, " ", element("span", age, class_="quiet nowrap"))


def _length(view: View, turn: Mapping[str, Any]) -> str:
    if turn["turn_time_hours"] is not None:
        return duration(turn["turn_time_hours"])
    started = when(turn["started_at"])
    if started is None:
        return ""
    end = when(turn["closed_at"]) or view.history.as_of
    return duration((end - started) / timedelta(hours=1))


def result(view: View, turn: Mapping[str, Any], own: TurnHistory | None) -> Markup:
    """Where a turn stands, or what came of it."""
    half = " · half weight" if turn["weight"] == 0.5 else ""
    if turn["state"] == "delivered":
        outcome = turn["outcome"] or "unknown"
        return joined(OUTCOMES[outcome], f"{'outcome unknown' if outcome == 'unknown' else outcome}{half}")
    if turn["state"] == "stopped":
        reason = f": {turn['reason']}" if turn["reason"] and view.is_inside else ""
        return joined(STOPPED, "stopped", named(reason) if reason else "")
    hold = None if own is None else _holding(own)
    if hold is not None:
        return joined(
            RUNNING, element("span", "held by ", named(hold.title or hold.blocker), _since(view, hold), class_="flag")
        )
    stalled = turn["turn"] in view.report["turns"]["stalled"]
    where = f"in {view.phase(turn['phase'])}"
    if turn["phase"] == 4:
        where = f"in its {plural(view.history.soak_days, 'day')} of soak"
    return joined(RUNNING, element("span", f"stalled {where}", class_="flag") if stalled else where)


def _holding(own: TurnHistory) -> Hold | None:
    return next((hold for hold in own.holds if hold.until is None), None)


def _since(view: View, hold: Hold) -> str:
    return f", {duration((view.history.as_of - hold.since) / timedelta(hours=1))}"


def _spoken(view: View, turn: Mapping[str, Any]) -> str:
    parts = []
    for phase, entry in turn["phases"].items():
        if entry["entered_at"]:
            hours = "running" if entry["hours"] is None else duration(entry["hours"])
            parts.append(f"{view.phase(int(phase))} {hours}")
    return capital(f"{listing(parts)}.") if parts else "No phase was observed."
