"""Which commits a deployment carries, and how each counts once (domain: "Deployments", "Change lead time")."""

from tests.unit.domain.histories import FLYWHEEL, History, commit, rules


def lead_times(history: History, as_of: str = "03-31", window: float = 84) -> list[float] | None:
    values = history.report(as_of, window)["dora"]["lead_time_hours"]["values"]
    return None if values is None else list(values)


def test_a_squash_merge_counts_once() -> None:
    """The branch's own commits are never deployed; the squashed one is in two deployments and counts in the first."""
    history = History()
    history.deployed("03-02 12:00", "d1", commit("squashed", "03-02 10:00"))
    history.deployed("03-03 12:00", "d2", commit("squashed", "03-02 10:00"), commit("next", "03-03 11:00"))
    assert lead_times(history) == [1, 2]


def test_a_rebased_commit_counts_under_each_of_its_shas() -> None:
    history = History()
    history.deployed("03-01 12:00", "d1", commit("before", "03-01 10:00"))
    history.deployed("03-02 13:00", "d2", commit("rebased", "03-02 10:00"))
    assert lead_times(history) == [2, 3]


def test_a_cherry_picked_commit_counts_from_its_own_time() -> None:
    """d1: 24 h; the hotfix carries the pick, dated like the original: 30 h."""
    history = History()
    history.deployed("03-02 10:00", "d1", commit("original", "03-01 10:00"))
    history.deployed("03-02 16:00", "d2", commit("picked", "03-01 10:00"), kind="hotfix")
    assert lead_times(history) == [24, 30]


def test_of_two_times_for_one_sha_in_one_deployment_the_earlier_counts() -> None:
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 08:00"), commit("a", "03-02 05:00"))
    assert lead_times(history) == [5]


def test_a_rollback_carries_no_change_forward() -> None:
    """The rollback lists the sha first; its lead time is that of the planned deployment, 26 h."""
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 08:00"), kind="rollback")
    history.deployed("03-03 10:00", "d2", commit("a", "03-02 08:00"))
    assert lead_times(history) == [26]


def test_a_sha_first_deployed_before_the_window_does_not_count_again() -> None:
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 08:00"))
    history.deployed("03-20 10:00", "d2", commit("a", "03-02 08:00"), commit("b", "03-20 07:00"))
    assert lead_times(history, "03-21", window=7) == [3]


def test_a_failed_deployment_leaves_its_commits_to_the_next() -> None:
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 08:00"), outcome="failed")
    history.deployed("03-02 14:00", "d2", commit("a", "03-02 08:00"))
    assert lead_times(history) == [6]


def test_clock_skew_leaves_a_commit_out_and_says_so() -> None:
    """The commit is dated a minute after its deployment; the other commit counts, at 0 h."""
    history = History()
    history.deployed("03-02 10:00", "d1", commit("skewed", "03-02 10:01"), commit("instant", "03-02 10:00"))
    report = history.report("03-31", 84)
    assert report["dora"]["lead_time_hours"]["values"] == [0]
    assert report["receipt"]["excluded"] == {"negative_lead_time": 1}


def test_a_commit_left_out_for_clock_skew_does_not_count_at_a_later_deployment() -> None:
    history = History()
    history.deployed("03-02 10:00", "d1", commit("skewed", "03-02 10:01"))
    history.deployed("03-02 12:00", "d2", commit("skewed", "03-02 10:01"))
    assert history.report("03-31", 84)["dora"]["lead_time_hours"]["n"] == 0


def test_staging_before_production_changes_no_figure() -> None:
    history = History()
    history.deployed("03-02 09:00", "d1", commit("a", "03-02 08:00"), environment="staging")
    history.deployed("03-02 12:00", "d1", commit("a", "03-02 08:00"))
    report = history.report("03-30", 28)
    assert report["dora"]["lead_time_hours"]["values"] == [4]
    assert report["dora"]["deployments"] == 1
    assert report["receipt"]["counted"] == 1
    assert report["receipt"]["excluded"] == {"not_production": 1}


def test_production_is_known_by_name_without_case() -> None:
    history = History()
    for n, name in enumerate(["PRODUCTION", "Prod", "live", "preprod", "staging"]):
        history.deployed("03-02 09:00", f"d{n}", environment=name)
    assert history.report("03-31", 84)["dora"]["deployments"] == 3


# Several events, one deployment


