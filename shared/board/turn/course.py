"""The way of a turn: its phases, and what happened in them; and the chain from what it is for."""

from datetime import datetime, timedelta

from shared.board.drawing.plot import Plot, percent
from shared.board.drawing.strip import segments
from shared.board.markup import Child, Markup, element, joined, named
from shared.board.sections.section import section
from shared.board.turn.subject import Subject
from shared.board.words import readable
from shared.flywheel.history.values import Moment
from shared.flywheel.wording import duration, listing

_ROW = 19
_BAR = 15
_RIGHT = 80.0
"""Percent at which the time ends: beyond are the words of the last moments."""


def course(subject: Subject) -> Markup:
    """Each moment above the strip of phases, at its time."""
    moments = list(subject.own.moments)
    return section(
        _heading(subject),
        "The phases as they were entered, and the moments that events tell of.",
        element("div", _drawn(subject, moments), class_="roomyblock") if moments else None,
        element("details", element("summary", "The moments as a list"), element("div", _list(subject, moments))),
        anchor="course",
    )


def _heading(subject: Subject) -> str:
    entry = subject.entry
    if entry["time_to_value_hours"] is not None and entry["basis"] == "idea":
        return f"From idea to users in {duration(entry['time_to_value_hours'])}."
    if entry["time_to_value_hours"] is not None:
        return f"From its first commit to users in {duration(entry['time_to_value_hours'])}."
    return "It has not reached users." if subject.released is None else "When it began is not known."


def _list(subject: Subject, moments: list[Moment]) -> Markup:
    rows = (
        element(
            "tr",
            element("th", _moment(subject, each.at), scope="row", class_="nowrap"),
            element("td", element("span", each.text, class_="flag" if each.failed else None)),
        )
        for each in moments
    )
    return element("table", element("tbody", *rows))


def _moment(subject: Subject, at: datetime) -> str:
    local = subject.view.local(at)
    return f"{subject.view.day(at)} {local:%H:%M}"


def _drawn(subject: Subject, moments: list[Moment]) -> Markup:
    parts = segments(subject.entry, subject.view.history.as_of)
    times = [*(each.at for each in moments), *(part.end for part in parts)]
    start, end = min(times), max(times)
    air = max((end - start) * 0.02, timedelta(hours=1))
    top = _ROW * len(moments) + 8.0
    plot = Plot(
        start=start - air, end=end + air, low=0, high=1, zone=subject.view.zone,
        top=top, bottom=top + _BAR, height=top + _BAR + 20, right=_RIGHT,
    )  # fmt: skip
    shapes: list[Child] = [_day(plot, at) for at in plot.months]
    for row, each in enumerate(moments):
        shapes += _pin(plot, each, row, top)
    for part in parts:
        x, width = plot.x(part.start), max(0.4, plot.x(part.end) - plot.x(part.start))
        shapes.append(
            element("rect", class_=f"p{part.phase} parted", x=percent(x), width=percent(width), y=top, height=_BAR)
        )
        if width > 4:
            middle = percent(x + width / 2)
            shapes.append(
                element(
                    "text", str(part.phase), class_=f"on on{part.phase}", x=middle, y=top + 12, text_anchor="middle"
                )
            )
    return plot.drawn(f"{len(moments)} moments from {_moment(subject, start)} to {_moment(subject, end)}.", *shapes)


def _pin(plot: Plot, each: Moment, row: int, top: float) -> list[Child]:
    """Every moment has a row of its own, the earliest the highest, and its words to the right: no two can meet."""
    x, y = plot.x(each.at), 12.0 + row * _ROW
    css = "alarm" if each.failed else "quiet" if each.phase is None else ""
    dot = "alarmed" if each.failed else "dot" if each.phase is None else f"p{each.phase}"
    return [
        plot.upright("whisker", each.at, y, top),
        element("circle", class_=dot, cx=percent(x), cy=y, r=4),
        element(
            "text", each.text, class_=css or None, x=percent(x), dx=8, y=y + 4,
        ),
    ]  # fmt: skip


def _day(plot: Plot, at: datetime) -> Markup:
    return joined(
        plot.upright("grid", at, 0, plot.bottom + 4),
        element(
            "text", f"{at.astimezone(plot.zone):%b}", class_="quiet", x=percent(plot.x(at)), dx=4, y=plot.bottom + 16
        ),
    )


def chain(subject: Subject) -> Markup:
    """What it is for: north star, input, goals, and the turn; a step that nobody set is hatched."""
    steps = subject.entry["chain"]
    named_steps: list[tuple[str, str | None]] = [
        ("north star", readable(steps["north_star"]) if steps["north_star"] else None),
        ("input", readable(steps["input"]) if steps["input"] else None),
        *(("goal", goal) for goal in reversed(steps["goals"])),
        *([("goal", None)] if not steps["goals"] else []),
        ("turn", subject.name),
    ]
    missing = [what for what, name in named_steps if name is None]
    unset = list(dict.fromkeys(missing))
    heading = "It can be traced from the north star down to what was deployed."
    if unset:
        heading = f"It cannot be traced: {listing(unset)} {'is' if len(unset) == 1 else 'are'} not set."
    return section(
        heading,
        "The chain as events state it. A step that nobody has set is hatched.",
        element("ol", *(_step(*each) for each in named_steps), class_="chain"),
        anchor="chain",
    )


def _step(what: str, name: str | None) -> Markup:
    if name is not None:
        return element("li", element("span", what, class_="quiet"), element("span", named(name)))
    field = element(
        "svg", element("rect", class_="unknown", width="100%", height=18), width="100%", height=18, aria_hidden="true"
    )
    return element("li", element("span", what, class_="quiet"), field, element("span", "not set", class_="unseen"))
