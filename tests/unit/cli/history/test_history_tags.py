"""What tags' names say: whose release it is, which are one, and which are none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.git.tags.names import read_tag, read_tags
from events import decode
from tests.unit.cli.imports import deployments, figures, kinds, releases

Run = Callable[..., Any]


def dry(flywheel: Run, path: Path, *options: Any) -> Any:
    return flywheel("import", "git", path, "--dry-run", *options)


@pytest.mark.parametrize(
    ("name", "family", "version"),
    [
        ("v1.2.3", "", (1, 2, 3)),
        ("1.2", "", (1, 2)),
        ("api/v1.2.0", "api", (1, 2, 0)),
        ("dev-portal/v1.2.0", "dev-portal", (1, 2, 0)),
        ("edge-v1.0.0", "edge", (1, 0, 0)),
        ("test-runner@2.0.0", "test-runner", (2, 0, 0)),
        ("next-app@1.0.0", "next-app", (1, 0, 0)),
        ("canary-deployer/v2.0.0", "canary-deployer", (2, 0, 0)),
        ("live-chat/v1.2.0", "live-chat", (1, 2, 0)),
        ("release-notes@1.0.0", "release-notes", (1, 0, 0)),
        ("tag-manager-v2.0.0", "tag-manager", (2, 0, 0)),
        ("hot-deploy@1.0.0", "hot-deploy", (1, 0, 0)),
        ("@scope/auto-deploy@1.0.0", "@scope/auto-deploy", (1, 0, 0)),
        ("@scope/release@1.0.0", "@scope/release", (1, 0, 0)),
        ("release/api-1.2", "api", (1, 2)),
        ("api-release-1.2", "api", (1, 2)),
        ("api/prod/1.2", "api", (1, 2)),
        ("hotfix/1.2.1", "", (1, 2, 1)),
        ("alpha/beta/v0.3.0", "alpha/beta", (0, 3, 0)),
        ("bridge/opencensus/test/v0.30.0", "bridge/opencensus/test", (0, 30, 0)),
        ("@scope/cart@2.0.0", "@scope/cart", (2, 0, 0)),
        ("terraform-0.12/v2.0.0", "terraform-0.12", (2, 0, 0)),
        ("2fa/v1.0.0", "2fa", (1, 0, 0)),
        ("release-57", "", (57,)),
        ("curl-8_5_0", "curl", (8, 5, 0)),
        ("OpenSSL_1_1_1w", "OpenSSL", (1, 1, 1, 23)),
        ("v1.2.3-4", "", (1, 2, 3, 4)),
        ("v1.2.3-20260301", "", (1, 2, 3, 20260301)),
        ("2026-03-01", "", (2026, 3, 1)),
        ("2026-03-01.1", "", (2026, 3, 1, 1)),
        ("release-2026-03-01-1", "", (2026, 3, 1, 1)),
        ("web-2026-03-01/2", "web", (2026, 3, 1, 2)),
        ("20260301T1200", "", (2026, 3, 1, 1200)),
        ("deploy-20260301120000", "", (2026, 3, 1, 120000)),
        ("web/2026-03-01T12-30-00Z", "web", (2026, 3, 1, 12, 30, 0)),
        ("2026-W10.1", "", (2026, 10, 1)),
        ("v2026.11.302", "", (2026, 11, 302)),
        ("release-01-03-2026.2", "", (2026, 3, 1, 2)),
        ("server1.2.0", "server", (1, 2, 0)),
        ("ver1.2", "", (1, 2)),
        ("Harbour.SR2", "Harbour.SR", (2,)),
        ("REL9_6_24", "", (9, 6, 24)),
        ("debian/1%2.3.0-1", "debian", (2, 3, 0, 1)),
        ("v1.2.3-5b3c9e1", "", (1, 2, 3)),
        ("v1.2.3-5-g5ea7b1c", "", (1, 2, 3, 5)),
        ("@scope/cart@2.0.0-5ea7b1c", "@scope/cart", (2, 0, 0)),
        ("web-2026-03-01-5ea1c", "web", (2026, 3, 1)),
        ("release-20260301a", "", (2026, 3, 1, 1)),
    ],
)
def test_what_stands_before_the_version_is_a_name(name: str, family: str, version: tuple[int, ...]) -> None:
    tag = read_tag(name)
    assert (tag.family, tag.version, tag.pre_release) == (family, version, False)


@pytest.mark.parametrize(
    "suffix",
    [
        *("-rc.1", "a1", "b2", "rc1", ".dev0", "-SNAPSHOT", "-alpha", "-beta.2", "-M1", "-preview.3", "-nightly"),
        *("-rc1+b5", "-a1234", "a20260301", ".100a1", "-beta-5b3c9e1"),
    ],
)
def test_only_a_suffix_says_that_a_version_is_none_yet(suffix: str) -> None:
    assert read_tag(f"edge-v1.2.0{suffix}").pre_release


@pytest.mark.parametrize(
    "suffix", ["-security", "-jre", "-lts", "-final", "+dev.5", ".post1", "-1", "w", "-ubuntu", "/linux"]
)
def test_other_words_after_a_version_are_releases(suffix: str) -> None:
    assert not read_tag(f"v1.2.0{suffix}").pre_release


@pytest.mark.parametrize("suffix", ["-hf1", "-hotfix1", "-p1", "-hotfix", "-patch2", "-fix.3"])
def test_some_words_say_that_a_release_is_a_fix(suffix: str) -> None:
    tag = read_tag(f"v1.2.0{suffix}")
    assert (tag.fix, tag.pre_release, tag.version) == (True, False, (1, 2, 0))


@pytest.mark.parametrize("name", ["2.1.x", "v3.x", "release-3.x", "latest", "nightly", "a/b", "9" * 30])
def test_a_name_without_a_version_has_none(name: str) -> None:
    assert read_tag(name).version == ()


def test_a_number_shorter_than_a_hash_is_a_version_beside_hashes_too() -> None:
    tags = read_tags(["deploy-100", "deploy-5b3c9e1", "deploy-9912345", "v3", "5b3c9e1", "20260301"])
    assert [tag.version for tag in tags] == [(100,), (), (), (3,), (), (2026, 3, 1)]


@pytest.mark.slow
def test_deployments_named_by_a_hash_are_releases_of_one_family(flywheel: Run, repository: Any) -> None:
    names = ["deploy-5b3c9e1", "deploy-a1b2c3d", "deploy-9912345", "deploy-0ea7b1c", "api-5ea7b1c"]
    for day, name in enumerate(names, start=1):
        repository.commit(name, f"2026-03-0{day}T08:00:00Z")
        repository.tag(name)
    found = deployments(dry(flywheel, repository.path))
    assert [each["deployment"] for each in found] == names
    assert [each["service"] for each in found] == ["shop"] * 4 + ["api"]


@pytest.mark.slow
def test_a_hash_is_no_version_beside_versions(flywheel: Run, repository: Any) -> None:
    repository.commit("a", "2026-03-01T08:00:00Z")
    for name in ("v1.0.0", "deploy-5b3c9e1", "deploy-9912345"):
        repository.tag(name)
    ran = dry(flywheel, repository.path)
    assert [each["deployment"] for each in deployments(ran)] == ["v1.0.0"]
    assert "left out, no version in the name: deploy-5b3c9e1, deploy-9912345" in ran.err


@pytest.mark.slow
class TestTwins:
    """Two names for one release are one release."""

    @pytest.fixture
    def twins(self, repository: Any) -> Any:
        def both(patch: str, first: str, second: str) -> None:
            repository.tag(f"v3.{patch}", at=first)
            repository.tag(f"v0.30{patch}", at=second)

        repository.both = both
        repository.commit("a", "2026-03-01T10:00:00Z")
        both("0.0", "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")
        repository.commit("b", "2026-03-10T10:00:00Z")
        both("1.0", "2026-03-10T12:00:00Z", "2026-03-11T10:01:00Z")
        repository.commit("c", "2026-03-10T12:05:00Z")
        both("1.1", "2026-03-11T10:00:00Z", "2026-03-11T10:02:00Z")
        return repository

    def test_they_are_counted_once_at_the_earliest_time_and_named(
        self, flywheel: Run, twins: Any, tmp_path: Path
    ) -> None:
        ran = dry(flywheel, twins.path)
        told = figures(flywheel, tmp_path, ran, "2026-05-01T00:00:00Z")["dora"]
        assert (told["deployments"], told["change_fail_rate"]["count"]) == (3, 1)
        assert told["recovery_minutes"]["values"] == [1320]
        assert "twins, two names for one release, counted once: v3." in ran.err

    def test_one_that_stands_alone_for_more_than_a_week_ends_it(self, flywheel: Run, twins: Any) -> None:
        twins.commit("d", "2026-04-01T10:00:00Z")
        twins.tag("v3.2.0", at="2026-04-01T12:00:00Z")
        twins.commit("e", "2026-04-10T10:00:00Z")
        twins.tag("v3.3.0", at="2026-04-10T12:00:00Z")
        assert len(deployments(dry(flywheel, twins.path))) == 8

    def test_one_whose_twin_is_yet_to_come_is_alone_for_a_while(self, flywheel: Run, twins: Any) -> None:
        twins.commit("d", "2026-04-01T10:00:00Z")
        twins.tag("v3.2.0", at="2026-04-01T12:00:00Z")
        found = [each["deployment"] for each in deployments(dry(flywheel, twins.path))]
        assert found == ["v3.0.0", "v3.1.0", "v3.1.1", "v3.2.0"]

    def test_a_third_series_that_joins_one_of_them_leaves_none_alone(self, flywheel: Run, twins: Any) -> None:
        twins.commit("d", "2026-06-01T10:00:00Z")
        for name in ("v4.0.0", "v0.400.0"):
            twins.tag(name, at="2026-06-01T12:00:00Z")
        found = [each["deployment"] for each in deployments(dry(flywheel, twins.path))]
        assert found == ["v3.0.0", "v3.1.0", "v3.1.1", "v4.0.0"]

    def test_a_family_of_the_same_releases_is_the_same_service(self, flywheel: Run, repository: Any) -> None:
        for number in range(4):
            repository.commit(f"work {number}", f"2026-03-0{number + 1}T08:00:00Z")
            repository.tag(f"v0.{number}.0", at=f"2026-03-0{number + 1}T09:00:00Z")
            repository.tag(f"engine-1.{number}.0", at=f"2026-03-0{number + 1}T09:05:00Z")
        found = deployments(dry(flywheel, repository.path))
        assert [(each["service"], each["deployment"]) for each in found] == [("shop", f"v0.{n}.0") for n in range(4)]

    def test_a_family_that_is_a_directory_is_a_train_and_no_twin(self, flywheel: Run, repository: Any) -> None:
        (repository.path / "chart").mkdir()
        (repository.path / "chart" / "values").write_text("x")
        repository.git("add", ".")
        for number in range(3):
            repository.commit(f"work {number}", f"2026-03-0{number + 1}T08:00:00Z")
            repository.tag(f"v0.{number}.0", at=f"2026-03-0{number + 1}T09:00:00Z")
            repository.tag(f"chart-1.{number}.0", at=f"2026-03-0{number + 1}T09:05:00Z")
        ran = dry(flywheel, repository.path)
        assert len(deployments(ran)) == 6
        assert {each["feature"] for each in releases(ran)} == {f"shop@v0.{number}.0" for number in range(3)}

    @pytest.mark.parametrize("second", ["v0.4{}.0", "release-2.{}.0"])
    def test_a_lightweight_second_name_has_no_time_of_its_own(
        self, flywheel: Run, repository: Any, second: str
    ) -> None:
        for number in range(3):
            repository.commit(f"work {number}", f"2026-03-0{number + 1}T08:00:00Z")
            repository.tag(f"v2.{number}.0", at=f"2026-03-0{number + 1}T12:00:00Z")
            repository.tag(second.format(number))
        found = deployments(dry(flywheel, repository.path))
        assert [(each["deployment"], each["time"][11:13]) for each in found] == [(f"v2.{n}.0", "12") for n in range(3)]

    @pytest.mark.parametrize("form", ["v{}", "deploy-{}", "build_{}"])
    def test_a_number_that_counts_on_is_no_second_name_but_a_step_back(
        self, flywheel: Run, repository: Any, form: str
    ) -> None:
        old = repository.commit("a", "2026-03-01T08:00:00Z")
        repository.tag(form.format(100), at="2026-03-01T09:00:00Z")
        repository.commit("b", "2026-03-02T08:00:00Z")
        repository.tag(form.format(101), at="2026-03-02T09:00:00Z")
        repository.tag(form.format(102), at="2026-03-02T10:00:00Z", target=old)
        found = kinds(dry(flywheel, repository.path))
        assert (len(found), found[form.format(102)]) == (3, ("rollback", form.format(101)))

    def test_a_number_that_counts_on_at_once_is_a_second_name(self, flywheel: Run, repository: Any) -> None:
        repository.commit("a", "2026-03-01T08:00:00Z")
        for number in (100, 101):
            repository.tag(f"deploy-{number}", at=f"2026-03-01T09:0{number - 100}:00Z")
        assert len(deployments(dry(flywheel, repository.path))) == 1

    def test_two_versions_of_one_series_on_a_commit_are_two_releases(self, flywheel: Run, repository: Any) -> None:
        repository.commit("a", "2026-03-01T08:00:00Z")
        repository.tag("v1.0.0", at="2026-03-01T09:00:00Z")
        repository.tag("v1.0.1", at="2026-03-05T09:00:00Z")
        assert len(deployments(dry(flywheel, repository.path))) == 2


@pytest.mark.slow
class TestTrains:
    """Families tagged together are a deployment of each service and one turn."""

    def test_three_services_are_three_deployments_and_one_turn(
        self, flywheel: Run, repository: Any, tmp_path: Path
    ) -> None:
        for number in (1, 2):
            repository.commit(f"work {number}", f"2026-03-0{number}T08:00:00Z")
            for minute, family in enumerate(("api/v", "web/v", "job@")):
                repository.tag(f"{family}1.{number}.0", at=f"2026-03-0{number}T09:0{minute}:00Z")
        ran = dry(flywheel, repository.path)
        report = figures(flywheel, tmp_path, ran, "2026-04-01T00:00:00Z")
        assert report["dora"]["deployments"] == 6
        assert report["turns"]["delivered"] == 2

    def test_two_hours_apart_they_are_two_turns(self, flywheel: Run, repository: Any, tmp_path: Path) -> None:
        repository.commit("work", "2026-03-01T08:00:00Z")
        repository.tag("api/v1.0.0", at="2026-03-01T09:00:00Z")
        repository.tag("web/v1.0.0", at="2026-03-01T11:00:00Z")
        report = figures(flywheel, tmp_path, dry(flywheel, repository.path), "2026-04-01T00:00:00Z")
        assert report["turns"]["delivered"] == 2


@pytest.mark.slow
class TestNumbers:
    """A version's last number is a patch only where patches exist."""

    @pytest.mark.parametrize(
        "form", ["v2026.11.{}", "v1.0.{}", "26.3.{}", "build-{}", "2026-03-05.{}", "v1.1{}.10{}", "1.0.0.{}"]
    )
    def test_a_number_that_counts_deployments_patches_nothing(self, flywheel: Run, repository: Any, form: str) -> None:
        for number in range(1, 7):
            at = f"2026-03-0{(number + 2) // 3}T{9 + 4 * (number % 3):02}:00:00Z"
            repository.commit(f"feature {number}", at)
            repository.tag(form.format(number, number), at=at)
        assert {kind for kind, _ in kinds(dry(flywheel, repository.path)).values()} == {"planned"}

    @pytest.mark.parametrize("form", ["v26.{week}.{serial}", "v0.202603{day:02}.{serial}", "{day:02}.03.2026.{serial}"])
    def test_nothing_is_a_patch_of_a_week_or_a_day(self, flywheel: Run, repository: Any, form: str) -> None:
        for day, week in ((3, 10), (4, 10), (10, 11), (11, 11)):
            for serial in (1, 2):
                at = f"2026-03-{day:02}T{8 + serial:02}:00:00Z"
                repository.commit("work", at)
                repository.tag(form.format(week=week, day=day, serial=serial + 2 * (day % 7 == 4)), at=at)
        found = kinds(dry(flywheel, repository.path))
        assert (len(found), {kind for kind, _ in found.values()}) == (8, {"planned"})

    def test_one_that_starts_again_on_a_new_line_is_a_patch(self, flywheel: Run, repository: Any) -> None:
        for hour, name in enumerate(("v1.0.0", "v1.0.1", "v1.1.0", "v1.1.1")):
            repository.commit(name, f"2026-03-01T{10 + hour}:00:00Z")
            repository.tag(name)
        assert kinds(dry(flywheel, repository.path)) == {
            "v1.0.0": ("planned", None),
            "v1.0.1": ("hotfix", "v1.0.0"),
            "v1.1.0": ("planned", None),
            "v1.1.1": ("hotfix", "v1.1.0"),
        }

    def test_a_suffix_that_says_fix_is_one_even_in_a_calendar(self, flywheel: Run, repository: Any) -> None:
        for hour, name in enumerate(("2026-03-01", "2026-03-01-hotfix1")):
            repository.commit(name, f"2026-03-01T{10 + hour}:00:00Z")
            repository.tag(name)
        assert kinds(dry(flywheel, repository.path))["2026-03-01-hotfix1"] == ("hotfix", "2026-03-01")

    def test_a_feature_release_mends_no_other_line(self, flywheel: Run, repository: Any, tmp_path: Path) -> None:
        repository.commit("a", "2026-03-01T10:00:00Z")
        repository.tag("v1.0.0", at="2026-03-01T12:00:00Z")
        repository.git("checkout", "-q", "-b", "line")
        repository.commit("fix", "2026-03-20T08:00:00Z")
        repository.tag("v1.0.1", at="2026-03-20T09:00:00Z")
        repository.git("checkout", "-q", "main")
        repository.commit("Revert to the old file system behaviour", "2026-03-08T10:00:00Z")
        repository.tag("v1.1.0", at="2026-03-20T11:00:00Z")
        told = figures(flywheel, tmp_path, dry(flywheel, repository.path), "2026-05-01T00:00:00Z")["dora"]
        assert (told["deployments"], told["change_fail_rate"]["count"], told["rework_rate"]["count"]) == (3, 0, 0)

    def test_a_patch_of_an_older_line_mends_that_line(self, flywheel: Run, repository: Any) -> None:
        repository.commit("a", "2026-03-01T10:00:00Z")
        repository.tag("v1.0.0", at="2026-03-10T08:00:00Z")
        repository.git("checkout", "-q", "-b", "line")
        repository.git("checkout", "-q", "main")
        repository.commit("b", "2026-03-02T10:00:00Z")
        repository.tag("v1.1.0", at="2026-03-10T09:00:00Z")
        repository.git("checkout", "-q", "line")
        repository.commit("fix", "2026-03-10T10:00:00Z")
        repository.tag("v1.0.1", at="2026-03-10T11:00:00Z")
        assert kinds(dry(flywheel, repository.path))["v1.0.1"] == ("hotfix", "v1.0.0")


