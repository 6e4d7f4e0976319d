"""The desk that Slack calls: what somebody does is understood, and answered at once.

It logs kinds and outcomes. No id of a person, a channel or a message, no text and no address is stored or logged.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from shared.flywheel.settings.values import Settings
from shared.intake.request import RequestError, request_of
from shared.interaction import replies
from shared.interaction.commands import HELP, Asked, asked_of, help_lines, is_known
from shared.interaction.entrance import Entrance, RefusedError
from shared.interaction.forms import FORMS, WORDS, identity_of
from shared.interaction.payloads import Command, Nothing, Payload, PayloadError, Press, Shortcut, Submission, payload_of
from shared.interaction.places import Place, flywheels_of, speaks_for
from shared.interaction.recorder import NOT_HERE, NotTakenError, Recorder, Ways
from shared.interaction.replies import Reply
from shared.interaction.views import Opened, opened_of
from shared.slack.actions import TAKE_BACK, VOTES
from shared.slack.errors import SlackError, SlackScopeError
from shared.store.outbox.votes import Vote

_TOO_LATE = frozenset({"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id", "trigger_expired"})
_LONGEST_MESSAGE = 64
NOTED = "Noted, without your name. The next digest says how many found messages useful, and how many noise."


class Desk:
    """Takes one request at a time."""

    def __init__(self, settings: Settings, entrance: Entrance, ways: Ways, log: Logger) -> None:
        self._settings, self._entrance, self._ways, self._log = settings, entrance, ways, log
        self._recorder = Recorder(settings, ways)

    def take(self, payload: Mapping[str, Any]) -> Reply:
        """Answer a request of an HTTP API."""
        try:
            request = request_of(payload)
            if not self._entrance.is_proven(request):
                return replies.UNPROVEN
            act = payload_of(request.delivery.body)
        except RequestError as error:
            return Reply(error.status, {"error": error.why})
        except PayloadError as error:
            self._log.info("refused", reason="unreadable")
            return Reply(400, {"error": str(error)})
        return replies.ACKNOWLEDGED if isinstance(act, Nothing) else self._answered(act, _moment(request.now))

    def _answered(self, act: Command | Press | Shortcut | Submission, now: datetime) -> Reply:
        kind = type(act).__name__.lower()
        try:
            reply = self._reply(act, now)
        except RefusedError as refusal:
            self._log.info("refused", kind=kind, reason=refusal.reason)
            return self._refused(act, refusal.why)
        except SlackError as error:
            self._log.warning("Slack refused", kind=kind, reason=error.reason)
            return self._refused(act, _trouble(error))
        except (NotTakenError, ClientError, BotoCoreError) as error:
            self._log.error("could not be kept", kind=kind, error=type(error).__name__)
            return self._refused(act, "It could not be kept just now. Try again.")
        self._log.info("answered", kind=kind)
        return reply

    def _reply(self, act: Payload, now: datetime) -> Reply:
        if isinstance(act, Command):
            return self._command(act)
        if isinstance(act, Press):
            return self._press(act, now)
        if isinstance(act, Submission):
            return self._submission(act, now)
        if isinstance(act, Shortcut) and act.form in FORMS:
            place = self._entrance.place(act.where, act.where.channel)
            return self._recorder.open(FORMS[act.form], act.trigger, self._opened(place))
        return replies.ACKNOWLEDGED

    def _command(self, act: Command) -> Reply:
        place = self._entrance.place(act.where, act.where.channel)
        asked = asked_of(act.text, flywheels_of(place, self._settings))
        if asked.word == HELP or not is_known(asked.word):
            return _lines(help_lines(asked.word))
        if asked.word in WORDS:
            return self._recorder.open(WORDS[asked.word], act.trigger, self._opened(place, asked.flywheel))
        return self._ask(asked, self._one(place, asked.flywheel))

    def _ask(self, asked: Asked, flywheel: str) -> Reply:
        from shared.interaction import answers  # noqa: PLC0415  the catalogues, which who opens a form need not wait for

        report, settings = self._ways.memory.report(flywheel), self._settings.flywheel(flywheel)
        if report is None:
            return replies.to_command(
                "Nothing is reported of it yet: the first report follows the first events by minutes."
            )
        return _lines(answers.answer(asked.word, asked.about, report, settings), answers.as_of(report, settings))

    def _press(self, act: Press, now: datetime) -> Reply:
        if act.action == TAKE_BACK and act.view:
            self._entrance.require_own(act.where)
            return self._recorder.take_back(act, now)
        if act.action not in VOTES | FORMS.keys() | {TAKE_BACK}:
            return replies.ACKNOWLEDGED
        place, pressed = self._entrance.place(act.where, act.where.channel), act.pressed
        if not speaks_for(place, pressed.flywheel, self._settings):
            raise RefusedError(NOT_HERE, "not here")
        if act.action == TAKE_BACK:
            return self._recorder.take_back(act, now)
        if act.action in FORMS:
            turn = f"{pressed.key}:{pressed.turn}" if pressed.turn else ""
            opened = self._opened(place, pressed.flywheel, turn, pressed.thing)
            return self._recorder.open(FORMS[act.action], act.trigger, opened)
        message = pressed.message[:_LONGEST_MESSAGE] or identity_of(act.where.channel, act.message)
        self._ways.memory.vote(pressed.flywheel, Vote(message, act.action, _pressed_at(act.at) or now))
        self._tell(act.response_url, NOTED)
        return replies.ACKNOWLEDGED

    def _submission(self, act: Submission, now: datetime) -> Reply:
        form = FORMS.get(act.form)
        try:
            opened = opened_of(act.opened)
        except msgspec.MsgspecError:
            return replies.ACKNOWLEDGED  # no form of this release
        if form is None:
            return replies.ACKNOWLEDGED
        place = self._entrance.place(act.where, opened.channel)
        return self._recorder.submit(form, opened, act, place, now)

    def _opened(self, place: Place, named: str = "", turn: str = "", thing: str = "") -> Opened:
        flywheels = self._recorder.several(place, named)
        return Opened(channel=place.id, flywheels=flywheels, turn=turn, thing=thing)

    def _one(self, place: Place, named: str) -> str:
        """The flywheel that is meant. Raises RefusedError."""
        flywheels = self._recorder.several(place, named)
        if len(flywheels) > 1:
            listed = ", ".join(f"`{each}`" for each in flywheels)
            raise RefusedError(f"This channel has several flywheels: put one of {listed} behind it.", "several")
        return flywheels[0]

    def _refused(self, act: Payload, why: str) -> Reply:
        """Tell whoever spoke: in the answer to a command or a form, else at the address that Slack gave."""
        if isinstance(act, Command):
            return replies.to_command(why)
        if isinstance(act, Submission) and act.form in FORMS:
            return replies.wrong({FORMS[act.form].fields[0].name: why})
        if isinstance(act, Press | Shortcut):
            self._tell(act.response_url, why)
        return replies.ACKNOWLEDGED

    def _tell(self, address: str, text: str) -> None:
        """Tell one person something; whether it arrives changes nothing."""
        if not address:
            return
        try:
            self._ways.web.answer(address, replies.message(text))
        except SlackError as error:
            self._log.info("could not be told", reason=error.reason)


def _lines(lines: list[str], context: str = "") -> Reply:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": line, "verbatim": True}} for line in lines
    ]
    if context:
        blocks.append({"type": "context", "elements": [{"type": "plain_text", "text": context, "emoji": False}]})
    return replies.to_command("\n".join(lines), blocks)


def _trouble(error: SlackError) -> str:
    if isinstance(error, SlackScopeError):
        return f"The app lacks the scope `{error.needed}`: `flywheel slack setup` says how to add it."
    if error.reason in _TOO_LATE:
        return "That took too long for Slack. Try again: it is quick the second time."
    return "Slack did not answer as it should. Try again."


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _pressed_at(stamp: str) -> datetime | None:
    """When a button was pressed, as Slack writes it; None where it does not."""
    try:
        return _moment(float(stamp))
    except (ValueError, OverflowError, OSError):
        return None
