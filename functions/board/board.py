"""From a request to a stored answer and what is shown of it. It logs routes and statuses; never an address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from aws_lambda_powertools import Logger

from events.times import from_milliseconds
from functions.board import replies
from functions.board.replies import Reply
from shared.links.signing import PARAMETER, is_signed
from shared.store.projections.answer_items import read_answer
from shared.store.table.table import Table

REPORT_ROUTE: Final = "GET /report/{file}"
_SUFFIX = ".json"


class Key(Protocol):
    """Where the key of links is read."""

    def read(self) -> bytes | None:
        """The key; None where there is none."""


class Board:
    """Shows what is stored, and folds nothing."""

    def __init__(self, table: Table, key: Key | None, logger: Logger) -> None:
        """`key`: None where links are off."""
        self._table = table
        self._key = key
        self._logger = logger

    def answer(self, request: Mapping[str, Any]) -> Reply:
        """Answer a request of the HTTP API."""
        route = request.get("routeKey")
        reply = self._report(request) if route == REPORT_ROUTE else self._page(request)
        self._logger.info("looked at", route=route, status=reply["statusCode"])
        is_head = request["requestContext"]["http"]["method"] == "HEAD"
        return {**reply, "body": ""} if is_head else reply

    def _page(self, request: Mapping[str, Any]) -> Reply:
        """The board of a flywheel, to whoever was given a link to it. Nothing is read before the link is proven."""
        flywheel, now = _named(request, "pathParameters", "flywheel"), _moment(request)
        if not self._is_signed(flywheel, _named(request, "queryStringParameters", PARAMETER), now):
            return replies.NOT_FOUND
        answer = read_answer(self._table, flywheel)
        if answer is None or answer.history is None:
            return replies.NOT_YET
        from shared.board.page import flywheel_page  # noqa: PLC0415  every section: reports and wrong links need none

        return replies.page_of(flywheel_page(answer.report, answer.history, as_of=now, audience="link"))

    def _is_signed(self, flywheel: str, given: str, now: datetime) -> bool:
        key = None if self._key is None else self._key.read()
        return key is not None and is_signed(key, flywheel, "link", given, now)

    def _report(self, request: Mapping[str, Any]) -> Reply:
        """The report of `<flywheel>.json`, to a caller whom API Gateway has let in by IAM."""
        file = _named(request, "pathParameters", "file")
        flywheel = file.removesuffix(_SUFFIX)
        if flywheel == file:
            return replies.refused(404, "the address ends in .json: /report/FLYWHEEL.json")
        answer = read_answer(self._table, flywheel)
        if answer is None:
            return replies.refused(404, f"nothing is stored of {flywheel!r}; what is new shows within half an hour")
        return replies.report_of(answer)


def _named(request: Mapping[str, Any], where: str, name: str) -> str:
    value = (request.get(where) or {}).get(name)
    return value if isinstance(value, str) else ""


def _moment(request: Mapping[str, Any]) -> datetime:
    """When the HTTP API took the request: this function's time, as it reads no clock."""
    return from_milliseconds(request["requestContext"]["timeEpoch"])
