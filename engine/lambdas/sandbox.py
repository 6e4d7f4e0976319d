"""One function's process: started, given work, killed."""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from engine.iam.permissions import Caller
from engine.iam.policies import Access
from engine.lambdas.child import CALLER_FILE, CALLS_FILE
from engine.lambdas.function import Function
from engine.lambdas.runtime_api import Outcome, Request, RuntimeApi

START_SECONDS: Final = 10
"""Lambda's own limit for an initialisation; it is given on top of the function's time-out here."""
_LOOK_SECONDS: Final = 0.05
_ENGINE: Final = Path(__file__).resolve().parents[2]
"""Where this package lies: the process imports the guard from it."""


class Sandbox:
    """One function's process and all that belongs to it."""

    def __init__(self, function: Function, caller: Caller | None, endpoint: str, code_root: Path) -> None:
        self.made_of = (function.variables(), caller.statements if caller else ())
        self.api = RuntimeApi()
        self._one_at_a_time = threading.Lock()
        self._directory = tempfile.TemporaryDirectory(prefix="engine-sandbox-")
        directory = Path(self._directory.name)
        self._calls, self._caller = directory / "calls.jsonl", directory / "caller.json"
        written = (directory / "log").open("ab")
        self._log: IO[bytes] = (directory / "log").open("rb")
        self._calls.touch()
        self._caller.write_text(_caller_json(caller))
        environment = {
            **function.variables(),
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join([str(code_root), str(_ENGINE)]),
            CALLER_FILE: str(self._caller),
            CALLS_FILE: str(self._calls),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.lambdas.child", function.handler],
            env=environment,
            cwd=code_root,
            stdout=written,
            stderr=written,
        )
        written.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, work: Request) -> Outcome | None:
        """The outcome; None when time is up or the process is gone without a word."""
        with self._one_at_a_time:
            self.api.work.put(work)
            until = time.monotonic() + work.timeout + START_SECONDS
            while time.monotonic() < until and (self.alive or not self.api.outcomes.empty()):
                with suppress(queue.Empty):
                    return self.api.outcomes.get(timeout=_LOOK_SECONDS)
        return None

    def taken_log(self) -> str:
        """The log lines since the last time."""
        text = self._log.read().decode(errors="replace")
        return str(text)

    def taken_calls(self) -> list[tuple[Access, bool]]:
        """The AWS calls since the last time."""
        lines = [json.loads(line) for line in self._calls.read_text().splitlines()]
        self._calls.write_text("")
        return [(Access(line["action"], line["resource"], context=line["context"]), line["allowed"]) for line in lines]

    def close(self) -> None:
        if self.alive:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.api.close()
        self._log.close()
        self._directory.cleanup()


def _caller_json(caller: Caller | None) -> str:
    """For the guard in the function's process: who calls, and what its role may do."""
    if caller is None:
        return "null"
    place = {"account": caller.place.account, "region": caller.place.region}
    named = {"function": caller.function, "role": caller.role}
    return json.dumps(named | place | {"statements": list(caller.statements), "guards": list(caller.guards)})
