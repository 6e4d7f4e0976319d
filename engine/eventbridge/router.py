"""EventBridge: from PutEvents through the deployed rules to their targets, each with its own dead-letter queue.

moto's routing is bypassed: it delivers DISABLED rules, ignores Input and InputPath, and corrupts a detail that
contains `<source>`. The rules themselves are read from moto, as the template (or any client) put them there.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from moto.events.models import Archive, EventBus, Rule

from engine.account.cloud import Cloud
from engine.clock import Clock, epoch_millis, rfc3339
from engine.errors import UnsupportedTargetError
from engine.eventbridge.entries import (
    MAX_ENTRIES,
    MAX_REQUEST,
    Entry,
    Event,
    PutEventsError,
    moment_of,
    refusal_of,
    size_of,
)
from engine.eventbridge.inputs import input_of
from engine.iam.policies import Access, is_allowed, statements_of
from engine.patterns.matching import matches
from engine.patterns.syntax import load_pattern

_ARCHIVING: Final = "prod.vhs.events.aws.internal"


@dataclass(frozen=True)
class Undelivered:
    """An event that a target did not take and no dead-letter queue kept: on AWS it would be gone."""

    event_id: str
    rule: str
    target: str
    reason: str


class Router:
    """Routes events on the buses of one account; targets other than queues are handed to `invoke_later`."""

    def __init__(
        self,
        cloud: Cloud,
        clock: Clock,
        new_id: Callable[[], str],
        invoke_later: Callable[[str, Any], None],
    ) -> None:
        self._cloud, self._clock, self._new_id, self._invoke_later = cloud, clock, new_id, invoke_later
        self._patterns: dict[str, dict[str, Any]] = {}
        self.undelivered: list[Undelivered] = []
        self._arrived: datetime | None = None
        self.sending = False
        """Whether the message that a queue gets at this moment comes from an event."""
        self.delivered = 0

    def put_events(
        self,
        entries: Sequence[Entry],
        *,
        as_service: bool = False,
        ids: Sequence[str] | None = None,
        arrived: datetime | None = None,
    ) -> list[dict[str, str]]:
        """One PutEvents request: an id or an error for each entry, in their order.

        `ids` and `arrived` are those of a request that is handed over again after a restart: it is the same one.
        """
        size = sum(size_of(entry) for entry in entries)
        if len(entries) > MAX_ENTRIES or size > MAX_REQUEST:
            raise PutEventsError(
                f"{len(entries)} entries of {size} bytes: at most {MAX_ENTRIES} and {MAX_REQUEST} bytes"
            )
        self._arrived = arrived
        named = zip(entries, ids or [self._new_id() for _ in entries], strict=True)
        return [self._put(entry, event_id, as_service=as_service) for entry, event_id in named]

    def _put(self, entry: Entry, event_id: str, *, as_service: bool) -> dict[str, str]:
        refusal = refusal_of(entry, as_service=as_service)
        if refusal is not None:
            return refusal
        bus = self._bus(str(entry.get("EventBusName") or "default"))
        if bus is not None:
            self.publish(bus, self._envelope(entry, event_id))
        return {"EventId": event_id}

    def _envelope(self, entry: Entry, event_id: str) -> Event:
        return {
            "version": "0",
            "id": event_id,
            "detail-type": entry["DetailType"],
            "source": entry["Source"],
            "account": self._cloud.account,
            "time": rfc3339(moment_of(entry.get("Time")) or self._clock.now()),
            "region": self._cloud.region,
            "resources": list(entry.get("Resources", [])),
            "detail": json.loads(entry["Detail"]),
        }

    def _bus(self, name_or_arn: str) -> EventBus | None:
        """None for a bus that does not exist: PutEvents accepts such an event all the same and it goes nowhere."""
        buses: Mapping[str, EventBus] = self._cloud.events.event_buses
        return buses.get(name_or_arn.rpartition("/")[2])

    def publish(self, bus: EventBus, event: Event) -> None:
        """Offer a complete event to the bus' archives and its enabled rules."""
        for archive in self._cloud.events.archives.values():
            if archive.event_bus_name == bus.name and matches(self._archive_pattern(archive), event):
                kept: list[Any] = archive.events
                kept.append(event)
        for rule in list(bus.rules.values()):
            if rule.managed_by != _ARCHIVING and rule.state == "ENABLED" and self._fits(rule, event):
                for target in rule.targets:
                    self._deliver(rule, target, event)

    def _archive_pattern(self, archive: Archive) -> dict[str, Any]:
        return self._pattern(archive.event_pattern.dump() or "{}")

    def _fits(self, rule: Rule, event: Event) -> bool:
        text = rule.event_pattern.dump()
        return text is not None and matches(self._pattern(text), event)

    def _pattern(self, text: str) -> dict[str, Any]:
        if text not in self._patterns:
            self._patterns[text] = load_pattern(text)
        return self._patterns[text]

    def _deliver(self, rule: Rule, target: Mapping[str, Any], event: Event) -> None:
        arn = str(target["Arn"])
        service = arn.split(":")[2]
        body = input_of(target, event)
        if service == "sqs":
            self._to_queue(rule, target, event, body)
        elif service == "lambda":
            self._invoke_later(arn, body)
        elif service == "events" and ":event-bus/" in arn:
            bus = self._bus(arn)
            if bus is not None:
                self.publish(bus, event)
        else:
            raise UnsupportedTargetError(rule.arn, arn)
        self.delivered += 1

    def _to_queue(self, rule: Rule, target: Mapping[str, Any], event: Event, body: Any) -> None:
        refusal = self.send(str(target["Arn"]), json.dumps(body, separators=(",", ":")), rule.arn)
        if refusal is None:
            return
        dead = target.get("DeadLetterConfig", {}).get("Arn")
        if dead is None or self.send(dead, json.dumps(event, separators=(",", ":")), rule.arn) is not None:
            self.undelivered.append(Undelivered(str(event["id"]), rule.name, str(target["Arn"]), refusal))

    def send(self, queue_arn: str, body: str, rule_arn: str) -> str | None:
        """Send as EventBridge for one rule; the reason if the queue is missing or its policy does not let it."""
        queue = self._cloud.queue(queue_arn)
        if queue is None:
            return f"queue {queue_arn} does not exist"
        access = Access(
            "sqs:SendMessage",
            queue_arn,
            principal="events.amazonaws.com",
            context={
                "aws:SourceArn": rule_arn,
                "aws:SourceAccount": self._cloud.account,
                "aws:SecureTransport": "true",
            },
        )
        if not is_allowed(statements_of(json.loads(queue.policy or "{}")), access):
            return f"the policy of queue {queue_arn} does not let EventBridge send for rule {rule_arn}"
        self.sending = True
        try:
            message = self._cloud.sqs.send_message(queue.name, body)
        finally:
            self.sending = False
        if self._arrived is not None:
            vars(message)["sent_timestamp"] = int(epoch_millis(self._arrived))
        return None
