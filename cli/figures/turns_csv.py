"""The turns of a report as CSV: a row a turn, for spreadsheets and notebooks."""

import csv
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from shared.flywheel.wheel.model import PHASES, Wheel
from shared.flywheel.wording import outside

_PLAIN = (
    *("turn", "key", "state", "phase", "started_at", "released_at", "closed_at", "turn_time_hours"),
    *("time_to_value_hours", "basis", "weight", "completeness", "outcome"),
)
_OF_PHASE = ("entered_at", "hours", "evidence")
_LONGEST = 256
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""

COLUMNS = (
    *("flywheel", "title", *_PLAIN, "stalled"),
    *(f"phase_{phase}_{part}" for phase in PHASES for part in _OF_PHASE),
    *("goals", "input_metric", "north_star", "note", "reason"),
)


def write_turns(report: Mapping[str, Any], wheel: Wheel) -> None:
    """Print the turns to stdout, in the order of the report; unknown is an empty cell."""
    titles = {turn.identity: turn.title for turn in wheel.turns}
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for turn in report["turn_list"]:
        writer.writerow(_cells(report, turn, titles.get((turn["key"], turn["turn"]))))


def _cells(report: Mapping[str, Any], turn: Mapping[str, Any], title: str | None) -> Iterable[Any]:
    chain, phases = turn["chain"], turn["phases"]
    cells = (
        *(report["flywheel"], title, *(turn[name] for name in _PLAIN), turn["turn"] in report["turns"]["stalled"]),
        *(phases[str(phase)][part] for phase in PHASES for part in _OF_PHASE),
        *(" ".join(chain["goals"]), chain["input"], chain["north_star"], turn["note"], turn["reason"]),
    )
    return map(_cell, cells)


def _cell(value: Any) -> Any:
    """A value of ours as it is; text from outside on one line, and never a formula."""
    if not isinstance(value, str):
        return value
    text = outside(value, _LONGEST)
    return f"'{text}" if text.startswith(_FORMULA) else text
