"""What judges of other hands are shown: every message of every situation and every form, as Slack would get them."""

from collections.abc import Iterator
from typing import Any

from shared.interaction.forms import FORMS
from shared.interaction.known import Choice, Known
from shared.interaction.views import Opened, form_view, recorded_blocks, recorded_view, taken_back_view
from shared.slack.blocks import message_of
from shared.slack.parts import Message
from tests.unit.summaries.situations import SITUATIONS
from tests.unit.summaries.test_cards import STAGES
from tests.unit.summaries.test_cards import messages as messages_of_card

Block = dict[str, Any]
UNKNOWN = frozenset({"data_visualization"})
"""Kinds that no judge knows yet."""
SOMETHING = Known(
    turns=(Choice("idea:SHOP-1", "Pay with one tap"),),
    challenges=(Choice("c-1", "Is it safe?"),),
    blockers=(Choice("SEC-77", "Threat model sign-off"),),
)


def messages(unknown: frozenset[str] = UNKNOWN) -> Iterator[list[Block]]:
    """The blocks of every message, with its buttons and without; but for those that a judge does not know."""

    def known(message: Message) -> list[Block]:
        return [block for block in message.blocks if block["type"] not in unknown]

    for situation in SITUATIONS.values():
        for _, summary in situation():
            yield from (known(message_of(summary, interactive=answered)) for answered in (True, False))
    for stage in STAGES:
        yield from (known(message) for _, message in messages_of_card(stage))
    yield recorded_blocks("Idea Proposed: Split a payment", "Only you see this.", "checkout", "event-1")


def views() -> Iterator[Block]:
    """Every form, empty and with something to choose, and what becomes of it."""
    for form in FORMS.values():
        for flywheels in (("checkout",), ("checkout", "search")):
            yield form_view(form, Opened(channel="C1", flywheels=flywheels), Known())
            yield form_view(form, Opened(channel="C1", flywheels=flywheels), SOMETHING)
        yield recorded_view(form, "an idea", "checkout", "event-1")
    yield taken_back_view()
