"""Forms as Slack shows them (docs.slack.dev/surfaces/modals)."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from shared.flywheel.wording import outside
from shared.interaction.forms import Field, Form
from shared.interaction.known import LABEL, Choice, Known
from shared.slack.actions import TAKE_BACK, Pressed, value_of
from shared.slack.escaping import mrkdwn, plain

Block = dict[str, Any]
FLYWHEEL = "flywheel"
"""The name of the field that asks for which of several flywheels."""
TAKEN_BACK = "Taken back: from now on it counts for nothing."
_TITLE, _HINT, _META = 24, 150, 3000


class Opened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a form was opened with: where, for which flywheels, and what was chosen by the button already.

    Slack keeps it with the form and gives it back when that is submitted; people can neither see nor change it.
    """

    channel: str
    flywheels: tuple[str, ...]
    turn: str = ""
    thing: str = ""


def opened_of(text: str) -> Opened:
    """Read it back. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(text, type=Opened)


def form_view(form: Form, opened: Opened, known: Known) -> dict[str, Any]:
    """The form, with what is known to choose from; what a button chose is chosen already."""
    chosen = {"turns": opened.turn, "challenges": opened.thing, "blockers": opened.thing}
    blocks = [_input(each, known, chosen.get(each.things or "", "")) for each in form.fields]
    if len(opened.flywheels) > 1:
        choices = [Choice(name, outside(name, LABEL)) for name in opened.flywheels]
        blocks.insert(0, _block(FLYWHEEL, "Flywheel", _select(choices, None), optional=False, hint=""))
    return {
        **_view(form.title, blocks),
        "submit": _plain("Record"),
        "callback_id": form.id,
        "private_metadata": msgspec.json.encode(opened).decode()[:_META],
    }


def recorded_view(form: Form, what: str, flywheel: str, event: str) -> dict[str, Any]:
    """What a submitted form becomes: what was recorded, and the button that takes it back."""
    more = "It counts within a minute, and is told by the next message that it changes."
    return _view(form.title, recorded_blocks(what, more, flywheel, event), close="Done")


def recorded_blocks(what: str, more: str, flywheel: str, event: str) -> list[Block]:
    """What was recorded, what more there is to say of it, and the button that takes it back."""
    button = {
        "type": "button",
        "action_id": TAKE_BACK,
        "text": _plain("Take back"),
        "value": value_of(Pressed(flywheel=flywheel, thing=event)),
    }
    return [_section(f"*Recorded:* {mrkdwn(what, 500)}\n{more}"), {"type": "actions", "elements": [button]}]


def taken_back_view() -> dict[str, Any]:
    """What that becomes when it was taken back."""
    return _view("Taken back", [_section(TAKEN_BACK)], close="Done")


def _view(title: str, blocks: Sequence[Block], close: str = "Cancel") -> dict[str, Any]:
    return {"type": "modal", "title": _plain(plain(title, _TITLE)), "close": _plain(close), "blocks": list(blocks)}


def _input(each: Field, known: Known, chosen: str) -> Block:
    choices: Iterable[Choice]
    if each.choices:
        choices = [Choice(value, label) for value, label in each.choices]
    else:
        choices = getattr(known, each.things) if each.things else ()
    if choices and (not chosen or any(choice.value == chosen for choice in choices)):
        element = _select(list(choices), chosen or None)
    else:
        element = _text(each, chosen)
    return _block(each.name, each.label, element, optional=each.optional, hint=each.hint)


def _block(name: str, label: str, element: Block, *, optional: bool, hint: str) -> Block:
    block = {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": {**element, "action_id": "entered"},
        "optional": optional,
    }
    return {**block, "hint": _plain(plain(hint, _HINT))} if hint and element["type"] == "plain_text_input" else block


def _select(choices: Sequence[Choice], chosen: str | None) -> Block:
    options = {each.value: {"text": _plain(plain(each.label, LABEL)), "value": each.value} for each in choices}
    select: Block = {"type": "static_select", "options": list(options.values())}
    return {**select, "initial_option": options[chosen]} if chosen else select


def _text(each: Field, chosen: str) -> Block:
    text: Block = {"type": "plain_text_input", "multiline": each.long, "max_length": each.longest}
    return {**text, "initial_value": chosen.partition(":")[2] or chosen} if chosen else text


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
