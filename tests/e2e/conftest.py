"""The synthesised stack, unchanged, with a loopback Slack."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.embedded.assembly import synthesis
from engine import Engine, FakeSlack
from shared.store.table import names
from tests.e2e.story import BEGIN, Change, Started

SHOWN = "shown in the log"
"""The property of a test whose text goes into the log though it passes."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a test has to show in the log of CI, whichever process ran it."""
    for report in (each for reports in terminalreporter.stats.values() for each in reports):
        for name, text in getattr(report, "user_properties", ()):
            if name == SHOWN and getattr(report, "when", "") == "call":
                terminalreporter.section(report.nodeid)
                terminalreporter.write_line(text)


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The cloud assembly, synthesised once for these sources; its template is what every engine here runs."""
    return synthesis().directory


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
    body: dict[str, Any] = json.loads(template.read_text())
    before = copy.deepcopy(body)
    change(body["Resources"])
    assert body != before, "the mutation changed nothing"
    template.write_text(json.dumps(body))
    return into


@pytest.fixture
def started(assembly: Path, slack: FakeSlack, tmp_path: Path) -> Iterator[Started]:
    """Starts an engine on the stack, or on a mutated copy of it, with Slack's token filled in.

    `settings`: the text of the `flywheel.toml` that it is deployed with.
    """
    with ExitStack() as stack:

        def start(
            change: Change | None = None, begin: datetime = BEGIN, settings: str | None = None, **account: Any
        ) -> Engine:
            path = mutated(assembly, tmp_path / "mutated", change) if change else assembly
            files = {} if settings is None else {names.SETTINGS_FILE: settings.encode()}
            endpoints = {"SLACK_API_URL": slack.url}
            engine = Engine.from_template(path, clock=begin, endpoints=endpoints, files=files, **account)
            stack.enter_context(engine)
            engine.put_secret(engine.outputs["SlackSecretArn"], slack.token)
            return engine

        start_typed: Callable[..., Engine] = start
        yield start_typed
