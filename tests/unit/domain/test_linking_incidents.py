"""Which deployment an incident belongs to, and what that makes of it (domain: "An incident's deployment")."""

import pytest

from shared.flywheel.moments import moment as at
from shared.flywheel.settings.values import Settings
from shared.flywheel.wheel.fold import fold
from tests.unit.domain.histories import FLYWHEEL, History, commit, facts_of, moment, rules, stamp


def links(history: History, as_of: str = "03-31", window: float = 84) -> dict[str, int]:
    return {kind: n for kind, n in history.report(as_of, window)["receipt"]["links"].items() if n}


def failures(history: History, as_of: str = "03-31", window: float = 84) -> int:
    return int(history.report(as_of, window)["dora"]["change_fail_rate"]["count"])


@pytest.mark.parametrize(
    ("opened", "link", "failed"),
    [
        ("03-02 09:59", "unlinked", 0),
        ("03-02 10:00", "inferred", 1),
        ("03-03 10:00", "inferred", 1),
        ("03-03 10:01", "unlinked", 0),
    ],
)
def test_an_incident_belongs_to_the_deployment_of_its_service_up_to_24_hours_before(
    opened: str, link: str, failed: int
) -> None:
    history = History().deployed("03-02 10:00", "d1").incident(opened, "i1", service="web")
    assert links(history) == {link: 1}
    assert failures(history) == failed


@pytest.mark.parametrize(
    ("opened", "blamed"),
    [("09:59", "d1"), ("10:00", "d2"), ("10:20", "d2"), ("10:40", "d2"), ("08:00", "d1")],
)
@pytest.mark.parametrize("outcome", ["succeeded", "rolled_back"])
@pytest.mark.parametrize("told", ["by itself", "by its start"])
def test_an_incident_during_a_rollout_is_put_down_to_what_was_rolling_out(
    opened: str, blamed: str, outcome: str, told: str
) -> None:
    """d2 rolled out from 10:00 to 10:40."""
    history = History().deployed("03-02 08:00", "d1")
    started = {"started_at": stamp("03-02 10:00")} if told == "by itself" else {}
    if not started:
        history.add("Deployment Started", "03-02 10:00", deployment="d2", service="web", environment="prod")
    history.deployed("03-02 10:40", "d2", outcome=outcome, **started)
    history.incident(f"03-02 {opened}", "i1", service="web")
    (open_one,) = history.report("03-02 12:00", 84)["dora"]["recovery_open"]
    assert open_one["deployment"] == blamed


@pytest.mark.parametrize(("opened", "blamed"), [("06:40", "d2"), ("06:39", "d1")])
def test_a_rollout_counts_for_four_hours_at_most(opened: str, blamed: str) -> None:
    history = History().deployed("03-02 01:00", "d1")
    history.deployed("03-02 10:40", "d2", started_at=stamp("03-02 02:00"))
    history.incident(f"03-02 {opened}", "i1", service="web")
    (open_one,) = history.report("03-02 12:00", 84)["dora"]["recovery_open"]
    assert open_one["deployment"] == blamed


@pytest.mark.parametrize("kind", ["hotfix", "rollback"])
def test_what_mends_an_incident_is_not_blamed_for_it(kind: str) -> None:
    history = History().deployed("03-02 08:00", "d1")
    history.deployed("03-02 10:40", "d2", started_at=stamp("03-02 10:00"), kind=kind)
    history.incident("03-02 10:20", "i1", service="web")
    (open_one,) = history.report("03-02 12:00", 84)["dora"]["recovery_open"]
    assert open_one["deployment"] == "d1"


def test_the_earliest_of_several_starts_counts_and_none_later_than_the_end() -> None:
    history = History().deployed("03-02 10:40", "d1", started_at=stamp("03-02 10:30"))
    history.add("Deployment Started", "03-02 10:10", deployment="d1", service="web", environment="prod")
    history.add("Deployment Started", "03-02 10:20", deployment="d1", service="web", environment="prod", id="again")
    history.deployed("03-03 10:00", "d2", started_at=stamp("03-03 11:00"))
    history.incident("03-02 10:10", "i1", service="web").incident("03-03 10:00", "i2", service="web")
    history.incident("03-02 10:09", "i3", service="web")
    assert links(history) == {"inferred": 2, "unlinked": 1}
    assert failures(history) == 2


