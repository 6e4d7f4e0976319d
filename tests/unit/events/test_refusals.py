"""A bad event gives one error that names the field, the value and what was expected."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from events import Event, InvalidEventError, decode

IDEA: dict[str, Any] = {"id": "1", "time": "2026-03-01T10:00:00Z", "idea": "one-tap"}
DEPLOYMENT: dict[str, Any] = {
    "id": "1",
    "time": "2026-03-01T10:00:00Z",
    "deployment": "d1",
    "service": "web",
    "environment": "production",
    "outcome": "succeeded",
}


def read(detail_type: str, detail: Any, source: Any = "ci") -> Event:
    return decode({"source": source, "detail-type": detail_type, "detail": detail})


def refusal(detail_type: str, detail: Any, source: Any = "ci") -> InvalidEventError:
    with pytest.raises(InvalidEventError) as caught:
        read(detail_type, detail, source)
    return caught.value


def idea(**fields: Any) -> InvalidEventError:
    return refusal("Idea Proposed", IDEA | fields)


def deployment(**fields: Any) -> InvalidEventError:
    return refusal("Deployment Finished", DEPLOYMENT | fields)


def test_a_wrong_word_is_answered_with_the_right_ones_and_the_nearest() -> None:
    error = deployment(outcome="success")
    assert (error.field, error.value) == ("detail.outcome", "success")
    assert error.expected == "one of `failed`, `rolled_back`, `succeeded`; did you mean `succeeded`?"
    assert str(error) == f'detail.outcome: got "success", expected {error.expected}'


def test_a_word_far_from_every_right_one_gets_no_guess() -> None:
    assert deployment(outcome="42").expected == "one of `failed`, `rolled_back`, `succeeded`"


def test_an_unknown_detail_type_is_answered_with_the_nearest() -> None:
    error = refusal("Deploymnt finished", DEPLOYMENT)
    assert (error.field, error.value) == ("detail-type", "Deploymnt finished")
    assert error.expected.endswith("`Event Retracted`; did you mean `Deployment Finished`?")


@pytest.mark.parametrize("detail_type", [None, 5, ["Idea Proposed"], {}, "", "\ud800"])
def test_a_detail_type_that_is_none_is_refused(detail_type: Any) -> None:
    assert refusal(detail_type, IDEA).field == "detail-type"


def test_what_the_system_publishes_is_refused_from_others() -> None:
    assert refusal("Turn Completed", IDEA).expected.endswith("only the system itself publishes")


@pytest.mark.parametrize("source", [None, "", 5, "x" * 257, "flywheel", "a\ud800"])
def test_a_source_is_a_producers_own_name(source: Any) -> None:
    assert refusal("Idea Proposed", IDEA, source).field == "source"


@pytest.mark.parametrize("detail", [None, [], "text", 5])
def test_a_detail_is_an_object(detail: Any) -> None:
    error = refusal("Idea Proposed", detail)
    assert (error.field, error.value, error.expected) == ("detail", detail, "a JSON object")


@pytest.mark.parametrize("envelope", [None, [], "text", 5, True])
def test_an_envelope_is_an_object(envelope: Any) -> None:
    with pytest.raises(InvalidEventError) as caught:
        decode(envelope)
    assert caught.value.field == "event"


def test_a_missing_field_is_said_to_be_required() -> None:
    error = refusal("Idea Proposed", {"id": "1", "time": "2026-03-01T10:00:00Z"})
    assert (error.field, error.value) == ("detail.idea", None)
    assert error.expected == "a text of 1 to 256 characters: it is required"


def test_a_misspelt_field_is_pointed_out_where_the_right_one_is_missing() -> None:
    error = refusal("Idea Proposed", {"id": "1", "time": "2026-03-01T10:00:00Z", "idae": "one-tap"})
    assert error.expected.endswith("it is required; is it `idae`?")


def test_a_missing_field_within_a_list_is_found_by_its_place() -> None:
    assert deployment(commits=[{"sha": "a", "time": IDEA["time"]}, {"sha": "b"}]).field == "detail.commits[1].time"


def test_a_value_within_a_table_is_found_by_its_key() -> None:
    detail = {"id": "1", "time": IDEA["time"], "workload": "w", "risks": {"security": {}, "my pillar": {"high": -1}}}
    error = refusal("Review Recorded", detail)
    assert (error.field, error.value) == ('detail.risks["my pillar"].high', -1)
    assert error.expected == "a whole number of 0 or more"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"idea": ""}, "a text of 1 to 256 characters"),
        ({"idea": 5}, "a text of 1 to 256 characters"),
        ({"idea": None}, "a text of 1 to 256 characters: it is required"),
        ({"id": "x" * 129}, "a text of 1 to 128 characters"),
        ({"revision": 0}, "a whole number of 1 or more"),
        ({"revision": True}, "a whole number of 1 or more"),
        ({"revision": 1.5}, "a whole number of 1 or more"),
        ({"title": 5}, "a text"),
    ],
)
def test_limits_are_said_in_plain_words(fields: dict[str, Any], expected: str) -> None:
    error = idea(**fields)
    assert error.field == f"detail.{next(iter(fields))}"
    assert error.expected == expected


@pytest.mark.parametrize(
    ("detail_type", "fields", "field", "expected"),
    [
        ("Feature Released", {"feature": "f", "audience": 1.5}, "audience", "a number from 0 to 1"),
        ("Metric Defined", {"metric": "m", "role": "input", "cadence_days": 0}, "cadence_days", "a number above 0"),
        ("Goal Set", {"goal": "g", "statement": "s", "value_oriented": 1}, "value_oriented", "`true` or `false`"),
        ("Goal Set", {"goal": "g", "statement": ""}, "statement", "a text that is not empty"),
        ("Survey Answered", {"survey": "westrum", "answers": [8]}, "answers[0]", "a whole number from 1 to 7"),
        (
            "Survey Answered",
            {"survey": "westrum", "answers": 8},
            "answers",
            "a list, each element a whole number from 1 to 7 or null",
        ),
        ("Incident Opened", {"incident": "i", "severity": []}, "severity", "a text or a whole number"),
        (
            "Incident Opened",
            {"incident": "i", "cause": {"deployment": "d", "external": True}},
            "cause",
            'exactly one of {"deployment": …}, {"commit": …} and {"external": true}',
        ),
    ],
)
def test_each_kind_of_value_has_its_sentence(
    detail_type: str, fields: dict[str, Any], field: str, expected: str
) -> None:
    error = refusal(detail_type, {"id": "1", "time": IDEA["time"], **fields})
    assert (error.field, error.expected) == (f"detail.{field}", expected)


def test_a_long_value_is_shown_short_with_its_length() -> None:
    error = idea(id="x" * 300)
    assert error.shown == f'"{"x" * 40}…" (300 characters)'
    assert error.value == "x" * 300


# -- times


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-01T10:00:00",
        "2026-03-01",
        "yesterday",
        "",
        1772359200,
        "2026-02-29T10:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T10:00:00+24:00",
        "2026-12-31T23:59:60Z",
        "9999-12-31T23:59:59.9999999Z",
    ],
)
def test_a_time_without_an_offset_or_off_the_calendar_is_refused(time: Any) -> None:
    error = idea(time=time)
    assert (error.field, error.value) == ("detail.time", time)
    assert error.expected == "a time as RFC 3339 with an offset, for example 2026-03-01T10:00:00Z"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_a_time_that_utc_cannot_express_is_refused_wherever_it_stands(time: str) -> None:
    expected = "a time between the years 1 and 9999 in UTC"
    assert idea(time=time).expected == expected
    assert deployment(started_at=time).field == "detail.started_at"
    error = deployment(commits=[{"sha": "a", "time": time}])
    assert (error.field, error.value, error.expected) == ("detail.commits[0].time", time, expected)
    carbon = {"id": "1", "time": IDEA["time"], "unit": "order", "units": 1, "operational_gco2e": 1}
    for name in ("period_start", "period_end"):
        period = {"period_start": "2026-01-01T00:00:00Z", "period_end": "2026-02-01T00:00:00Z", name: time}
        assert refusal("Carbon Recorded", carbon | period).field == f"detail.{name}"


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ("2026-03-01T10:00:00-05:30", datetime(2026, 3, 1, 15, 30, tzinfo=UTC)),
        ("2026-03-01T10:00:00.25+01:00", datetime(2026, 3, 1, 9, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01t10:00:00z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2024-02-29T23:59:59+14:00", datetime(2024, 2, 29, 9, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59+01:00", datetime(9999, 12, 31, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_with_any_offset_is_the_moment_it_names(time: str, moment: datetime) -> None:
    assert read("Idea Proposed", IDEA | {"time": time}).detail.time == moment


def test_the_offset_is_kept_as_sent() -> None:
    time = read("Idea Proposed", IDEA | {"time": "2026-03-01T10:00:00-05:30"}).detail.time
    assert time.tzinfo == timezone(timedelta(hours=-5, minutes=-30))


def test_a_period_ends_after_it_starts() -> None:
    detail = {"id": "1", "time": IDEA["time"], "unit": "order", "units": 1, "operational_gco2e": 1}
    period = {"period_start": "2026-03-01T00:00:00Z", "period_end": "2026-03-01T01:00:00+01:00"}
    assert refusal("Carbon Recorded", detail | period).expected == "a time after `period_start`"


# -- what is allowed


def test_an_optional_field_that_is_null_counts_as_absent() -> None:
    nulls = dict.fromkeys(("flywheel", "feature", "url", "revision", "title", "goal", "follows"))
    event, plain = read("Idea Proposed", IDEA | nulls), read("Idea Proposed", IDEA)
    assert event.detail == plain.detail
    assert event.raw == IDEA | nulls


@pytest.mark.parametrize("field", ["kind", "commits", "net_lines", "revision", "started_at"])
def test_a_default_stands_where_null_is_sent(field: str) -> None:
    assert (
        read("Deployment Finished", DEPLOYMENT | {field: None}).detail == read("Deployment Finished", DEPLOYMENT).detail
    )


def test_unknown_fields_are_kept_and_ignored() -> None:
    event = read("Idea Proposed", IDEA | {"colour": {"of": ["any", 1, None]}})
    assert event.raw["colour"] == {"of": ["any", 1, None]}
    assert event.detail == read("Idea Proposed", IDEA).detail


def test_the_envelopes_id_and_time_are_ignored() -> None:
    envelope = {"source": "ci", "detail-type": "Idea Proposed", "detail": IDEA, "id": 5, "time": "never"}
    assert decode(envelope) == read("Idea Proposed", IDEA)
