"""moto switched on for as long as an engine lives, telling the engine's time and routing events its way."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Final
from unittest.mock import patch

from botocore.loaders import Loader
from moto import mock_aws
from moto.awslambda.models import LambdaBackend
from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend
from moto.events.responses import EventsHandler
from moto.moto_api._internal import mock_random

from engine.account.cloud import ACCOUNT
from engine.account.no_reviews import NO_REVIEWS
from engine.account.quick_moto import quick
from engine.account.shortcut import SHORTCUT
from engine.account.tracing import tracing
from engine.clock import Clock, epoch_millis, epoch_seconds
from engine.iam.permissions import GUARD

PutEvents = Callable[[list[dict[str, Any]]], list[dict[str, str]]]
Refusal = Callable[[str, list[dict[str, Any]]], str | None]
Invoke = Callable[[str, Any, Mapping[str, str], dict[str, str]], bytes]
_MOTO_SEED = 20260101
_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "embedded",
    "AWS_SECRET_ACCESS_KEY": "embedded",
    "AWS_SESSION_TOKEN": "embedded",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
}
_UNSET = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_CA_BUNDLE", "AWS_CONFIG_FILE")


@contextmanager
def moto_running(
    clock: Clock, put_events: PutEvents, refusal: Refusal = lambda *_: None, invoke: Invoke | None = None
) -> Iterator[None]:
    """moto empty at the start, on `clock`, with identifiers that are the same in every run.

    `refusal`: why the holder of an access key may not send these entries, None where they may. `invoke`: how a function
    is called by name with a body and headers, and adds headers to its answer; None leaves that to moto.
    moto reads the time through names in its modules; they are replaced there for as long as this lasts.
    """

    def naive_now() -> datetime:
        return clock.now().replace(tzinfo=None)

    def seconds(moment: datetime | None = None) -> float:
        return epoch_seconds(moment.replace(tzinfo=clock.now().tzinfo) if moment else clock.now())

    def millis() -> float:
        return epoch_millis(clock.now())

    def routed(_: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, str]]:
        return put_events(events)

    answered = EventsHandler.put_events

    def admitted(request: EventsHandler) -> str:
        denied = refusal(request.get_access_key(), request._get_param("Entries"))  # noqa: SLF001  moto's own way
        if denied is not None:
            raise JsonRESTError("AccessDeniedException", denied)
        return str(answered(request))

    with ExitStack() as stack:
        stack.enter_context(_environment())
        GUARD.install()
        SHORTCUT.install()
        NO_REVIEWS.install()
        stack.enter_context(patch.object(SHORTCUT, "account", ACCOUNT))
        stack.enter_context(patch.object(NO_REVIEWS, "on", new=True))
        for name, asked in _QUESTIONS.items():
            stack.enter_context(patch.object(Loader, name, asked))
        stack.enter_context(mock_aws(config={"core": {"mock_credentials": False}}))
        stack.enter_context(quick())
        stack.enter_context(tracing())
        mock_random.seed(_MOTO_SEED)
        stack.enter_context(patch("moto.sqs.models.unix_time", seconds))
        stack.enter_context(patch("moto.sqs.models.unix_time_millis", millis))
        stack.enter_context(patch("moto.dynamodb.models.table.utcnow", naive_now))
        stack.enter_context(patch("moto.events.models.unix_time", seconds))
        stack.enter_context(patch.object(EventsBackend, "put_events", routed))
        stack.enter_context(patch.object(EventsHandler, "put_events", admitted))
        if invoke is not None:
            stack.enter_context(patch.object(LambdaBackend, "invoke", _invoking(invoke)))
        yield


def _invoking(invoke: Invoke) -> Callable[..., bytes]:
    """moto's own method, answered by `invoke`; functions here have one version."""

    def answered(_: LambdaBackend, name: str, _version: str | None, body: Any, headers: Any, more: Any) -> bytes:
        return invoke(name, body, headers, more)

    return answered


def _once(question: Callable[..., Any]) -> Callable[..., Any]:
    """A question to botocore's loader of service descriptions, answered once for all sessions that look in one place.

    Each function has sessions of its own, and each would find, read and merge every description anew.
    """
    known: dict[Any, Any] = {}

    def asked(loader: Loader, *args: Any, **named: Any) -> Any:
        key = (type(loader), *loader.search_paths, args, *named.items())
        if key not in known:
            known[key] = question(loader, *args, **named)
        return known[key]

    return asked


_QUESTIONS: Final = {
    name: _once(getattr(Loader, name))
    for name in ("list_available_services", "load_service_model", "load_data_with_path")
}


@contextmanager
def _environment() -> Iterator[None]:
    """Dummy credentials, and nothing of the host that could point a client at a real account."""
    with patch.dict(os.environ, _VARIABLES):
        for name in _UNSET:
            os.environ.pop(name, None)
        yield