def test_the_hours_of_inference_are_a_setting() -> None:
    history = History().deployed("03-02 10:00", "d1").incident("03-02 13:01", "i1", service="web")
    three_hours = history.report("03-31", 84, rules(incident_hours=3.0))
    assert three_hours["receipt"]["links"]["unlinked"] == 1
    assert links(history) == {"inferred": 1}


def test_of_several_deployments_the_latest_is_inferred() -> None:
    """d2 fails, and its recovery runs from the incident's opening, 30 min."""
    history = History().deployed("03-02 10:00", "d1").deployed("03-02 11:00", "d2", kind="hotfix")
    history.incident("03-02 11:30", "i1", "03-02 12:00", service="web")
    history.deployed("03-02 13:00", "d3")
    report = history.report("03-31", 84)
    assert report["dora"]["change_fail_rate"]["count"] == 1
    assert report["dora"]["recovery_minutes"]["values"] == [30]
    later = History().deployed("03-02 10:00", "d1").deployed("03-02 11:00", "d2")
    later.incident("03-02 11:30", "i1", service="web")
    assert later.report("03-31", 84)["dora"]["recovery_open"] == [
        {"deployment": "d2", "age_hours": 28 * 24 + 12.5},
    ]


def test_of_several_deployments_at_one_instant_the_last_by_id_is_inferred() -> None:
    history = History().deployed("03-02 10:00", "d2").deployed("03-02 10:00", "d1")
    history.incident("03-02 11:00", "i1", service="web")
    (open_one,) = history.report("03-02 12:00", 84)["dora"]["recovery_open"]
    assert open_one == {"deployment": "d2", "age_hours": 1}


def test_a_deployment_that_never_took_effect_or_is_of_another_service_is_not_inferred() -> None:
    history = History().deployed("03-02 10:00", "d1", outcome="failed").deployed("03-02 10:00", "d2", service="api")
    history.incident("03-02 11:00", "i1", service="web")
    assert links(history) == {"unlinked": 1}


def test_without_a_cause_and_a_service_an_incident_is_unlinked() -> None:
    history = History().deployed("03-02 10:00", "d1").incident("03-02 11:00", "i1")
    assert links(history) == {"unlinked": 1}
    assert failures(history) == 0
    assert history.report("03-31", 84)["receipt"]["excluded"] == {"unlinked": 1}


def test_a_stated_cause_beats_inference() -> None:
    """Stated: d1, of three days before. Inference would say d2."""
    history = History().deployed("03-01 10:00", "d1").deployed("03-04 10:00", "d2")
    history.incident("03-04 11:00", "i1", service="web", cause={"deployment": "d1"})
    assert links(history) == {"explicit": 1}
    (open_one,) = history.report("03-04 12:00", 84)["dora"]["recovery_open"]
    assert open_one["deployment"] == "d1"


def test_an_unknown_cause_leaves_an_incident_unlinked_and_infers_nothing() -> None:
    history = History().deployed("03-02 10:00", "d1")
    history.incident("03-02 11:00", "i1", service="web", cause={"deployment": "elsewhere"})
    assert links(history) == {"unlinked": 1}
    assert failures(history) == 0


def test_an_external_cause_blames_no_deployment() -> None:
    history = History().deployed("03-02 10:00", "d1")
    history.incident("03-02 11:00", "i1", service="web", cause={"external": True})
    assert links(history) == {"external": 1}
    assert failures(history) == 0


def test_the_cause_stated_last_counts_also_from_a_review() -> None:
    history = History().deployed("03-02 10:00", "d1")
    history.incident("03-02 11:00", "i1", "03-02 12:00", cause={"deployment": "d1"})
    history.add("Incident Reviewed", "03-05 11:00", incident="i1", cause={"external": True})
    assert links(history, "03-05 10:00") == {"explicit": 1}
    assert failures(history, "03-05 10:00") == 1
    assert links(history, "03-05 11:00") == {"external": 1}
    assert failures(history, "03-05 11:00") == 0


def test_a_commit_as_cause_means_the_first_effective_deployment_that_carries_it() -> None:
    """d1 failed to deploy; d2 took effect first, so the incident is d2's, 20 min to recover; d3 carries it again."""
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 09:00"), outcome="failed")
    history.deployed("03-02 11:00", "d2", commit("a", "03-02 09:00"))
    history.deployed("03-02 12:00", "d3", commit("a", "03-02 09:00"))
    history.incident("03-02 12:30", "i1", cause={"commit": "a"})
    (open_one,) = history.report("03-02 13:00", 84)["dora"]["recovery_open"]
    assert open_one == {"deployment": "d2", "age_hours": 0.5}
    assert links(history) == {"explicit": 1}


