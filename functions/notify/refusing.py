"""Slack's refusals, said so that somebody hears of them: an ERROR in the log, a metric, by it an alarm."""

from aws_lambda_powertools import Logger

from shared.runtime.counting import Count
from shared.store.table import names


class Refusals:
    """Says of each message that Slack will not take, where it was to go and what Slack calls the reason."""

    def __init__(self, logger: Logger, count: Count) -> None:
        self._logger = logger
        self._count = count

    def tell(self, channel: str, reason: str) -> None:
        """One message was refused; it is tried again every hour, until a person mends what `reason` names."""
        self._logger.error("Slack refused a message", channel=channel, reason=reason)
        self._count(names.REFUSED_METRIC, 1)
