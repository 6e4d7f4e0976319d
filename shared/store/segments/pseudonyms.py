"""An event as it may be kept: what its contract knows, and who challenged as a keyed hash (reliability: "Data")."""

from collections.abc import Collection

import msgspec

import events
from events.challenge import ChallengeOpened
from events.challengers import Challengers
from events.known import known_fields
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of


class Pseudonyms:
    """Events as they may be kept in one stack."""

    def __init__(self, stack_id: str) -> None:
        self._challengers = Challengers(stack_id)

    def of(self, challenger: str) -> str:
        """Always the same for one person in one stack; 64 bits."""
        return self._challengers.pseudonym(challenger)

    def pseudonymised(self, event: events.Event, unknown: Collection[str]) -> tuple[events.Event, Fact]:
        """The event as it may be kept, and its fact; rank and content stay those of the event as received.

        `unknown`: the names of its fields that its contract does not know.
        """
        received, detail = fact_of(event), event.detail
        if unknown:
            event = msgspec.structs.replace(event, raw=known_fields(event.raw, type(detail)))
        if not isinstance(detail, ChallengeOpened) or detail.challenger is None:
            return event, received
        pseudonym = self.of(detail.challenger)
        kept = msgspec.structs.replace(
            event,
            detail=msgspec.structs.replace(detail, challenger=pseudonym),
            raw={**event.raw, "challenger": pseudonym},
        )
        fact = msgspec.structs.replace(fact_of(kept), content=received.content, content_tail=received.content_tail)
        return kept, fact
