"""Amazon CloudWatch alarms: an alarm that is in ALARM is an incident.

Unless a setting says otherwise: alarms by which auto-scaling works, our own, and composite ones are none.

No event names the incident, but both ends tell when it began: the event that enters ALARM as `state.timestamp`, the
one that leaves it as `previousState.timestamp`. Alarm and that moment are the incident.
"""

from collections.abc import Iterator

from shared.sources.aws.notice import NOT_PRODUCTION, Notice
from shared.sources.fields import Fields
from shared.sources.translation import Canonical, Translation, canonical, translated

_ALARM = "ALARM"


def alarms(notice: Notice) -> Translation:
    """An alarm's state changed.

    Leaving ALARM for INSUFFICIENT_DATA ends an incident as well: no later event would name it. Where an alarm stays in
    ALARM and its state is dated anew (a composite alarm's actions suppressed, say), one incident ends where the next
    begins: the time with an incident open stays what it was, and none stays open for ever.
    """
    if reason := _is_no_incident(notice):
        return notice.ignored(None, reason)
    return translated(notice.kind, _events(notice), "the alarm neither enters nor leaves ALARM")


def _is_no_incident(notice: Notice) -> str | None:
    """Why whatever this alarm says is no incident."""
    name = notice.detail.name("alarmName")
    if notice.is_elsewhere(name):
        return NOT_PRODUCTION
    configuration = notice.detail.optional_object("configuration")
    is_composite = configuration is not None and "alarmRule" in configuration
    return notice.options.ignores_alarm(name, "composite" if is_composite else "metric")


def _events(notice: Notice) -> Iterator[Canonical]:
    alarm = notice.detail.name("alarmName")
    state, previous = notice.detail.object("state"), notice.detail.optional_object("previousState")
    began, ended = _alarmed_at(state), _alarmed_at(previous) if previous else None
    if began == ended:
        return
    service = notice.service(alarm)
    if ended:
        incident = notice.id("alarm", ended, alarm)
        yield canonical(
            "Incident Resolved",
            notice.id("resolved", ended, alarm),
            state.moment("timestamp"),
            incident=incident,
            service=service,
        )
    if began:
        incident = notice.id("alarm", began, alarm)
        fields = {"incident": incident, "service": service, "title": alarm}
        yield canonical("Incident Opened", notice.id("opened", began, alarm), began, **fields)


def deletions(notice: Notice) -> Translation:
    """An alarm was deleted: no OK will follow, so one that was in ALARM ends its incident here."""
    operation = notice.detail.text("operation")
    if operation != "delete":
        return notice.ignored(operation, "the alarm is still there: its states are told by themselves")
    if reason := _is_no_incident(notice):
        return notice.ignored(None, reason)
    return translated(notice.kind, _ended(notice), "the alarm was not in ALARM")


def _ended(notice: Notice) -> Iterator[Canonical]:
    state = notice.detail.optional_object("state")
    began = _alarmed_at(state) if state else None
    if began:
        alarm = notice.detail.name("alarmName")
        yield canonical(
            "Incident Resolved",
            notice.id("resolved", began, alarm),
            notice.time,
            incident=notice.id("alarm", began, alarm),
            service=notice.service(alarm),
        )


def _alarmed_at(state: Fields) -> str | None:
    return state.moment("timestamp") if state.text("value") == _ALARM else None
