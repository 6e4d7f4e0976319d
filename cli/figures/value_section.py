"""The page's first part: did the turns matter? North star and inputs with their values, outcomes, bets, momentum."""

from collections.abc import Mapping, Sequence
from typing import Any

from cli.figures.rows import UNKNOWN, Row, rows_of
from cli.figures.weeks import Weeks
from shared.flywheel.wording import number, outside, percent

Report = Mapping[str, Any]
_INPUTS = 3
"""So many inputs are shown; --json lists them all."""


def value_rows(figures: Report, before: Report, weeks: Weeks) -> list[Row]:
    """The metrics, what came of the turns, and what the bets moved."""
    value = figures["value"]
    star, inputs = value["north_star"], value["inputs"]
    metrics = [_metric("North star", star) if star else _NO_STAR]
    metrics += [_metric(f"  {outside(each['metric'], 18)}", each) for each in inputs[:_INPUTS]]
    return [*metrics, *rows_of("value", figures, before, weeks), *_bets(value["bets"])]


_NO_STAR = Row(label="North star", value=UNKNOWN, known=False, note="no Metric Defined with the role north_star")


def _metric(label: str, metric: Report) -> Row:
    """A metric beside its value of a month before; its arrow is a difference, of which nobody says better."""
    if metric["value"] is None:
        return Row(label=label, value=UNKNOWN, known=False, note=f"{_named(metric)}: never measured")
    previous = "" if metric["previous"] is None else number(metric["previous"])
    arrow = "" if not metric["change"] else "↑" if metric["change"] > 0 else "↓"
    return Row(label=label, value=number(metric["value"]), previous=previous, arrow=arrow, note=_standing(metric))


def _standing(metric: Report) -> str:
    """`orders a week, target 200 (up): towards, 40% of the gap closed; stale`."""
    target = f", target {number(metric['target'])} ({metric['direction']})" if metric["target"] is not None else ""
    gap = metric["gap_closed"]
    parts = (
        "reached" if metric["reached"] else "",
        metric["heading"] or "",
        f"{percent(gap)} of the gap closed" if gap is not None and gap > 0 else "",
        "stale" if metric["stale"] else "",
    )
    standing = ", ".join(filter(None, parts))
    return f"{_named(metric)}{target}{': ' if standing else ''}{standing}"


def _named(metric: Report) -> str:
    name = outside(metric["metric"])
    return f"{name}, {outside(metric['unit'])}" if metric["unit"] else name


def _bets(bets: Sequence[Report]) -> list[Row]:
    """How many bets were released, and which way their inputs went after it."""
    if not bets:
        return []
    headings = [bet["heading"] or "not known" for bet in bets]
    listed = ", ".join(
        f"{headings.count(each)} {each}" for each in ("towards", "level", "away", "not known") if each in headings
    )
    shared = sum(bet["shared"] for bet in bets)
    rivals = f"; {shared} with another bet on the input near it" if shared else ""
    return [Row(label="Bets released", value=number(len(bets)), note=f"their inputs after it: {listed}{rivals}")]
