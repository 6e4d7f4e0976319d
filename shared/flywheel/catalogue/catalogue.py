"""The catalogue: a row per figure of the report. Adding a figure is one row here, with the account of its formula.

The signals of tenets are a catalogue of their own (`shared.flywheel.tenets.tenets`): they are versioned with them.
"""

from collections.abc import Mapping
from typing import Any

from shared.flywheel.catalogue.around import AROUND
from shared.flywheel.catalogue.delivery import DELIVERY
from shared.flywheel.catalogue.drag import DRAG
from shared.flywheel.catalogue.figure import FigureKind, Section
from shared.flywheel.catalogue.turning import TURNING
from shared.flywheel.catalogue.value import VALUE
from shared.flywheel.figures.account import Teller, value_of
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window

CATALOGUE: dict[str, FigureKind] = {kind.path: kind for kind in (*VALUE, *TURNING, *DRAG, *DELIVERY, *AROUND)}
"""By path in the report."""


def section(name: Section) -> list[FigureKind]:
    """The figures of one part of a page."""
    return [kind for kind in CATALOGUE.values() if kind.section == name]


def read_by(phase: int) -> list[FigureKind]:
    """The figures of a phase's persona (0: of everyone), the most telling first."""
    return sorted((kind for kind in CATALOGUE.values() if phase in kind.read_by), key=lambda kind: kind.read_by[phase])


def put_accounted(report: dict[str, Any], wheel: Wheel, window: Window) -> None:
    """Put into a report the figures that the catalogue itself has the account of."""
    for kind in CATALOGUE.values():
        if kind.account is not None:
            *way, last = kind.path.split(".")
            place = report
            for step in way:
                place = place.setdefault(step, {})
            place[last] = value_of(kind.account(wheel, window))


def accounts() -> Mapping[str, Teller]:
    """The accounts that the catalogue itself has, by path: `explain` tells them as it tells the others."""
    return {path: kind.account for path, kind in CATALOGUE.items() if kind.account is not None}
