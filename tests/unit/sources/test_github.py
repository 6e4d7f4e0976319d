"""What GitHub sends in ways that samples cannot show: huge pushes, forms, order, and what the wheel makes of it."""

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.moments import moment
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.wheel.fold import fold
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import delivery_of
from shared.sources.errors import UnreadableDeliveryError
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation

EVENTBRIDGE_BYTES = 256 * 1024
START = datetime(2026, 3, 1, tzinfo=UTC)
REPOSITORY: dict[str, Any] = {"id": 41, "full_name": "lantern/checkout", "default_branch": "main"}
SETTINGS = Settings(flywheels={"payments": FlywheelSettings(id="payments", services=("checkout",))})


def github(event: str, body: Any, options: SourceOptions | None = None, content_type: str | None = None) -> Translation:
    headers = [("x-github-event", event), ("content-type", content_type or "application/json")]
    sent = urlencode({"payload": json.dumps(body)}) if content_type else json.dumps(body)
    return translate(SOURCES["github"], delivery_of(headers, sent), options or SourceOptions())


def facts_of(*translations: Translation) -> list[Fact]:
    source = event_source("github", "lantern")
    return [fact_of(events.decode(event.envelope(source))) for each in translations for event in each.events]


def reported(facts: list[Fact], day: int) -> dict[str, Any]:
    return report(facts, flywheel="payments", settings=SETTINGS, as_of=datetime(2026, 3, day, tzinfo=UTC))


def push_of(count: int) -> dict[str, Any]:
    commits = [
        {
            "id": f"{number:040x}",
            "message": f"SHOP-{number} " + "and so on " * 40,
            "timestamp": (START + timedelta(minutes=number)).isoformat(),
        }
        for number in range(1, count + 1)
    ]
    return {
        "ref": "refs/heads/main",
        "before": "f" * 40,
        "after": commits[-1]["id"],
        "commits": commits,
        "head_commit": commits[-1],
        "repository": REPOSITORY | {"pushed_at": int((START + timedelta(days=4)).timestamp())},
    }


@pytest.mark.slow
def test_a_push_of_2048_commits_becomes_events_that_the_bus_takes_and_that_follow_each_other() -> None:
    changes = github("push", push_of(2_048)).events
    assert len(changes) > 1
    assert all(len(json.dumps(change.envelope("github/lantern"))) < EVENTBRIDGE_BYTES for change in changes)
    assert [commit["sha"] for change in changes for commit in change.detail["commits"]] == [
        f"{number:040x}" for number in range(1, 2_049)
    ]
    assert [change.detail["before"] for change in changes[1:]] == [change.detail["head"] for change in changes[:-1]]
    ids = [change.detail["id"] for change in changes]
    assert ids == sorted(ids)
    assert {change.detail["time"] for change in changes} == {"2026-03-05T00:00:00Z"}


@pytest.mark.slow
def test_a_deployment_of_a_huge_pushes_head_carries_all_of_it() -> None:
    before = push_of(1) | {"after": "f" * 40, "before": "0" * 40, "commits": []}
    before["head_commit"] = {"id": "f" * 40, "message": "old", "timestamp": "2026-02-01T00:00:00Z"}
    before["repository"] = REPOSITORY | {"pushed_at": int((START - timedelta(days=1)).timestamp())}
    facts = facts_of(
        github("push", before),
        github("push", push_of(2_048)),
        *(
            github(
                "deployment_status",
                {
                    "action": "created",
                    "deployment": {"id": number, "sha": head, "environment": "production"},
                    "deployment_status": {"id": number, "state": "success", "created_at": time},
                    "repository": REPOSITORY,
                },
            )
            for number, head, time in (
                (1, "f" * 40, "2026-03-01T00:00:00Z"),
                (2, f"{2_048:040x}", "2026-03-06T00:00:00Z"),
            )
        ),
    )
    assert reported(facts, 7)["dora"]["lead_time_hours"]["n"] == 2_049