@pytest.mark.slow
def test_a_date_and_a_serial_are_one_family(flywheel: Run, repository: Any) -> None:
    for day, serial in (("03-01", ".1"), ("03-02", ""), ("04-01", "-2"), ("04-02", ".1"), ("04-02", ".2")):
        repository.commit(day + serial, f"2026-{day}T10:00:00Z")
        repository.tag(f"release-2026-{day}{serial}")
    found = deployments(dry(flywheel, repository.path))
    assert (len(found), {each["service"] for each in found}) == (5, {"shop"})


@pytest.mark.slow
def test_services_whose_names_sound_unfinished_are_released(flywheel: Run, repository: Any) -> None:
    for number in range(2):
        repository.commit(f"work {number}", f"2026-03-0{number + 1}T10:00:00Z")
        for family in ("dev-portal/v", "team-a/v", "edge/v", "test-runner@", "nightly-jobs-", "beta/v"):
            repository.tag(f"{family}1.{number}.0", at=f"2026-03-0{number + 1}T12:00:00Z")
    services = [each["service"] for each in deployments(dry(flywheel, repository.path))]
    assert sorted(set(services)) == ["beta", "dev-portal", "edge", "nightly-jobs", "team-a", "test-runner"]
    assert len(services) == 12


@pytest.mark.slow
def test_tags_that_are_no_versions_are_left_out_beside_versions(flywheel: Run, repository: Any) -> None:
    repository.commit("a", "2026-03-01T10:00:00Z")
    for name in ("v1.0.0", "2.1.x", "v3.x", "latest", "nightly", "v1.1.0-rc.1"):
        repository.tag(name)
    ran = dry(flywheel, repository.path)
    assert [each["deployment"] for each in deployments(ran)] == ["v1.0.0"]
    assert "left out, no version in the name: 2.1.x, latest, nightly, v3.x" in ran.err


