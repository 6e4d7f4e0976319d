"""How long a webhook's sender, and a person in Slack, wait from a cold start, through the runtime client and over HTTP.

The function that is measured is that of its bundle: its own files, fresh, with the locked packages as they are
installed here (the bundle's are built for Lambda's processor). Python is started, `awslambdaric` asks for work, the
handler is imported and wired, the secret is read, the signature proven, the event published or the form opened: all of
it is in the time.
"""

import json
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from cli.embedded.assembly import synthesis
from engine import (
    LOOPBACK_SIGNING_SECRET,
    LOOPBACK_TOKEN,
    Engine,
    FakeSlack,
    OutOfProcess,
    Person,
    Server,
    WallClock,
    read_template,
)
from infra.bundle import BundleError, bundle
from shared.slack.token import Credentials, secret_of
from shared.sources.verifiers import signature
from tests.bench.figure import Bar, Row, lacking, row
from tests.bench.ground.surroundings import Surroundings
from tests.e2e.webhooks import SECRET, deployed, give_secret

ANSWER = Bar(3, 1.5)
_OWN = ("functions", "shared", "events")
_SECRET = secret_of(Credentials(token=LOOPBACK_TOKEN, signing_secrets=(LOOPBACK_SIGNING_SECRET,)))
_CHANNEL = "#value-flywheel"
Ask = Callable[[Server, int], float]
"""Asks once, for the so-manieth time; the seconds until it was answered."""


def rows(ground: Surroundings) -> Iterator[Row]:
    """Cold starts by the clock, each in a new process."""
    rounds = 1 + ground.sizes.rounds
    yield _row("a webhook answered from cold, by the clock", "intake", rounds, {}, _delivered)
    with FakeSlack() as slack:
        endpoints = {"SLACK_API_URL": slack.url}
        yield _row(
            "a form opened in Slack from cold, by the clock", "slack", rounds, endpoints, partial(_opened, slack)
        )


def _row(what: str, function: str, rounds: int, endpoints: Mapping[str, str], ask: Ask) -> Row:
    try:
        made = bundle(function).directory
    except BundleError as error:
        reason = f"the packages could not be fetched ({error.output.strip().splitlines()[-1]})"
        return lacking(what, ANSWER, reason)
    with tempfile.TemporaryDirectory(prefix=f"flywheel-{function}-") as scratch:
        code = Path(scratch)
        for folder in _OWN:
            shutil.copytree(made / folder, code / folder, ignore=shutil.ignore_patterns("__pycache__"))
        first, *others, warm = _measured(code, function, rounds, endpoints, ask)
    note = f"{first:.2f} s the first time, without our bytecode; warm {warm:.3f} s; the calls go to the engine's server"
    return row(what, "s", ANSWER, others, note)


def _measured(code: Path, function: str, rounds: int, endpoints: Mapping[str, str], ask: Ask) -> list[float]:
    """Seconds of each cold start, then of one request more to the last process."""
    runner = OutOfProcess(code)
    template = read_template(synthesis().directory)
    engine = Engine(template, clock=WallClock(), runner=runner, endpoints=endpoints)
    with Server(engine) as server:
        server.do(lambda running: give_secret(running, "github"))
        server.do(lambda running: running.put_secret(running.outputs["SlackSecretArn"], _SECRET))
        seconds = []
        for number in range(rounds):
            runner.end(engine.function(function.capitalize()))
            seconds.append(ask(server, number))
        return [*seconds, ask(server, rounds)]


def _opened(slack: FakeSlack, server: Server, number: int) -> float:
    """A person asks for a form: the secret is read, Slack asked for the channel and the person, the form opened."""

    def send(headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(f"{server.http_url}/slack", data=body, headers=dict(headers))
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()

    slack.channel(_CHANNEL)
    moment = time.time()
    slack.clock = lambda: moment  # nobody gives up: how long it takes is what is asked
    person = Person(slack, send, LOOPBACK_SIGNING_SECRET, clock=slack.clock)
    began = time.monotonic()
    person.command("idea checkout", _CHANNEL)
    seconds = time.monotonic() - began
    if len(slack.views) != number + 1:
        raise AssertionError("no form was opened")
    return seconds


def _delivered(server: Server, number: int) -> float:
    body = json.dumps(deployed("c" * 40, "2026-03-05T11:30:00Z", id=number)).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "deployment_status",
        "X-Hub-Signature-256": f"sha256={signature(SECRET.encode(), body, 'hex')}",
    }
    request = urllib.request.Request(f"{server.http_url}/hooks/github", data=body, headers=headers)
    began = time.monotonic()
    with urllib.request.urlopen(request, timeout=60) as answer:
        said = json.load(answer)
    seconds = time.monotonic() - began
    if said["accepted"] != 1:
        raise AssertionError(f"intake took nothing: {said}")
    return seconds