def test_a_deployment_id_shared_by_two_services_means_both_unless_a_service_is_named() -> None:
    train = History().deployed("03-02 10:00", "train").deployed("03-02 10:05", "train", service="api")
    both = History()
    both.events = [*train.events]
    both.incident("03-02 11:00", "i1", cause={"deployment": "train"}, id="opened")
    assert failures(both) == 2
    one = History()
    one.events = [*train.events]
    one.incident("03-02 11:00", "i1", cause={"deployment": "train"}, service="api", id="opened")
    assert failures(one) == 1
    other = History()
    other.events = [*train.events]
    other.incident("03-02 11:00", "i1", cause={"deployment": "train"}, service="mobile", id="opened")
    assert failures(other) == 2


def test_an_incident_runs_from_its_first_opening_to_its_first_resolution_after_it() -> None:
    """Opened 11:00 and, again, 11:30; resolved 10:00 (before it opened: no end), 12:00 and 13:00. An hour."""
    history = History().deployed("03-02 09:00", "d1")
    for n, hour in enumerate(["10:00", "13:00", "12:00"]):
        history.add("Incident Resolved", f"03-02 {hour}", incident="i1", id=f"resolved-{n}")
    history.incident("03-02 11:30", "i1").incident("03-02 11:00", "i1", cause={"deployment": "d1"})
    report = history.report("03-30", 28)
    assert report["dora"]["recovery_minutes"]["values"] == [60]
    assert report["drag"]["incident_time_share"] == 60 / (28 * 24 * 60)


@pytest.mark.parametrize(("resolved", "minutes"), [("10:55", 0.0), ("10:59", 0.0), ("11:00", 0.0), ("11:01", 1.0)])
def test_a_resolution_up_to_five_minutes_before_its_opening_ends_it_at_once(resolved: str, minutes: float) -> None:
    history = History().deployed("03-02 09:00", "d1")
    history.incident("03-02 11:00", "i1", f"03-02 {resolved}", cause={"deployment": "d1"})
    assert history.report("03-30")["dora"]["recovery_minutes"]["values"] == [minutes]


def test_a_resolution_more_than_five_minutes_before_an_opening_does_not_end_it() -> None:
    history = History().deployed("03-02 09:00", "d1")
    history.incident("03-02 11:00", "i1", cause={"deployment": "d1"})
    history.add("Incident Resolved", "03-02 10:54", incident="i1")
    assert history.report("03-02 12:00")["dora"]["recovery_open"] == [{"deployment": "d1", "age_hours": 1}]


def spans(history: History) -> list[tuple[str, str | None]]:
    """When each run of an incident opened and closed."""
    wheel = fold(facts_of(history.events), FLYWHEEL, Settings(), moment("03-30"))
    return [(_clock(each.opened), None if each.closed is None else _clock(each.closed)) for each in wheel.incidents]


def _clock(micros: int) -> str:
    return f"{at(micros):%d %H:%M}"


def test_an_incident_opened_again_after_its_close_is_another_run() -> None:
    history = History().incident("03-02 11:00", "i1", "03-02 12:00").incident("03-05 11:00", "i1", "03-05 11:30")
    history.incident("03-07 11:00", "i1")
    assert spans(history) == [("02 11:00", "02 12:00"), ("05 11:00", "05 11:30"), ("07 11:00", None)]


def test_openings_up_to_the_close_belong_to_the_run_and_a_closing_closes_one_run() -> None:
    """Opened again at the instant of its close: the same run. Opened after it: a new one, which 12:00 does not end."""
    history = History().incident("03-02 11:00", "i1", "03-02 12:00").incident("03-02 12:00", "i1")
    assert spans(history) == [("02 11:00", "02 12:00")]
    history.incident("03-02 12:03", "i1")
    assert spans(history) == [("02 11:00", "02 12:00"), ("02 12:03", None)]
    history.add("Incident Resolved", "03-02 12:01", incident="i1")
    assert spans(history) == [("02 11:00", "02 12:00"), ("02 12:03", "02 12:03")]


