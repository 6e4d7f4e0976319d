"""`flywheel import git --dry-run` on repositories of every awkward shape."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.eventbridge import EventsClient
from tests.unit.cli.imports import deployments, imported, releases, shas

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


@pytest.fixture
def two_releases(repository: Any) -> Any:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    repository.commit("more", "2026-03-01T09:00:00Z")
    repository.tag("v1.0.0")
    repository.second = repository.commit("SHOP-12 pay by card", "2026-03-04T08:00:00Z")
    repository.third = repository.commit("tidy", "2026-03-05T08:00:00+02:00")
    repository.tag("v1.1.0", at="2026-03-06T10:00:00Z")
    return repository


def test_a_tag_becomes_a_deployment_with_the_commits_since_the_tag_before(flywheel: Run, two_releases: Any) -> None:
    first, second = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))
    assert shas(second) == [two_releases.second, two_releases.third]
    assert [commit["time"] for commit in second["commits"]] == ["2026-03-04T08:00:00Z", "2026-03-05T06:00:00Z"]
    assert second["time"] == "2026-03-06T10:00:00Z"
    assert (second["service"], second["environment"], second["outcome"]) == ("shop", "production", "succeeded")
    assert second["head"] == two_releases.third
    assert first["time"] == "2026-03-01T09:00:00Z"


def test_a_lightweight_tag_is_dated_by_its_commit_and_an_annotated_one_by_itself(
    flywheel: Run, two_releases: Any
) -> None:
    times = [d["time"] for d in deployments(flywheel("import", "git", two_releases.path, "--dry-run"))]
    assert times == ["2026-03-01T09:00:00Z", "2026-03-06T10:00:00Z"]


def test_the_first_release_counts_only_its_own_commit_and_says_so(flywheel: Run, two_releases: Any) -> None:
    ran = flywheel("import", "git", two_releases.path, "--dry-run")
    assert len(deployments(ran)[0]["commits"]) == 1
    assert "1 commit before the first, v1.0.0" in ran.err


def test_a_release_names_its_deployment_and_the_ideas_of_its_commits(flywheel: Run, two_releases: Any) -> None:
    ran = flywheel("import", "git", two_releases.path, "--dry-run", "--idea-projects", "SHOP")
    first, second = releases(ran)
    assert first["feature"] == "shop@v1.0.0"
    assert "idea" not in first
    assert (second["feature"], second["idea"], second["deployments"]) == ("shop@v1.1.0", "SHOP-12", ["v1.1.0"])


def test_two_runs_are_byte_for_byte_the_same(flywheel: Run, two_releases: Any) -> None:
    again = [flywheel("import", "git", two_releases.path, "--dry-run").out for _ in range(2)]
    assert again[0] == again[1]


def test_another_clone_gives_the_same_ids(flywheel: Run, two_releases: Any, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", two_releases.path, tmp_path / "copy"], check=True)
    ours = imported(flywheel("import", "git", two_releases.path, "--dry-run"))
    theirs = imported(flywheel("import", "git", tmp_path / "copy", "--dry-run"))
    assert [event["detail"]["id"] for event in ours] == [event["detail"]["id"] for event in theirs]


def test_no_name_address_or_message_of_a_person_leaves_the_clone(flywheel: Run, two_releases: Any) -> None:
    out = flywheel("import", "git", two_releases.path, "--dry-run").out
    assert "Ada" not in out
    assert "example.org" not in out
    assert "pay by card" not in out


def test_the_repository_is_named_without_host_or_credentials(flywheel: Run, two_releases: Any) -> None:
    two_releases.git("remote", "add", "origin", "https://robot:s3cret@git.example.org/acme/storefront.git")
    ran = flywheel("import", "git", two_releases.path, "--dry-run")
    assert deployments(ran)[0]["repository"] == "acme/storefront"
    assert deployments(ran)[0]["service"] == "storefront"
    assert "s3cret" not in ran.out + ran.err


def test_a_merge_brings_the_commits_of_its_branch_once(flywheel: Run, two_releases: Any) -> None:
    two_releases.git("checkout", "-q", "-b", "topic")
    topic = two_releases.commit("work", "2026-03-08T08:00:00Z")
    two_releases.git("checkout", "-q", "main")
    direct = two_releases.commit("fix", "2026-03-08T09:00:00Z")
    two_releases.git("merge", "-q", "--no-ff", "-m", "Merge branch 'topic/SHOP-40'", "topic", at="2026-03-09T08:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-10T08:00:00Z")
    ran = flywheel("import", "git", two_releases.path, "--dry-run", "--idea-projects", "SHOP")
    last = deployments(ran)[-1]
    assert shas(last) == [topic, direct, last["head"]]
    assert releases(ran)[-1]["idea"] == "SHOP-40"


def test_a_patch_within_a_day_is_a_hotfix_of_the_release_before(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit("fix", "2026-03-06T20:00:00Z")
    two_releases.tag("v1.1.1", at="2026-03-07T10:00:00Z")
    two_releases.commit("fix again", "2026-03-08T10:00:01Z")
    two_releases.tag("v1.1.2", at="2026-03-08T10:00:01Z")
    _, _, soon, later = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))
    assert (soon["kind"], soon["remediates"]) == ("hotfix", "v1.1.0")
    assert later["kind"] == "planned"
    assert "remediates" not in later


def test_a_minor_release_within_a_day_is_planned(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit("feature", "2026-03-06T20:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-06T21:00:00Z")
    assert [d["kind"] for d in deployments(flywheel("import", "git", two_releases.path, "--dry-run"))] == [
        "planned"
    ] * 3


def test_a_release_of_only_a_revert_is_a_rollback_that_mends_the_release_before(
    flywheel: Run, two_releases: Any
) -> None:
    message = f'Revert "SHOP-12 pay by card"\n\nThis reverts commit {two_releases.second}.'
    two_releases.commit(message, "2026-03-06T11:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-06T12:00:00Z")
    last = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]
    assert (last["kind"], last["remediates"]) == ("rollback", "v1.1.0")


def test_a_revert_among_other_work_is_a_hotfix(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit('Revert "tidy" (#14)', "2026-03-06T11:00:00Z")
    two_releases.commit("feature", "2026-03-06T11:30:00Z")
    two_releases.tag("v1.2.0", at="2026-03-06T12:00:00Z")
    last = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]
    assert (last["kind"], last["remediates"]) == ("hotfix", "v1.1.0")


def test_a_revert_among_other_work_a_week_later_is_planned_and_told(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit('Revert "tidy"', "2026-03-13T11:00:00Z")
    two_releases.commit("feature", "2026-03-13T11:30:00Z")
    two_releases.tag("v1.2.0", at="2026-03-13T12:00:00Z")
    ran = flywheel("import", "git", two_releases.path, "--dry-run")
    assert deployments(ran)[-1]["kind"] == "planned"
    assert "v1.2.0 (of v1.1.0)" in ran.err


def test_a_release_of_only_a_revert_is_a_rollback_however_late(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit('Revert "tidy"', "2026-03-13T11:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-13T12:00:00Z")
    last = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]
    assert (last["kind"], last["remediates"]) == ("rollback", "v1.1.0")


def test_a_commit_taken_back_before_its_own_release_mends_nothing(flywheel: Run, two_releases: Any) -> None:
    sha = two_releases.commit("try", "2026-03-06T11:00:00Z")
    two_releases.commit(f'Revert "try"\n\nThis reverts commit {sha}.', "2026-03-06T11:30:00Z")
    two_releases.tag("v1.2.0", at="2026-03-06T12:00:00Z")
    assert deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]["kind"] == "planned"


def test_a_revert_of_a_revert_is_work_again(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit('Revert "Revert "tidy""', "2026-03-06T11:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-06T12:00:00Z")
    assert deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]["kind"] == "planned"


def test_an_older_commit_under_a_newer_version_is_a_rollback(flywheel: Run, two_releases: Any) -> None:
    two_releases.tag("v1.1.1", at="2026-03-06T12:00:00Z", target="v1.0.0")
    last = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]
    assert (last["deployment"], last["kind"], last["remediates"], last["commits"]) == (
        "v1.1.1",
        "rollback",
        "v1.1.0",
        [],
    )


def test_a_tag_made_long_after_is_a_release_of_that_day_that_carries_nothing_new(
    flywheel: Run, two_releases: Any
) -> None:
    middle = two_releases.second
    two_releases.tag("v1.0.5", at="2026-06-01T00:00:00Z", target=middle)
    found = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))
    assert [(d["deployment"], d["time"], d["kind"], shas(d)) for d in found[1:]] == [
        ("v1.1.0", "2026-03-06T10:00:00Z", "planned", [middle, two_releases.third]),
        ("v1.0.5", "2026-06-01T00:00:00Z", "planned", []),
    ]


def test_a_lightweight_tag_on_a_commit_whose_clock_ran_ahead_takes_its_place_by_ancestry(
    flywheel: Run, two_releases: Any
) -> None:
    ahead = two_releases.commit("ahead", "2026-04-09T08:00:00Z")
    two_releases.tag("v1.1.1")
    last = two_releases.commit("after", "2026-04-07T08:00:00Z")
    two_releases.tag("v1.2.0")
    found = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))
    assert [(d["deployment"], shas(d)) for d in found[2:]] == [("v1.1.1", [ahead]), ("v1.2.0", [last])]


def test_a_maintenance_line_keeps_its_own_patches(flywheel: Run, two_releases: Any) -> None:
    two_releases.git("checkout", "-q", "-b", "v1.0-line", "v1.0.0")
    backport = two_releases.commit("backport", "2026-03-06T12:00:00Z")
    two_releases.tag("v1.0.1", at="2026-03-06T13:00:00Z")
    last = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]
    assert (last["deployment"], last["kind"], shas(last)) == ("v1.0.1", "planned", [backport])


def test_tag_families_are_services_of_their_own(flywheel: Run, repository: Any) -> None:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    for name in ("api/v1.0", "web-1.0", "@acme/cart@1.0.0"):
        repository.tag(name)
    both = repository.commit("work", "2026-03-02T08:00:00Z")
    repository.tag("api/v1.1")
    repository.tag("web-1.1")
    found = deployments(flywheel("import", "git", repository.path, "--dry-run"))
    assert {(d["service"], d["deployment"]) for d in found} == {
        ("api", "api/v1.0"), ("api", "api/v1.1"), ("web", "web-1.0"), ("web", "web-1.1"),
        ("@acme/cart", "@acme/cart@1.0.0"),
    }  # fmt: skip
    assert [shas(d) for d in found if d["deployment"] in {"api/v1.1", "web-1.1"}] == [[both], [both]]


def test_one_family_of_several_is_chosen_and_renamed(flywheel: Run, repository: Any) -> None:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    repository.tag("api/v1.0")
    repository.tag("web-1.0")
    chosen = deployments(
        flywheel("import", "git", repository.path, "--dry-run", "--tags", "api/*", "--service", "gateway")
    )
    assert [(d["service"], d["deployment"]) for d in chosen] == [("gateway", "api/v1.0")]
    renamed = deployments(flywheel("import", "git", repository.path, "--dry-run", "--service", "api=gateway"))
    assert {d["service"] for d in renamed} == {"gateway", "web"}


def test_pre_releases_and_moving_tags_are_no_releases(flywheel: Run, two_releases: Any) -> None:
    two_releases.commit("next", "2026-03-07T08:00:00Z")
    for name in ("v1.2.0-rc.1", "latest", "v1", "v1.1"):
        two_releases.tag(name, target="HEAD" if name.startswith("v1.2") else "v1.1.0^{commit}")
    ran = flywheel("import", "git", two_releases.path, "--dry-run")
    assert [d["deployment"] for d in deployments(ran)] == ["v1.0.0", "v1.1.0"]
    assert "v1.2.0-rc.1" in ran.err
    assert "latest" in ran.err
    taken = deployments(flywheel("import", "git", two_releases.path, "--dry-run", "--pre-releases"))
    assert [d["deployment"] for d in taken] == ["v1.0.0", "v1.1.0", "v1.2.0-rc.1"]


def test_tags_without_any_number_are_taken_as_they_come(flywheel: Run, repository: Any) -> None:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    repository.tag("first")
    repository.commit("more", "2026-03-02T08:00:00Z")
    repository.tag("second")
    found = deployments(flywheel("import", "git", repository.path, "--dry-run"))
    assert [d["deployment"] for d in found] == ["first", "second"]


def test_a_tag_of_a_tag_leads_to_its_commit_and_one_of_a_file_is_left_out(flywheel: Run, two_releases: Any) -> None:
    two_releases.tag("v1.1.0.1", at="2026-03-06T10:30:00Z", target="v1.1.0")
    blob = two_releases.git("hash-object", "-w", "--stdin", at="2026-03-06T10:30:00Z")
    two_releases.git("tag", "v9.9.9", blob)
    found = deployments(flywheel("import", "git", two_releases.path, "--dry-run"))
    assert found[-1]["deployment"] == "v1.1.0.1"
    assert found[-1]["head"] == two_releases.third


def test_a_shallow_clone_counts_what_it_has_and_warns(flywheel: Run, two_releases: Any, tmp_path: Path) -> None:
    two_releases.commit("next", "2026-03-07T08:00:00Z")
    two_releases.tag("v1.2.0")
    url = f"file://{two_releases.path}"
    subprocess.run(["git", "clone", "-q", "--depth", "2", url, tmp_path / "cut"], check=True)
    subprocess.run(["git", "-C", tmp_path / "cut", "fetch", "-q", "--depth", "1", "--tags"], check=True)
    ran = flywheel("import", "git", tmp_path / "cut", "--dry-run", "--service", "shop")
    found = {d["deployment"]: d for d in deployments(ran)}
    assert "warning: shallow clone" in ran.err
    assert "git fetch --unshallow --tags" in ran.err
    assert len(found["v1.2.0"]["commits"]) == 1


def test_no_tags_is_an_error_that_names_the_branch_to_take(flywheel: Run, repository: Any) -> None:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    ran = flywheel("import", "git", repository.path, "--dry-run")
    assert (ran.code, ran.out) == (1, "")
    assert "has no tags" in ran.err
    assert "--branch main" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_merges_and_squashes_of_a_branch_are_its_deployments(flywheel: Run, repository: Any) -> None:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    repository.git("checkout", "-q", "-b", "topic")
    topic = repository.commit("work", "2026-03-02T08:00:00Z")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge branch 'topic'", "topic", at="2026-03-03T08:00:00Z")
    direct = repository.commit("direct", "2026-03-04T08:00:00Z")
    squash = repository.commit("feat: cart (#31)", "2026-03-05T08:00:00Z", authored="2026-03-04T20:00:00Z")
    repository.commit("not landed yet", "2026-03-06T08:00:00Z")
    ran = flywheel("import", "git", repository.path, "--branch", "main", "--dry-run")
    merged, squashed = deployments(ran)
    assert shas(merged) == [merged["head"]]
    assert shas(squashed) == [direct, squash]
    assert squashed["commits"][1]["time"] == "2026-03-04T20:00:00Z"
    assert squashed["time"] == "2026-03-05T08:00:00Z"
    assert topic not in shas(squashed)
    assert "left out" in ran.err


def test_a_branch_without_merges_lands_commit_by_commit_and_has_no_lead_times(
    flywheel: Run, repository: Any, tmp_path: Path
) -> None:
    for day in (1, 2, 3):
        repository.commit(f"work {day}", f"2026-03-0{day}T08:00:00Z", authored=f"2026-03-0{day}T07:00:00Z")
    ran = flywheel("import", "git", repository.path, "--branch", "main", "--dry-run")
    found = deployments(ran)
    assert [(d["head"], "commits" in d) for d in found] == [(d["head"], False) for d in found]
    assert len(found) == 3
    assert "lead times are not known: on main every landing is one direct commit" in ran.err
    (tmp_path / "events.jsonl").write_text(ran.out)
    told = flywheel("report", tmp_path / "events.jsonl", "--as-of", "2026-03-20T00:00:00Z", "--json")
    assert json.loads(told.out)["dora"]["lead_time_hours"]["p50"] is None


def test_a_squash_that_was_made_as_it_landed_has_no_lead_time(flywheel: Run, repository: Any) -> None:
    for day in (1, 2):
        repository.commit(f"work {day} (#{day})", f"2026-03-0{day}T08:00:00Z")
    repository.commit("older work (#3)", "2026-03-03T08:00:00Z", authored="2026-03-01T08:00:00Z")
    ran = flywheel("import", "git", repository.path, "--branch", "main", "--dry-run")
    assert [len(d.get("commits", ())) for d in deployments(ran)] == [0, 0, 1]
    assert "not known of 2 landings on main" in ran.err


def test_a_branch_that_is_not_there_is_an_error_that_lists_those_that_are(flywheel: Run, two_releases: Any) -> None:
    ran = flywheel("import", "git", two_releases.path, "--branch", "trunk", "--dry-run")
    assert ran.code == 2
    assert "'trunk'" in ran.err
    assert "main" in ran.err


@pytest.mark.parametrize(
    ("message", "ideas"),
    [
        ("SHOP-12: pay, and SHOP-13", ["SHOP-12", "SHOP-13"]),
        ("encode as UTF-8, hash with SHA-256", []),
        ("feat: cart (#31)", []),
        ("feat: cart (#31)\n\nFixes #12, closes: #13", ["#12", "#13"]),
        ("Merge branch 'feature/SHOP-77-cart'", ["SHOP-77"]),
        ("shop-12 in lower case", ["SHOP-12"]),
    ],
)
def test_idea_keys_are_read_from_messages(flywheel: Run, two_releases: Any, message: str, ideas: list[str]) -> None:
    two_releases.commit(message, "2026-03-10T08:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-11T08:00:00Z")
    ran = flywheel("import", "git", two_releases.path, "--dry-run", "--idea-projects", "SHOP")
    assert deployments(ran)[-1]["commits"][-1].get("ideas", []) == ideas


def test_the_group_of_an_idea_pattern_is_the_key(flywheel: Run, two_releases: Any) -> None:
    ran = flywheel("import", "git", two_releases.path, "--dry-run", "--idea-pattern", r"(?i)shop-(\d+)")
    assert releases(ran)[-1]["idea"] == "12"
    assert "idea" not in releases(flywheel("import", "git", two_releases.path, "--dry-run", "--idea-pattern", ""))[-1]


def test_a_broken_idea_pattern_is_wrong_usage(flywheel: Run, two_releases: Any) -> None:
    ran = flywheel("import", "git", two_releases.path, "--dry-run", "--idea-pattern", "(SHOP")
    assert ran.code == 2
    assert "--idea-pattern: got '(SHOP'" in ran.err


@pytest.mark.parametrize("where", ["missing", "empty"])
def test_a_folder_that_is_no_clone_is_wrong_usage(flywheel: Run, tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    ran = flywheel("import", "git", tmp_path / where, "--dry-run")
    assert ran.code == 2
    assert f"{tmp_path / where}" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_many_commits_of_one_release_are_split_into_events_the_bus_takes(flywheel: Run, two_releases: Any) -> None:
    stream = "".join(
        f"commit refs/heads/main\nmark :{n}\ncommitter A <a@b> {1772900000 + n} +0000\ndata 2\nx\n"
        + (f"from {two_releases.third}\n" if n == 1 else f"from :{n - 1}\n")
        for n in range(1, 2502)
    )
    subprocess.run(["git", "-C", two_releases.path, "fast-import", "--quiet"], input=stream, text=True, check=True)
    two_releases.tag("v2.0.0", at="2026-04-01T00:00:00Z", target="main")
    parts = [
        d for d in deployments(flywheel("import", "git", two_releases.path, "--dry-run")) if d["deployment"] == "v2.0.0"
    ]
    assert [len(d["commits"]) for d in parts] == [1000, 1000, 501]
    assert len({d["id"] for d in parts}) == 3
    assert len({sha for d in parts for sha in shas(d)}) == 2501


def test_an_issue_of_a_remote_is_told_with_its_repository(flywheel: Run, two_releases: Any) -> None:
    two_releases.git("remote", "add", "origin", "git@git.example.org:acme/storefront.git")
    two_releases.commit("feat: cart\n\nFixes #12", "2026-03-10T08:00:00Z")
    two_releases.tag("v1.2.0", at="2026-03-11T08:00:00Z")
    assert releases(flywheel("import", "git", two_releases.path, "--dry-run"))[-1]["idea"] == "acme/storefront#12"


class TestSending:
    """Without --dry-run the events go onto the bus."""

    @pytest.fixture
    def sent(self, monkeypatch: pytest.MonkeyPatch) -> EventsClient:
        bus = EventsClient()
        monkeypatch.setattr("cli.target.Target.client", lambda *_: bus)
        return bus

    def test_they_are_the_events_of_the_dry_run(self, flywheel: Run, two_releases: Any, sent: EventsClient) -> None:
        ran = flywheel("import", "git", two_releases.path, "--stack", "flywheel-prod", "--json")
        told = json.loads(ran.out)
        counts = {
            "bus": "flywheel-prod",
            "commits": 4,
            "releases": 2,
            "events": 4,
            "sent": 4,
            "unsent": 0,
            "refused": 0,
        }
        assert {name: told[name] for name in counts} == counts
        assert told["services"]["shop"][0] == {
            "releases": 2, "rework": 0, "since": "2026-03-01", "planned_reverts": {},
        }  # fmt: skip
        assert told["ideas"] == {"taken": {}, "left_out": {"SHOP": 1}}
        shown = imported(flywheel("import", "git", two_releases.path, "--dry-run"))
        assert [json.loads(entry["Detail"]) for entry in sent.entries] == [event["detail"] for event in shown]

    def test_what_the_bus_could_not_take_is_a_failure_that_says_to_run_it_again(
        self, flywheel: Run, two_releases: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bus = EventsClient()
        bus.trouble = [{0: "MalformedDetail"}]
        monkeypatch.setattr("cli.target.Target.client", lambda *_: bus)
        ran = flywheel("import", "git", two_releases.path)
        assert ran.code == 1
        assert "1 event not sent (1 × MalformedDetail: no); run it again" in ran.err


@pytest.mark.parametrize("asked", [(), ("--branch", "main")])
def test_a_clone_without_a_commit_is_named(flywheel: Run, tmp_path: Path, asked: tuple[str, ...]) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path / "new"], check=True)
    ran = flywheel("import", "git", tmp_path / "new", *asked, "--dry-run")
    assert (ran.code, ran.out) == (1, "")
    assert "has no commit yet" in ran.err


@pytest.mark.parametrize("option", ["--flywheel", "--service"])
def test_a_name_that_is_empty_is_refused_and_never_left_out(flywheel: Run, two_releases: Any, option: str) -> None:
    ran = flywheel("import", "git", two_releases.path, "--dry-run", option, "")
    assert (ran.code, ran.out) == (2, "")
    assert f"{option}: got 0 characters, expected 1 to 256" in ran.err
