"""A history from GitHub's API through the whole stack, twice: each event is kept once."""

import json
from typing import Any

from cli.github.api import Api
from cli.github.importing import Choices, GithubImport
from engine import Engine
from shared.flywheel.settings.values import Settings
from shared.store.table import names
from tests.e2e.story import Started, items
from tests.unit.cli.github_server import Server, commit, push, serving, sha

AT = "2026-02-24T10:00:00Z"


def history(settings: Settings) -> list[dict[str, Any]]:
    """A push, a deployment of it and an incident, as the importer tells them."""
    github = Server()
    made = {"id": 41, "sha": sha("b"), "environment": "production", "created_at": AT}
    github.lists = {
        "commits": [commit("b", "2026-02-24T08:00:00Z", "a"), commit("a", "2026-02-20T08:00:00Z")],
        "activity": [push(1, "a", "b", "2026-02-24T09:00:00Z")],
        "deployments": [made],
        "deployments/41/statuses": [{"id": 5, "state": "success", "created_at": AT, "environment": "production"}],
    }
    with serving(github):
        found = GithubImport(Api(github.url, None, 0), "acme/shop", settings, Choices(flywheel="checkout"))
        return list(found.events())


def put(engine: Engine, events: list[dict[str, Any]]) -> None:
    engine.put_events(
        {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "EventBusName": engine.outputs["BusName"],
        }
        for event in events
    )
    engine.drain()


def kept(engine: Engine) -> list[str]:
    return sorted(item[names.PK]["S"] for item in items(engine, names.EVENT))


def test_importing_twice_keeps_each_event_once(started: Started) -> None:
    engine, events = started(), history(Settings())
    put(engine, events)
    once = kept(engine)
    assert len(once) == len(events) == 4
    put(engine, events)
    assert kept(engine) == once
    assert engine.failures == []
