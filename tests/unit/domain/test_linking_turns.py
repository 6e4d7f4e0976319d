"""What makes a turn, what is linked to it, and when it closes or stops (domain: "Turns")."""

from typing import Any

import pytest

from tests.unit.domain.histories import History, commit, rules, stamp

ON_DEPLOYMENT = rules(release="on_deployment")
AS_OF = "05-01"


def turns(history: History, as_of: str = AS_OF, **settings: Any) -> dict[str, dict[str, Any]]:
    report = history.report(as_of, 84, rules(**settings) if settings else None)
    return {turn["turn"]: turn for turn in report["turn_list"]}


def hours(turn: dict[str, Any]) -> list[float | None]:
    return [turn["phases"][phase]["hours"] for phase in ("1", "2", "3", "4")]


def entered(turn: dict[str, Any]) -> list[str | None]:
    return [turn["phases"][phase]["entered_at"] for phase in ("1", "2", "3", "4")]


def closed(turn: dict[str, Any]) -> tuple[str, str | None]:
    return turn["state"], turn["closed_at"]


# Phases


def test_a_turn_goes_through_four_phases_whose_hours_add_up() -> None:
    """Proposed 03-02, challenged a day later, work 12 h on, released 03-05 and closed after 7 d of soak."""
    history = History().proposed("03-02", "search").challenged("03-03", "c1", idea="search")
    history.worked("03-03 12:00", idea="search").released("03-05", "box", idea="search")
    turn = turns(history)["search"]
    assert hours(turn) == [24, 12, 36, 168]
    assert turn["turn_time_hours"] == 240
    assert turn["completeness"] == 1
    assert turn["weight"] == 1
    assert (turn["time_to_value_hours"], turn["basis"]) == (72, "idea")
    assert closed(turn) == ("delivered", stamp("03-12"))


def test_an_unobserved_phase_is_null_and_the_one_before_absorbs_its_time() -> None:
    history = History().proposed("03-02", "search").released("03-05", "box", idea="search")
    turn = turns(history)["search"]
    assert hours(turn) == [72, None, None, 168]
    assert [turn["phases"][p]["evidence"] for p in ("1", "2", "3", "4")] == ["explicit", "none", "none", "explicit"]
    assert turn["completeness"] == 0.5


def test_the_pointer_only_moves_forward() -> None:
    """Work starts first: the proposal and the challenge after it are kept and move nothing."""
    history = History().worked("03-02", idea="search").proposed("03-03", "search")
    history.challenged("03-04", "c1", idea="search").released("03-05", "box", idea="search")
    turn = turns(history)["search"]
    assert hours(turn) == [None, None, 72, 168]
    assert (turn["time_to_value_hours"], turn["basis"]) == (48, "idea")


def test_at_one_instant_the_lower_phase_comes_first() -> None:
    history = History().released("03-02", "box", idea="search").worked("03-02", idea="search")
    history.challenged("03-02", "c1", idea="search").proposed("03-02", "search")
    assert hours(turns(history)["search"]) == [0, 0, 0, 168]


def test_the_running_phase_of_an_open_turn_has_no_hours_yet() -> None:
    history = History().proposed("03-02", "search").worked("03-04", idea="search")
    turn = turns(history, "03-10")["search"]
    assert (turn["state"], turn["phase"], turn["weight"]) == ("open", 3, None)
    assert hours(turn) == [48, None, None, None]
    assert turn["turn_time_hours"] is None


def test_a_goal_or_a_metric_enters_phase_1_only_where_it_names_the_idea() -> None:
    history = History().add("Goal Set", "03-02", goal="g", statement="s", idea="search")
    history.add("Metric Defined", "03-03", metric="m", role="input", feature="box")
    history.worked("03-04", idea="search").worked("03-04", feature="box")
    found = turns(history, "03-10")
    assert entered(found["search"])[0] == stamp("03-02")
    assert entered(found["box"])[0] is None


def test_a_release_with_nothing_linked_counts_in_the_rate_and_has_no_hours() -> None:
    history = History().released("03-05", "box")
    report = history.report("03-31")
    (turn,) = report["turn_list"]
    assert (turn["started_at"], turn["turn_time_hours"], turn["time_to_value_hours"]) == (None, None, None)
    assert hours(turn) == [None] * 4
    assert turn["released_at"] == stamp("03-05")
    assert turn["completeness"] == 0.25
    assert report["turns"]["rate_per_28d"] == 1
    assert report["turns"]["turn_time_hours"]["n"] == 0