def test_a_branch_with_a_very_long_name_keeps_its_parts_in_order() -> None:
    body = push_of(2_048) | {"ref": "refs/heads/" + "release/" + "x" * 230}
    ids = [change.detail["id"] for change in github("push", body, SourceOptions(branches=("release/*",))).events]
    assert len(ids) > 1
    assert ids == sorted(ids)
    assert max(map(len, ids)) <= 128


def test_going_back_to_an_earlier_head_by_force_keeps_what_was_pushed_first() -> None:
    first, back = push_of(3), push_of(3)
    back |= {"before": "e" * 40, "commits": [], "forced": True}
    back["repository"] = REPOSITORY | {"pushed_at": int((START + timedelta(days=9)).timestamp())}
    ids = {event.detail["id"] for body in (first, back) for event in github("push", body).events}
    assert len(ids) == 2


def test_a_push_says_its_time_in_seconds_or_in_text() -> None:
    body = push_of(1)
    body["repository"] = REPOSITORY | {"pushed_at": "2026-03-05T00:00:00Z"}
    assert github("push", body) == github("push", push_of(1))
    body["repository"] = REPOSITORY
    assert github("push", body).events[0].detail["time"] == "2026-03-01T00:01:00Z"


def test_a_hook_left_on_forms_means_the_same() -> None:
    form = "application/x-www-form-urlencoded; charset=utf-8"
    assert github("push", push_of(2), content_type=form) == github("push", push_of(2))


@pytest.mark.parametrize(
    "body", [b"", b"payload", b"payload=", b"other=1", b"payload=%FF", b"\xff", b"payload={", b"&" * 99]
)
def test_a_form_without_a_payload_is_unreadable(body: bytes) -> None:
    headers = [("x-github-event", "push"), ("content-type", "application/x-www-form-urlencoded")]
    with pytest.raises(UnreadableDeliveryError):
        translate(SOURCES["github"], delivery_of(headers, body), SourceOptions())


def test_without_the_event_header_a_body_is_unreadable() -> None:
    with pytest.raises(UnreadableDeliveryError) as caught:
        translate(SOURCES["github"], delivery_of([], b"{}"), SourceOptions())
    assert caught.value.field == "x-github-event"


def test_the_senders_boolean_does_not_decide_what_production_is() -> None:
    body = {
        "action": "created",
        "deployment": {"id": 1, "sha": "a" * 40, "environment": "Production", "production_environment": False},
        "deployment_status": {"id": 1, "state": "success", "created_at": "2026-03-05T00:00:00Z"},
        "repository": REPOSITORY,
    }
    assert reported(facts_of(github("deployment_status", body)), 6)["dora"]["deployments"] == 1


@pytest.mark.parametrize("ref", ["hotfix/cards", "refs/heads/hotfix/cards"])
def test_a_deployments_branch_may_be_written_in_full(ref: str) -> None:
    body = {
        "action": "created",
        "deployment": {"id": 1, "sha": "a" * 40, "environment": "production", "ref": ref},
        "deployment_status": {"id": 1, "state": "success", "created_at": "2026-03-05T00:00:00Z"},
        "repository": REPOSITORY,
    }
    assert [event.detail["kind"] for event in github("deployment_status", body).events] == ["hotfix"]


def issue(
    action: str,
    updated: str,
    labels: tuple[str, ...] = ("incident",),
    changes: Any = None,
    label: Any = None,
    repository: str = REPOSITORY["full_name"],
    **more: Any,
) -> Translation:
    body = {
        "action": action,
        "issue": {
            "id": 9,
            "number": 93,
            "title": "Charged twice",
            "labels": [{"name": name} for name in labels],
            "state": "open",
            "created_at": "2026-03-05T10:00:00Z",
            "updated_at": updated,
            **more,
        },
        "label": label or {"name": "incident"},
        "changes": changes,
        "repository": REPOSITORY | {"full_name": repository},
    }
    return github("issues", body)


def incidents_of(facts: list[Fact], day: int = 9, hour: int = 0) -> list[tuple[str, str | None]]:
    """Each incident of the wheel as the hours at which it was opened and closed."""
    wheel = fold(facts, "payments", SETTINGS, datetime(2026, 3, day, hour, tzinfo=UTC))
    spans = ((each.opened, each.closed) for each in wheel.incidents)
    return [(f"{moment(opened):%H}", None if closed is None else f"{moment(closed):%H}") for opened, closed in spans]


