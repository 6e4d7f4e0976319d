"""What rows are measured on, at which sizes: each thing is made when the first row asks for it."""

import gc
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import NamedTuple, Self

from cli.embedded.assembly import synthesis
from engine import dynamodb_local
from shared.store.store import Store
from shared.store.table.table import Table
from tests.bench.ground.driven import Driven, create_table, driven
from tests.bench.ground.metering import Meter, metered
from tests.bench.ground.mix import Days
from tests.bench.ground.template import Resources, functions_of, resources_of


class Sizes(NamedTuple):
    """How large, and how often."""

    rounds: int = 5
    starts: int = 9
    """Rounds of a handler's import: the shortest of all times."""
    functions: int | None = None
    """Of how many; None: of all."""
    history: int = 32
    """Days that lie in the month's table before anything is measured: turns of every age, some delivered."""
    ages: tuple[int, ...] = (35, 180)
    """Days that a flywheel has lived before it is advanced."""
    corrected: tuple[int, ...] = (40,)
    """The same, before it learns of a late event or of a setting."""
    told: int = 30
    """Of these the last, of which every summary was told as it happened: two more than a correction reaches back."""
    reported: tuple[int, ...] = (10_000, 50_000)
    folded: tuple[int, ...] = (10_000, 50_000)
    files: tuple[int, ...] = (10_000, 50_000)
    imported: tuple[int, ...] = (500, 1_500)
    imports: int = 5
    """Rounds of an import."""
    family: tuple[int, int] = (100, 4_000)
    """Children of a parent, and events that nobody owns."""
    advances: int = 60
    """Of writers to one flywheel, in all."""
    writers: tuple[int, int] = (4, 20)
    puts: int = 30
    """Of a round, each beside a `record`."""


USUAL = Sizes()
FULL = Sizes(
    starts=15,
    ages=(35, 365, 730),
    corrected=(80, 365),
    reported=(10_000, 100_000, 1_000_000),
    folded=(10_000, 100_000, 1_000_000),
    files=(10_000, 100_000, 1_000_000),
    imported=(10_000, 100_000),
    imports=1,
)
"""The sizes that the bars name. An import is a round of so many batches itself."""
TINY = Sizes(
    rounds=2,
    starts=1,
    functions=2,
    history=4,
    ages=(2,),
    corrected=(5,),
    told=2,
    reported=(200, 400),
    folded=(200, 400),
    files=(50, 100),
    imported=(40,),
    family=(2, 10),
    advances=4,
    writers=(1, 2),
    puts=3,
)
"""Says nothing about anything but that every row can still be measured."""


class Month(NamedTuple):
    """A month of one flywheel in a table, and the handlers that made it."""

    handlers: Driven
    days: Days
    table: Table
    history: int

    @property
    def store(self) -> Store:
        """A store that remembers nothing yet."""
        return Store(self.table)


class Surroundings:
    """The ground of one run; it ends what it started."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.writes: float | None = None
        """Write units of a single event, once they are measured: the bill counts with them."""
        self._open = ExitStack()
        self._tables = 0

    def __enter__(self) -> Self:
        gc.collect()
        gc.freeze()  # what the bench itself has loaded is not walked through in the time of what is measured
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_tables()
        gc.unfreeze()

    @cached_property
    def meter(self) -> Meter:
        """DynamoDB Local, every call of which is counted."""
        return self._open.enter_context(metered(self._open.enter_context(dynamodb_local())))

    @cached_property
    def month(self) -> Month:
        """Days that were each delivered at their end, and sealed as the clock does."""
        days, table, history = Days(), "flywheel", self.sizes.history
        handlers = self._open.enter_context(driven(self.meter, table))
        for number in range(history):
            handlers.deliver(days.day(number), days.at(number))
            handlers.tick(days.at(number, 24.5))
        return Month(handlers, days, Table(table), history)

    @cached_property
    def resources(self) -> Resources:
        """Of the template, as synthesised."""
        return resources_of(synthesis().directory)

    @cached_property
    def functions(self) -> list[str]:
        """Their short names."""
        return functions_of(self.resources)[: self.sizes.functions]

    def table(self, what: str) -> Table:
        """A new table, connected to."""
        self.end_section()
        name = self.name(what)
        create_table(name)
        return Table(name)

    def name(self, what: str) -> str:
        """A name that no table has yet."""
        self._tables += 1
        return f"{what}-{self._tables}"

    def end_section(self) -> None:
        """What rows wrote without handlers to hear of it is told to no others."""
        self.meter.stream.clear()

    def end_tables(self) -> None:
        """No table is needed from here on: calls go where they say again."""
        self._open.close()
        for name in ("meter", "month"):
            self.__dict__.pop(name, None)