def test_an_eligible_commit_enters_phase_3_before_its_deployment() -> None:
    history = History().deployed("03-04", "d1", commit("a", "03-02")).released("03-05", "box", deployments=["d1"])
    turn = turns(history)["box"]
    assert entered(turn)[2] == stamp("03-02")
    assert (turn["time_to_value_hours"], turn["basis"]) == (72, "first_commit")


def test_a_commit_before_the_first_event_of_phases_1_and_2_enters_nothing() -> None:
    """a is older than the proposal; b is not. Time to value runs from the proposal."""
    history = History().proposed("03-03", "search")
    history.deployed("03-05", "d1", commit("a", "03-02"), commit("b", "03-04"), ideas=["search"])
    turn = turns(history, "03-06")["search"]
    assert entered(turn) == [stamp("03-03"), None, stamp("03-04"), None]


def test_of_many_commits_the_first_eligible_one_enters_phase_3() -> None:
    """Twelve commits, 03-01 12:00 to 03-12 12:00. For search, proposed 03-05, that of 03-05 12:00 is the first; for
    pay, proposed after all of them, none; for box, with neither phase 1 nor 2, that of 03-01 12:00."""
    history = History().proposed("03-05", "search").proposed("03-12 13:00", "pay")
    history.deployed(
        "03-13",
        "d1",
        *(commit(f"sha-{n}", f"03-{n:02} 12:00") for n in range(1, 13)),
        ideas=["search", "pay"],
        features=["box"],
    )
    found = turns(history, "03-14")
    assert {name: entered(turn)[2] for name, turn in found.items()} == {
        "search": stamp("03-05 12:00"),
        "pay": stamp("03-13"),
        "box": stamp("03-01 12:00"),
    }


def test_of_many_commits_those_that_name_the_idea_are_eligible_once_any_names_one() -> None:
    history = History()
    named = {4: ["search"], 7: ["pay", "search"]}
    commits = [commit(f"sha-{n}", f"03-{n:02} 12:00", *named.get(n, [])) for n in range(1, 13)]
    history.deployed("03-13", "d1", *commits, ideas=["chat"], features=["box"])
    found = turns(history, "03-14")
    assert {name: entered(turn)[2] for name, turn in found.items()} == {
        "search": stamp("03-04 12:00"),
        "pay": stamp("03-07 12:00"),
        "chat": stamp("03-13"),
        "box": stamp("03-13"),
    }


def test_a_commit_that_names_another_idea_enters_nothing_of_this_one() -> None:
    """a names pay, so of d1's commits only those that name search are search's: c, not the older b."""
    history = History()
    history.deployed("03-06", "d1", commit("a", "03-02", "pay"), commit("b", "03-03"), commit("c", "03-04", "search"))
    found = turns(history, "03-07")
    assert entered(found["search"])[2] == stamp("03-04")
    assert entered(found["pay"])[2] == stamp("03-02")


def test_a_lower_bound_of_time_to_value_comes_from_eligible_commits_only() -> None:
    """A train with an old commit of nobody, one of pay and one of search: each counts from its own."""
    history = History()
    train = (commit("old", "2025-06-01"), commit("a", "03-03", "pay"), commit("b", "03-04", "search"))
    history.deployed("03-05", "d1", *train)
    history.released("03-06", "box", idea="search").released("03-06", "till", idea="pay")
    found = turns(history)
    assert {name: (turn["time_to_value_hours"], turn["basis"]) for name, turn in found.items()} == {
        "pay": (72, "first_commit"),
        "search": (48, "first_commit"),
    }


def test_a_commit_before_the_purpose_or_after_the_release_is_no_basis_of_time_to_value() -> None:
    """A goal was set for the idea on 03-03: the commit of 03-02 came before it, that of 03-04 counts, 48 h."""
    history = History().add("Goal Set", "03-03", goal="g", statement="s", idea="search")
    history.deployed("03-05", "d1", commit("a", "03-02"), commit("b", "03-04"), ideas=["search"])
    history.released("03-06", "box", idea="search")
    assert turns(history)["search"]["time_to_value_hours"] == 48
    late = (
        History().deployed("03-07", "d1", commit("a", "03-06 01:00"), ideas=["search"]).worked("03-05", idea="search")
    )
    late.released("03-06", "box", idea="search")
    assert (turns(late)["search"]["time_to_value_hours"], turns(late)["search"]["basis"]) == (None, None)


def test_the_lower_bound_of_time_to_value_is_the_earliest_commit_of_all_linked_deployments() -> None:
    history = History().deployed("03-04", "d1", commit("a", "03-03"), features=["box"])
    history.deployed("03-05", "d2", commit("b", "03-02"), features=["box"]).released("03-06", "box")
    assert turns(history)["box"]["time_to_value_hours"] == 96


