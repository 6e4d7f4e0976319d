"""A repository that sends only pushes and deployment statuses gets true lead times, worked out here by hand.

| when (UTC)      | what                                   | commits (committed)                       |
|-----------------|----------------------------------------|-------------------------------------------|
| 2 March 09:00   | push to main                           | c1 (1 March 09:00), c2 (2 March 08:00)    |
| 2 March 10:00   | 501 of c2 succeeds: the first one ever | c2 alone: 2 h (history is not swallowed)  |
| 3 March 12:00   | push to main                           | c3 (3 March 08:00), c4 (3 March 11:30)    |
| 4 March 09:00   | push to main                           | c5 (3 March 20:00)                        |
| 4 March 10:00   | 502 of c5 to staging succeeds          | not production                            |
| 4 March 12:00   | 503 of c5 succeeds                     | c3 28 h, c4 24.5 h, c5 16 h               |
| 5 March 09:00   | push to main                           | c6 (5 March 08:00)                        |
| 5 March 10:00   | 504 of c6 fails                        | never took effect                         |
| 5 March 16:00   | 505 of c6 succeeds, then goes inactive | c6 8 h                                    |

Lead times 2, 8, 16, 24.5, 28 h: the median is 16 h.
"""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import delivery_of
from shared.sources.options import PathRule, SourceOptions
from shared.sources.translation import Translation

REPOSITORY = {"id": 41, "full_name": "lantern/checkout", "default_branch": "main"}
SETTINGS = Settings(flywheels={"payments": FlywheelSettings(id="payments", repositories=("lantern/*",))})
AS_OF = datetime(2026, 3, 9, tzinfo=UTC)


def sha(name: str) -> str:
    return name.encode().hex().ljust(40, "0")


def at(moment: str) -> datetime:
    return datetime.strptime(f"2026-03-0{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def pushed(moment: str, before: str, *commits: tuple[str, str], files: dict[str, list[str]] | None = None) -> Any:
    """A push as GitHub sends it: `pushed_at` in seconds, commits with the committer's own offset."""
    listed = [
        {
            "id": sha(name),
            "message": f"Work {name}",
            "timestamp": at(time).astimezone(timezone(timedelta(hours=1))).isoformat(),
            "modified": (files or {}).get(name, []),
        }
        for name, time in commits
    ]
    return "push", {
        "ref": "refs/heads/main",
        "before": sha(before) if before else "0" * 40,
        "after": listed[-1]["id"],
        "created": not before,
        "deleted": False,
        "commits": listed,
        "head_commit": listed[-1],
        "repository": REPOSITORY | {"pushed_at": int(at(moment).timestamp())},
    }


def status(moment: str, deployment: int, head: str, state: str, environment: str = "production") -> Any:
    time = at(moment).isoformat().replace("+00:00", "Z")
    return "deployment_status", {
        "action": "created",
        "deployment_status": {"id": deployment * 10 + len(state), "state": state, "created_at": time},
        "deployment": {"id": deployment, "sha": sha(head), "ref": "main", "environment": environment},
        "repository": REPOSITORY,
    }


WEEK = [
    pushed("2 09:00", "", ("c1", "1 09:00"), ("c2", "2 08:00")),
    status("2 10:00", 501, "c2", "success"),
    pushed("3 12:00", "c2", ("c3", "3 08:00"), ("c4", "3 11:30")),
    pushed("4 09:00", "c4", ("c5", "3 20:00")),
    status("4 10:00", 502, "c5", "success", "staging"),
    status("4 11:58", 503, "c5", "in_progress"),
    status("4 12:00", 503, "c5", "success"),
    pushed("5 09:00", "c5", ("c6", "5 08:00")),
    status("5 10:00", 504, "c6", "failure"),
    status("5 16:00", 505, "c6", "success"),
    status("5 17:00", 505, "c6", "inactive"),
]


def translation_of(delivery: Any, options: SourceOptions) -> Translation:
    event, body = delivery
    return translate(SOURCES["github"], delivery_of([("X-GitHub-Event", event)], json.dumps(body)), options)


def facts_of(deliveries: list[Any], options: SourceOptions | None = None) -> list[Fact]:
    return [
        fact_of(events.decode(event.envelope(event_source("github", "lantern"))))
        for delivery in deliveries
        for event in translation_of(delivery, options or SourceOptions()).events
    ]


def dora_of(facts: list[Fact], as_of: datetime = AS_OF) -> dict[str, Any]:
    found: dict[str, Any] = report(facts, flywheel="payments", settings=SETTINGS, as_of=as_of)["dora"]
    return found


def test_lead_times_are_those_worked_out_by_hand() -> None:
    dora = dora_of(facts_of(WEEK))
    assert dora["deployments"] == 3
    lead = dora["lead_time_hours"]
    assert (lead["n"], lead["p50"], lead["p85"]) == (5, 16.0, pytest.approx(24.5 + 0.4 * 3.5))


def test_until_the_last_deployment_each_lead_time_is_shown() -> None:
    dora = dora_of(facts_of(WEEK), as_of=at("5 12:00"))
    assert dora["lead_time_hours"]["values"] == [2.0, 16.0, 24.5, 28.0]


@pytest.mark.parametrize("seed", range(5))
def test_deliveries_that_come_again_and_in_any_order_change_nothing(seed: int) -> None:
    shuffled = WEEK + WEEK[::3]
    random.Random(seed).shuffle(shuffled)
    assert dora_of(facts_of(shuffled)) == dora_of(facts_of(WEEK))


def test_in_a_monorepo_a_deployment_carries_only_commits_of_its_service() -> None:
    """501 carries its head alone, which is not of `basket`; of what 503 carries only c4 is: 24.5 h."""
    files = {"c1": ["basket/a.py"], "c2": ["checkout/a.py"], "c3": ["checkout/b.py"], "c4": ["basket/b.py"]}
    options = SourceOptions(paths=(PathRule("checkout/*", "checkout"), PathRule("basket/*", "basket")))
    deliveries = [
        pushed("2 09:00", "", ("c1", "1 09:00"), ("c2", "2 08:00"), files=files),
        status("2 10:00", 501, "c2", "success"),
        pushed("3 12:00", "c2", ("c3", "3 08:00"), ("c4", "3 11:30"), files=files),
        status("4 12:00", 503, "c4", "success"),
    ]
    for event, body in deliveries:
        if event == "deployment_status":
            body["deployment"]["payload"] = {"service": "basket"}
    dora = dora_of(facts_of(deliveries, options))
    assert dora["deployments"] == 2
    assert dora["lead_time_hours"]["n"] == 1
    assert dora["lead_time_hours"]["p50"] == 24.5