@pytest.mark.slow
def test_a_tag_longer_than_a_name_may_be_is_cut_so_that_its_release_counts(flywheel: Run, repository: Any) -> None:
    repository.commit("a", "2026-03-01T10:00:00Z")
    for family in ("a", "b"):
        repository.tag("/".join(["x" * 120] * 3 + [family, "v1.0.0"]))
    ran = dry(flywheel, repository.path)
    found = [decode(json.loads(line)) for line in ran.out.splitlines()]
    assert len({event.detail.id for event in found}) == 4
    assert len({(each["service"], each["deployment"]) for each in deployments(ran)}) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [("--flywheel", "x" * 257), ("--service", "x" * 257), ("--service", f"a={'x' * 257}"), ("--rework-hours", "nan")],
)
def test_what_no_event_could_carry_is_wrong_usage(flywheel: Run, repository: Any, options: tuple[str, str]) -> None:
    repository.commit("a", "2026-03-01T10:00:00Z")
    repository.tag("v1.0.0")
    ran = dry(flywheel, repository.path, *options)
    assert (ran.code, ran.out) == (2, "")
    assert options[0] in ran.err


@pytest.mark.slow
def test_an_import_says_whose_its_events_are_and_counts_one_as_one(flywheel: Run, repository: Any) -> None:
    repository.commit("a", "2026-03-01T10:00:00Z")
    repository.commit("b", "2026-03-01T11:00:00Z")
    repository.tag("v1.0.0")
    ran = dry(flywheel, repository.path, "--flywheel", "shop")
    assert "1 release since 2026-03-01, 0 of them rework; no lead time for the 1 commit before the first" in ran.err
    assert "2 commits, 1 release, 2 events" in ran.err
    assert "unassigned" not in ran.err
    assert "--flywheel ID says whose they are" in dry(flywheel, repository.path).err


@pytest.mark.slow
def test_the_page_after_an_import_says_in_a_line_each_what_is_inferred_and_what_is_unknown(
    flywheel: Run, repository: Any, tmp_path: Path
) -> None:
    for hour, name in enumerate(("v1.0.0", "v1.0.1", "v1.1.0")):
        repository.commit(name, f"2026-03-01T{10 + hour}:00:00Z")
        repository.tag(name)
    file = tmp_path / "imported.jsonl"
    file.write_text(dry(flywheel, repository.path).out)
    lines = flywheel("report", file, "--as-of", "2026-05-01T00:00:00Z").out.splitlines()
    for said in (
        "Time with an incident: unknown, not 0: no incident was ever sent.",
        "Change fail rate: inferred from history: mended by a later one, or rolled back.",
        "Recovery time: inferred from history: until the deployment that mends it.",
        "Deployments a week: events begin on 2026-03-01: counted over 61 of 84 days.",
    ):
        assert said in [line.rstrip() for line in lines]
    told = flywheel("explain", "change_fail_rate", file, "--as-of", "2026-05-01T00:00:00Z").out
    assert "inferred from history" in told
