"""The synthesised stack, unchanged, with a loopback Slack, and the events of one turn of the wheel."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.embedded import Engine
from engine.fake_slack import FakeSlack

Event = dict[str, Any]
Change = Callable[[dict[str, Any]], object]

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
END = BEGIN + timedelta(days=24)


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cloud assembly, synthesised once; its template is what every engine here runs."""
    from infra.app import build  # noqa: PLC0415  aws_cdk takes seconds to import, and only these tests need it

    directory = tmp_path_factory.mktemp("cdk.out")
    build(outdir=directory).synth()
    return directory


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


def mutated(assembly: Path, into: Path, change: Change) -> Path:
    """A copy of the assembly whose template was changed; the assets stay where they are."""
    into.mkdir()
    for file in assembly.glob("*.json"):
        shutil.copy(file, into)
    for asset in assembly.glob("asset.*"):
        (into / asset.name).symlink_to(asset)
    [template] = into.glob("*.template.json")
    body = json.loads(template.read_text())
    before = copy.deepcopy(body)
    change(body["Resources"])
    assert body != before, "the mutation changed nothing"
    template.write_text(json.dumps(body))
    return into


Started = Callable[..., Engine]


@pytest.fixture
def started(assembly: Path, slack: FakeSlack, tmp_path: Path) -> Iterator[Started]:
    """Starts an engine on the stack, or on a mutated copy of it, with Slack's token filled in."""
    with ExitStack() as stack:

        def start(change: Change | None = None, begin: datetime = BEGIN) -> Engine:
            path = mutated(assembly, tmp_path / "mutated", change) if change else assembly
            engine = stack.enter_context(Engine.from_template(path, clock=begin, slack_url=slack.url))
            engine.put_secret(engine.outputs["SlackSecretArn"], slack.token)
            return engine

        yield start


def event(detail_type: str, time: str, **detail: Any) -> Event:
    """An event as EventBridge carries it; its id is what happened to what."""
    named = detail.get("incident") or detail.get("deployment") or detail.get("feature") or detail.get("idea")
    moment = f"2026-03-{time}:00Z"
    return {
        "source": "test.pipeline",
        "detail-type": detail_type,
        "time": moment,
        "detail": {"id": f"{detail_type} {named}", "time": moment, **detail},
    }


@pytest.fixture
def turn() -> list[Event]:
    """One turn: an idea, a deployment of it, its release, and an incident that the deployment caused."""
    commits = [{"sha": "c" * 40, "time": "2026-03-04T15:00:00Z", "ideas": ["LAMP-7"]}]
    deployed: dict[str, Any] = {"service": "lamps", "environment": "production", "commits": commits}
    return [
        event("Idea Proposed", "03T10:00", flywheel="lighting", idea="LAMP-7", title="Dim at dusk"),
        event(
            "Deployment Finished", "05T11:00", flywheel="lighting", deployment="d-1", outcome="succeeded", **deployed
        ),
        event(
            "Feature Released", "06T09:00", flywheel="lighting", idea="LAMP-7", feature="dusk", deployments=["d-1"]
        ),
        event("Incident Opened", "07T20:00", flywheel="lighting", incident="i-1", cause={"deployment": "d-1"}),
        event("Incident Resolved", "07T21:30", flywheel="lighting", incident="i-1"),
    ]


def moment_of(sent: Event) -> datetime:
    return datetime.fromisoformat(sent["time"])


Replay = Callable[..., None]


@pytest.fixture
def replay() -> Replay:
    """Puts events at their own times and lets the clock run on to the end."""

    def run(engine: Engine, events: Sequence[Event], until: datetime = END) -> None:
        for each in events:
            engine.advance_to(moment_of(each) + timedelta(seconds=30), coalesce=True)
            engine.put_event(each, engine.outputs["BusName"])
            engine.drain()
        day = engine.clock.now()
        while day < until:
            day = min(day + timedelta(days=1), until)
            engine.advance_to(day, coalesce=True)

    return run