def test_a_turn_stopped_at_the_instant_of_its_release_was_released() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").stopped("03-04", "search")
    turn = turns(history)["search"]
    assert closed(turn) == ("stopped", stamp("03-04"))
    assert turn["released_at"] == stamp("03-04")
    assert hours(turn) == [48, None, None, 0]


def test_what_happens_at_the_instant_of_the_close_still_belongs_to_the_turn() -> None:
    history = History().proposed("03-02", "search").stopped("03-04", "search")
    history.challenged("03-04", "c1", idea="search").worked("03-04", idea="search")
    assert hours(turns(history)["search"]) == [48, 0, 0, None]


def test_what_happens_after_the_close_is_kept_and_changes_nothing() -> None:
    history = History().proposed("03-02", "search").released("03-05", "box", idea="search")
    before = turns(history, "03-20")["search"]
    history.challenged("03-13", "c1", "03-14", idea="search", decision="stop").worked("03-13", idea="search")
    history.stopped("03-13", "search").released("03-13", "other", idea="search").withdrawn("03-14", "box")
    history.deployed("03-14", "d9", ideas=["search"])
    assert turns(history, "03-20")["search"] == before


# Membership


def test_a_feature_belongs_to_the_turn_of_every_idea_that_an_event_names_with_it() -> None:
    history = History().proposed("03-02", "search").proposed("03-03", "pay")
    history.worked("03-04", idea="search", feature="box").worked("03-05", idea="pay", feature="box")
    history.released("03-06", "box")
    found = turns(history)
    assert set(found) == {"search", "pay"}
    assert found["search"]["released_at"] == found["pay"]["released_at"] == stamp("03-06")
    assert found["search"]["turn_time_hours"] == 11 * 24
    assert found["pay"]["turn_time_hours"] == 10 * 24


def test_an_event_that_names_an_idea_belongs_to_that_turn_only() -> None:
    history = History().worked("03-04", idea="search", feature="box").proposed("03-02", "pay", feature="box")
    history.released("03-06", "box", idea="pay")
    found = turns(history)
    assert found["pay"]["released_at"] == stamp("03-06")
    assert found["search"]["released_at"] is None


def test_lists_link_and_never_join() -> None:
    """The deployment lists both; the release of box stays the feature's own turn."""
    history = History().deployed("03-04", "d1", ideas=["search"], features=["box"]).released("03-06", "box")
    found = turns(history)
    assert set(found) == {"search", "box"}
    assert found["box"]["key"] == "feature"
    assert found["search"]["released_at"] is None
    assert entered(found["box"])[2] == entered(found["search"])[2] == stamp("03-04")


def test_an_idea_and_a_feature_of_one_name_are_two_turns() -> None:
    history = History().worked("03-02", idea="box").worked("03-02", feature="box")
    keys = [(turn["turn"], turn["key"]) for turn in history.report("03-10")["turn_list"]]
    assert keys == [("box", "feature"), ("box", "idea")]


def test_events_outside_the_table_make_no_turn() -> None:
    history = History().outcome("03-02", idea="search").stopped("03-03", "pay").withdrawn("03-03", "box")
    history.blocked("03-03", "b1", idea="chat").add("Box Formed", "03-03", idea="map", roles=["product"])
    history.released("03-03", "dark", audience=0)
    assert turns(history) == {}


def test_a_release_to_nobody_releases_nothing() -> None:
    history = History().proposed("03-02", "search").released("03-03", "box", idea="search", audience=0)
    history.released("03-05", "box", idea="search", audience=0.01)
    assert turns(history)["search"]["released_at"] == stamp("03-05")


def test_a_release_train_moves_ten_ideas_each_on_its_own_clock() -> None:
    """Ten ideas proposed on ten days, 03-01 to 03-10; one deployment and one release each on 03-12.

    Turn times are 7 d of soak and 11 to 2 d before: 432, 408, … 216 h, median 324; time to value 264 … 48 h, P50 156.
    P85 of the turn times lies at place 0.85 × 9 = 7.65 from the shortest: 384 + 0.65 × 24 = 399.6.
    """
    history = History()
    for n in range(10):
        history.proposed(f"03-{n + 1:02}", f"idea-{n}")
    history.deployed("03-11", "train", *(commit(f"sha-{n}", "03-10 12:00", f"idea-{n}") for n in range(10)))
    for n in range(10):
        history.released("03-12", f"feature-{n}", idea=f"idea-{n}", deployments=["train"])
    report = history.report("03-28")
    assert report["turns"]["delivered"] == 10
    assert report["turns"]["turn_time_hours"] == {"n": 10, "p50": 324, "p85": pytest.approx(399.6), "values": None}
    assert report["turns"]["time_to_value_hours"]["idea"]["p50"] == 156
    assert report["turns"]["phase_hours"]["4"] == {"n": 10, "p50": 168, "p85": 168, "values": None}
    assert report["turns"]["phase_hours"]["3"]["p50"] == 36
    assert report["dora"]["deployments"] == 1
    assert report["dora"]["lead_time_hours"]["n"] == 10


