"""What one person alone sees, and the addresses at which an app can say it: each good for five times and half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction, "Message responses".
"""

from typing import Any

from msgspec import Struct

from engine.slack.refusals import RefusedError

MOST_USES, SECONDS = 5, 30 * 60.0


class Seen(Struct, frozen=True):
    """A message that nobody but one person sees."""

    user: str
    text: str
    blocks: list[dict[str, Any]]


class _Address(Struct):
    user: str
    made: float
    uses: int = 0


class Responses:
    """The addresses that were given out."""

    def __init__(self) -> None:
        self._given: dict[str, _Address] = {}

    def made_for(self, user: str, now: float) -> str:
        """The name of a new one."""
        name = f"{user}-{len(self._given) + 1}"
        self._given[name] = _Address(user, now)
        return name

    def used(self, name: str, now: float) -> str:
        """The person behind one, which is used once more. Raises RefusedError."""
        address = self._given.get(name)
        if address is None or now - address.made > SECONDS:
            raise RefusedError("expired_url")
        if address.uses >= MOST_USES:
            raise RefusedError("used_url")
        address.uses += 1
        return address.user
