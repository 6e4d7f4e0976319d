"""A log line is one line, in plain ASCII, whatever somebody wrote."""

import io
import json
import logging

from shared.runtime import logs
from tests.hostile import HOSTILE, assert_own_lines


def test_what_is_hostile_in_a_log_is_spelt_out() -> None:
    logger, written = logs.logger_of(), io.StringIO()
    for handler in logger.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
    logger.info("advanced", flywheel=HOSTILE)

    (line,) = written.getvalue().splitlines()
    assert line.isascii()
    assert_own_lines(line)
    assert json.loads(line)["flywheel"] == HOSTILE
