"""The parts of a conversation: what is said of a turn beside its card, and what became of each, within one item.

One item and one lease keep the order: no reply without its card, and an edit never goes backwards.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from shared.flywheel.summaries.card import CARD
from shared.flywheel.summaries.summary import OUTCOME, TURN
from shared.store.outbox.outbox_items import LedgerItem

PARTS = (1, 2, 3, 4, TURN, OUTCOME)
"""The phases whose summaries are parts, in the order in which they are said."""
_ORDER = (CARD, *PARTS)
"""The card is a part only where it has a rule: it can be edited no more, or it is not to be posted."""


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part. Empty: announced and not sent yet. `rule`: why it is not to be sent."""

    ts: str = ""
    digest: str = ""
    """Hash of what it shows now."""
    sent_at: str = ""
    updated_at: str = ""
    rule: str = ""
    together: str = ""
    """The end of the minutes after which it was told with other turns."""
    note: str = ""
    """Why what was said stays as it was said, where it reads otherwise by now."""

    @property
    def waits(self) -> bool:
        """Whether it is still to be sent."""
        return not self.ts and not self.rule


def parts_of(entry: LedgerItem) -> dict[int, Part]:
    """The parts of an entry by phase, in the order in which they are said."""
    stored = msgspec.json.decode(entry.parts or "{}", type=dict[int, Part])
    return {phase: stored[phase] for phase in _ORDER if phase in stored}


def packed(parts: Mapping[int, Part]) -> str:
    """The parts as an entry holds them."""
    return msgspec.json.encode({str(phase): part for phase, part in parts.items()}).decode()
