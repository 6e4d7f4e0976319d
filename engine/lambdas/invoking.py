"""Invoking the real handlers: the code of a source tree with the environment of the template, as Lambda would.

Bundles hold wheels for Lambda's processor, so the modules come from the source tree; what a bundle alone holds, such as
a configuration file, is read from it, because LAMBDA_TASK_ROOT is the asset directory that the template names.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from moto.awslambda.models import LambdaFunction

from engine.account.cloud import Cloud
from engine.clock import Clock
from engine.iam.permissions import GUARD, Call, Caller
from engine.lambdas.chains import MOST, header_of, lineage_of, mark_of
from engine.lambdas.function import Failure, Function, Invocation, Runner, Work

KEPT: Final = 20_000
"""Invocations and calls kept for looking back; a long-running server forgets the oldest."""
ENDPOINT_SUFFIX: Final = "_URL"
"""All that may differ from the template: where a server is, never what is asked of it."""
RECURSIVE: Final = Failure("RecursiveInvocationException", f"invoked {MOST} times in one chain of requests: stopped")
THROTTLED: Final = Failure("TooManyRequestsException", "Rate Exceeded: no execution is free")


@dataclass
class Lambdas:
    """Invokes deployed functions by name or ARN, under their own roles, and remembers what happened."""

    cloud: Cloud
    clock: Clock
    runner: Runner
    task_root_of: Callable[[LambdaFunction], Path]
    new_id: Callable[[], str]
    endpoints: Mapping[str, str] = field(default_factory=dict)
    invocations: deque[Invocation] = field(default_factory=lambda: deque(maxlen=KEPT))
    recursive: deque[Invocation] = field(default_factory=lambda: deque(maxlen=KEPT))
    """Invocations that were stopped, as their chain came through the function for the 17th time."""
    is_busy: Callable[[str], bool] = lambda _: False
    """Whether a function of this name gets no execution just now, as in an account all of whose are taken."""
    chains: dict[str, int] = field(default_factory=dict)
    """By function, its longest chain so far."""
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT * 5))

    def __post_init__(self) -> None:
        strange = sorted(name for name in self.endpoints if not name.endswith(ENDPOINT_SUFFIX))
        if strange:
            raise ValueError(f"{', '.join(strange)}: only variables that end in {ENDPOINT_SUFFIX} may be overridden")

    def set_endpoint(self, variable: str, url: str) -> None:
        """Override one more variable of the functions that have it."""
        self.endpoints = {**self.endpoints, variable: url}
        self.__post_init__()

    def invoke(self, name_or_arn: str, payload: Any, traces: Sequence[str] = ()) -> Invocation:
        """Invoke and wait: the result or the failure, never an exception of the handler's.

        `traces`: the trace headers of what the payload was made of; they say how long its chain is.
        """
        request_id = self.new_id()
        function = self.function(name_or_arn)
        if function is None:
            missing = Failure("ResourceNotFoundException", f"Function not found: {name_or_arn}")
            return self._kept(Invocation(request_id, name_or_arn, payload, self.clock.now(), failure=missing))
        if self.is_busy(function.name):
            refused = Invocation(request_id, function.name, payload, self.clock.now(), failure=THROTTLED)
            return self._kept(refused)
        lineage, mark = lineage_of(traces), mark_of(function.arn)
        lineage[mark] = lineage.get(mark, 0) + 1
        if lineage[mark] > MOST:
            return self._stopped(Invocation(request_id, function.name, payload, self.clock.now(), failure=RECURSIVE))
        self.chains[function.name] = max(self.chains.get(function.name, 0), lineage[mark])
        work = Work(request_id, payload, header_of(request_id, lineage))
        GUARD.caller = Caller(
            function.name,
            function.role,
            self.cloud.role_statements(function.role),
            self.cloud.bus_statements(),
            self.cloud.place,
            self.calls.append,
        )
        try:
            result, failure, log = self.runner.run(function, work)
        finally:
            GUARD.caller = None
        return self._kept(
            Invocation(request_id, function.name, payload, self.clock.now(), result=result, failure=failure, log=log)
        )

    def _stopped(self, invocation: Invocation) -> Invocation:
        """One that counts in `RecursiveInvocationsDropped`: its queue hears of it, its handler does not."""
        self.recursive.append(invocation)
        return invocation

    def _kept(self, invocation: Invocation) -> Invocation:
        self.invocations.append(invocation)
        return invocation

    def function(self, name_or_arn: str) -> Function | None:
        """The deployed function, its environment as it stands now."""
        deployed = self.cloud.function(name_or_arn)
        if deployed is None:
            return None
        environment = {str(name): str(value) for name, value in deployed.environment_vars.items()}
        overridden = {name: value for name, value in self.endpoints.items() if name in environment}
        return Function(
            name=deployed.function_name,
            arn=deployed.function_arn,
            handler=str(deployed.handler),
            role=deployed.role,
            memory=int(deployed.memory_size),
            timeout=int(deployed.timeout),
            environment={**environment, **overridden},
            task_root=self.task_root_of(deployed),
            region=self.cloud.region,
        )