OPENED = issue("opened", "2026-03-05T10:00:00Z")
LABELLED = issue("labeled", "2026-03-05T10:20:00Z")
CLOSED = issue("closed", "2026-03-05T12:00:00Z", state="closed", closed_at="2026-03-05T12:00:00Z")
REOPENED = issue("reopened", "2026-03-05T13:00:00Z")
CLOSED_AGAIN = issue("closed", "2026-03-05T16:00:00Z", state="closed", closed_at="2026-03-05T16:00:00Z")
TAKEN_OFF = issue("unlabeled", "2026-03-05T17:00:00Z", labels=())


def test_an_incident_that_is_reopened_was_not_over() -> None:
    told = [OPENED, LABELLED, CLOSED, REOPENED, CLOSED_AGAIN]
    assert incidents_of(facts_of(*told[:3])) == [("10", "12")]
    assert incidents_of(facts_of(*told[:4])) == [("10", None)]
    for order in permutations(told):
        assert incidents_of(facts_of(*order)) == [("10", "16")]


def test_an_issue_that_loses_the_label_is_no_incident_from_then_on() -> None:
    facts = facts_of(OPENED, CLOSED, TAKEN_OFF)
    assert incidents_of(facts, day=5, hour=16) == [("10", "12")]
    assert incidents_of(facts, day=5, hour=18) == []


def test_an_incident_that_was_reopened_and_described_anew_is_none_without_its_label() -> None:
    edited = issue_edited("2026-03-05T13:30:00Z", "Caused by: 7")
    facts = facts_of(OPENED, CLOSED, REOPENED, edited, TAKEN_OFF)
    assert incidents_of(facts, day=5, hour=15) == [("10", None)]
    assert incidents_of(facts, day=5, hour=18) == []


def test_an_idea_that_is_reopened_was_not_stopped_until_it_is_stopped_again() -> None:
    def at(day: int, action: str, **more: Any) -> Translation:
        return issue(action, f"2026-03-0{day}T10:00:00Z", ("idea",), label={"name": "idea"}, **more)

    def stopped(day: int) -> Translation:
        more = {"state": "closed", "closed_at": f"2026-03-0{day}T10:00:00Z", "state_reason": "not_planned"}
        return at(day, "closed", **more)

    def states(*deliveries: Translation) -> list[tuple[str, str]]:
        wheel = fold(facts_of(*deliveries), "payments", SETTINGS, datetime(2026, 3, 9, tzinfo=UTC))
        return [(turn.turn, turn.state) for turn in wheel.turns]

    idea, told = "lantern/checkout#93", [at(5, "opened"), stopped(6), at(7, "reopened"), stopped(8)]
    assert states(*told[:2]) == [(idea, "stopped")]
    for order in permutations(told[:3]):
        assert states(*order) == [(idea, "open")]
    for order in permutations(told):
        assert states(*order) == [(idea, "stopped")]
    assert states(*told[:3], at(8, "unlabeled")) == []


@pytest.mark.parametrize("listed", [("incident", "sev1"), ("incident",)])
def test_a_label_that_is_taken_off_says_nothing_more_though_github_may_list_it_still(listed: tuple[str, ...]) -> None:
    lowered = issue("unlabeled", "2026-03-05T11:00:00Z", labels=listed, label={"name": "sev1"})
    (restated,) = lowered.events
    assert (restated.detail_type, restated.detail.get("severity")) == ("Incident Opened", None)
    assert incidents_of(facts_of(OPENED, lowered, CLOSED)) == [("10", "12")]


def test_an_incident_that_is_moved_to_another_repository_is_the_one_that_is_opened_there() -> None:
    moved = issue("transferred", "2026-03-05T11:00:00Z")
    there = issue("opened", "2026-03-05T11:00:00Z", id=10, number=3)
    over = issue("closed", "2026-03-05T15:00:00Z", id=10, number=3, state="closed", closed_at="2026-03-05T15:00:00Z")
    for order in permutations([OPENED, moved, there, over]):
        assert incidents_of(facts_of(*order)) == [("10", "15")]
    was = {"old_issue": {"id": 9, "updated_at": "2026-03-05T11:00:00Z"}}
    there = issue("opened", "2026-03-05T11:00:00Z", changes=was, id=10, number=3)
    for order in permutations([OPENED, there, over]):
        assert incidents_of(facts_of(*order)) == [("10", "15")]


