"""Who may say what in the log: accounts and producers speak of their own flywheels, under their own names."""

import json
from pathlib import Path
from typing import Any

import pytest

from events import InvalidEventError, decode
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings
from shared.pipeline.messages import Contents, decode_message

OURS, THEIRS, OTHERS = "123456789012", "210987654321", "444455556666"
TIME = "2026-03-12T10:00:00Z"
CODEDEPLOY = Path(__file__).parents[4] / "events" / "samples" / "aws" / "codedeploy-success.json"
SETTINGS = load(
    f"""
    [flywheels.shop]
    [flywheels.web]
    parent = "shop"
    services = ["web", "basket"]
    repositories = ["lantern/web"]
    [flywheels.search]
    services = ["search", "checkout*"]
    repositories = ["lantern/search"]
    [accounts.{THEIRS}]
    flywheels = ["web"]
    sources = ["web-*", "aws.*"]
    [accounts.{OTHERS}]
    flywheels = ["shop", "search"]
    sources = ["*"]
    [producers."web-ci"]
    flywheels = ["web"]
    [producers."search-*"]
    flywheels = ["search"]
    """
)


def idea(source: str, account: str | None = None, **detail: Any) -> dict[str, Any]:
    said = {"id": "1", "time": TIME, "idea": "x", **detail}
    whose = {"account": account} if account else {}
    return {"source": source, "detail-type": "Idea Proposed", "detail": said, **whose}


def taken(message: dict[str, Any], settings: Settings = SETTINGS) -> Contents:
    return decode_message(json.dumps(message), settings, OURS)


def refused(message: dict[str, Any]) -> tuple[str, Any]:
    """Field and value of the refusal, whose reason always begins alike."""
    with pytest.raises(InvalidEventError, match="not_yours") as caught:
        taken(message)
    return caught.value.field, caught.value.value


@pytest.mark.parametrize(
    "message",
    [
        idea("anything", OURS, flywheel="search"),
        idea("anything", "999999999999", flywheel="search"),
        idea("web-tools", THEIRS, flywheel="web"),
        idea("web-tools", THEIRS, service="basket"),
        idea("anything", OTHERS, service="basket"),
        idea("anything", OTHERS, flywheel="search"),
        idea("search-ci", OURS, service="search"),
    ],
)
def test_what_is_a_senders_own_is_taken_as_it_was_sent(message: dict[str, Any]) -> None:
    (event,) = taken(message).events
    assert event == decode(message)


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        (idea("web-tools", THEIRS, flywheel="search"), "flywheel", "search"),
        (idea("web-tools", THEIRS, service="search"), "flywheel", "search"),
        (idea("web-tools", THEIRS, flywheel="shop"), "flywheel", "shop"),
        (idea("checkout-ci", THEIRS, flywheel="web"), "source", "checkout-ci"),
        (idea("anything", OTHERS), "flywheel", "none"),
        (idea("search-ci", OURS, flywheel="web"), "flywheel", "web"),
        (idea("search-ci", OTHERS, flywheel="shop"), "flywheel", "shop"),
        (idea("web-ci", THEIRS, service="checkout-web"), "flywheel", "search"),
    ],
)
def test_what_is_not_is_refused_with_its_field_and_value(message: dict[str, Any], field: str, value: str) -> None:
    assert refused(message) == (field, value)


def test_a_sender_of_one_flywheel_lends_it_to_what_tells_none() -> None:
    (event,) = taken(idea("web-tools", THEIRS, service="new-one")).events
    assert (event.detail.flywheel, event.raw["flywheel"]) == ("web", "web")


def test_changes_of_anothers_repository_are_not_taken_whatever_flywheel_they_name() -> None:
    commits = [{"sha": "a" * 40, "time": TIME}]
    detail = {"id": "p", "time": TIME, "flywheel": "web", "head": "a" * 40, "commits": commits}
    message = {"source": "web-tools", "detail-type": "Change Recorded", "account": THEIRS}
    assert refused({**message, "detail": {**detail, "repository": "lantern/search"}}) == ("flywheel", "search")
    assert taken({**message, "detail": {**detail, "repository": "lantern/web"}}).events


def test_a_retraction_reaches_only_what_its_own_source_sent() -> None:
    detail = {"id": "r", "time": TIME, "retracts": "1"}
    message = {"detail-type": "Event Retracted", "account": THEIRS, "detail": detail}
    assert taken({**message, "source": "web-tools"}).events
    assert refused({**message, "source": "search-ci"}) == ("source", "search-ci")


def test_services_of_aws_in_another_account_are_held_to_it_too() -> None:
    envelope = json.loads(CODEDEPLOY.read_text())["envelope"]
    assert taken({**envelope, "account": OTHERS}).events
    assert refused({**envelope, "account": THEIRS}) == ("flywheel", "search")


def test_our_own_intake_speaks_for_hooks_whatever_our_account_may_say() -> None:
    settings = load(f'[accounts.{OURS}]\nsources = ["ci"]')
    for message in (idea("github/main", OURS), idea("github/main"), idea("ci", OURS)):
        assert taken(message, settings).events
    with pytest.raises(InvalidEventError, match="not_yours"):
        taken(idea("other", OURS), settings)
