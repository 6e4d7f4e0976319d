"""The synthesised roles, enforced: each AWS call that a handler makes is judged before it leaves the process.

moto's own enforcement resolves no table or bus ARN, so a hook in botocore maps the call to actions and ARNs
(`engine.iam.calls`), asks the evaluator (`engine.iam.policies`) and raises AccessDenied as AWS would. Every call is
kept, so that a test can also say what is granted and never used.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from botocore.exceptions import ClientError
from botocore.handlers import BUILTIN_HANDLERS

from engine.iam.calls import Place, accesses_of
from engine.iam.policies import Access, Statement, is_allowed, is_denied

_ERROR_CODES: Final = {"dynamodb": "AccessDeniedException", "events": "AccessDeniedException"}


@dataclass(frozen=True)
class Call:
    """One action on one resource that a function asked for."""

    function: str
    access: Access
    allowed: bool


@dataclass(frozen=True)
class Caller:
    """The function that calls, with its role and that role's statements.

    `guards`: what buses say of who may speak as whom. Only their denials count: what a role of the account may do is
    for its own policies to say.
    """

    function: str
    role: str
    statements: Sequence[Statement]
    guards: Sequence[Statement]
    place: Place
    record: Callable[[Call], None]

    def may(self, access: Access) -> bool:
        """Whether its role allows it, and nobody denies it."""
        return is_allowed(self.statements, access) and not is_denied(self.guards, spoken_by(self.role, access))


def spoken_by(principal: str, access: Access) -> Access:
    """An access as the resource's policy sees it: with who asks, a user's or a role's ARN."""
    return replace(access, principal=principal, context={**access.context, "aws:PrincipalArn": principal})


class Guard:
    """Judges the calls of whoever is set as the caller of this thread; with nobody set, everything passes."""

    def __init__(self) -> None:
        self._threads = threading.local()
        self._installed = False
        self._lock = threading.Lock()

    @property
    def caller(self) -> Caller | None:
        """Whose calls this thread makes: others of the process, a test's say, are nobody's."""
        caller: Caller | None = getattr(self._threads, "caller", None)
        return caller

    @caller.setter
    def caller(self, caller: Caller | None) -> None:
        self._threads.caller = caller

    def install(self) -> None:
        """Have every botocore session that is made from now on ask; harmless when repeated."""
        with self._lock:
            if not self._installed:
                BUILTIN_HANDLERS.append(("provide-client-params", self._judge))
                self._installed = True

    def _judge(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        caller = self.caller
        if caller is None:
            return
        service = str(model.service_model.service_name)
        for access in accesses_of(service, model.name, params, caller.place):
            allowed = caller.may(access)
            caller.record(Call(caller.function, access, allowed))
            if not allowed:
                raise _denied(service, model.name, caller.function, access)


GUARD: Final = Guard()
"""botocore's list of handlers belongs to the process, and so does this."""


def _denied(service: str, operation: str, function: str, access: Access) -> ClientError:
    message = (
        f"User: role of {function} is not authorized to perform: {access.action} on resource: {access.resource} "
        "because no identity-based policy allows the action, or a resource-based policy denies it"
    )
    code = _ERROR_CODES.get(service, "AccessDenied")
    error = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return ClientError(error, operation)