def test_an_incident_whose_owner_was_renamed_while_it_was_open_is_over() -> None:
    named = "lighthouse/checkout"
    over = issue("closed", "2026-03-05T12:00:00Z", repository=named, state="closed", closed_at="2026-03-05T12:00:00Z")
    for order in permutations([OPENED, over]):
        assert incidents_of(facts_of(*order)) == [("10", "12")]


def test_an_incident_of_which_only_the_closing_arrived_counts() -> None:
    assert incidents_of(facts_of(CLOSED)) == [("10", "12")]


@pytest.mark.parametrize("label", ["incident", "idea"])
def test_an_incident_or_idea_is_called_by_the_title_that_it_has_now(label: str) -> None:
    changes = {"title": {"from": "Charged twice"}}
    opened = issue("opened", "2026-03-05T10:00:00Z", (label,))
    renamed = issue("edited", "2026-03-05T11:00:00Z", (label,), changes, title="Cards refused")
    (before,), (after,) = opened.events, renamed.events
    assert (before.detail_type, before.detail["id"]) == (after.detail_type, after.detail["id"])
    assert (after.detail["title"], after.detail["revision"]) == ("Cards refused", 3602)


def test_nothing_rolls_out_while_it_waits_for_an_approval() -> None:
    """7 is live at 08:00; 8 is made at 09:00, approved at 11:00 and live at 11:05; it broke at 10:00."""
    before = shipped("7", "2026-03-05T08:00:00Z")
    for made, blamed in ({"workflow_run": {"id": 1}}, "7"), ({"workflow_run": None}, "8"):
        waiting, begun, live = (
            shipped("8", f"2026-03-05T{time}:00Z", state, **made)
            for time, state in (("09:00", "waiting"), ("11:00", "in_progress"), ("11:05", "success"))
        )
        for order in permutations([before, created("8", "2026-03-05T09:00:00Z", **made), waiting, begun, live]):
            assert failed_deployments(facts_of(*order, OPENED, CLOSED)) == [blamed]


def issue_edited(updated: str, body: str, **more: Any) -> Translation:
    return issue("edited", updated, body=body, changes={"body": {"from": "It broke"}}, **more)


def test_a_cause_written_down_after_an_incident_was_over_counts_and_moves_nothing_else() -> None:
    late = issue_edited("2026-03-07T09:00:00Z", "Caused by: 7", state="closed", closed_at="2026-03-05T12:00:00Z")
    for order in permutations([OPENED, CLOSED, late]):
        wheel = fold(facts_of(*order), "payments", SETTINGS, datetime(2026, 3, 9, tzinfo=UTC))
        (incident,) = wheel.incidents
        assert (moment(incident.opened).hour, moment(incident.closed or 0).hour) == (10, 12)
    facts = facts_of(shipped("7", "2026-03-04T00:00:00Z"), shipped("8", "2026-03-05T09:00:00Z"), OPENED, CLOSED)
    assert failed_deployments(facts) == ["8"]
    assert failed_deployments([*facts, *facts_of(late)]) == ["7"]


def shipped(deployment: str, time: str, state: str = "success", **more: Any) -> Translation:
    made = {"id": int(deployment), "sha": deployment * 40, "environment": "production"}
    if more:
        made["created_at"] = "2026-03-05T09:00:00Z"
    status = {"id": f"{deployment}{state}", "state": state, "created_at": time}
    body = {"deployment": made, "deployment_status": status, "repository": REPOSITORY, **more}
    return github("deployment_status", body)


def created(deployment: str, time: str, **more: Any) -> Translation:
    made = {"id": int(deployment), "sha": deployment * 40, "environment": "production", "created_at": time}
    return github("deployment", {"action": "created", "deployment": made, "repository": REPOSITORY, **more})


