"""How a sender takes an event back."""

from events.common import Detail, Identifier


class EventRetracted(Detail, kw_only=True, frozen=True, omit_defaults=True):
    """From this time on the event of the same source with this id does not exist."""

    retracts: Identifier