def test_regions_under_one_deployment_id_are_one_deployment() -> None:
    """Three regions, 10:00 to 10:40; the first to take effect dates it, and the commits of all are united."""
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 09:00"), outcome="failed")
    history.deployed("03-02 10:20", "d1", commit("a", "03-02 09:00"))
    history.deployed("03-02 10:40", "d1", commit("b", "03-02 08:20"))
    report = history.report("03-30", 28)
    assert report["dora"]["deployments"] == 1
    assert report["dora"]["change_fail_rate"]["count"] == 0
    assert report["dora"]["lead_time_hours"]["values"] == [80 / 60, 2]


def test_a_region_rolled_back_makes_the_deployment_a_failed_change() -> None:
    history = History()
    history.deployed("03-02 10:00", "d1").deployed("03-02 10:20", "d1", outcome="rolled_back")
    dora = history.report("03-30", 28)["dora"]
    assert (dora["deployments"], dora["change_fail_rate"]["count"]) == (1, 1)


def test_a_pipeline_run_again_is_the_deployment_that_took_effect() -> None:
    """Failed at 10:00, run again at 12:00 under the same id: 3 h after the commit, no failure."""
    history = History()
    history.deployed("03-02 10:00", "d1", commit("a", "03-02 09:00"), outcome="failed")
    history.deployed("03-02 12:00", "d1", commit("a", "03-02 09:00"))
    dora = history.report("03-30", 28)["dora"]
    assert dora["deployments"] == 1
    assert dora["lead_time_hours"]["values"] == [3]
    assert dora["change_fail_rate"]["count"] == 0


def test_one_deployment_id_over_two_services_is_two_deployments_and_its_commits_count_once() -> None:
    """web at 10:00 has the sha first: 1 h. api, at 11:00, adds only its own commit: 4 h."""
    history = History()
    history.deployed("03-02 10:00", "train-7", commit("a", "03-02 09:00"))
    history.deployed("03-02 11:00", "train-7", commit("a", "03-02 09:00"), commit("b", "03-02 07:00"), service="api")
    report = history.report("03-30", 28)
    assert report["dora"]["deployments"] == 2
    assert report["dora"]["lead_time_hours"]["values"] == [1, 4]


def test_any_event_of_a_deployment_that_says_hotfix_makes_it_rework() -> None:
    history = History()
    history.deployed("03-02 10:00", "d1").deployed("03-02 10:05", "d1", kind="hotfix")
    assert history.report("03-30", 28)["dora"]["rework_rate"]["count"] == 1


def test_a_started_deployment_is_none_by_itself_and_adds_its_head_to_the_finished_one() -> None:
    history = History()
    history.changed("03-02 08:00", "b", commit("a", "03-02 07:00"), commit("b", "03-02 07:30"))
    build = {"service": "web", "environment": "production", "repository": "shop"}
    history.add("Deployment Started", "03-02 09:00", deployment="d1", head="b", **build)
    history.add("Deployment Started", "03-02 09:00", deployment="d2", head="a", **build)
    history.deployed("03-02 09:30", "d1")
    dora = history.report("03-30", 28)["dora"]
    assert dora["deployments"] == 1
    assert dora["lead_time_hours"]["values"] == [2]


# Deployments that know only their head


def pushed() -> History:
    """Three pushes to main: a b | c d | e."""
    history = History()
    history.changed("03-02 08:00", "b", commit("a", "03-02 07:00"), commit("b", "03-02 07:30"))
    history.changed("03-03 08:00", "d", commit("c", "03-03 06:00"), commit("d", "03-03 07:00"))
    history.changed("03-04 08:00", "e", commit("e", "03-04 07:00"))
    return history


def test_a_head_carries_what_was_recorded_since_the_head_before() -> None:
    """d1 is the first ever seen and has b alone (09:00 − 07:30); d2 has c and d (09:00 − 06:00, − 07:00)."""
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="b", repository="shop")
    history.deployed("03-03 09:00", "d2", head="d", repository="shop")
    assert lead_times(history) == [1.5, 2, 3]


def test_a_head_in_the_middle_of_a_push_splits_it() -> None:
    """d1 has a alone: 2 h. d2 goes to c: b (25.5 h) and c (3 h)."""
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="a", repository="shop")
    history.deployed("03-03 09:00", "d2", head="c", repository="shop")
    assert lead_times(history) == [2, 3, 25.5]


def test_the_first_deployment_ever_seen_carries_its_head_alone() -> None:
    history = pushed()
    history.deployed("03-04 09:00", "d1", head="e", repository="shop")
    assert lead_times(history) == [2]


