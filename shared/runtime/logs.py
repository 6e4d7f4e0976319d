"""How the functions log: one line of JSON an event, in plain ASCII, so that no terminal obeys what somebody wrote."""

import json
from typing import Any

from aws_lambda_powertools import Logger


def logger_of() -> Logger:
    """The logger of this function."""
    return Logger(json_serializer=_one_line)


def _one_line(record: dict[str, Any]) -> str:
    return json.dumps(record, default=str, separators=(",", ":"), ensure_ascii=True)
