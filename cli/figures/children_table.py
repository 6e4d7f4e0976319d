"""A parent's children side by side: what can be added is added up, all else is each child's own (value §8)."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.wording import listing, number, outside, percent, plural, quoted

_HEADS = ("", "turns", "met", "wheel", "constraint", "largest drag")
_WIDTHS = (5, 6, 20, 10, 18)
_UNKNOWN = "–"


def children_table(figures: Mapping[str, Any]) -> list[RenderableType]:
    """Each child with its first action, the sums, and what several share; nothing where there is no child."""
    children = figures["context"]["children"]
    if children is None:
        return []
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for place, width in enumerate(_WIDTHS):
        table.add_column(width=width, justify="right" if place < 2 else "left", no_wrap=True, overflow="ellipsis")
    table.add_row(*(Text(head, style="dim") for head in _HEADS))
    for child in children["side_by_side"]:
        table.add_row(*map(Text, _cells(child)))
    together = children["together"]
    sums = ("together", number(together["delivered"]), number(together["outcomes"]["met"]))
    table.add_row(*(Text(cell, style="dim") for cell in sums))
    lines = [*_first_actions(children), *_shared(children["shared"])]
    note = "Each child's own figures: compared with its own past, never pooled and never ranked."
    return [
        Group(
            Text(), Text("Children, side by side", style="bold cyan"), table, *map(Text, lines), Text(note, style="dim")
        )
    ]


def _cells(child: Mapping[str, Any]) -> tuple[str, ...]:
    momentum, drag, hits = child["momentum"], child["drag"], child["hit_rate"]
    state = "doom loop" if child["doom_loop"] == "doom_loop" else momentum["state"].replace("_", " ")
    largest = drag["largest"]
    return (
        outside(child["name"]),
        number(child["counts"]["delivered"]),
        f"{hits['count']}/{hits['n']}" if hits["n"] else _UNKNOWN,
        ", ".join(filter(None, (state, momentum["direction"]))),
        _UNKNOWN if child["constraint"] is None else f"phase {child['constraint']}",
        _UNKNOWN if largest is None else f"{part_name(largest)} {percent(drag[largest])}",
    )


def _first_actions(children: Mapping[str, Any]) -> list[str]:
    return [
        f"{outside(child['name'])}: {child['first_action']['text']}"
        for child in children["side_by_side"]
        if child["first_action"] is not None
    ]


def _shared(shared: Mapping[str, Any]) -> list[str]:
    """Blockers that are open, and components that resist moving, in several; each once."""
    things = [("blocker", each) for each in shared["blockers"]] + [("inertia", each) for each in shared["inertia"]]
    return [
        f"Shared {what}: {quoted(each['title'] or each['id'])}, by {plural(len(each['flywheels']), 'flywheel')} "
        f"({listing([outside(flywheel) for flywheel in each['flywheels']])})"
        for what, each in things
    ]
