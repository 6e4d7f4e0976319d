"""The store that functions hold while warm: the table, what of it they remember, the stack's pseudonyms."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.store.projections.wheel_cache import WheelCache
from shared.store.segments.hints import Hints
from shared.store.table.table import Table

if TYPE_CHECKING:
    from shared.store.segments.pseudonyms import Pseudonyms
    from shared.store.segments.sealed_cache import SealedCache


class Store:
    """One stack's store. Opens nothing until it is used."""

    def __init__(self, table: Table, *, stack_id: str = "") -> None:
        self.table = table
        self.hints = Hints(table)
        self.wheels = WheelCache(table)
        self._stack_id = stack_id

    @cached_property
    def sealed(self) -> "SealedCache":
        """What is remembered of sealed facts, for whoever reads facts."""
        from shared.store.segments.sealed_cache import SealedCache  # noqa: PLC0415  who reads none has no need of it

        return SealedCache(self.table)

    @cached_property
    def pseudonyms(self) -> "Pseudonyms":
        """What may be kept of people, for whoever writes events."""
        from shared.store.segments.pseudonyms import Pseudonyms  # noqa: PLC0415  who only reads needs none

        return Pseudonyms(self._stack_id)
