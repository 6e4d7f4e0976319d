"""From a request to a stored answer and what is shown of it. It logs flywheels and statuses; never an address."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from functions.board import replies
from functions.board.replies import Reply
from shared.store.projections.answer_items import read_answer
from shared.store.table.table import Table

REPORT_ROUTE = "GET /report/{file}"
_SUFFIX = ".json"


class Board:
    """Shows what is stored, and folds nothing."""

    def __init__(self, table: Table, logger: Logger) -> None:
        self._table = table
        self._logger = logger

    def answer(self, request: Mapping[str, Any]) -> Reply:
        """Answer a request of the HTTP API."""
        reply = self._report(_parameter(request, "file"))
        self._logger.info("looked at", route=request.get("routeKey"), status=reply["statusCode"])
        return reply

    def _report(self, file: str) -> Reply:
        """The report of `<flywheel>.json`, to a caller whom API Gateway has let in by IAM."""
        flywheel = file.removesuffix(_SUFFIX)
        if flywheel == file:
            return replies.refused(404, "the address ends in .json: /report/FLYWHEEL.json")
        answer = read_answer(self._table, flywheel)
        if answer is None:
            return replies.refused(404, f"nothing is stored of {flywheel!r}; what is new shows within half an hour")
        return replies.report_of(answer)


def _parameter(request: Mapping[str, Any], name: str) -> str:
    value = (request.get("pathParameters") or {}).get(name)
    return value if isinstance(value, str) else ""