def test_a_failed_train_halves_every_turn_on_it() -> None:
    history = History().deployed("03-03", "train", ideas=["search", "pay"])
    history.released("03-04", "box", idea="search").released("03-04", "till", idea="pay").released("03-04", "other")
    history.incident("03-03 01:00", "i1", "03-03 02:00", cause={"deployment": "train"})
    found = turns(history)
    assert {name: turn["weight"] for name, turn in found.items()} == {"search": 0.5, "pay": 0.5, "other": 1}


def test_a_failed_deployment_that_never_took_effect_does_not_halve_a_turn() -> None:
    history = History().deployed("03-03", "d1", outcome="failed", ideas=["search"])
    history.released("03-04", "box", idea="search")
    history.incident("03-03 01:00", "i1", "03-03 02:00", cause={"deployment": "d1"})
    assert turns(history)["search"]["weight"] == 1


# Links


def test_a_release_links_the_deployments_it_names_itself_or_by_a_commit() -> None:
    history = History().deployed("03-02", "d1").deployed("03-03", "d2", commit("a", "03-01")).deployed("03-04", "d3")
    history.released("03-05", "one", deployments=["d1"]).released("03-05", "two", commits=["a"])
    found = turns(history)
    assert entered(found["one"])[2] == stamp("03-02")
    assert entered(found["two"])[2] == stamp("03-01")


def test_a_deployment_links_to_the_idea_or_the_feature_of_its_own_fields() -> None:
    history = History().deployed("03-02", "d1", idea="search").deployed("03-03", "d2", feature="box")
    history.deployed("03-04", "d3")
    found = turns(history, "03-05")
    assert {name: entered(turn)[2] for name, turn in found.items()} == {"search": stamp("03-02"), "box": stamp("03-03")}


def test_a_commit_of_unknown_time_leaves_the_deployment_to_enter_phase_3() -> None:
    history = History().deployed("03-03", "d1", head="unrecorded", repository="shop", ideas=["search"])
    history.released("03-04", "box", idea="search")
    turn = turns(history)["search"]
    assert entered(turn)[2] == stamp("03-03")
    assert turn["time_to_value_hours"] is None


def test_what_is_linked_by_inference_after_a_stop_enters_nothing() -> None:
    history = History().proposed("03-02", "search").stopped("03-03", "search").deployed("03-04", "d1")
    history.released("03-05", "box", idea="search", service="web")
    assert entered(turns(history)["search"]) == [stamp("03-02"), None, None, None]


def test_a_deployment_that_never_took_effect_links_at_its_last_attempt() -> None:
    history = History().deployed("03-03", "d1", outcome="failed", ideas=["search"])
    history.deployed("03-04", "d1", outcome="failed").deployed("03-02", "d1", outcome="failed")
    assert entered(turns(history, "03-05")["search"])[2] == stamp("03-04")


def test_a_release_that_names_a_shared_deployment_id_means_that_of_its_service() -> None:
    history = History().deployed("03-02", "train", service="api").deployed("03-03", "train", service="web")
    history.released("03-05", "one", deployments=["train"], service="web")
    history.released("03-05", "two", deployments=["train"])
    history.released("03-05", "three", deployments=["train"], service="mobile")
    found = turns(history)
    assert entered(found["one"])[2] == stamp("03-03")
    assert entered(found["two"])[2] == entered(found["three"])[2] == stamp("03-02")


def test_a_deployment_after_the_close_is_not_linked() -> None:
    """Named before, finished after: an incident of it halves nothing."""
    history = History().proposed("03-02", "search").released("03-03", "box", idea="search", deployments=["late"])
    history.deployed("03-11", "late", outcome="rolled_back", ideas=["search"])
    assert turns(history)["search"]["weight"] == 1
    assert turns(history, soak_days=8.0)["search"]["weight"] == 0.5


@pytest.mark.parametrize(
    ("finished", "linked"),
    [("03-02 11:59", False), ("03-02 12:00", False), ("03-02 12:01", True), ("03-30 12:00", True)],
)
def test_a_release_that_names_no_deployment_is_linked_by_inference_28_days_back(finished: str, linked: bool) -> None:
    history = History().deployed(finished, "d1").released("03-30 12:00", "box", service="web")
    turn = turns(history)["box"]
    assert turn["phases"]["3"]["evidence"] == ("inferred" if linked else "none")
    assert turn["phases"]["3"]["entered_at"] == (stamp(finished) if linked else None)


