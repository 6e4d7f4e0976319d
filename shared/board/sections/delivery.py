"""DORA's five over 26 weeks with their intervals, and what slows the wheel beside them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.board.drawing.plot import Plot, extent, percent, ticks, ticks_of_time
from shared.board.markup import NOTHING, Child, Markup, element, joined
from shared.board.sections.section import section
from shared.board.view import View
from shared.board.words import capital, cases, spelt, weeks
from shared.flywheel.catalogue.catalogue import CATALOGUE
from shared.flywheel.catalogue.change import change_of
from shared.flywheel.catalogue.drag import PARTS
from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import HOURS, MINUTES, SHARE
from shared.flywheel.history.values import Level, Series, Span
from shared.flywheel.wording import listing
from shared.flywheel.wording import percent as share_of

FIVE = ("dora.lead_time_hours", "dora.per_week", "dora.change_fail_rate", "dora.recovery_minutes", "dora.rework_rate")


def delivery(view: View) -> Markup:
    """Five charts and the drag; nothing of a flywheel that never deployed."""
    if not any(span.n for series in view.history.series.values() for span in series.spans):
        return NOTHING
    days = weeks(view.report["window_days"])
    charts = [_chart(view, CATALOGUE[path], view.history.series[path]) for path in FIVE]
    return section(
        _heading(view),
        "26 weeks. Dots are weeks, of shares and recoveries four, shares with their 95% interval. The heavy lines are "
        f"the {days} before and the {days} now, parted by an upright line where the change is beyond chance. The grey "
        "field is natural variation: where eight of ten fall while nothing changes (Wilson’s interval of a share, "
        "Poisson’s of a count, the 10th to 90th percentile of times). Hatched: nothing to tell from.",
        element("div", *charts, _drag(view), class_="cols three"),
        anchor="delivery",
    )


def _heading(view: View) -> str:
    verdicts = [change_of(CATALOGUE[path], view.report).verdict for path in FIVE]
    real = [(verdicts.count(word), word) for word in ("better", "worse") if verdicts.count(word)]
    if real:
        return capital(
            f"of DORA’s five {listing([f'{spelt(count)} {_is(count)} {word} for real' for count, word in real])}."
        )
    if all(verdict is None for verdict in verdicts):
        return "DORA’s five: too early to tell what changed."
    return "Of DORA’s five nothing changed beyond chance."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _chart(view: View, kind: FigureKind, series: Series) -> Markup:
    return element(
        "div",
        element("h3", kind.label),
        element("p", _words(view, kind, series), class_="sub"),
        _drawn(view, kind, series),
        class_="chart",
    )


def _words(view: View, kind: FigureKind, series: Series) -> Child:
    now = element("b", _case(view, kind, series.now))
    if series.before.value is None:
        return joined(now, " now.") if series.now.value is not None else "Not known."
    return joined(f"{_case(view, kind, series.before)} before, ", now, " now.")


def _case(view: View, kind: FigureKind, level: Level) -> str:
    if level.value is None:
        return "not known"
    if kind.shape == "share":
        return f"{level.count} of {level.n}"
    if kind.path in view.history.before and level.end < view.history.as_of:
        return cases(kind, view.history.before[kind.path])
    return cases(kind, kind.entry_in(view.report)) if level.end == view.history.as_of else kind.unit.tell(level.value)


def _drawn(view: View, kind: FigureKind, series: Series) -> Markup:
    history = view.history
    plot = _plot(view, kind, series)
    shapes: list[Child] = [
        *plot.scale(_marks(kind, plot.high), kind.unit.show),
        *plot.frame(),
        *_unknown(plot, series),
    ]
    for level in (series.before, series.now):
        shapes += _level(plot, level)
    for span in series.spans:
        shapes += _span(plot, span, timedelta(weeks=series.weeks))
    shapes += _edge(view, plot, kind)
    known = [span for span in series.spans if span.value is not None]
    label = f"{kind.label} over 26 weeks" + (
        f", last {kind.unit.tell(known[-1].value or 0)}" if known else ": not known"
    )
    return plot.drawn(f"{label}; now {_case(view, kind, series.now)}, until {view.day(history.as_of)}.", *shapes)


def _plot(view: View, kind: FigureKind, series: Series) -> Plot:
    levels = (series.before, series.now)
    values = [
        *(span.value for span in series.spans if span.value is not None),
        *(edge for level in levels for edge in (level.high, level.value) if edge is not None),
    ]
    _, high = (0.0, 1.0) if kind.unit is SHARE else extent(values or [1.0], from_zero=True)
    if kind.unit is SHARE and values:
        high = min(1.0, max(0.25, max(values) * 1.3))
    return view.plot(0, high, top=30, bottom=134, height=152, left=13, right=100)


def _marks(kind: FigureKind, high: float) -> list[float]:
    if kind.unit is HOURS:
        return ticks_of_time(high)
    if kind.unit is MINUTES:
        return [each * 60 for each in ticks_of_time(high / 60)]
    return [each for each in ticks(0, high, 4) if each]


def _unknown(plot: Plot, series: Series) -> Iterator[Markup]:
    """The spans that nothing can be told of, neighbours as one field."""
    length = timedelta(weeks=series.weeks)
    start: datetime | None = None
    for span in series.spans:
        if span.value is None and start is None:
            start = span.end - length
        if span.value is not None and start is not None:
            yield plot.area("hatched", start, span.end - length)
            start = None
    if start is not None:
        yield plot.area("hatched", start, series.spans[-1].end)


def _level(plot: Plot, level: Level) -> Iterator[Markup]:
    if level.value is None or level.end <= plot.start:
        return
    start = max(plot.start, level.start)
    if level.low is not None and level.high is not None:
        yield plot.area("band", start, level.end, level.low, level.high)
    yield plot.across("level", level.value, start, level.end)


def _span(plot: Plot, span: Span, length: timedelta) -> Iterator[Markup]:
    if span.value is None:
        return
    at = span.end - length / 2
    if span.low is not None and span.high is not None:
        yield plot.upright("whisker", at, plot.y(span.high), plot.y(span.low))
    yield plot.dot("dot2", at, span.value, 3)


def _edge(view: View, plot: Plot, kind: FigureKind) -> Iterator[Markup]:
    change, at = change_of(kind, view.report), view.history.window_start
    if at <= plot.start:
        return
    words = f"real: {change.verdict}" if change.is_real else "could be chance" if change.verdict else "too few to tell"
    yield plot.upright("edge" if change.is_real else "dashed", at, 14)
    css = "strong" if change.is_real else "quiet"
    yield element("text", words, class_=css, x=percent(plot.x(at)), dx=-5, y=12, text_anchor="end")


def _drag(view: View) -> Markup:
    rows = [_part(view, kind) for kind in PARTS]
    return element(
        "div",
        element("h3", "Beside them: what slows the wheel"),
        element("p", "Drag, each part by itself; a bar is full at 50%.", class_="sub"),
        element("ul", *rows, class_="drag"),
        class_="chart",
    )


def _part(view: View, kind: FigureKind) -> Markup:
    value = kind.value_in(view.report)
    is_largest = view.report["drag"]["largest"] == kind.path.removeprefix("drag.")
    shown = "not known" if value is None else share_of(value)
    css = "unknown" if value is None else "alarmed" if is_largest else "dot2"
    width = 100.0 if value is None else min(100.0, value * 200)
    bar = element(
        "svg",
        element("rect", class_="soft", x=0, y=0, width="100%", height=7),
        element("rect", class_=css, x=0, y=0, width=percent(width) if width else 2, height=7),
        class_="wide", width="100%", height=8, aria_hidden="true",
    )  # fmt: skip
    words = element("span", shown, class_="flag" if is_largest else "strong" if value is not None else "quiet")
    return element("li", element("span", kind.name), words, bar)
