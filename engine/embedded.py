"""The embedded engine: a synthesised stack, unchanged, running in this process on its own clock."""

import json
import random
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import boto3
from moto.events.exceptions import ValidationException
from moto.sqs.models import Message

from engine.account.cloud import Cloud, messages_in
from engine.account.mocked import moto_running
from engine.clock import Clock, SimulatedClock, WallClock
from engine.cloudformation import registering
from engine.cloudformation.assets import Assets
from engine.cloudformation.changing import changes
from engine.cloudformation.stack import Deployed, deploy
from engine.cloudformation.template import Template, read_template
from engine.errors import NotQuietError
from engine.eventbridge.entries import MAX_ENTRIES, Entry, PutEventsError, entry_of
from engine.eventbridge.router import Router
from engine.eventbridge.schedules import Schedules
from engine.eventbridge.senders import refusal_of_sender
from engine.http_api.apis import Answer, Headers, HttpApis
from engine.iam.permissions import Call
from engine.lambdas.account_settings import EXECUTIONS, account_of
from engine.lambdas.api import invoke_by
from engine.lambdas.asynchronous import Asynchronous
from engine.lambdas.function import Invocation, Runner
from engine.lambdas.in_process import InProcess
from engine.lambdas.invoking import Lambdas
from engine.lambdas.out_of_process import OutOfProcess
from engine.mappings.queues import QueuePollers, role_allows
from engine.mappings.streams import StreamPollers, as_json

MAX_STEPS: Final = 200_000
"""More than any replay needs between two quiet moments; a loop of handlers would go on for ever."""
_SEED: Final = 7


@dataclass(frozen=True)
class Accepted:
    """A PutEvents request that is about to be answered."""

    entries: Sequence[Entry]
    ids: Sequence[str]
    at: datetime


