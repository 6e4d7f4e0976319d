"""The key that links to boards are signed with: made by the first tick, where links are not off."""

from aws_lambda_powertools import Logger

from shared.links.link_key import LinkKey
from shared.runtime.failures import log_failure


class LinkKeys:
    """Makes the key; where that fails messages have no links, and nothing else is kept back."""

    def __init__(self, key: LinkKey | None, logger: Logger) -> None:
        """`key`: None where links are off."""
        self._key = key
        self._logger = logger

    def make(self) -> None:
        """Make the key, unless there is one."""
        try:
            if self._key is not None and self._key.make():
                self._logger.info("the key of links was made")
        except Exception as error:  # noqa: BLE001  whatever it is: the next tick tries again
            log_failure(self._logger, "the key of links could not be made", error)
