"""A parent's children side by side: counts are added up, all else is each child's own (domain: "Flywheel")."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from shared.flywheel.wording import duration, number, outside, percent

_HEADS = ("", "turns", "rate", "turn time", "a week", "lead time", "fail", "rework", "wheel")
_WIDTHS = (5, 5, 9, 6, 9, 5, 6, 11)
_UNKNOWN = "–"


def children_table(figures: Mapping[str, Any]) -> list[RenderableType]:
    """One row a child and one of their counts; nothing where there is no child."""
    children = figures["context"]["children"]
    if children is None:
        return []
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for width in _WIDTHS:
        table.add_column(width=width, justify="right", no_wrap=True)
    table.add_row(*(Text(head, style="dim") for head in _HEADS))
    for child in children["side_by_side"]:
        table.add_row(*map(Text, _cells(child)))
    counts = children["counts"]
    table.add_row(Text("together", style="dim"), Text(number(counts["delivered"]), style="dim"))
    note = "Each child's own median and shares: they are compared with its own past, and never pooled."
    return [Group(Text(), Text("Children, side by side", style="bold cyan"), table, Text(note, style="dim"))]


def _cells(child: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        outside(child["name"]),
        number(child["counts"]["delivered"]),
        _shown(child["rate_per_28d"], number),
        _shown(child["turn_time_hours"]["p50"], duration),
        _shown(child["deployments_per_week"], number),
        _shown(child["lead_time_p50_hours"], duration),
        _shown(child["change_fail_rate"]["value"], percent),
        _shown(child["rework_rate"]["value"], percent),
        child["momentum"]["state"].replace("_", " "),
    )


def _shown(value: float | None, show: Any) -> str:
    return _UNKNOWN if value is None else str(show(value))