def failed_deployments(facts: list[Fact]) -> list[str]:
    wheel = fold(facts, "payments", SETTINGS, datetime(2026, 3, 9, tzinfo=UTC))
    return [wheel.deployments[place].name for place in wheel.failed]


def test_an_issue_labelled_after_it_was_closed_is_an_incident_that_is_over() -> None:
    late = issue("labeled", "2026-03-06T09:00:00Z", state="closed", closed_at="2026-03-05T12:00:00Z")
    assert incidents_of(facts_of(late)) == [("10", "12")]


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("Caused by: 4711", {"deployment": "4711"}),
        ("**Caused by:** deployment #4711", {"deployment": "4711"}),
        ("It broke.\r\n\r\ncaused-by: " + "a1" * 20, {"commit": "a1" * 20}),
        ("Caused by: external (the bank)", {"external": True}),
        ("Caused by: 1\nCaused by: 2", {"deployment": "2"}),
        ("Caused by: deployment release-7", {"deployment": "release-7"}),
        ("Caused by: a bug", None),
        ("Caused by: deployment of the bank", None),
        ("caused by 3 things we do not know", None),
        ("The outage was caused by: 4711", None),
        (None, None),
    ],
)
def test_the_cause_of_an_incident_is_a_line_of_its_description(body: str | None, cause: Any) -> None:
    (opened,) = issue("opened", "2026-03-05T10:00:00Z", body=body).events
    assert opened.detail.get("cause") == cause


def test_an_unknown_event_is_answered_with_its_name_and_what_to_do() -> None:
    translation = github("star", {"action": "created"})
    assert translation.kind == "star.created"
    assert "`star`" in (translation.ignored or "")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"environment": "x" * 300}, "deployment.environment"),
        ({"sha": "a" * 300}, "Deployment Started: detail.head"),
        ({"payload": {"service": "\x00" * 256}}, None),
        ({"payload": {"service": "x" * 300}}, None),
    ],
)
def test_a_value_that_no_contract_takes_is_refused_where_the_sender_hears_of_it(given: Any, field: str | None) -> None:
    made = {"id": 1, "sha": "a" * 40, "environment": "production", "created_at": "2026-03-05T00:00:00Z"} | given
    body = {"action": "created", "deployment": made, "repository": REPOSITORY}
    if field is None:
        assert len(github("deployment", body).events) == 1
        return
    with pytest.raises(UnreadableDeliveryError) as caught:
        github("deployment", body)
    assert caught.value.field == field


def test_taking_an_idea_back_by_githubs_button_is_no_work_on_it() -> None:
    pull = {
        "id": 7,
        "number": 90,
        "title": 'Revert "SHOP-415 Gift cards"',
        "body": "Reverts lantern/checkout#88",
        "created_at": "2026-03-11T08:12:00Z",
        "head": {"ref": "revert-88-SHOP-415-gift-cards", "sha": "a" * 40},
    }
    repository = {"id": 1, "full_name": "lantern/checkout", "default_branch": "main"}
    body = {"action": "opened", "pull_request": pull, "repository": repository}
    assert not github("pull_request", body).events
    pull["title"] = "SHOP-415 Gift cards"
    assert [event.detail["idea"] for event in github("pull_request", body).events] == ["SHOP-415"]


def test_a_pushed_commits_trailers_and_prose_name_no_idea() -> None:
    message = (
        "SHOP-7 cart\n\nLike SHOP-8 on DEV-254.local, with AES-128\n\nRefs SHOP-9\n\n"
        "Signed-off-by: QAY-5 <q@example.invalid>\nCo-authored-by: x <x@DEV-254.local>"
    )
    commit = {"id": "a" * 40, "timestamp": "2026-03-11T08:12:00Z", "message": message}
    body = {
        "ref": "refs/heads/main", "before": "0" * 40, "after": "a" * 40, "commits": [commit], "head_commit": commit,
        "repository": {"id": 1, "full_name": "lantern/checkout", "default_branch": "main", "pushed_at": 1773216720},
    }  # fmt: skip
    (event,) = github("push", body).events
    assert event.detail["commits"][0]["ideas"] == ["SHOP-7", "SHOP-9"]
