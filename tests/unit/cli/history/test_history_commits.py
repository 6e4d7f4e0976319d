"""What a clone says is the same in every environment, and one bad object never ends an import."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Repository
from tests.unit.cli.imports import deployments, imported, releases, shas

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


@pytest.fixture
def released(repository: Any) -> Any:
    repository.commit("begin", "2026-03-01T08:00:00Z")
    repository.tag("v1.0.0", at="2026-03-01T09:00:00Z")
    repository.second = repository.commit("more", "2026-03-04T08:00:00Z")
    repository.tag("v1.1.0", at="2026-03-05T08:00:00Z")
    return repository


def dry(flywheel: Run, path: Path, *options: Any) -> Any:
    return flywheel("import", "git", path, "--dry-run", *options)


def made(repository: Any, content: str | bytes, kind: str = "commit") -> str:
    """An object of any content, well-formed or not."""
    given = content.encode() if isinstance(content, str) else content
    command = ["git", "-C", str(repository.path), "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode().strip()


def a_commit(repository: Any, parent: str, author: str, committer: str, extra: str = "", message: str = "odd") -> str:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    lines = [f"tree {tree}", f"parent {parent}", f"author {author}", f"committer {committer}"]
    return made(repository, "\n".join([*lines, *filter(None, [extra])]) + f"\n\n{message}\n")


GOOD = "Ada Example <ada@example.org> 1772000000 +0000"


class TestAnEnvironmentOfAHook:
    """Git's own variables, replace refs and grafts change nothing."""

    @pytest.fixture
    def other(self, tmp_path: Path) -> Any:
        other = Repository(tmp_path / "other")
        other.commit("begin", "2026-03-01T08:00:00Z")
        other.tag("v9.0.0")
        return other

    @pytest.mark.parametrize("name", ["GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE"])
    def test_the_path_is_read_and_no_other(
        self, flywheel: Run, released: Any, other: Any, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        folder = other.path / (".git/objects" if name == "GIT_OBJECT_DIRECTORY" else ".git")
        monkeypatch.setenv(name, str(folder))
        found = deployments(dry(flywheel, released.path))
        assert [(each["service"], each["deployment"]) for each in found] == [("shop", "v1.0.0"), ("shop", "v1.1.0")]

    def test_emit_tells_of_the_clone_that_it_stands_in(
        self, flywheel: Run, released: Any, other: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(released.path)
        monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
        ran = flywheel("emit", "deployment", "--service", "web", "--dry-run")
        assert released.second in ran.out
        assert '"repository":"shop"' in ran.out

    def test_settings_in_the_environment_name_no_other_repository(
        self, flywheel: Run, released: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "remote.origin.url")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://example.org/evil/other.git")
        assert deployments(dry(flywheel, released.path))[0]["repository"] == "shop"

    def test_settings_of_the_user_change_nothing(
        self, flywheel: Run, released: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = dry(flywheel, released.path).out
        settings = tmp_path / "settings"
        settings.write_text(
            '[remote "origin"]\n url = https://example.org/evil/other.git\n[log]\n showSignature = true\n'
            "[core]\n pager = false\n useReplaceRefs = true\n[i18n]\n logOutputEncoding = ISO-8859-1\n"
        )
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        assert dry(flywheel, released.path).out == before

    def test_replace_refs_and_grafts_are_not_followed(self, flywheel: Run, released: Any) -> None:
        before = dry(flywheel, released.path).out
        odd = a_commit(released, released.git("rev-parse", "v1.0.0^{commit}"), GOOD, GOOD)
        released.git("replace", released.second, odd)
        (released.path / ".git" / "info").mkdir(exist_ok=True)
        (released.path / ".git" / "info" / "grafts").write_text(f"{released.second}\n")
        assert dry(flywheel, released.path).out == before


class TestTimesThatCannotBe:
    """Told, and replaced by the nearest known one."""

    def test_an_annotated_tag_dates_a_commit_of_2050(self, flywheel: Run, released: Any) -> None:
        released.commit("wrong clock", "2050-01-01T00:00:00Z")
        released.tag("v1.2.0", at="2026-03-09T10:00:00Z")
        ran = dry(flywheel, released.path)
        last = deployments(ran)[-1]
        assert (last["time"], last["commits"][0]["time"]) == ("2026-03-09T10:00:00Z", "2026-03-04T08:00:00Z")
        assert "1 commit has a time that cannot be" in ran.err

    def test_a_lightweight_tag_on_it_is_not_before_the_release_that_it_descends_from(
        self, flywheel: Run, released: Any
    ) -> None:
        odd = released.commit("wrong clock", "2050-01-01T00:00:00Z")
        released.tag("v1.2.0")
        last = deployments(dry(flywheel, released.path))[-1]
        assert (last["deployment"], last["time"]) == ("v1.2.0", "2026-03-05T08:00:00Z")
        assert last["commits"] == [{"sha": odd, "time": "2026-03-04T08:00:00Z"}]

    def test_an_annotated_tag_older_than_its_commit_keeps_its_own_time(self, flywheel: Run, released: Any) -> None:
        released.commit("rebased", "2026-03-20T08:00:00Z")
        released.tag("v1.2.0", at="2026-03-10T08:00:00Z")
        assert deployments(dry(flywheel, released.path))[-1]["time"] == "2026-03-10T08:00:00Z"

    @pytest.mark.parametrize(
        "when",
        [
            "253402300800 +0000",
            "99999999999999999999 +0000",
            "-99999999999999999999 +0000",
            "0 +0000",
            "soon",
            "",
            "1 2 3",
        ],
    )
    def test_an_authors_time_is_that_of_the_committer(self, flywheel: Run, released: Any, when: str) -> None:
        odd = a_commit(released, released.second, f"Ada <ada@example.org> {when}", "Ada <a@b> 1773000000 +0000")
        released.git("tag", "-a", "-m", "x", "v1.2.0", odd, at="2026-03-20T08:00:00Z")
        last = deployments(dry(flywheel, released.path))[-1]
        assert last["commits"] == [{"sha": odd, "time": "2026-03-08T20:00:00Z"}]

    def test_a_root_without_any_time_has_that_of_its_child(self, flywheel: Run, repository: Any) -> None:
        repository.commit("imported", "1970-01-01T00:00:00Z")
        repository.tag("v0.9.0")
        repository.commit("real", "2026-03-04T08:00:00Z")
        repository.tag("v1.0.0")
        found = deployments(dry(flywheel, repository.path))
        assert [each["time"] for each in found] == ["2026-03-04T08:00:00Z", "2026-03-04T08:00:00Z"]

    def test_tags_and_commits_without_any_time_are_no_history(self, flywheel: Run, repository: Any) -> None:
        repository.commit("imported", "1970-01-01T00:00:00Z")
        repository.tag("v0.9.0", at="1970-01-02T00:00:00Z")
        ran = dry(flywheel, repository.path)
        assert (ran.code, ran.out) == (1, "")
        assert "none of the 1 tag has a time that can be, nor has its commit" in ran.err

    def test_a_tag_with_a_time_that_cannot_be_is_dated_by_its_commit_and_named(
        self, flywheel: Run, released: Any
    ) -> None:
        tag = f"object {released.second}\ntype commit\ntag v1.2.0\ntagger Ada <a@b> 99999999999 +0000\n\nx\n"
        released.git("update-ref", "refs/tags/v1.2.0", made(released, tag, "tag"))
        ran = dry(flywheel, released.path)
        assert {each["deployment"]: each["time"] for each in deployments(ran)}["v1.2.0"] == "2026-03-04T08:00:00Z"
        assert "v1.2.0" in ran.err


class TestHostileObjects:
    """Broken, missing or strange, none of them ends the import or says what it should not."""

    @pytest.mark.parametrize(
        "extra",
        [
            "encoding rot13", "encoding \x01\x02", "encoding zip", "encoding utf-16",
            "gpgsig -----BEGIN\n  x\n -----END", "parent nothing", "mergetag object x\n type y",
            "author Eve <e@f> 1 +0000", "\x00",
        ],
    )  # fmt: skip
    def test_headers_of_any_kind_are_read_over(self, flywheel: Run, released: Any, extra: str) -> None:
        odd = a_commit(released, released.second, GOOD, GOOD, extra=extra, message="odd \x00 Closes #5")
        released.git("tag", "-a", "-m", "x", "v1.2.0", odd, at="2026-03-20T08:00:00Z")
        assert odd in shas(deployments(dry(flywheel, released.path))[-1])

    def test_a_commit_of_another_encoding_is_read_in_it(self, flywheel: Run, released: Any) -> None:
        tree = released.git("rev-parse", "HEAD^{tree}")
        content = f"tree {tree}\nparent {released.second}\nauthor {GOOD}\ncommitter {GOOD}\nencoding ISO-8859-1\n\n"
        odd = made(released, content.encode() + b"caf\xe9\n\nCloses SHOP-4\n")
        released.git("tag", "-a", "-m", "x", "v1.2.0", odd, at="2026-03-20T08:00:00Z")
        ran = dry(flywheel, released.path, "--idea-projects", "SHOP")
        assert releases(ran)[-1]["idea"] == "SHOP-4"

    def test_a_missing_parent_leaves_the_rest(self, flywheel: Run, released: Any) -> None:
        odd = a_commit(released, "1" * 40, GOOD, GOOD)
        released.git("tag", "-a", "-m", "x", "v1.2.0", odd, at="2026-03-20T08:00:00Z")
        ran = dry(flywheel, released.path)
        last = deployments(ran)[-1]
        assert (last["deployment"], last["head"], "commits" in last) == ("v1.2.0", odd, False)
        assert "missing or broken in this clone: commit 111111111111" in ran.err

    def test_a_corrupt_commit_leaves_the_rest(self, flywheel: Run, released: Any) -> None:
        head = released.commit("later", "2026-03-08T08:00:00Z")
        released.tag("v1.2.0")
        place = released.path / ".git" / "objects" / released.second[:2] / released.second[2:]
        place.chmod(0o644)
        place.write_bytes(b"no object of git's")
        ran = dry(flywheel, released.path)
        found = {each["deployment"]: each for each in deployments(ran)}
        assert set(found) == {"v1.0.0", "v1.2.0"}
        assert (found["v1.2.0"]["head"], "commits" in found["v1.2.0"]) == (head, False)
        assert f"commit {released.second[:12]}" in ran.err

    @pytest.mark.parametrize(
        "content", ["", "object x\n", "object " + "1" * 40 + "\ntype commit\n", "no header at all"]
    )
    def test_a_broken_tag_is_left_out_and_named(self, flywheel: Run, released: Any, content: str) -> None:
        (released.path / ".git" / "refs" / "tags" / "v1.2.0").write_text(made(released, content, "tag") + "\n")
        ran = dry(flywheel, released.path)
        assert [each["deployment"] for each in deployments(ran)] == ["v1.0.0", "v1.1.0"]
        assert "tag v1.2.0" in ran.err

    def test_a_tag_of_nothing_is_left_out(self, flywheel: Run, released: Any) -> None:
        (released.path / ".git" / "refs" / "tags" / "v1.2.0").write_text("2" * 40 + "\n")
        assert [each["deployment"] for each in deployments(dry(flywheel, released.path))] == ["v1.0.0", "v1.1.0"]

    def test_nothing_of_a_repository_full_of_people_leaves_it(self, flywheel: Run, repository: Any) -> None:
        for number in range(1, 9):
            people = (
                f"Signed-off-by: QAY-{number} <qay{number}@example.invalid>\n"
                f"Co-authored-by: Umi Handle{number} <umi@DEV-25{number}.local>\nReviewed-by: @umi-{number}\n"
                f"Reported-by: HOST-{number}.example.invalid"
            )
            repository.commit(
                f"SHOP-{number} work\n\nSeen on DEV-7{number}.local by @ada\n\n{people}", f"2026-03-0{number}T08:00:00Z"
            )
            repository.tag(f"v1.{number}.0")
        ran = dry(flywheel, repository.path)
        for secret in ("QAY", "DEV-", "HOST", "umi", "Umi", "Handle", "@ada", "example.", "invalid", "local", "Ada"):
            assert secret not in ran.out
        assert "idea" in releases(ran)[-1]


class TestACutHistory:
    """A list of commits is complete or absent."""

    @pytest.fixture
    def cut(self, released: Any, tmp_path: Path) -> Path:
        for day in (6, 7, 8):
            released.commit(f"work {day}", f"2026-03-0{day}T08:00:00Z")
        released.tag("v1.2.0", at="2026-03-09T08:00:00Z")
        path = tmp_path / "cut"
        quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "clone", "-q", "--depth", "2", f"file://{released.path}", path], check=True, env=quiet)
        fetch = ["git", "-C", str(path), "fetch", "-q", "--depth", "1", "origin", "refs/tags/*:refs/tags/*"]
        subprocess.run(fetch, check=True, env=quiet)
        return path

    def test_an_import_tells_the_head_alone_and_how_deep_a_clone_it_needs(self, flywheel: Run, cut: Path) -> None:
        ran = dry(flywheel, cut, "--service", "shop")
        found = {each["deployment"]: each for each in deployments(ran)}
        assert "commits" not in found["v1.2.0"]
        assert "git fetch --shallow-since=2026-03-0" in ran.err

    def test_emit_tells_the_head_alone_and_warns(
        self, flywheel: Run, cut: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(cut)
        ran = flywheel("emit", "deployment", "--service", "web", "--since", "v1.1.0", "--dry-run")
        assert (ran.code, '"commits"' in ran.out) == (0, False)
        assert "this clone ends before v1.1.0" in ran.err

    def test_emit_lists_all_where_the_clone_is_deep_enough(
        self, flywheel: Run, released: Any, cut: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(released.path)
        ran = flywheel("emit", "deployment", "--service", "web", "--since", "v1.1.0", "--dry-run")
        assert len(imported(ran)[0]["detail"]["commits"]) == 3
        monkeypatch.chdir(cut)
        near = flywheel("emit", "deployment", "--service", "web", "--since", "HEAD~1", "--dry-run")
        assert len(imported(near)[0]["detail"]["commits"]) == 1


class TestClonesOfEveryKind:
    """Bare, linked, of another hash, from a folder within: the same events."""

    @pytest.mark.parametrize("kind", ["bare", "within bare", "linked", "within", ".git", ".git/refs"])
    def test_they_tell_the_same(self, flywheel: Run, released: Any, tmp_path: Path, kind: str) -> None:
        expected = dry(flywheel, released.path).out
        if "bare" in kind:
            released.git("clone", "-q", "--bare", str(released.path), str(tmp_path / "copy" / "shop.git"))
            path = tmp_path / "copy" / "shop.git" / ("refs" if "within" in kind else "")
        elif kind == "linked":
            path = tmp_path / "linked" / "shop"
            released.git("worktree", "add", "-q", str(path), "v1.0.0")
        else:
            path = released.path / (kind if ".git" in kind else "folder")
            path.mkdir(exist_ok=True)
        assert dry(flywheel, path).out.replace("file:", "") == expected

    def test_a_repository_of_longer_hashes_is_read(self, flywheel: Run, tmp_path: Path) -> None:
        path = tmp_path / "long"
        subprocess.run(["git", "init", "-q", "-b", "main", "--object-format=sha256", path], check=True)
        long = Repository(path)
        head = long.commit("begin", "2026-03-01T08:00:00Z")
        long.tag("v1.0.0")
        (only,) = deployments(dry(flywheel, long.path))
        assert (only["head"], len(head)) == (head, 64)

    def test_a_clone_without_trees_says_that_it_cannot_tell_families_apart(
        self, flywheel: Run, released: Any, tmp_path: Path
    ) -> None:
        (released.path / "cart").mkdir()
        (released.path / "cart" / "a").write_text("1")
        released.git("add", ".")
        released.commit("cart", "2026-03-06T07:00:00Z")
        released.tag("cart/v1.0.0", at="2026-03-06T08:00:00Z")
        released.git("config", "uploadpack.allowFilter", "true")
        address, path = f"file://{released.path}", tmp_path / "bare-of-trees"
        released.git("clone", "-q", "--no-checkout", "--filter=tree:0", address, str(path))
        ran = dry(flywheel, path)
        assert {each["service"] for each in deployments(ran)} == {path.name, "cart"}
        assert "this clone has not all its trees" in ran.err
