"""What `notify` is told by the stack."""

import msgspec


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    TABLE_NAME: str
    OUTBOX_QUEUE_URL: str
    SLACK_SECRET_ARN: str
    SLACK_API_URL: str
