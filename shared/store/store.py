"""What the functions hold while warm: the table, the hints seen, the stack's pseudonyms."""

from shared.store.hints import Hints
from shared.store.privacy import Pseudonyms
from shared.store.table import Table


class Store:
    """One stack's store. Opens nothing until it is used."""

    def __init__(self, table: Table, *, stack_id: str = "") -> None:
        self.table = table
        self.hints = Hints(table)
        self.pseudonyms = Pseudonyms(stack_id)
