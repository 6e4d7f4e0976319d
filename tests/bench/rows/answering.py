"""How long a webhook's sender waits for its answer from a cold start, through the runtime client and over HTTP.

The intake that is measured is that of its bundle: its own files, fresh, with the locked packages as they are installed
here (the bundle's are built for Lambda's processor). Python is started, `awslambdaric` asks for work, the handler is
imported and wired, the secret is read, the signature proven, the event published: all of it is in the time.
"""

import json
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from cli.embedded.assembly import synthesis
from engine import Engine, OutOfProcess, Server, WallClock, read_template
from infra.bundle import BundleError, bundle
from shared.sources.verifiers import signature
from tests.bench.figure import Bar, Row, lacking, row
from tests.bench.ground.surroundings import Surroundings
from tests.e2e.webhooks import SECRET, deployed, give_secret

ANSWER = Bar(3, 1.5)
_WHAT = "a webhook answered from cold, by the clock"
_OWN = ("functions", "shared", "events")


def rows(ground: Surroundings) -> Iterator[Row]:
    """Cold starts by the clock, each in a new process."""
    try:
        made = bundle("intake").directory
    except BundleError as error:
        reason = f"the packages could not be fetched ({error.output.strip().splitlines()[-1]})"
        yield lacking(_WHAT, ANSWER, reason)
        return
    with tempfile.TemporaryDirectory(prefix="flywheel-intake-") as scratch:
        code = Path(scratch)
        for folder in _OWN:
            shutil.copytree(made / folder, code / folder, ignore=shutil.ignore_patterns("__pycache__"))
        first, *others, warm = _measured(code, 1 + ground.sizes.rounds)
    note = f"{first:.2f} s the first time, without our bytecode; warm {warm:.3f} s; the calls go to the engine's server"
    yield row(_WHAT, "s", ANSWER, others, note)


def _measured(code: Path, rounds: int) -> list[float]:
    """Seconds of each cold start, then of one request more to the last process."""
    runner = OutOfProcess(code)
    template = read_template(synthesis().directory)
    engine = Engine(template, clock=WallClock(), runner=runner)
    with Server(engine) as server:
        server.do(lambda running: give_secret(running, "github"))
        seconds = []
        for number in range(rounds):
            runner.end(engine.function("Intake"))
            seconds.append(_asked(f"{server.http_url}/hooks/", number))
        return [*seconds, _asked(f"{server.http_url}/hooks/", rounds)]


def _asked(address: str, number: int) -> float:
    body = json.dumps(deployed("c" * 40, "2026-03-05T11:30:00Z", id=number)).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "deployment_status",
        "X-Hub-Signature-256": f"sha256={signature(SECRET.encode(), body, 'hex')}",
    }
    request = urllib.request.Request(f"{address}github", data=body, headers=headers)
    began = time.monotonic()
    with urllib.request.urlopen(request, timeout=60) as answer:
        said = json.load(answer)
    seconds = time.monotonic() - began
    if said["accepted"] != 1:
        raise AssertionError(f"intake took nothing: {said}")
    return seconds
