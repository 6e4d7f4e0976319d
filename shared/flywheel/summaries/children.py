"""A parent's children as rows of its digest, in the order of the configuration: nobody is ranked."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.flywheel.catalogue.drag import part_name
from shared.flywheel.summaries.summary import Figure
from shared.flywheel.wording import outside, percent, plural

SHOWN = 5
"""So many children are shown; a report shows all of them."""
_STATES = {
    "not_started": "no turn closed yet",
    "learning": "learning",
    "first_turn": "one turn closed",
    "turning": "turning",
    "coasting": "coasting",
    "stopped": "stopped",
}


def side_by_side(report: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Each child's state, what slows it and how its bets did; then how many more there are."""
    children = report["context"]["children"]["side_by_side"]
    rows = [Figure(label=outside(child["name"]), value="; ".join(_parts(child))) for child in children[:SHOWN]]
    more = len(children) - SHOWN
    return (*rows, Figure(label="More", value=plural(more, "flywheel"))) if more > 0 else tuple(rows)


def _parts(child: Mapping[str, Any]) -> Iterator[str]:
    momentum, drag, hits = child["momentum"], child["drag"], child["hit_rate"]
    doomed = child["doom_loop"] == "doom_loop"
    direction = f", {momentum['direction']}" if momentum["direction"] and not doomed else ""
    yield "doom loop" if doomed else f"{_STATES[momentum['state']]}{direction}"
    if child["constraint"] is not None:
        yield f"constraint phase {child['constraint']}"
    if drag["largest"] is not None:
        yield f"{part_name(drag['largest'])} {percent(drag[drag['largest']])}"
    if hits["n"]:
        yield f"{hits['count']} of {hits['n']} met"
