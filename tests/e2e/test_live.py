"""The live suite, as `make live` runs it against an account, here against the engine's server as if that were AWS."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import REGION, Engine, FakeSlack, Server
from tests.live.account import Account
from tests.live.checks import CHECKS, run_checks


@pytest.fixture
def account(assembly: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The stack as it was synthesised, nobody's token in it, behind a port."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "embedded")
    with Server(Engine.from_template(assembly, endpoints={"SLACK_API_URL": slack.url})) as server:

        def invoke(function: str, payload: dict[str, Any]) -> str | None:
            failure = server.do(lambda engine: engine.lambdas.invoke(function, payload)).failure
            return None if failure is None else str(failure)

        yield Account("flywheel-dev", REGION, server.url, server.http_url, invoke)


def test_every_check_of_the_live_suite_holds_against_the_engines_server(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []
    failed = run_checks(account, "a1", lines.append)
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")  # the log of CI shows what each saw
    assert failed == [], "\n".join(lines)
    assert len(lines) == len(CHECKS)