def test_inference_reaches_back_to_the_release_of_another_feature_of_the_service() -> None:
    """d1 belongs to the release before, d2 after it to this one; a release of another service does not count."""
    history = History().deployed("03-02", "d1").deployed("03-05", "d2")
    history.released("03-02 12:00", "first", service="web").released("03-05 12:00", "elsewhere", service="api")
    history.released("03-06", "box", service="web")
    found = turns(history)
    assert entered(found["first"])[2] == stamp("03-02")
    assert entered(found["box"])[2] == stamp("03-05")


@pytest.mark.parametrize("more", [{}, {"service": "web"}])
def test_two_ideas_behind_one_flag_fare_alike(more: dict[str, Any]) -> None:
    """Both are released by the flag at one instant; the deployment that one of them lets us infer is of both: 48 h."""
    history = History().deployed("03-09", "d1", commit("a", "03-08"))
    history.released("03-10", "flag", idea="chat", service="web").released("03-10", "flag", idea="pay", **more)
    found = turns(history)
    assert {name: turn["time_to_value_hours"] for name, turn in found.items()} == {"chat": 48, "pay": 48}
    assert {name: turn["phases"]["3"]["evidence"] for name, turn in found.items()} == {
        "chat": "inferred",
        "pay": "inferred",
    }


def test_a_second_idea_that_the_flag_releases_later_infers_nothing() -> None:
    history = History().deployed("03-09", "d1").released("03-10", "flag", idea="chat", service="web")
    history.released("03-10 00:01", "flag", idea="pay", service="web")
    found = turns(history)
    assert [found[name]["phases"]["3"]["evidence"] for name in ("chat", "pay")] == ["inferred", "none"]


def test_a_flag_infers_nothing_for_anybody_where_one_of_its_first_releases_names_a_deployment() -> None:
    history = History().deployed("03-08", "d1").deployed("03-09", "d2")
    history.released("03-10", "flag", idea="chat", deployments=["d2"])
    history.released("03-10", "flag", idea="pay", service="web")
    found = turns(history)
    assert [entered(found[name])[2] for name in ("chat", "pay")] == [stamp("03-09"), None]


def test_a_flag_of_two_services_infers_what_either_deployed() -> None:
    history = History().deployed("03-08", "d1").deployed("03-07", "d2", service="api")
    history.released("03-10", "flag", service="web").released("03-10", "flag", service="api")
    assert entered(turns(history)["flag"])[2] == stamp("03-07")


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")])
def test_of_two_first_releases_at_one_instant_the_service_of_either_counts(ids: tuple[str, str]) -> None:
    """Two senders report the release of `first`, one as web's; so d1 is before it and only d2 is of box."""
    history = History().deployed("03-02", "d1").released("03-02", "first", service="web", id=ids[0])
    history.released("03-02", "first", id=ids[1]).deployed("03-03", "d2").released("03-04", "box", service="web")
    assert entered(turns(history)["box"])[2] == stamp("03-03")


def test_a_release_that_names_a_deployment_comes_before_one_of_the_same_instant_that_infers() -> None:
    history = History().deployed("03-02", "d1").deployed("03-03", "d2")
    history.released("03-04", "box", service="web").released("03-04", "box", deployments=["d2"])
    assert entered(turns(history)["box"])[2] == stamp("03-03")


def test_a_feature_released_again_reaches_no_further_by_inference() -> None:
    """Only the first release of box infers, so d2 is not linked: its failure halves nothing."""
    history = History().deployed("03-02", "d1").released("03-03", "box", service="web")
    history.deployed("03-04", "d2", outcome="rolled_back").released("03-05", "box", service="web")
    assert turns(history)["box"]["weight"] == 1


def test_inference_takes_planned_deployments_only() -> None:
    history = History().deployed("03-02", "d1", kind="hotfix").deployed("03-03", "d2", kind="rollback")
    history.released("03-04", "box", service="web")
    assert turns(history)["box"]["phases"]["3"]["evidence"] == "none"


def test_a_release_that_names_a_deployment_infers_nothing_even_if_it_is_unknown() -> None:
    history = History().deployed("03-02", "d1").released("03-04", "box", service="web", deployments=["unknown"])
    assert turns(history)["box"]["phases"]["3"]["evidence"] == "none"


def test_evidence_is_explicit_where_anything_explicit_enters_at_that_instant() -> None:
    history = History().deployed("03-02", "d1").worked("03-02", feature="box").released("03-04", "box", service="web")
    assert turns(history)["box"]["phases"]["3"]["evidence"] == "explicit"


# Close


