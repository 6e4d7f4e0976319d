"""Putting on the bus what a tick found; what the bus does not take is logged and comes again."""

from collections.abc import Sequence

from aws_lambda_powertools import Logger

from shared.aws.bus import Announcement, Publisher


def announced(bus: Publisher, logger: Logger, announcements: Sequence[Announcement]) -> bool:
    """Publish; False where the bus did not take them all."""
    refusals = bus.publish(announcements)
    for refusal in refusals:
        detail_type = announcements[refusal.index].detail_type
        logger.warning("the bus did not take an event", detail_type=detail_type, code=refusal.code)
    return not refusals
