"""A parent's children as rows of its digest's table, in the order of the configuration: nobody is ranked."""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.summaries.summary import Table
from shared.flywheel.vocabularies import short_name
from shared.flywheel.wording import outside, percent, plural

SHOWN = 50
"""So many children are shown; a report shows all of them."""
LONGEST = 60
"""Characters of a name."""
COLUMNS = ("Flywheel", "State", "Constraint", "Largest drag", "Outcomes met")
_STATES = {
    "not_started": "no turn closed yet",
    "learning": "learning",
    "first_turn": "one turn closed",
    "turning": "turning",
    "coasting": "coasting",
    "stopped": "stopped",
}


def side_by_side(report: Mapping[str, Any], vocabulary: str) -> Table | None:
    """Each child's state, the phase that holds it, what slows it and how its bets did; None where there is no child.

    Phases have their names in the parent's `vocabulary`.
    """
    children = report["context"]["children"]["side_by_side"]
    rows = tuple(_row(child, vocabulary) for child in children[:SHOWN])
    return Table(title=f"{plural(len(children), 'flywheel')} side by side", columns=COLUMNS, rows=rows)


def more_children(report: Mapping[str, Any]) -> tuple[str, ...]:
    """How many children the table has no row for."""
    more = len(report["context"]["children"]["side_by_side"]) - SHOWN
    return (f"{plural(more, 'flywheel')} more on the board",) if more > 0 else ()


def _row(child: Mapping[str, Any], vocabulary: str) -> tuple[str, ...]:
    momentum, drag, hits = child["momentum"], child["drag"], child["hit_rate"]
    doomed = child["doom_loop"] == "doom_loop"
    direction = f", {momentum['direction']}" if momentum["direction"] else ""
    return (
        outside(child["name"], LONGEST),
        "doom loop" if doomed else f"{_STATES[momentum['state']]}{direction}",
        "" if child["constraint"] is None else short_name(vocabulary, child["constraint"]),
        "" if drag["largest"] is None else f"{part_name(drag['largest'])} {percent(drag[drag['largest']])}",
        f"{hits['count']} of {hits['n']}" if hits["n"] else "",
    )
