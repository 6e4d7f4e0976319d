"""How a failure is logged: where it came from, frame by frame, and nothing of what it said."""

import io
import json
import uuid
from typing import Any

from aws_lambda_powertools import Logger

from shared.runtime.failures import log_failure


def logged(error: BaseException, **ids: Any) -> dict[str, Any]:
    stream = io.StringIO()
    log_failure(Logger(service=f"test-{uuid.uuid4()}", stream=stream), "it broke", error, **ids)
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def reading(body: dict[str, str]) -> str:
    return body["secret person"]


def test_it_names_the_error_and_each_frame_and_keeps_what_the_error_quotes_to_itself() -> None:
    try:
        reading({})
    except KeyError as error:
        line = logged(error, message_id="m-1")

    assert (line["level"], line["error"], line["message_id"]) == ("ERROR", "KeyError", "m-1")
    assert any(frame.endswith(" in reading") for frame in line["traceback"])
    assert "secret person" not in json.dumps(line)


def test_what_led_to_it_is_told_first() -> None:
    try:
        try:
            reading({})
        except KeyError as cause:
            raise ValueError("secret person") from cause
    except ValueError as error:
        frames = logged(error)["traceback"]

    assert [each for each in frames if " in " not in each] == ["KeyError", "ValueError"]


def test_a_recursion_does_not_fill_the_log() -> None:
    def deeper() -> None:
        deeper()

    try:
        deeper()
    except RecursionError as error:
        frames = logged(error)["traceback"]

    assert len(frames) <= 31