def test_an_outcome_closes_a_released_turn_before_its_soak() -> None:
    history = (
        History().proposed("03-02", "search").released("03-04", "box", idea="search").outcome("03-06", idea="search")
    )
    turn = turns(history)["search"]
    assert closed(turn) == ("delivered", stamp("03-06"))
    assert turn["turn_time_hours"] == 96


def test_the_first_outcome_after_the_release_closes_and_later_ones_change_nothing() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search")
    history.outcome("03-08", idea="search", result="missed").outcome("03-06", idea="search")
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-06"))


def test_an_outcome_at_the_release_delivers_and_one_before_it_stops() -> None:
    at = History().proposed("03-02", "search").released("03-04", "box", idea="search").outcome("03-04", idea="search")
    assert closed(turns(at)["search"]) == ("delivered", stamp("03-04"))
    before = History().proposed("03-02", "search").released("03-04", "box", idea="search")
    before.outcome("03-03", idea="search")
    turn = turns(before)["search"]
    assert closed(turn) == ("stopped", stamp("03-03"))
    assert turn["released_at"] is None
    assert turn["weight"] == 0


def test_an_open_incident_of_the_soak_holds_the_close_until_its_resolution() -> None:
    history = History().deployed("03-02", "d1").released("03-03", "box", deployments=["d1"])
    history.incident("03-10", "i1", "03-20", cause={"deployment": "d1"})
    assert turns(history, "03-19")["box"]["state"] == "open"
    turn = turns(history, "03-20")["box"]
    assert closed(turn) == ("delivered", stamp("03-20"))
    assert turn["weight"] == 0.5


def test_an_incident_after_the_soak_or_before_the_release_holds_no_close() -> None:
    history = History().deployed("03-02", "d1").released("03-03", "box", deployments=["d1"])
    history.incident("03-10 00:01", "i1", "03-20", cause={"deployment": "d1"})
    history.incident("03-02 23:59", "i2", "03-20", cause={"deployment": "d1"})
    assert closed(turns(history)["box"]) == ("delivered", stamp("03-10"))


def test_an_incident_that_names_the_turn_is_linked_without_a_deployment() -> None:
    history = History().released("03-03", "box").incident("03-05", "i1", cause={"external": True})
    history.add("Incident Resolved", "03-14", incident="i1", feature="box")
    assert closed(turns(history)["box"]) == ("delivered", stamp("03-14"))


def test_close_and_links_settle_at_the_least_close_that_satisfies_both() -> None:
    """Soak ends 03-10. i1 (of d1) holds the close to 03-14; by then d2 of 03-12 is linked, whose i2 holds it to 03-18;
    by then d3 of 03-17 is linked, whose incident opened after the soak and holds nothing. d4 comes after the close."""
    history = History().deployed("03-02", "d1", ideas=["search"]).released("03-03", "box", idea="search")
    history.incident("03-09", "i1", "03-14", cause={"deployment": "d1"})
    history.deployed("03-12", "d2", ideas=["search"])
    history.incident("03-08", "i2", "03-18", cause={"deployment": "d2"})
    history.deployed("03-17", "d3", ideas=["search"]).incident("03-17 01:00", "i3", "03-25", cause={"deployment": "d3"})
    history.deployed("03-19", "d4", ideas=["search"]).incident("03-09", "i4", "03-29", cause={"deployment": "d4"})
    assert turns(history, "03-17 12:00")["search"]["state"] == "open"
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-18"))


def test_an_outcome_comes_before_the_resolution_of_an_incident() -> None:
    history = History().deployed("03-02", "d1", ideas=["search"]).released("03-03", "box", idea="search")
    history.incident("03-09", "i1", cause={"deployment": "d1"}).outcome("03-12", idea="search")
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-12"))


def test_a_turn_of_several_features_is_released_by_the_first() -> None:
    history = History().proposed("03-02", "search").released("03-05", "box", idea="search")
    history.released("03-04", "list", idea="search")
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-11"))


# Stop


def test_a_turn_stops_at_the_earliest_stop_in_any_phase() -> None:
    history = History().proposed("03-02", "search").challenged("03-03", "c1", "03-06", idea="search", decision="stop")
    history.stopped("03-07", "search")
    turn = turns(history)["search"]
    assert closed(turn) == ("stopped", stamp("03-06"))
    assert hours(turn) == [24, 72, None, None]
    assert turn["weight"] == 0
    report = history.report("03-20")
    assert (report["turns"]["stopped"], report["turns"]["delivered"]) == (1, 0)
    assert report["turns"]["turn_time_hours"]["n"] == 0


