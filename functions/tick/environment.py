"""What `tick` is told by the stack."""

import msgspec


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    BUS_NAME: str
    OUTBOX_QUEUE_URL: str
    DEAD_LETTER_QUEUE_URLS: str
