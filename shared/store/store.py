"""The store that functions hold while warm: the table, what of it they remember, the stack's pseudonyms."""

from shared.store.projections.wheel_cache import WheelCache
from shared.store.segments.hints import Hints
from shared.store.segments.pseudonyms import Pseudonyms
from shared.store.segments.sealed_cache import SealedCache
from shared.store.table.table import Table


class Store:
    """One stack's store. Opens nothing until it is used."""

    def __init__(self, table: Table, *, stack_id: str = "") -> None:
        self.table = table
        self.hints = Hints(table)
        self.sealed = SealedCache(table)
        self.wheels = WheelCache(table)
        self.pseudonyms = Pseudonyms(stack_id)