def test_the_head_before_is_that_of_an_effective_deployment_of_the_same_service() -> None:
    """A failed deployment of d and one of another service come between: d3 still carries c, d and e."""
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="b", repository="shop")
    history.deployed("03-03 09:00", "d2", head="d", repository="shop", outcome="failed")
    history.deployed("03-03 10:00", "other", head="unknown", repository="shop", service="api")
    history.deployed("03-04 09:00", "d3", head="e", repository="shop")
    assert lead_times(history, window=1) is None
    report = history.report("03-04 10:00", 1)
    assert report["dora"]["lead_time_hours"]["values"] == [2, 26, 27]


def test_an_unrecorded_head_before_leaves_the_head_alone() -> None:
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="unknown", repository="shop")
    history.deployed("03-04 09:00", "d2", head="e", repository="shop")
    assert lead_times(history) == [2]


def test_deploying_an_older_head_again_carries_nothing() -> None:
    """b after d: nothing is placed between, so the counts are d1's b, 1.5 h, and d2's c and d."""
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="b", repository="shop")
    history.deployed("03-03 09:00", "d2", head="d", repository="shop")
    history.deployed("03-04 09:00", "d3", head="b", repository="shop")
    history.deployed("03-04 10:00", "d4", head="e", repository="shop")
    assert lead_times(history, "03-04 09:30") == [1.5, 2, 3]


def test_listed_commits_beat_recorded_ones() -> None:
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="b", repository="shop")
    history.deployed("03-03 09:00", "d2", commit("z", "03-03 01:00"), head="d", repository="shop")
    assert lead_times(history) == [1.5, 8]


def test_the_branch_is_that_of_the_push_whose_head_was_deployed() -> None:
    """x and y were pushed to a release branch; main lists y in another order. The release branch's places count."""
    history = History()
    history.changed("03-02 08:00", "x", commit("x", "03-02 07:00"), branch="release")
    history.changed("03-02 09:00", "y", commit("w", "03-02 07:10"), commit("y", "03-02 07:30"), branch="release")
    history.changed("03-02 10:00", "z", commit("y", "03-02 07:30"), commit("x", "03-02 07:00"), branch="main")
    history.deployed("03-02 11:00", "d1", head="x", repository="shop")
    history.deployed("03-02 11:30", "d2", head="y", repository="shop")
    assert lead_times(history) == [4, 4, 4 + 20 / 60]


def test_a_commit_pushed_again_keeps_its_earliest_place() -> None:
    """a is listed again in the second push; it was placed before the previous head and is not carried twice."""
    history = History()
    history.changed("03-02 08:00", "b", commit("a", "03-02 07:00"), commit("b", "03-02 07:30"))
    history.changed("03-03 08:00", "c", commit("a", "03-02 07:00"), commit("c", "03-03 07:00"))
    history.deployed("03-02 09:00", "d1", head="b", repository="shop")
    history.deployed("03-03 09:00", "d2", head="c", repository="shop")
    assert lead_times(history) == [1.5, 2]


def test_in_a_monorepo_a_deployment_carries_the_commits_of_its_service() -> None:
    """web: c (03-03 09:00 − 06:00 = 3 h); api: d (10:00 − 07:00 = 3 h) and both, 5 h of api's first deployment."""
    history = History()
    history.changed("03-02 08:00", "a", commit("a", "03-02 04:00", services=["web", "api"]))
    history.changed(
        "03-03 08:00",
        "e",
        commit("c", "03-03 06:00", services=["web"]),
        commit("d", "03-03 07:00", services=["api"]),
        commit("e", "03-03 07:30", services=[]),
    )
    history.deployed("03-02 09:00", "w1", head="a", repository="shop")
    history.deployed("03-02 09:00", "p1", head="a", repository="shop", service="api")
    history.deployed("03-03 09:00", "w2", head="e", repository="shop")
    history.deployed("03-03 10:00", "p2", head="e", repository="shop", service="api")
    assert lead_times(history) == [3, 3, 5]


def test_recorded_changes_are_found_whichever_flywheel_they_came_from() -> None:
    history = History()
    history.changed("03-02 08:00", "b", commit("b", "03-02 07:30"), flywheel="platform")
    history.deployed("03-02 09:00", "d1", head="b", repository="shop")
    report = history.report("03-30", 28, rules(repositories=("elsewhere",)))
    assert report["flywheel"] == FLYWHEEL
    assert report["dora"]["lead_time_hours"]["values"] == [1.5]
    assert report["receipt"]["counted"] == 1


def test_recorded_changes_of_another_repository_are_not_looked_up() -> None:
    history = pushed()
    history.deployed("03-02 09:00", "d1", head="b", repository="other")
    report = history.report("03-31", 84)
    assert report["dora"]["deployments"] == 1
    assert report["dora"]["lead_time_hours"]["n"] == 0
