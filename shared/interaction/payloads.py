"""What Slack sends when somebody does something: commands, buttons, shortcuts, submitted forms. Only what is used.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct, field

from shared.slack.actions import Pressed, pressed_of

_MOST_FIELDS = 100


class PayloadError(ValueError):
    """What Slack does not send."""


class Where(Struct, frozen=True, kw_only=True):
    """From where somebody speaks. `user` is for asking Slack about guests, and goes nowhere else.

    `team` is the workspace that the app is asked in, `user_team` the one that the person belongs to, where that is
    told; `channel` is empty where a form was submitted.
    """

    team: str
    user: str
    channel: str = ""
    user_team: str = ""


class Command(Struct, frozen=True, kw_only=True):
    """`/flywheel …`."""

    where: Where
    text: str
    trigger: str


class Press(Struct, frozen=True, kw_only=True):
    """A pressed button; `at`: when, as Slack writes it, in seconds since 1970."""

    where: Where
    action: str
    pressed: Pressed
    at: str
    trigger: str
    response_url: str
    message: str = ""
    """The `ts` of the message that it stands in."""
    view: str = ""
    """The id of the form that it stands in."""


class Shortcut(Struct, frozen=True, kw_only=True):
    """A shortcut of a message. Nothing of the message is read."""

    where: Where
    form: str
    trigger: str
    response_url: str


class Submission(Struct, frozen=True, kw_only=True):
    """A submitted form: its own id, what it was opened with, and by field what was typed or `chosen` from a list."""

    where: Where
    form: str
    view: str
    opened: str
    entered: dict[str, str]
    chosen: frozenset[str] = frozenset()


class Nothing(Struct, frozen=True):
    """What is acknowledged and means nothing: a closed form, a certificate check."""


Payload = Command | Press | Shortcut | Submission | Nothing


class _Team(Struct):
    id: str = ""


class _User(Struct):
    id: str = ""
    team_id: str = ""


class _Channel(Struct):
    id: str = ""


class _Chosen(Struct):
    value: str = ""


class _Entered(Struct):
    value: str | None = None
    selected_option: _Chosen | None = None


class _State(Struct):
    values: dict[str, dict[str, _Entered]] = {}


class _View(Struct):
    id: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: _State = field(default_factory=_State)


class _Action(Struct):
    action_id: str = ""
    value: str = ""
    action_ts: str = ""


class _Container(Struct):
    message_ts: str = ""
    view_id: str = ""


class _Interaction(Struct):
    """Any of the payloads that come as `payload=<JSON>`."""

    type: str
    user: _User = field(default_factory=_User)
    team: _Team | None = None
    channel: _Channel | None = None
    view: _View | None = None
    actions: list[_Action] = []
    container: _Container | None = None
    callback_id: str = ""
    trigger_id: str = ""
    response_url: str = ""


def payload_of(body: bytes) -> Payload:
    """Read the body of a request, a form. Raises PayloadError."""
    try:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise PayloadError("expected a form") from error
    if "payload" in form:
        return _interaction(form["payload"])
    return _command(form) if "command" in form else Nothing()


def _command(form: Mapping[str, str]) -> Command:
    team = form.get("team_id", "")
    where = Where(team=team, user=form.get("user_id", ""), channel=form.get("channel_id", ""))
    return Command(where=where, text=form.get("text", ""), trigger=form.get("trigger_id", ""))


def _interaction(text: str) -> Payload:
    try:
        payload = msgspec.json.decode(text, type=_Interaction)
    except msgspec.MsgspecError as error:
        raise PayloadError("expected one of Slack's payloads") from error
    where = Where(
        team=payload.team.id if payload.team else payload.user.team_id,
        user=payload.user.id,
        user_team=payload.user.team_id,
        channel=payload.channel.id if payload.channel else "",
    )
    if payload.type == "block_actions" and payload.actions:
        return _press(payload, where)
    if payload.type == "message_action":
        trigger, answer = payload.trigger_id, payload.response_url
        return Shortcut(where=where, form=payload.callback_id, trigger=trigger, response_url=answer)
    if payload.type == "view_submission" and payload.view:
        return _submission(payload.view, where)
    return Nothing()


def _press(payload: _Interaction, where: Where) -> Payload:
    action, container = payload.actions[0], payload.container or _Container()
    try:
        pressed = pressed_of(action.value) if action.value else Pressed(flywheel="")
    except msgspec.MsgspecError:
        return Nothing()  # a list within a form, or a button of another release
    return Press(
        where=where,
        action=action.action_id,
        pressed=pressed,
        at=action.action_ts,
        trigger=payload.trigger_id,
        response_url=payload.response_url,
        message=container.message_ts,
        view=container.view_id,
    )


def _submission(view: _View, where: Where) -> Submission:
    entered, chosen = dict[str, str](), set[str]()
    for name, actions in view.state.values.items():
        for each in actions.values():
            value = each.selected_option.value if each.selected_option else each.value
            if value is not None and value.strip():
                entered[name] = value
                chosen |= {name} if each.selected_option else set()
    return Submission(
        where=where,
        form=view.callback_id,
        view=view.id,
        opened=view.private_metadata,
        entered=entered,
        chosen=frozenset(chosen),
    )
