"""The link that a message carries: to the board of a flywheel, signed for whoever reads the message."""

from datetime import datetime
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.links.signing import Audience, address_of


class Key(Protocol):
    """Where the key of links is read."""

    def read(self) -> bytes | None:
        """The key; None where there is none."""


class BoardLinks:
    """Makes links to the boards behind one address, which ends in `/`; none where links are off."""

    def __init__(self, base: str, key: Key | None) -> None:
        self._base = base
        self._key = key

    def board_link(self, flywheel: str, as_of: datetime, audience: Audience = "link") -> str | None:
        """The address of a flywheel's board, the same all week; None where links are off, or there is no key yet.

        It is no part of what a summary shows: it is put into the message as that is sent, and changes no hash. Where
        the key cannot be read just now the message goes without one: it is worth more than its link.
        """
        try:
            key = None if self._key is None else self._key.read()
        except (BotoCoreError, ClientError):
            return None
        return None if key is None else address_of(self._base, key, flywheel, as_of, audience)


NO_LINKS = BoardLinks("", None)
"""Where links are off."""
