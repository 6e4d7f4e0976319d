"""What GitHub's pull requests and their reviews do to a wheel, in whatever order they come."""

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import events
from shared.flywheel.facts.fact import ChallengeOpened, Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.settings.values import FlywheelSettings, Settings
from shared.flywheel.wheel.fold import fold
from shared.sources.catalogue import SOURCES, event_source, translate
from shared.sources.delivery import delivery_of
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation

REPOSITORY = {"id": 41, "full_name": "lantern/checkout", "default_branch": "main"}
SETTINGS = Settings(flywheels={"payments": FlywheelSettings(id="payments", services=("checkout",))})


def github(event: str, body: Any) -> Translation:
    return translate(SOURCES["github"], delivery_of([("x-github-event", event)], json.dumps(body)), SourceOptions())


def facts_of(*translations: Translation) -> list[Fact]:
    source = event_source("github", "lantern")
    return [fact_of(events.decode(event.envelope(source))) for each in translations for event in each.events]


def pull_request(event: str, action: str, **more: Any) -> Translation:
    pull = {
        "id": 5,
        "number": 88,
        "title": "SHOP-12 gift cards",
        "head": {"ref": "gift-cards", "sha": "a" * 40, "repo": None},
        "user": None,
        "body": None,
        "draft": False,
        "created_at": "2026-03-02T09:00:00Z",
        "closed_at": "2026-03-04T09:00:00Z",
        "merged_at": "2026-03-04T09:00:00Z",
    }
    return github(event, {"action": action, "pull_request": pull, "repository": REPOSITORY, **more})


def verdict(number: int, state: str, time: str, reviewer: Any) -> Translation:
    review = {"id": number, "state": state, "submitted_at": time, "user": reviewer, "body": None}
    return pull_request("pull_request_review", "submitted", review=review)


ASKED = pull_request("pull_request", "opened")
MERGED = pull_request("pull_request", "closed")
OBJECTED = verdict(1, "changes_requested", "2026-03-03T09:00:00Z", {"id": 7, "type": "User"})
AGREED = verdict(2, "APPROVED", "2026-03-04T08:00:00Z", {"id": 8, "type": "User"})


def landscape(*told: Translation) -> tuple[list[tuple[float | None, str | None]], float | None]:
    """Each challenge's hours and decision; and how many challenged."""
    facts = facts_of(*told)
    wheel = fold(facts, "payments", SETTINGS, datetime(2026, 3, 9, tzinfo=UTC))
    runs = [(each.closed and (each.closed - each.opened) / 3.6e9, each.decision) for each in wheel.challenges]
    return runs, len({each.challenger for each in facts if isinstance(each, ChallengeOpened)})


def test_a_pull_request_that_nobody_reviews_is_work_and_no_challenge() -> None:
    assert [event.detail_type for event in ASKED.events] == ["Work Started"]
    assert landscape(ASKED, MERGED) == ([], 0)


def test_a_review_is_a_challenge_from_the_opening_to_the_first_verdict_whoever_gave_it() -> None:
    for order in permutations([ASKED, OBJECTED, AGREED, MERGED]):
        assert landscape(*order) == ([(24.0, "change")], 2)


def test_a_reviewer_whose_account_is_gone_is_nobody_and_still_challenges() -> None:
    ghost = verdict(3, "approved", "2026-03-02T12:00:00Z", None)
    assert "challenger" not in ghost.events[0].detail
    assert landscape(ghost)[0] == [(3.0, "proceed")]