def test_runs_are_of_all_sources() -> None:
    history = History().incident("03-02 11:00", "i1")
    history.add("Incident Resolved", "03-02 12:00", incident="i1", source="pager")
    history.add("Incident Opened", "03-02 11:30", incident="i1", source="chat")
    assert spans(history) == [("02 11:00", "02 12:00")]


@pytest.mark.parametrize(
    ("reviewed", "links_"),
    [("03-02 10:00", (1, 0)), ("03-02 11:00", (1, 0)), ("03-05 10:59", (1, 0)), ("03-05 11:00", (0, 1))],
)
def test_a_review_belongs_to_the_latest_run_opened_at_or_before_it_else_to_the_first(
    reviewed: str, links_: tuple[int, int]
) -> None:
    """What the review says of the cause holds for that run alone."""
    history = History().incident("03-02 11:00", "i1", "03-02 12:00").incident("03-05 11:00", "i1", "03-05 12:00")
    history.add("Incident Reviewed", reviewed, incident="i1", cause={"external": True})
    first, second = (history.report(at, 1)["receipt"]["links"] for at in ("03-03", "03-06"))
    assert (first["external"], second["external"]) == (links_ if reviewed < "03-03" else (0, links_[1]))


def test_a_further_closing_says_something_of_the_latest_run_before_it() -> None:
    """12:30 closes nothing: the run is over. What it says of the cause counts all the same."""
    history = History().incident("03-02 11:00", "i1", "03-02 12:00")
    history.add("Incident Resolved", "03-02 12:30", incident="i1", cause={"external": True})
    assert spans(history) == [("02 11:00", "02 12:00")]
    assert links(history) == {"external": 1}


def test_the_service_stated_last_is_the_incidents() -> None:
    """Opened on api, moved to web by its resolution: web's deployment is blamed; by a later review, api's again."""
    history = History().deployed("03-02 10:00", "w").deployed("03-02 10:00", "a", service="api")
    history.incident("03-02 11:00", "i1", service="api")
    history.add("Incident Resolved", "03-02 12:00", incident="i1", service="web")
    assert [row["deployment"] for row in failed(history, "03-02 11:30")] == ["a"]
    assert [row["deployment"] for row in failed(history, "03-02 12:00")] == ["w"]
    history.add("Incident Reviewed", "03-03", incident="i1", service="api")
    assert [row["deployment"] for row in failed(history, "03-03")] == ["a"]


def failed(history: History, as_of: str) -> list[dict[str, str]]:
    """The failed deployments at a time."""
    wheel = fold(facts_of(history.events), FLYWHEEL, Settings(), moment(as_of))
    return [{"deployment": wheel.deployments[place].name} for place in sorted(wheel.failed)]


def test_a_cause_that_states_no_service_means_the_incidents() -> None:
    """The train went out on both; the incident is api's, though only its review, without a service, names the train."""
    history = History().deployed("03-02 10:00", "train").deployed("03-02 10:05", "train", service="api")
    history.incident("03-02 11:00", "i1", "03-02 12:00", service="api")
    history.add("Incident Reviewed", "03-03", incident="i1", cause={"deployment": "train"})
    assert failures(history) == 1


def test_an_incident_resolved_at_the_instant_it_opened_took_no_time() -> None:
    history = History().deployed("03-02 09:00", "d1").incident("03-02 11:00", "i1", "03-02 11:00", service="web")
    history.add("Incident Resolved", "03-02 12:00", incident="i1")
    assert history.report("03-30", 28)["dora"]["recovery_minutes"]["values"] == [0]


def test_a_resolution_without_an_opening_is_no_incident() -> None:
    history = History().deployed("03-02 09:00", "d1")
    history.add("Incident Resolved", "03-02 12:00", incident="i1", cause={"deployment": "d1"})
    report = history.report("03-30", 28)
    assert report["dora"]["change_fail_rate"]["count"] == 0
    assert report["receipt"]["links"]["explicit"] == 0


def test_incidents_count_among_links_in_the_window_of_their_opening() -> None:
    history = History().incident("03-03", "i1").incident("03-03 00:01", "i2").incident("03-10", "i3")
    assert links(history, "03-10", window=7) == {"unlinked": 2}


# What failed, and how long recovery took


def test_a_deployment_that_another_remediates_failed_however_late_and_even_by_a_failed_one() -> None:
    history = History().deployed("01-02 10:00", "d1")
    history.deployed("03-20 10:00", "d2", remediates="d1", outcome="failed")
    assert failures(history, "03-19", window=84) == 0
    assert failures(history, "03-20 10:00", window=84) == 1


