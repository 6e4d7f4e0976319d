"""Of nobody a name, login, address or token is kept: every sample of every source, played with marked people."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from cli.hooks.signing import proof
from events.challengers import Challengers
from functions.record.recorder import Recorder
from shared.sources.catalogue import SOURCES
from shared.sources.uncounted import note_of
from tests.unit.intake.conftest import Desk
from tests.unit.sources.sample_deliveries import samples
from tests.unit.store.driving import NOW, Driver
from tests.unit.store.test_not_kept import everything

MARKS = ("Marked Person", "marked-login", "marked@example.com", "ghp_markedtoken")
SAMPLES = Path(__file__).parents[3] / "events" / "samples"
_SECRET = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="


def marked(value: Any) -> Any:
    """The same with people in it: in each object fields that nobody asked for, and in those that are about people."""
    if isinstance(value, list):
        return [marked(each) for each in value]
    if not isinstance(value, dict):
        return value
    known = {name: marked(each) for name, each in value.items()}
    if "login" in known and isinstance(known["login"], str):
        known["login"] = MARKS[1]
    if "email" in known and isinstance(known["email"], str):
        known["email"] = MARKS[2]
    return known | {"respondent": MARKS[0], "author_email": MARKS[2], "auth": {"token": MARKS[3], "login": MARKS[1]}}


def broken(body: Any) -> list[Any]:
    """The same ill formed, each time otherwise."""
    if not isinstance(body, dict):
        return [body]
    cut = [{name: each for name, each in body.items() if name != gone} for gone in list(body)[:6]]
    return [body, *cut, [body], {"unexpected": body}]


def millis() -> str:
    return str(int(NOW.timestamp() * 1000))


def recorded(bodies: list[str], logger: Logger) -> Driver:
    driver = Driver()
    metrics = Metrics(namespace="test", service="test")
    recorder = Recorder(driver.store, driver.settings, logger, metrics, "123456789012")
    for start in range(0, len(bodies), 50):
        batch = bodies[start : start + 50]
        attributes = {"SentTimestamp": millis(), "ApproximateReceiveCount": "1"}
        records = [{"messageId": f"m{at}", "body": body, "attributes": attributes} for at, body in enumerate(batch)]
        recorder.record(records)
    metrics.clear_metrics()
    driver.project()
    return driver


def assert_nobody(told: str) -> None:
    for mark in MARKS:
        at = told.find(mark)
        assert at < 0, told[max(at - 200, 0) : at + 80]


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
def test_a_webhook_leaves_nobody_behind(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk()
    desk.secrets(source, _SECRET)
    for sample in (each for each in samples() if each.source == source):
        for body in broken(marked(sample.body)):
            raw = json.dumps(body)
            headers = {**sample.headers, **proof(SOURCES[source], _SECRET, raw.encode(), sample.headers, 1_770_000_000)}
            context = {"timeEpoch": 1_770_000_000_000}
            desk.post({"pathParameters": {"name": source}, "headers": headers, "body": raw, "requestContext": context})

    assert desk.bus.taken
    assert_nobody(json.dumps([each.detail for each in desk.bus.taken]))
    envelopes = [
        json.dumps(
            {"source": each.source, "detail-type": each.detail_type, "account": "123456789012", "detail": each.detail}
        )
        for each in desk.bus.taken
    ]
    assert all(note_of(json.loads(body)) is not None for body in desk.inbox.sent)
    driver = recorded([*envelopes, *desk.inbox.sent], Logger(service=f"personal-{source}"))
    assert_nobody(everything(driver))
    assert_nobody(unpacked(driver))
    assert_nobody("".join(capsys.readouterr()))


def test_the_bus_and_its_archive_see_a_keyed_hash_of_who_challenged() -> None:
    desk = Desk()
    source = "standard-webhooks"
    desk.secrets(source, _SECRET)
    detail = {"time": "2026-02-01T00:00:00Z", "flywheel": "web", "challenge": "c", "challenger": MARKS[2]}
    raw = json.dumps({"detail-type": "Challenge Opened", "detail": {**detail, "id": "c1"}})
    headers = proof(SOURCES[source], _SECRET, raw.encode(), {}, 1_770_000_000)
    context = {"timeEpoch": 1_770_000_000_000}
    desk.post({"pathParameters": {"name": source}, "headers": headers, "body": raw, "requestContext": context})

    (sent,) = desk.bus.taken
    assert sent.detail["challenger"] == Challengers("stack").marked(MARKS[2])
    assert_nobody(json.dumps(sent.detail))


@pytest.mark.slow
def test_an_event_leaves_nobody_behind(capsys: pytest.CaptureFixture[str]) -> None:
    bodies: list[str] = []
    for file in sorted(SAMPLES.glob("*.json")) + sorted((SAMPLES / "aws").glob("*.json")):
        sample = json.loads(file.read_text())
        envelope = sample.get("event", sample) if isinstance(sample, dict) else sample
        detail = marked(envelope.get("detail", {}))
        if "challenger" in detail:
            detail["challenger"] = MARKS[1]
        bodies += map(json.dumps, broken({**envelope, "detail": detail, "account": "123456789012"}))
        bodies += [json.dumps({**envelope, "detail": each}) for each in broken(detail)]
    bodies += [f"{{{MARKS[0]} {MARKS[2]}", json.dumps(MARKS[3]), json.dumps({MARKS[2]: MARKS[0]})]
    driver = recorded(bodies, Logger(service="personal-events"))

    assert_nobody(everything(driver))
    assert_nobody(unpacked(driver))
    assert_nobody("".join(capsys.readouterr()))


def unpacked(driver: Driver) -> str:
    """Everything in the table that is compressed, as it reads."""
    found = []
    for row in driver.memory.rows.values():
        for value in row.values():
            packed = value.get("B")
            if packed is None:
                continue
            for cut in (packed, packed[1:]):
                try:
                    found.append(zlib.decompress(cut).decode(errors="replace"))
                except zlib.error:
                    continue
    return "\n".join(found)
