"""The REVIEWS item: when the Well-Architected Tool was last read to its end. There is one of it."""

from pynamodb.attributes import UnicodeAttribute

from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.table import Table


class ReviewsItem(Item):
    """Whoever writes it has sent all that the Tool knew; who writes it twice has sent it twice, and it counts once."""

    KIND = names.REVIEWS

    read_at = UnicodeAttribute()


def last_read(table: Table) -> str:
    """The stamp at which the Tool was last read; an empty text where it never was."""
    item = table.get(ReviewsItem, names.REVIEWS_PARTITION, names.REVIEWS_SORT)
    return "" if item is None else str(item.read_at)


def keep_read(table: Table, moment: str) -> None:
    """It was read to its end."""
    table.put(table.new(ReviewsItem, names.REVIEWS_PARTITION, names.REVIEWS_SORT, read_at=moment))
