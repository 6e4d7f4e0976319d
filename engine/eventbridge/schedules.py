"""EventBridge Scheduler: fires what is due by the engine's clock, under the schedule's own role."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from moto.scheduler.models import Schedule

from engine.account.cloud import Cloud
from engine.clock import Clock, rfc3339
from engine.errors import UnsupportedTargetError
from engine.eventbridge.expressions import Expression, last_between, parse
from engine.iam.policies import Access, is_allowed

_ACTIONS: Final = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage"}
_ATTRIBUTES: Final = ("scheduled-time", "schedule-arn", "execution-id", "attempt-number")


@dataclass(frozen=True)
class Missed:
    """A schedule that was due and could not do what it says."""

    schedule: str
    at: datetime
    reason: str


@dataclass
class Schedules:
    """The deployed schedules and when each of them is due next."""

    cloud: Cloud
    clock: Clock
    invoke_later: Callable[[str, Any], None]
    new_id: Callable[[], str]
    missed: list[Missed] = field(default_factory=list)
    _due: dict[str, datetime | None] = field(default_factory=dict)

    def next_wake(self) -> datetime | None:
        return min((due for schedule in self._enabled() if (due := self._next(schedule)) is not None), default=None)

    def step(self) -> bool:
        """Fire what is due now, each schedule at most once; whether there was any."""
        now = self.clock.now()
        due_now = [(schedule, due) for schedule in self._enabled() if (due := self._next(schedule)) and due <= now]
        for schedule, due in due_now:
            self._due[schedule.arn] = _expression(schedule).after(due)
            self._fire(schedule, due)
        return bool(due_now)

    def skip_to_last(self, until: datetime) -> None:
        """Leave out all but the last due moment up to `until`: a replay of months need not tick every few minutes."""
        for schedule in self._enabled():
            due = self._next(schedule)
            last = last_between(_expression(schedule), self.clock.now(), until)
            if due is not None and last is not None and last > due:
                self._due[schedule.arn] = last

    def _enabled(self) -> list[Schedule]:
        return [schedule for schedule in self.cloud.schedules() if schedule.state == "ENABLED"]

    def _next(self, schedule: Schedule) -> datetime | None:
        if schedule.arn not in self._due:
            self._due[schedule.arn] = _expression(schedule).after(self.clock.now())
        return self._due[schedule.arn]

    def _fire(self, schedule: Schedule, due: datetime) -> None:
        text = self._input(schedule, due)
        refusal = self._send(schedule, str(schedule.target["Arn"]), text)
        if refusal is None:
            return
        dead = schedule.target.get("DeadLetterConfig", {}).get("Arn")
        if dead is None or self._send(schedule, dead, text) is not None:
            self.missed.append(Missed(schedule.arn, due, refusal))

    def _send(self, schedule: Schedule, arn: str, text: str) -> str | None:
        """Do it under the schedule's role; the reason if that cannot be done."""
        service = arn.split(":")[2]
        action = _ACTIONS.get(service)
        if action is None:
            raise UnsupportedTargetError(schedule.arn, arn)
        if not is_allowed(self.cloud.role_statements(str(schedule.target.get("RoleArn"))), Access(action, arn)):
            return f"its role may not {action} on {arn}"
        queue = self.cloud.queue(arn)
        if service == "sqs" and queue is not None:
            self.cloud.sqs.send_message(queue.name, text)
        elif service == "lambda" and self.cloud.function(arn) is not None:
            self.invoke_later(arn, json.loads(text))
        else:
            return f"{arn} does not exist"
        return None

    def _input(self, schedule: Schedule, due: datetime) -> str:
        """The target's input with Scheduler's context attributes filled in.
        https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html"""
        values = dict(zip(_ATTRIBUTES, (rfc3339(due), schedule.arn, self.new_id(), "1"), strict=True))
        text = str(schedule.target.get("Input") or "{}")
        for name, value in values.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text


def _expression(schedule: Schedule) -> Expression:
    return parse(schedule.schedule_expression, schedule.schedule_expression_timezone)