def test_a_released_turn_can_be_stopped_during_its_soak() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").stopped("03-08", "search")
    turn = turns(history)["search"]
    assert closed(turn) == ("stopped", stamp("03-08"))
    assert turn["released_at"] == stamp("03-04")
    assert turn["time_to_value_hours"] == 48


@pytest.mark.parametrize("result", ["met", "missed"])
def test_an_outcome_without_a_release_delivers_what_work_or_a_deployment_brought_about(result: str) -> None:
    worked = History().proposed("03-02", "search").worked("03-03", idea="search")
    deployed = History().proposed("03-02", "search").deployed("03-03", "d1", ideas=["search"])
    for history in (worked, deployed):
        turn = turns(history.outcome("03-06", idea="search", result=result))["search"]
        assert closed(turn) == ("delivered", stamp("03-06"))
        assert (turn["released_at"], turn["time_to_value_hours"], turn["basis"]) == (None, None, None)
        assert hours(turn) == [24, None, 72, None]
        assert (turn["turn_time_hours"], turn["weight"], turn["completeness"]) == (96, 1, 0.5)


@pytest.mark.parametrize(("acted", "state"), [("03-06", "delivered"), ("03-06 00:01", "stopped")])
def test_work_at_the_instant_of_the_outcome_is_enough_and_later_work_is_not(acted: str, state: str) -> None:
    history = History().proposed("03-02", "search").worked(acted, idea="search").outcome("03-06", idea="search")
    assert closed(turns(history)["search"]) == (state, stamp("03-06"))
    other = History().proposed("03-02", "search").deployed(acted, "d1", ideas=["search"])
    assert closed(turns(other.outcome("03-06", idea="search"))["search"]) == (state, stamp("03-06"))


def test_failed_deployments_alone_deliver_nothing() -> None:
    history = History().proposed("03-02", "search").deployed("03-03", "d1", ideas=["search"], outcome="failed")
    history.outcome("03-06", idea="search")
    assert closed(turns(history)["search"]) == ("stopped", stamp("03-06"))
    history.deployed("03-04", "d2", ideas=["search"], outcome="rolled_back")
    turn = turns(history)["search"]
    assert (closed(turn), turn["weight"]) == (("delivered", stamp("03-06")), 0.5)


def test_an_outcome_that_was_only_learned_stops_a_turn_that_was_never_released() -> None:
    history = History().proposed("03-02", "search").worked("03-03", idea="search")
    history.outcome("03-06", idea="search", result="learned")
    assert closed(turns(history)["search"]) == ("stopped", stamp("03-06"))


def test_the_first_stop_or_delivering_outcome_before_a_release_closes_the_turn() -> None:
    history = History().proposed("03-02", "search").worked("03-03", idea="search").outcome("03-06", idea="search")
    history.released("03-07", "box", idea="search").outcome("03-09", idea="search")
    turn = turns(history)["search"]
    assert (closed(turn), turn["released_at"]) == (("delivered", stamp("03-06")), None)
    assert closed(turns(history.stopped("03-06", "search"))["search"]) == ("delivered", stamp("03-06"))
    assert closed(turns(history.stopped("03-05", "search"))["search"]) == ("stopped", stamp("03-05"))


def test_at_one_instant_a_delivery_wins_over_a_stop() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").stopped("03-11", "search")
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-11"))


def test_a_stop_before_the_turn_began_does_not_stop_it() -> None:
    history = History().stopped("03-01", "search").proposed("03-02", "search")
    assert turns(history)["search"]["state"] == "open"


def test_a_challenge_that_proceeds_or_changes_stops_nothing() -> None:
    history = History().challenged("03-02", "c1", "03-03", idea="search")
    history.challenged("03-02", "c2", "03-04", idea="search", decision="change")
    assert turns(history)["search"]["state"] == "open"


def test_only_the_first_resolution_of_a_challenge_decides() -> None:
    history = History().challenged("03-02", "c1", "03-03", idea="search")
    history.add("Challenge Resolved", "03-04", challenge="c1", decision="stop")
    assert turns(history)["search"]["state"] == "open"


def test_a_withdrawn_feature_stops_its_turn_at_the_withdrawal() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-06", "box")
    turn = turns(history)["search"]
    assert closed(turn) == ("stopped", stamp("03-06"))
    assert hours(turn) == [48, None, None, 48]


def test_a_withdrawal_is_decided_when_the_close_is_reached() -> None:
    """Withdrawn on 03-06, its close would be 03-11: until then it may come back, so it is open, and stops nothing."""
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-06", "box")
    waiting = turns(history, "03-10 23:59")["search"]
    assert (closed(waiting), waiting["phase"], waiting["weight"]) == (("open", None), 4, None)
    assert closed(turns(history, "03-11")["search"]) == ("stopped", stamp("03-06"))
    held = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-06", "box")
    held.incident("03-05", "i1", "03-20", idea="search")
    assert turns(held, "03-19 23:59")["search"]["state"] == "open"
    assert closed(turns(held, "03-20")["search"]) == ("stopped", stamp("03-06"))


