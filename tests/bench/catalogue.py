"""Every section of `make bench`, in the order in which they are measured: those first that share one table."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from engine import available
from tests.bench.bill import bill, idling
from tests.bench.figure import NONE, Row, lacking
from tests.bench.ground.surroundings import Surroundings
from tests.bench.rows import (
    advancing,
    answering,
    bundles,
    correcting,
    families,
    files,
    folding,
    importing,
    racing,
    reading,
    reporting,
    sealing,
    sending,
    starting,
    warming,
    writing,
)


class Section(NamedTuple):
    """Rows that are measured together; `stored`: on DynamoDB Local."""

    name: str
    measure: Callable[[Surroundings], Iterable[Row]]
    stored: bool = False

    def rows(self, ground: Surroundings) -> Iterator[Row]:
        """Measured, or one that says what is lacking."""
        if not self.stored:
            ground.end_tables()
            yield from self.measure(ground)
        elif reason := available():
            yield lacking(self.name, NONE, reason)
        else:
            yield from self.measure(ground)
            ground.end_section()


SECTIONS = (
    Section("writing", writing.rows, stored=True),
    Section("reading", reading.rows, stored=True),
    Section("recording", warming.rows, stored=True),
    Section("advancing", advancing.rows, stored=True),
    Section("correcting", correcting.rows, stored=True),
    Section("racing", racing.rows, stored=True),
    Section("reporting", reporting.rows, stored=True),
    Section("importing", importing.rows, stored=True),
    Section("families-stored", families.from_store, stored=True),
    Section("bill", bill.rows, stored=True),
    Section("families", families.rows),
    Section("folding", folding.rows),
    Section("files", files.rows),
    Section("commands", files.commands),
    Section("sending", sending.rows),
    Section("sealing", sealing.rows),
    Section("starting", starting.rows),
    Section("answering", answering.rows),
    Section("bundles", bundles.rows),
    Section("idling", idling.rows),
)
