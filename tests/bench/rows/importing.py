"""History through the stack, as `flywheel import` sends it: whether more events take more time and units each."""

from collections.abc import Iterator

from tests.bench.figure import NONE, Bar, Row, grown
from tests.bench.ground.cpu import taking
from tests.bench.ground.driven import driven
from tests.bench.ground.mix import Days
from tests.bench.ground.surroundings import Surroundings

LINEAR = Bar(growth=1.15)
"""Of time and writes. Reads may grow faster: each batch of `project` reads what lies there unsealed."""


def rows(ground: Surroundings) -> Iterator[Row]:
    """Each size into tables of its own, from the inbox to the summaries."""
    figures = {size: _imports(ground, size) for size in ground.sizes.imported}
    bars = {"CPU": ("s", LINEAR), "writes": ("units", LINEAR), "reads": ("units", NONE)}
    for place, (name, (unit, bar)) in enumerate(bars.items()):
        measured = {size: [each[place] for each in of_size] for size, of_size in figures.items()}
        yield from grown(f"import of {{:,}} events through the stack: {name}", unit, bar, measured)


def _imports(ground: Surroundings, size: int) -> list[tuple[float, float, float]]:
    """Of each round the seconds, write units and read units."""
    return [_import(ground, size) for _ in range(ground.sizes.imports)]


def _import(ground: Surroundings, size: int) -> tuple[float, float, float]:
    days, meter = Days(), ground.meter
    with driven(meter, ground.name("import")) as handlers:
        meter.clear()
        with taking() as taken:
            handlers.deliver([*days.first(size)], days.after(size))
        return taken.seconds, meter.written, meter.read
