"""What people tell: forms opened, and events made of what was entered in them; each can be taken back."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

import events
from shared.aws.bus import Announcement, Publisher
from shared.flywheel.settings.values import Settings
from shared.interaction import replies
from shared.interaction.entrance import RefusedError
from shared.interaction.forms import EnteredError, Form, detail_of, identity_of
from shared.interaction.known import known_of
from shared.interaction.payloads import Press, Submission
from shared.interaction.places import Place, flywheels_of, speaks_for
from shared.interaction.replies import Reply
from shared.interaction.views import (
    FLYWHEEL,
    TAKEN_BACK,
    Opened,
    form_view,
    recorded_blocks,
    recorded_view,
    taken_back_view,
)
from shared.slack.errors import SlackError
from shared.slack.escaping import mrkdwn
from shared.slack.web import Web
from shared.sources.slack import source_of
from shared.store.outbox.votes import Vote

Report = Mapping[str, Any]
NOT_HERE = "Messages of that flywheel do not go to this channel: ask there."
NONE_HERE = "No flywheel of flywheel.toml posts to this channel: ask in one where it does, or name one here."


class NotTakenError(Exception):
    """The bus did not take an event."""


class Memory(Protocol):
    """The table, as far as talking needs it."""

    def report(self, flywheel: str) -> Report | None:
        """The report as it was last stored."""

    def vote(self, flywheel: str, vote: Vote) -> None:
        """Keep one vote."""


class Ways(Struct, frozen=True):
    """The ways to what is outside: Slack, the bus, the table."""

    web: Web
    bus: Publisher
    memory: Memory


class Recorder:
    """Opens forms, and publishes what is entered in them."""

    def __init__(self, settings: Settings, ways: Ways) -> None:
        self._settings, self._ways = settings, ways

    def several(self, place: Place, named: str = "") -> tuple[str, ...]:
        """The flywheel that is named, else those of the channel. Raises RefusedError."""
        if named:
            if not speaks_for(place, named, self._settings):
                raise RefusedError(NOT_HERE, "not here")
            return (named,)
        flywheels = flywheels_of(place, self._settings)
        if not flywheels:
            raise RefusedError(NONE_HERE, "not here")
        return flywheels

    def open(self, form: Form, trigger: str, opened: Opened) -> Reply:
        """Open a form, before anything is answered: what triggered it is good for three seconds."""
        alone = opened.flywheels[0] if len(opened.flywheels) == 1 else None
        known = known_of(self._ways.memory.report(alone) if alone else None)
        self._ways.web.call("views.open", trigger_id=trigger, view=form_view(form, opened, known))
        return replies.ACKNOWLEDGED

    def submit(self, form: Form, opened: Opened, act: Submission, place: Place, now: datetime) -> Reply:
        """Publish what was entered, or say by field what is wrong with it.

        The event's identity is that of the form: submitted twice, it is one event.
        """
        flywheel = self._chosen(opened, act, place)
        name = identity_of(act.where.team, act.view)
        try:
            fields = detail_of(form, act.entered, act.chosen, name)
            event = {"id": f"slack-{name}", "time": _time(now), "flywheel": flywheel, **fields}
            self._publish(form.detail_type, event, act.where.team)
        except EnteredError as error:
            return replies.wrong(error.problems)
        except events.InvalidEventError as error:
            return replies.wrong({form.fields[0].name: f"{error.field}: expected {error.expected}"})
        named = fields.get("title") or fields.get("idea") or fields.get("feature") or next(iter(fields.values()))
        what = f"{form.detail_type}: {named}"
        self._leave_way_back(what, flywheel, event["id"], act, place)
        return replies.becomes(recorded_view(form, what, flywheel, event["id"]))

    def _leave_way_back(self, what: str, flywheel: str, event: str, act: Submission, place: Place) -> None:
        """The same to whoever told it, alone, in the channel: a form that is closed comes not back.

        It is a courtesy: where Slack does not take it, the form still says all of it.
        """
        blocks = recorded_blocks(what, "Only you see this.", flywheel, event)
        person = {"channel": place.id, "user": act.where.user}
        with suppress(SlackError):
            self._ways.web.call("chat.postEphemeral", **person, text=mrkdwn(f"Recorded: {what}", 500), blocks=blocks)

    def take_back(self, act: Press, now: datetime) -> Reply:
        """Retract what a form told: the button stands in that form, and in what its teller alone sees."""
        event, flywheel = act.pressed.thing, act.pressed.flywheel
        detail = {"id": f"back-{identity_of(event)}", "time": _time(now), "flywheel": flywheel, "retracts": event}
        self._publish("Event Retracted", detail, act.where.team)
        if act.view:
            self._ways.web.call("views.update", view_id=act.view, view=taken_back_view())
        else:
            self._ways.web.answer(act.response_url, replies.instead(TAKEN_BACK))
        return replies.ACKNOWLEDGED

    def _chosen(self, opened: Opened, act: Submission, place: Place) -> str:
        chosen = act.entered.get(FLYWHEEL) or opened.flywheels[0]
        if chosen not in opened.flywheels or not speaks_for(place, chosen, self._settings):
            raise RefusedError(NOT_HERE, "not here")
        return chosen

    def _publish(self, detail_type: str, detail: dict[str, Any], team: str) -> None:
        """Hold the event against its contract, and publish it. Raises InvalidEventError, NotTakenError.

        No queue takes what the bus does not: somebody is there who can try again.
        """
        source = source_of(team)
        events.decode({"source": source, "detail-type": detail_type, "detail": detail})
        if self._ways.bus.publish([Announcement(detail_type=detail_type, detail=detail, source=source)]):
            raise NotTakenError(detail_type)


def _time(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
