"""Facts: what is kept of an event, and that its identity and rank are those of the event."""

import hashlib
from typing import Any

import pytest

from events import DETAIL_TYPES, KINDS, decode
from shared.flywheel.facts import fact as facts
from shared.flywheel.facts.fact import key_of, sha_of
from shared.flywheel.facts.of_event import FACT_TYPES, fact_of

AT = "2026-03-05T14:00:00+02:00"


def fact(detail_type: str, *, source: str = "ci", **detail: Any) -> Any:
    return fact_of(decode({"source": source, "detail-type": detail_type, "detail": {"id": "1", "time": AT, **detail}}))


def test_there_is_a_kind_of_fact_for_every_detail_type() -> None:
    assert [type_.kind for type_ in FACT_TYPES] == list(DETAIL_TYPES)
    assert [(type_.number, type_.kind) for type_ in FACT_TYPES] == [(kind.number, kind.name) for kind in KINDS]


def test_the_numbers_of_kinds_are_given_once_and_for_ever() -> None:
    first = [kind.name for kind in sorted(KINDS) if kind.number < 26]
    assert first == [
        *("Idea Proposed", "Goal Set", "Metric Defined", "Metric Measured", "Challenge Opened", "Challenge Resolved"),
        *("Map Submitted", "Survey Answered", "Blocker Opened", "Blocker Closed", "Work Started", "Change Recorded"),
        *("Deployment Started", "Deployment Finished", "Feature Released", "Feature Withdrawn", "Incident Opened"),
        *("Incident Resolved", "Incident Reviewed", "Outcome Recorded", "Turn Stopped", "Review Recorded"),
        *("Carbon Recorded", "Box Formed", "Ritual Held", "Event Retracted"),
    ]
    assert len({kind.number for kind in KINDS}) == len(KINDS)
    assert all(0 <= kind.number < 64 for kind in KINDS)


def test_a_key_is_the_hash_of_source_and_id() -> None:
    expected = int.from_bytes(hashlib.sha256(b"ci\x001").digest()[:8])
    assert fact("Turn Stopped", idea="A").key == key_of("ci", "1") == expected
    assert fact("Turn Stopped", source="c", idea="A").key != expected
    assert key_of("a", "bc") != key_of("ab", "c")


def test_time_is_in_microseconds_of_utc_whatever_the_offset() -> None:
    assert fact("Turn Stopped", idea="A").time == 1772712000_000_000
    assert fact("Turn Stopped", idea="A", time="2026-03-05T12:00:00.000001Z").time == 1772712000_000_001


def test_rank_is_revision_then_time_then_content() -> None:
    first = fact("Turn Stopped", idea="A")
    later = fact("Turn Stopped", idea="A", time="2026-03-05T14:00:01+02:00")
    revised = fact("Turn Stopped", idea="A", revision=2)
    assert first.rank < later.rank < revised.rank
    body = f'{{"id":"1","idea":"A","time":"{AT}"}}'.encode()
    assert first.content >> 6 == int.from_bytes(hashlib.sha256(body).digest()[:4]) >> 6


def test_content_is_taken_of_the_detail_as_received_unknown_fields_too() -> None:
    plain, extra = fact("Turn Stopped", idea="Ä"), fact("Turn Stopped", idea="Ä", extra=1)
    assert plain.content != extra.content
    body = f'{{"id":"1","idea":"Ä","time":"{AT}"}}'.encode()
    assert plain.content >> 6 == int.from_bytes(hashlib.sha256(body).digest()[:4]) >> 6


def test_content_tells_one_detail_under_two_detail_types_apart() -> None:
    stopped, proposed = fact("Turn Stopped", idea="A"), fact("Idea Proposed", idea="A")
    assert stopped.key == proposed.key
    assert stopped.content != proposed.content
    assert stopped.content >> 6 == proposed.content >> 6


def test_a_retraction_names_the_event_of_its_own_source() -> None:
    assert fact("Event Retracted", retracts="9").target == key_of("ci", "9")
    assert fact("Event Retracted", source="other", retracts="9").target == key_of("other", "9")


def test_a_deployment_keeps_its_commits_in_step() -> None:
    commits = [{"sha": "a", "time": AT, "ideas": ["A", "B"]}, {"sha": "b", "time": "2026-03-05T12:00:01Z"}]
    found = fact(
        "Deployment Finished",
        deployment="d", service="web", environment="production", outcome="succeeded", commits=commits,
        ideas=["C"], features=["f"], repository="acme/web", head="b",
    )  # fmt: skip
    assert [*found.shas] == [sha_of("a"), sha_of("b")]
    assert [*found.commit_times] == [1772712000_000_000, 1772712001_000_000]
    assert found.commit_ideas == (("A", "B"), ())
    assert (found.ideas, found.features, found.repository, found.head) == (("C",), ("f",), "acme/web", sha_of("b"))
    assert (found.nature, found.remediates) == ("planned", None)


def test_where_no_commit_names_an_idea_nothing_is_kept_of_them() -> None:
    found = fact("Change Recorded", repository="r", head="a", commits=[{"sha": "a", "time": AT, "ideas": []}])
    assert (found.commit_ideas, found.commit_services) == ((), ())
    assert (found.source, found.id) == ("ci", "1")


@pytest.mark.parametrize(
    ("cause", "kept"),
    [
        (None, (None, None, False)),
        ({"deployment": "d"}, ("d", None, False)),
        ({"commit": "a"}, (None, sha_of("a"), False)),
        ({"external": True}, (None, None, True)),
    ],
)
def test_an_incident_keeps_one_cause(cause: dict[str, Any] | None, kept: tuple[Any, ...]) -> None:
    stated: Any = {} if cause is None else {"cause": cause}
    found = fact("Incident Opened", incident="i", **stated)
    assert (found.cause_deployment, found.cause_commit, found.external) == kept


def test_a_review_keeps_the_risks_of_all_pillars_together() -> None:
    risks = {"security": {"high": 1, "medium": 2}, "cost": {"high": 3, "none": 4}}
    found = fact("Review Recorded", workload="w", risks=risks)
    assert (found.high, found.medium, found.none) == (4, 2, 4)


def test_carbon_is_kept_in_grams() -> None:
    period: Any = {"period_start": AT, "period_end": "2026-04-05T14:00:00+02:00", "unit": "order", "units": 5}
    assert fact("Carbon Recorded", **period, energy_kwh=2.0, intensity_gco2e_per_kwh=300.0).operational_gco2e == 600
    assert fact("Carbon Recorded", **period, operational_gco2e=7.0).operational_gco2e == 7


def test_a_survey_keeps_answers_and_no_one_who_gave_them() -> None:
    found = fact("Survey Answered", survey="westrum", answers=[1, None, 7])
    assert found.answers == (1, None, 7)


def test_no_text_that_only_people_read_is_kept() -> None:
    assert "statement" not in facts.GoalSet.__struct_fields__
    assert fact("Outcome Recorded", idea="A", result="met", note="n" * 900).note == "n" * 201
    assert "text" not in facts.MapSubmitted.__struct_fields__
