"""Who challenged is kept as a keyed hash: equal within one stack, meaningless outside it (reliability: "Data")."""

import hashlib
import hmac

import msgspec

import events
from events.challenge import ChallengeOpened
from shared.flywheel.facts.fact import Fact, fact_of


class Pseudonyms:
    """The keyed hash of one stack."""

    def __init__(self, stack_id: str) -> None:
        self._key = hashlib.sha256(f"challenger\0{stack_id}".encode()).digest()

    def of(self, challenger: str) -> str:
        """Always the same for one person in one stack; 64 bits."""
        return hmac.new(self._key, challenger.encode(), hashlib.sha256).hexdigest()[:16]

    def applied(self, event: events.Event) -> tuple[events.Event, Fact]:
        """The event as it may be kept, and its fact; rank and content stay those of the event as received."""
        detail = event.detail
        if not isinstance(detail, ChallengeOpened) or detail.challenger is None:
            return event, fact_of(event)
        pseudonym = self.of(detail.challenger)
        kept = msgspec.structs.replace(
            event,
            detail=msgspec.structs.replace(detail, challenger=pseudonym),
            raw={**event.raw, "challenger": pseudonym},
        )
        received = fact_of(event)
        fact = msgspec.structs.replace(fact_of(kept), content=received.content, content_tail=received.content_tail)
        return kept, fact
