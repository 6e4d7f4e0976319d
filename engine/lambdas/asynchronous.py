"""Asynchronous invocations: Lambda's own queue, its retries, and where an event goes when they are used up.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from moto.awslambda.models import LambdaFunction

from engine.account.cloud import Cloud
from engine.clock import Clock
from engine.iam.policies import Access, is_allowed
from engine.lambdas.function import Invocation
from engine.lambdas.invoking import THROTTLED, Lambdas

RETRIES: Final = 2
"""Lambda's default, unless the function's EventInvokeConfig says less."""


@dataclass(frozen=True)
class Waiting:
    """One event for one function, due again after a failure."""

    function: str
    payload: Any
    due: datetime
    tries: int = 0


@dataclass
class Asynchronous:
    """Events that wait for their function, in the order they are due."""

    cloud: Cloud
    clock: Clock
    lambdas: Lambdas
    waiting: list[Waiting] = field(default_factory=list)
    dropped: list[Waiting] = field(default_factory=list)
    """Events that failed for good and had nowhere to go."""

    def invoke_later(self, function: str, payload: Any) -> None:
        self.waiting.append(Waiting(function, payload, self.clock.now()))

    def next_wake(self) -> datetime | None:
        return min((each.due for each in self.waiting), default=None)

    def step(self) -> bool:
        """Invoke the first one that is due; whether there was one."""
        now = self.clock.now()
        first = min((each for each in self.waiting if each.due <= now), key=lambda each: each.due, default=None)
        if first is None:
            return False
        invocation = self.lambdas.invoke(first.function, first.payload)
        self.waiting.remove(first)
        if invocation.failure is not None:
            self._failed(first, invocation)
        return True

    def _failed(self, waiting: Waiting, invocation: Invocation) -> None:
        function = self.cloud.function(waiting.function)
        if invocation.failure is THROTTLED:  # which Lambda tries again for six hours, and counts as no attempt
            self.waiting.append(replace(waiting, due=self.clock.now() + timedelta(minutes=1)))
            return
        tries = waiting.tries + 1
        if function is not None and tries <= self._retries(function):
            due = self.clock.now() + timedelta(minutes=tries)
            self.waiting.append(Waiting(waiting.function, waiting.payload, due, tries))
            return
        if function is None or not self._sent_away(function, waiting, invocation, tries):
            self.dropped.append(waiting)

    def _retries(self, function: LambdaFunction) -> int:
        config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
        return int(config.get("MaximumRetryAttempts", RETRIES))

    def _sent_away(self, function: LambdaFunction, waiting: Waiting, invocation: Invocation, tries: int) -> bool:
        """To the on-failure destination (with what happened) and to the function's dead-letter queue (the event)."""
        config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
        destination = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        dead_letters = (getattr(function, "dead_letter_config", None) or {}).get("TargetArn")
        notice = _notice(function, waiting, invocation, tries)
        sent = [self._send(function, str(destination), notice)] if destination else []
        sent += [self._send(function, str(dead_letters), waiting.payload)] if dead_letters else []
        return any(sent)

    def _send(self, function: LambdaFunction, arn: str, body: Any) -> bool:
        queue = self.cloud.queue(arn)
        allowed = is_allowed(self.cloud.role_statements(function.role), Access("sqs:SendMessage", arn))
        if queue is None or not allowed:
            return False
        self.cloud.sqs.send_message(queue.name, json.dumps(body))
        return True


def _notice(function: LambdaFunction, waiting: Waiting, invocation: Invocation, tries: int) -> dict[str, Any]:
    failure = invocation.failure.payload if invocation.failure else None
    return {
        "version": "1.0",
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": f"{function.function_arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": tries,
        },
        "requestPayload": waiting.payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": failure,
    }
