"""What the functions hold while warm: the table, what of it they remember, the stack's pseudonyms."""

from shared.store.hints import Hints
from shared.store.privacy import Pseudonyms
from shared.store.sealed_memory import SealedMemory
from shared.store.table import Table
from shared.store.wheel_memory import WheelMemory


class Store:
    """One stack's store. Opens nothing until it is used."""

    def __init__(self, table: Table, *, stack_id: str = "") -> None:
        self.table = table
        self.hints = Hints(table)
        self.sealed = SealedMemory(table)
        self.wheels = WheelMemory(table)
        self.pseudonyms = Pseudonyms(stack_id)