def test_a_deployment_does_not_remediate_itself() -> None:
    history = History().deployed("03-02 10:00", "d1", remediates="d1")
    assert failures(history) == 0


def test_staging_remediates_nothing() -> None:
    history = History().deployed("03-02 10:00", "d1")
    history.deployed("03-02 11:00", "d2", remediates="d1", environment="staging")
    assert failures(history) == 0


def test_several_incidents_of_one_deployment_are_one_failure_and_one_recovery() -> None:
    """11:00 to the last resolution, 13:00: 120 min, though one was over at 11:30."""
    history = History().deployed("03-02 10:00", "d1").deployed("03-02 10:10", "d2")
    history.incident("03-02 11:00", "i1", "03-02 11:30", cause={"deployment": "d1"})
    history.incident("03-02 12:00", "i2", "03-02 13:00", cause={"deployment": "d1"})
    dora = history.report("03-31", 84)["dora"]
    assert (dora["change_fail_rate"]["count"], dora["change_fail_rate"]["value"]) == (1, 0.5)
    assert dora["recovery_minutes"]["values"] == [120]


def test_a_recovery_is_open_while_one_incident_is() -> None:
    """i1 is over, i2 is not: open since the first opening, 11:00, 9 h at 20:00."""
    history = History().deployed("03-02 10:00", "d1")
    history.incident("03-02 11:00", "i1", "03-02 11:30", cause={"deployment": "d1"})
    history.incident("03-02 12:00", "i2", cause={"deployment": "d1"})
    dora = history.report("03-02 20:00", 84)["dora"]
    assert dora["recovery_minutes"]["n"] == 0
    assert dora["recovery_open"] == [{"deployment": "d1", "age_hours": 9}]


def test_a_rollback_that_remediates_ends_a_failure_without_incident() -> None:
    """d1 rolled back at its own 10:00, remediated at 10:40 and, last, at 11:30: 90 min. 12:00 never took effect."""
    history = History().deployed("03-02 10:00", "d1", outcome="rolled_back")
    history.deployed("03-02 10:40", "d2", kind="rollback", remediates="d1")
    history.deployed("03-02 11:30", "d3", kind="hotfix", remediates="d1")
    history.deployed("03-02 12:00", "d4", kind="hotfix", remediates="d1", outcome="failed")
    dora = history.report("03-31", 84)["dora"]
    assert dora["recovery_minutes"]["values"] == [90]
    assert (dora["rework_rate"]["count"], dora["rework_rate"]["n"]) == (2, 3)
    assert dora["change_fail_rate"]["count"] == 1


def test_an_incident_beats_a_remediation_as_the_end_of_a_failure() -> None:
    history = History().deployed("03-02 10:00", "d1")
    history.incident("03-02 10:30", "i1", "03-02 10:50", cause={"deployment": "d1"})
    history.deployed("03-02 12:00", "d2", kind="hotfix", remediates="d1")
    assert history.report("03-31", 84)["dora"]["recovery_minutes"]["values"] == [20]


def test_a_failure_without_incident_or_remediation_has_no_recovery_and_the_receipt_says_so() -> None:
    history = History().deployed("03-02 10:00", "d1", outcome="rolled_back")
    report = history.report("03-31", 84)
    assert report["dora"]["recovery_minutes"]["n"] == 0
    assert report["receipt"]["excluded"] == {"recovery_unknown": 1}


def test_a_remediation_before_the_failure_does_not_end_it() -> None:
    history = History().deployed("03-02 10:00", "d1").deployed("03-02 09:00", "d0", remediates="d1")
    report = history.report("03-31", 84)
    assert report["dora"]["change_fail_rate"]["count"] == 1
    assert report["receipt"]["excluded"] == {"recovery_unknown": 1}


def test_only_effective_deployments_count_in_rates() -> None:
    """A deployment that never took effect is in no rate, even with an incident of its own."""
    history = History().deployed("03-02 10:00", "d1", outcome="failed").deployed("03-02 11:00", "d2")
    history.incident("03-02 11:30", "i1", cause={"deployment": "d1"})
    dora = history.report("03-31", 84)["dora"]
    assert (dora["change_fail_rate"]["count"], dora["change_fail_rate"]["n"]) == (0, 1)
    assert dora["recovery_open"] == []