@pytest.mark.parametrize(
    ("again", "state", "at"),
    [("03-05 23:59", "stopped", "03-06"), ("03-08", "delivered", "03-11"), ("03-11", "stopped", "03-06")],
)
def test_a_feature_released_again_before_the_close_stops_nothing(again: str, state: str, at: str) -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-06", "box")
    history.released(again, "box")
    assert closed(turns(history)["search"]) == (state, stamp(at))


def test_the_first_of_two_withdrawals_stops_the_turn_unless_a_release_lies_between() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search")
    history.withdrawn("03-06", "box").withdrawn("03-08", "box")
    assert closed(turns(history)["search"]) == ("stopped", stamp("03-06"))
    history.released("03-07", "box")
    assert closed(turns(history)["search"]) == ("stopped", stamp("03-08"))


def test_a_stop_after_the_withdrawal_leaves_its_close_there_whatever_is_released_later() -> None:
    """Withdrawn 03-05, stopped 03-06, released again 03-08: no release lies between the withdrawal and the stop."""
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-05", "box")
    history.stopped("03-06", "search").released("03-08", "box")
    assert closed(turns(history)["search"]) == ("stopped", stamp("03-05"))


def test_one_of_two_released_features_withdrawn_stops_nothing() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-06", "box")
    history.released("03-05", "list", idea="search")
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-11"))


@pytest.mark.parametrize("when", ["03-03 23:59", "03-11"])
def test_a_withdrawal_before_the_release_or_from_the_close_on_stops_nothing(when: str) -> None:
    history = History().proposed("03-02", "search").worked("03-02", idea="search", feature="box")
    history.released("03-04", "box").withdrawn(when, "box")
    assert closed(turns(history)["search"]) == ("delivered", stamp("03-11"))


def test_a_withdrawn_turn_stays_in_time_to_value_whatever_became_of_it() -> None:
    history = History().proposed("03-02", "search").released("03-04", "box", idea="search").withdrawn("03-06", "box")
    report = history.report("03-20")
    assert report["turns"]["time_to_value_hours"]["idea"]["values"] == [48]
    assert report["turns"]["stopped"] == 1


# Deployments that are releases


def test_a_flywheel_can_release_on_deployment() -> None:
    """d1 releases the idea it lists, the feature it lists and the idea of a commit; d2 took no lasting effect."""
    history = History()
    history.deployed("03-03", "d1", commit("a", "03-02", "chat"), ideas=["search"], features=["box"])
    history.deployed("03-04", "d2", ideas=["pay"], outcome="rolled_back").deployed("03-04", "d3", ideas=["pay"])
    found = {t["turn"]: t for t in history.report("03-20", 28, ON_DEPLOYMENT)["turn_list"]}
    assert {name: turn["released_at"] for name, turn in found.items()} == {
        "search": stamp("03-03"),
        "box": stamp("03-03"),
        "chat": stamp("03-03"),
        "pay": stamp("03-04"),
    }
    assert {name: turn["weight"] for name, turn in found.items()} == {"search": 1, "box": 1, "chat": 1, "pay": 0.5}
    assert found["chat"]["turn_time_hours"] == 8 * 24
    explicit = history.report("03-20")["turn_list"]
    assert all(turn["released_at"] is None for turn in explicit)


def test_a_staging_or_failed_deployment_releases_nothing() -> None:
    history = History().deployed("03-03", "d1", ideas=["search"], environment="staging")
    history.deployed("03-03", "d2", ideas=["pay"], outcome="failed")
    (turn,) = history.report("03-20", 28, ON_DEPLOYMENT)["turn_list"]
    assert (turn["turn"], turn["state"], turn["phase"]) == ("pay", "open", 3)


def test_a_feature_released_by_its_deployment_can_be_withdrawn() -> None:
    history = History().deployed("03-03", "d1", features=["box"]).withdrawn("03-05", "box")
    (turn,) = history.report("03-20", 28, ON_DEPLOYMENT)["turn_list"]
    assert closed(turn) == ("stopped", stamp("03-05"))


# Order of the list


def test_turns_are_listed_by_start_then_name_with_unknown_starts_last() -> None:
    history = History().released("03-01", "unstarted").proposed("03-05", "late").proposed("03-02", "b")
    history.proposed("03-02", "a")
    assert [turn["turn"] for turn in history.report("03-20")["turn_list"]] == ["a", "b", "late", "unstarted"]
