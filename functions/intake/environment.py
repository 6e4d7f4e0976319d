"""What `intake` is told by the stack."""

import msgspec


class Environment(msgspec.Struct, frozen=True):
    """What the stack gives this function."""

    BUS_NAME: str
    INBOX_QUEUE_URL: str
    HOOKS_PREFIX: str
    """What the SSM parameters of the hooks' secrets begin with."""
