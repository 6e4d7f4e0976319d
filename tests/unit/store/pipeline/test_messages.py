"""What a message of the inbox holds besides canonical events: what is translated, refused by intake, or tallied."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events import DETAIL_TYPES, InvalidEventError
from events.schema import sample
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.pipeline import messages
from shared.pipeline.messages import decode_message
from shared.pipeline.recording import Message, Recorded, record
from shared.sources.uncounted import Ignored, Refused, message_of, packed
from shared.store.kept.ignored import ignored
from shared.store.kept.rejections import rejections
from shared.store.log.identity import EventItem
from tests.unit.store.driving import NOW, Driver, only_in_process

OURS, THEIRS = "123456789012", "210987654321"
AWS = Path(__file__).parents[4] / "events" / "samples" / "aws"


def recorded(driver: Driver, *bodies: Any) -> Recorded:
    messages = [
        Message(str(at), body if isinstance(body, str) else json.dumps(body), NOW) for at, body in enumerate(bodies)
    ]
    return record(driver.store, driver.settings, messages, lambda _, error: driver.failures.append(error), OURS)


def proposed(source: str, **more: Any) -> dict[str, Any]:
    detail = {"id": "1", "time": NOW.isoformat(), "idea": "x", "flywheel": "web"}
    return {"source": source, "detail-type": "Idea Proposed", "detail": detail, **more}


def aws(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((AWS / f"{name}.json").read_text())["envelope"]
    return found


def note(**more: Any) -> Ignored:
    return Ignored(source="github/main", kind="star", reason="`star` is no event that is counted", **more)


# -- whose event it is


def test_a_hooks_source_is_taken_from_our_own_account_only() -> None:
    driver = Driver()
    done = recorded(driver, proposed("github/main", account=OURS), proposed("github/other", account=THEIRS))
    assert (done.accepted, done.rejected) == (1, 1)
    (kept,) = rejections(driver.table, NOW)
    assert (kept.source, kept.field) == ("github/other", "source")
    assert kept.reason.startswith("not_yours")


@pytest.mark.parametrize("source", ["ci", "github", "team/ci", "githubs/main"])
def test_another_account_may_speak_as_anybody_but_a_hook(source: str) -> None:
    assert recorded(Driver(), proposed(source, account=THEIRS)).accepted == 1


def test_a_fact_says_from_which_account_its_event_came() -> None:
    """What names none came from our own intake; what is translated came from where its message did."""
    driver = Driver()
    told = {**proposed("ci"), "account": THEIRS}, {**proposed("github/main"), "account": OURS}, proposed("github/other")
    recorded(driver, *told, aws("cloudwatch-alarm"))

    found = {(fact.source, fact.account) for name in ("web", "unassigned") for fact in driver.facts(name)}
    assert found == {
        ("ci", THEIRS),
        ("github/main", OURS),
        ("github/other", OURS),
        ("aws.cloudwatch", aws("cloudwatch-alarm")["account"]),
    }
    assert {row.get("account", {}).get("S") for row in driver.items(EventItem.KIND)} == {each for _, each in found}


def test_what_intake_could_not_publish_comes_straight_and_counts() -> None:
    assert recorded(Driver(), proposed("github/main")).accepted == 1


@only_in_process
@pytest.mark.parametrize("source", ["ci", "github/main", "aws.ours"])
@pytest.mark.parametrize("account", [{}, {"account": OURS}, {"account": THEIRS}, {"account": "ours"}])
def test_a_plain_message_is_understood_as_any_other(
    source: str, account: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    details = ({"detail-type": each, "detail": sample(each)["detail"]} for each in DETAIL_TYPES)
    bodies = [json.dumps({"source": source, **each, **account}) for each in details]
    plain = [*map(understood, bodies)]
    monkeypatch.setattr(messages, "plain_event", lambda _: None)
    assert plain == [*map(understood, bodies)]


def understood(body: str) -> Any:
    try:
        return decode_message(body, Settings(), OURS)
    except InvalidEventError as error:
        return error.args


# -- events of AWS and of CDEvents


def test_a_service_of_aws_is_translated_by_the_settings() -> None:
    driver = Driver(load('[sources]\nservices = { "checkout*" = "till" }'))
    sample = aws("codedeploy-success")
    assert recorded(driver, sample).accepted == 1
    (item,) = [driver.table.read(EventItem, raw) for raw in driver.memory.rows.values() if raw["kind"]["S"] == "EVENT"]
    assert (item.source, item.detail_type) == (sample["source"], "Deployment Finished")


def test_an_event_of_aws_that_cannot_be_understood_is_rejected() -> None:
    driver = Driver()
    broken = aws("codedeploy-success")
    del broken["detail"]["deploymentId"]
    assert recorded(driver, broken).rejected == 1
    (kept,) = rejections(driver.table, NOW)
    assert (kept.field, kept.source, kept.event_id) == ("detail.deploymentId", "aws.codedeploy", broken["id"])


def test_one_of_aws_that_counts_for_nothing_is_tallied() -> None:
    driver = Driver()
    assert recorded(driver, aws("codedeploy-ready"), aws("codedeploy-ready")).ignored == 2
    (tally,) = ignored(driver.table, NOW - timedelta(days=7), NOW)
    assert (tally.source, tally.times) == ("aws.codedeploy", 2)


# -- notes


def test_notes_are_tallied_by_kind_and_month() -> None:
    driver = Driver()
    recorded(driver, message_of(note()), message_of(note()))
    recorded(driver, message_of(note()), message_of(Ignored(source="github/main", kind="fork", reason="no")))
    found = list(ignored(driver.table, NOW - timedelta(days=7), NOW))
    assert [(tally.what, tally.times) for tally in found] == [("star", 3), ("fork", 1)]
    assert found[0].reason == note().reason
    assert list(ignored(driver.table, NOW + timedelta(seconds=1), NOW + timedelta(days=7))) == []


def test_what_intake_refused_is_kept_as_its_sender_sent_it() -> None:
    driver = Driver()
    refused = Refused(
        source="github/main", kind="push", field="commits", value="3", expected="a list", delivery="d-1",
        packed=packed(b'{"commits": 3}'), size=14,
    )  # fmt: skip
    assert recorded(driver, message_of(refused)).rejected == 1
    (kept,) = rejections(driver.table, NOW)
    assert (kept.source, kept.detail_type, kept.event_id) == ("github/main", "push", "d-1")
    assert (kept.field, kept.value, kept.reason) == ("commits", "3", "a list")


@pytest.mark.parametrize(
    "body",
    [
        {"intake": {}},
        {"intake": {"type": "ignored"}},
        {"intake": {"type": "other", "source": "a", "kind": "b", "reason": "c"}},
        {**json.loads(message_of(note())), "source": "ci"},
        proposed("ci", detail={"intake": {"type": "ignored"}}),
    ],
)
def test_what_only_looks_like_a_note_is_rejected(body: dict[str, Any]) -> None:
    driver = Driver()
    assert recorded(driver, body).rejected == 1
    assert list(ignored(driver.table, NOW - timedelta(days=7), NOW)) == []


def test_a_tally_that_fails_brings_its_messages_again_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("shared.pipeline.recording.tally", broken)
    driver = Driver()
    done = recorded(driver, message_of(note()), proposed("ci"))
    assert (done.accepted, done.failed) == (1, ["0"])