class Engine:
    """Deploys one template and drives it: put events, drain, advance the clock, look.

    Without a template it starts empty and drives whatever a client (the CDK CLI) deploys into it.
    Use as a context manager; one engine at a time in a process, because moto's backends belong to the process.
    """

    def __init__(  # noqa: PLR0913  all by name, and each with a default that fits
        self,
        template: Template | None,
        *,
        clock: Clock,
        endpoints: Mapping[str, str] | None = None,
        runner: Runner | None = None,
        stream_shards: int = 1,
        executions: int = EXECUTIONS,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.template, self.clock, self._executions = template, clock, executions
        self.cloud = template.cloud if template else Cloud()
        self._stack = ExitStack()
        self._assets = Assets(self.cloud, template.assets if template else {}, files)
        ids = random.Random(_SEED) if isinstance(clock, SimulatedClock) else random.SystemRandom()  # noqa: S311  repeatable ids, no secrets
        self.new_id: Callable[[], str] = lambda: str(uuid.UUID(int=ids.getrandbits(128), version=4))
        self.lambdas = Lambdas(
            self.cloud, clock, runner or InProcess(), self._assets.task_root, self.new_id, dict(endpoints or {})
        )
        self.asynchronous = Asynchronous(self.cloud, clock, self.lambdas)
        self.router = Router(self.cloud, clock, self.new_id, self.asynchronous.invoke_later)
        may_poll = role_allows(self.cloud, self.lambdas)
        self.queues = QueuePollers(self.cloud, clock, self.lambdas, may_poll)
        self.streams = StreamPollers(self.cloud, clock, self.lambdas, may_poll, stream_shards)
        self.schedules = Schedules(self.cloud, clock, self.asynchronous.invoke_later, self.new_id)
        self.http_apis = HttpApis(self.cloud, clock, self.lambdas, self.new_id)
        self.deployed: Deployed | None = None
        self.on_accept: Callable[[Accepted], None] = lambda _: None
        """Told of each PutEvents request before it is answered."""

    @classmethod
    def from_template(  # noqa: PLR0913  all by name, and each with a default that fits
        cls,
        path: Path | str,
        *,
        stack: str | None = None,
        clock: Clock | datetime | None = None,
        endpoints: Mapping[str, str] | None = None,
        code_root: Path | None = None,
        isolated: bool = False,
        stream_shards: int = 1,
        executions: int = EXECUTIONS,
        files: Mapping[str, bytes] | None = None,
    ) -> Self:
        """An engine for a template file or an assembly directory.

        `clock`: a clock, or the moment at which a simulated one starts; none means real time. `endpoints`: variables
        of the functions that say where a server is (they end in `_URL`), and where it is here; a function that the
        template does not give such a variable does not get it. `code_root`: the source tree that handlers are imported
        from, the working directory unless named. `isolated` runs each handler in a process of its own under
        `awslambdaric`, which needs `engine.server.Server`. `stream_shards`: into how many each table's stream is
        divided, by partition key; they are read side by side. `executions`: what Lambda says that the account may run
        at once; here one runs at a time. `files`: what lies in the code of every function besides (name → contents), so
        that one assembly serves deployments that differ in nothing else.
        """
        ticking = SimulatedClock(clock) if isinstance(clock, datetime) else clock or WallClock()
        runner = OutOfProcess(code_root) if isolated else InProcess(code_root)
        template = read_template(Path(path), stack)
        return cls(
            template,
            clock=ticking,
            endpoints=endpoints,
            runner=runner,
            stream_shards=stream_shards,
            executions=executions,
            files=files,
        )

    @classmethod
    def empty(
        cls, *, clock: Clock | None = None, endpoints: Mapping[str, str] | None = None, code_root: Path | None = None
    ) -> Self:
        """An engine without a stack, for a client to deploy into."""
        return cls(None, clock=clock or WallClock(), endpoints=endpoints, runner=InProcess(code_root))

    def __enter__(self) -> Self:
        refusal, invoke = partial(refusal_of_sender, self.cloud), invoke_by(self.lambdas, self.asynchronous)
        self._stack.enter_context(moto_running(self.clock, self._routed, refusal, invoke))
        self._stack.enter_context(changes())
        self._stack.enter_context(account_of(self._executions))
        try:
            self.deployed = deploy(self.template) if self.template else None
            registering.register()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._assets.forget()
        self._stack.close()

    # What goes in.

    def put_events(self, entries: Iterable[Entry], *, as_service: bool = False) -> list[dict[str, str]]:
        """PutEvents in requests of at most ten; nothing is processed before `drain`.

        `as_service` lets an AWS service's own events (`aws.…`) onto the default bus.
        """
        waiting, results = list(entries), []
        for start in range(0, len(waiting), MAX_ENTRIES):
            results += self._accept(waiting[start : start + MAX_ENTRIES], as_service=as_service)
        return results

    def put_event(self, event: Mapping[str, Any], bus: str) -> dict[str, str]:
        """One event in EventBridge's own form (`source`, `detail-type`, `detail`, `time`) onto `bus`."""
        return self.put_events([entry_of(event, bus)])[0]

    def http(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer:
        """A request to the HTTP API of the stack; what its function publishes is processed by `drain`."""
        return self.http_apis.request(method, path, headers, body)

    def set_endpoint(self, variable: str, url: str) -> None:
        """Say where a server is that was not up when the engine was made: for every function from its next start on."""
        self.lambdas.set_endpoint(variable, url)

    def put_secret(self, secret_id: str, value: str) -> None:
        """Fill a secret that the template makes empty, as a person does after `cdk deploy`."""
        boto3.client("secretsmanager", region_name=self.cloud.region).put_secret_value(
            SecretId=secret_id, SecretString=value
        )

    def _routed(self, events: Sequence[Entry]) -> list[dict[str, str]]:
        """PutEvents of a client, a handler or anybody else who speaks AWS's API."""
        try:
            return self._accept(events)
        except PutEventsError as error:
            raise ValidationException(str(error)) from error

    def _accept(self, events: Sequence[Entry], *, as_service: bool = False) -> list[dict[str, str]]:
        ids, arrived = [self.new_id() for _ in events], self.clock.now()
        self.on_accept(Accepted(events, ids, arrived))
        return self.router.put_events(events, as_service=as_service, ids=ids, arrived=arrived)

    # What makes it go.

    def tick(self) -> bool:
        """One step: the first of asynchronous events, queues and streams that has work now; whether any had."""
        return self.asynchronous.step() or self.queues.step() or self.streams.step()

    def drain(self) -> int:
        """Work until nothing is left that could be done at this moment; the number of steps."""
        steps = 0
        while self.tick():
            steps += 1
            if steps > MAX_STEPS:
                raise NotQuietError(steps)
        return steps

    def next_wake(self, *, schedules: bool = True) -> datetime | None:
        """The next moment at which something becomes possible that is not possible now."""
        wakes = [self.queues.next_wake(), self.streams.next_wake(), self.asynchronous.next_wake()]
        wakes += [self.schedules.next_wake()] if schedules else []
        return min((wake for wake in wakes if wake is not None), default=None)

    def advance_to(self, time: datetime, *, coalesce: bool = False, schedules: bool = True) -> None:
        """Move the simulated clock to `time`, doing on the way what becomes due: delays, retries, schedules.

        `coalesce` fires of each schedule only the last due moment: numbers are functions of the log and of as_of, so a
        replay of months gives the same with a tick a day as with one every few minutes. Without `schedules` none fires:
        they stay due.
        """
        self.drain()
        self.schedules.next_wake()  # what is due after this moment is so from here on, whoever asks later
        if coalesce and schedules:
            self.schedules.skip_to_last(time)
        while (wake := self.next_wake(schedules=schedules)) is not None and wake <= time:
            self._move(wake)
            if schedules:
                self.schedules.step()
            self.drain()
        self._move(time)
        self.drain()

    def settle(self, within: timedelta = timedelta(days=1)) -> None:
        """Wait on the simulated clock for retries and delays, firing no schedule, until all is done or time is up."""
        self.drain()
        end = self.clock.now() + within
        while (wake := self.next_wake(schedules=False)) is not None and wake <= end:
            self._move(wake)
            self.drain()

    def _move(self, time: datetime) -> None:
        if not isinstance(self.clock, SimulatedClock):
            raise TypeError("only a simulated clock can be moved")
        self.clock.advance_to(time)

    def is_quiet(self) -> bool:
        """Whether every message, record and asynchronous event has been dealt with, delayed ones too."""
        return not (self.queues.waiting() or self.streams.waiting() or self.asynchronous.waiting)

    # What can be seen.

    @property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs."""
        return self._deployed().outputs

    @property
    def invocations(self) -> deque[Invocation]:
        return self.lambdas.invocations

    @property
    def calls(self) -> deque[Call]:
        """Every AWS call of every function, with whether its role allowed it."""
        return self.lambdas.calls

    @property
    def failures(self) -> list[Invocation]:
        """Invocations that ended in an exception, and those that were stopped as part of a recursive loop."""
        return [each for each in self.invocations if each.failure is not None] + list(self.lambdas.recursive)

    @property
    def chains(self) -> Mapping[str, int]:
        """By function, how often it was invoked in the longest chain of requests; more than 16 times is stopped."""
        return self.lambdas.chains

    @property
    def logs(self) -> str:
        """The functions' logs, in order."""
        return "".join(invocation.log for invocation in self.invocations)

    def function(self, logical_part: str) -> str:
        """The name of the one function whose logical id or name contains this."""
        matching = [
            name
            for logical, name in self._deployed().of_type("AWS::Lambda::Function")
            if logical_part in (logical + name)
        ]
        if len(matching) != 1:
            raise LookupError(f"{len(matching)} functions match {logical_part!r}: {matching}")
        return matching[0]

    def table_items(self, name: str | None = None) -> list[dict[str, Any]]:
        """Every item of a table (the only one, unless named), in DynamoDB's JSON, in key order."""
        table = self.cloud.dynamodb.tables[name or self._deployed().only("AWS::DynamoDB::Table")]
        items = [as_json(item.to_json()["Attributes"]) for item in table.all_items()]
        return sorted(items, key=lambda item: json.dumps([item[key] for key in table.table_key_attrs]))

    def messages(self, queue_part: str) -> list[Message]:
        """The messages in the one queue whose name contains this, visible or not."""
        matching = [queue for name, queue in self.cloud.sqs.queues.items() if queue_part in name]
        if len(matching) != 1:
            raise LookupError(f"{len(matching)} queues match {queue_part!r}: {sorted(self.cloud.sqs.queues)}")
        return list(messages_in(matching[0]))

    def bodies(self, queue_part: str) -> list[Any]:
        """The messages of a queue, read as JSON."""
        return [json.loads(message.body) for message in self.messages(queue_part)]

    def _deployed(self) -> Deployed:
        if self.deployed is None:
            raise RuntimeError("no stack: use the engine as a context manager")
        return self.deployed
