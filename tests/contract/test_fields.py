"""The fields of every contract, written down once more by hand: a change here is a change for every sender."""

from typing import Any

import msgspec
import pytest

from events import DETAIL_TYPES, Detail, InvalidEventError, decode
from events.delivery import Commit, RecordedCommit
from events.schema import sample
from events.value import Cause, Risks

COMMON = "id* time* flywheel service idea feature url revision"

FIELDS = {
    "Idea Proposed": "idea* title goal input_metric follows",
    "Goal Set": "goal* statement* parent value_oriented",
    "Metric Defined": "metric* role* unit target direction cadence_days",
    "Metric Measured": "metric* value*",
    "Challenge Opened": "challenge* kind challenger title",
    "Challenge Resolved": "challenge* decision*",
    "Map Submitted": "map* text*",
    "Survey Answered": "survey* answers*",
    "Blocker Opened": "blocker* category title",
    "Blocker Closed": "blocker* category",
    "Work Started": "commit",
    "Change Recorded": "repository* branch head* before commits*",
    "Deployment Started": "deployment* service* environment* repository head",
    "Deployment Finished": "deployment* service* environment* outcome* kind repository head commits ideas features "
    "remediates started_at manual_steps net_lines",
    "Feature Released": "feature* deployments commits audience",
    "Feature Withdrawn": "feature*",
    "Incident Opened": "incident* severity cause title",
    "Incident Resolved": "incident* severity cause",
    "Incident Reviewed": "incident* actions actions_done cause",
    "Outcome Recorded": "result* note",
    "Turn Stopped": "idea* reason",
    "Review Recorded": "workload* milestone risks* actions_done",
    "Carbon Recorded": "period_start* period_end* unit* units* operational_gco2e energy_kwh intensity_gco2e_per_kwh "
    "embodied_gco2e method model_version",
    "Box Formed": "idea* roles*",
    "Ritual Held": "ritual*",
    "Event Retracted": "retracts*",
}

WORDS = {
    ("Metric Defined", "role"): "north_star input effort",
    ("Metric Defined", "direction"): "up down",
    ("Challenge Opened", "kind"): "review rfc adr map experiment premortem",
    ("Challenge Resolved", "decision"): "proceed change stop",
    ("Map Submitted", "map"): "market organisation solution emerging_value",
    ("Survey Answered", "survey"): "psychological_safety westrum developer_experience alignment",
    ("Blocker Opened", "category"): "approval dependency governance environment skills debt ownership",
    ("Blocker Closed", "category"): "approval dependency governance environment skills debt ownership",
    ("Deployment Finished", "outcome"): "succeeded failed rolled_back",
    ("Deployment Finished", "kind"): "planned hotfix rollback",
    ("Outcome Recorded", "result"): "met missed learned",
    ("Carbon Recorded", "method"): "location_based",
}


def fields_of(model: type[msgspec.Struct]) -> set[str]:
    """Names of the fields, the required ones with a star."""
    return {field.name + ("*" if field.required else "") for field in msgspec.structs.fields(model)}


def test_the_list_is_complete() -> None:
    """A kind that joins is pinned here once senders rely on it."""
    assert set(FIELDS) <= set(DETAIL_TYPES)
    assert fields_of(Detail) == set(COMMON.split())


@pytest.mark.parametrize("detail_type", FIELDS)
def test_a_detail_type_has_its_fields(detail_type: str) -> None:
    own = set(FIELDS[detail_type].split())
    common = {name for name in COMMON.split() if f"{name}*" not in own}
    assert fields_of(DETAIL_TYPES[detail_type]) == own | common


def test_what_lies_within_fields_has_its_own() -> None:
    assert fields_of(Commit) == {"sha*", "time*", "ideas"}
    assert fields_of(RecordedCommit) == {"sha*", "time*", "ideas", "services"}
    assert fields_of(Cause) == {"deployment", "commit", "external"}
    assert fields_of(Risks) == {"high", "medium", "none", "unanswered"}


@pytest.mark.parametrize(("detail_type", "field"), WORDS)
def test_a_field_of_words_takes_exactly_its_words(detail_type: str, field: str) -> None:
    words = WORDS[detail_type, field].split()
    assert [getattr(read(detail_type, {field: word}), field) for word in words] == words
    for wrong in (words[0].upper(), f"{words[0]} ", ""):
        with pytest.raises(InvalidEventError, match=words[0]):
            read(detail_type, {field: wrong})


@pytest.mark.parametrize(
    ("detail_type", "field", "default"),
    [
        ("Metric Defined", "direction", "up"),
        ("Deployment Finished", "kind", "planned"),
        ("Carbon Recorded", "method", "location_based"),
        ("Idea Proposed", "revision", 1),
        ("Feature Released", "audience", None),
    ],
)
def test_what_is_not_sent_has_its_default(detail_type: str, field: str, default: Any) -> None:
    assert getattr(read(detail_type, {field: None}), field) == default


@pytest.mark.parametrize("audience", [0, 1, 0.5, 0.0, 1.0])
def test_an_audience_is_a_share(audience: float) -> None:
    assert read("Feature Released", {"audience": audience}).audience == audience


@pytest.mark.parametrize("length", [1, 128])
def test_an_id_has_at_most_128_characters_of_any_script(length: int) -> None:
    assert read("Idea Proposed", {"id": "日" * length}).id == "日" * length
    with pytest.raises(InvalidEventError):
        read("Idea Proposed", {"id": "日" * 129})


def read(detail_type: str, fields: dict[str, Any]) -> Any:
    event = sample(detail_type)
    event["detail"] |= fields
    return decode(event).detail
