"""The ids of what people press in messages, and what a pressed button says of its message: once, for both sides.

Messages (`blocks`, `cards`) put these into buttons; the function that Slack calls reads them back. A button that needs
an answer is shown only where the app can give one; `OPEN_BOARD` is a link, and Slack tells of it all the same.
"""

import msgspec
from msgspec import Struct

BUTTONS = "flywheel_buttons"
"""The `block_id` of the one block of buttons in a message."""

OPEN_BOARD = "open_board"
USEFUL = "useful"
NOISE = "noise"
PROPOSE_IDEA = "propose_idea"
OPEN_CHALLENGE = "open_challenge"
RESOLVE_CHALLENGE = "resolve_challenge"
RECORD_OUTCOME = "record_outcome"
OPEN_BLOCKER = "open_blocker"
CLOSE_BLOCKER = "close_blocker"
TAKE_BACK = "take_back"

LINKS = frozenset({OPEN_BOARD})
"""Buttons that lead elsewhere: they are acknowledged, and nothing comes of them."""
FORMS = frozenset({PROPOSE_IDEA, OPEN_CHALLENGE, RESOLVE_CHALLENGE, RECORD_OUTCOME, OPEN_BLOCKER, CLOSE_BLOCKER})
"""Buttons that open a form."""
VOTES = frozenset({USEFUL, NOISE})

LONGEST_VALUE = 2000
"""Characters of a button's `value` (docs.slack.dev/reference/block-kit/block-elements/button-element)."""


class Pressed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The `value` of a button: which flywheel, turn and thing it is about, and in which message it stands.

    `key`: `idea` or `feature`, of `turn`. `thing`: the blocker or challenge that a form is to close. `message`: the id
    of the summary or card that the button stands in; a vote is of it. None of it is trusted: whoever reads it checks
    that the channel may speak of the flywheel.
    """

    flywheel: str
    turn: str = ""
    key: str = ""
    thing: str = ""
    message: str = ""


def value_of(pressed: Pressed) -> str:
    """A button's `value`, short enough for Slack: a name that makes it too long is left out, and asked for instead."""
    for shorter in (pressed, Pressed(flywheel=pressed.flywheel, message=pressed.message)):
        value = msgspec.json.encode(shorter).decode()
        if len(value) <= LONGEST_VALUE:
            return value
    return msgspec.json.encode(Pressed(flywheel=pressed.flywheel)).decode()


def pressed_of(value: str) -> Pressed:
    """What a button's `value` says. Raises msgspec.MsgspecError where it says nothing that this module wrote."""
    return msgspec.json.decode(value, type=Pressed)
