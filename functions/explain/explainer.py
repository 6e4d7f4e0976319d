"""From a question to its answer: a request of the HTTP API, or a click in a dashboard."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from events.times import from_milliseconds
from shared.board.theme import theme_of
from shared.flywheel.settings.values import Settings
from shared.store.store import Store

_KEY = re.compile(r"[0-9a-f]{16}")
_JSON = {"content-type": "application/json", "cache-control": "private, no-store", "x-content-type-options": "nosniff"}


class Explainer:
    """Reads the log, and writes nothing."""

    def __init__(self, store: Store, settings: Settings, logger: Logger) -> None:
        self._store = store
        self._settings = settings
        self._logger = logger

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any] | str:
        """Answer a request, or a click."""
        return self._verdict(event) if "routeKey" in event else self._receipt(event)

    def _verdict(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """`GET /events/{key}`: what became of the event with this key (16 hexadecimal digits)."""
        key = str((request.get("pathParameters") or {}).get("key") or "")
        if not _KEY.fullmatch(key):
            return _reply(400, {"error": "key: expected 16 hexadecimal digits, as `flywheel emit --json` prints them"})
        from functions.explain.verdicts import verdict_of  # noqa: PLC0415  each way loads what it needs

        now = from_milliseconds(request["requestContext"]["timeEpoch"])
        verdict = verdict_of(self._store, int(key, 16), self._settings, now)
        self._logger.info("asked for an event", verdict=verdict.verdict)
        return _reply(200, msgspec.to_builtins(verdict))

    def _receipt(self, asked: Mapping[str, Any]) -> str:
        """The receipt of a figure as of the moment that the board showed, in the theme of the console."""
        from functions.explain.receipts import receipt_of  # noqa: PLC0415  as above
        from shared.board.page import receipt_fragment  # noqa: PLC0415  as above

        figure, flywheel = str(asked.get("receipt", "")), str(asked.get("flywheel", ""))
        self._logger.info("asked for a receipt", flywheel=flywheel, figure=figure)
        try:
            as_of = datetime.fromisoformat(str(asked.get("as_of", "")))
            explanation = receipt_of(self._store, figure, flywheel, self._settings, as_of)
        except ValueError:  # also where the figure is unknown
            return "<p>Nothing is known of that figure.</p>"
        return receipt_fragment(explanation, theme=theme_of(asked.get("widgetContext") or {}))


def _reply(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": _JSON, "body": json.dumps(body)}
