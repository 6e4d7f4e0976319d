"""What pip installs works beside anything: one top-level name, found first whatever else goes by our folders' names."""

import json
import zipfile
from pathlib import Path

import pytest

from cli.version import __version__
from tests.packaging.conftest import Installed, repository_of_strangers

EMIT = ("flywheel", "emit", "idea", "--idea", "SHOP-1", "--flywheel", "web", "--dry-run")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with folders of all our names."""
    return repository_of_strangers(tmp_path / "repository")


def test_the_wheel_has_one_name_and_only_what_a_pipeline_needs(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in inside} == {
        "value_flywheel", f"value_flywheel-{__version__}.dist-info",
    }  # fmt: skip
    houses = {name.split("/")[2] for name in inside if name.startswith("value_flywheel/house/")}
    assert houses == {"cli", "events", "shared"}
    assert not [name for name in inside if "/demo/" in name or "/samples/github/" in name]


def test_it_has_no_dependency_that_only_slack_or_the_engine_needs(installed: Installed, tmp_path: Path) -> None:
    ran = installed.run("python", "-c", "import moto", at=tmp_path)
    assert "No module named 'moto'" in ran.err
    assert "No module named 'slack_sdk'" in installed.run("python", "-c", "import slack_sdk", at=tmp_path).err


def test_beside_somebody_elses_events_it_sends_ours(installed: Installed, tmp_path: Path) -> None:
    ran = installed.run(*EMIT, at=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["detail-type"] == "Idea Proposed"


def test_in_a_repository_with_all_our_folders_on_its_path_too(installed: Installed, repository: Path) -> None:
    ran = installed.run(*EMIT, at=repository, path=".")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["detail"]["idea"] == "SHOP-1"


def test_somebody_elses_events_stay_theirs(installed: Installed, tmp_path: Path) -> None:
    ran = installed.run("python", "-c", "import events, opensearchpy; print(events.Events)", at=tmp_path)
    assert "events" in ran.out, ran.err


def test_a_report_needs_no_clone(installed: Installed, repository: Path) -> None:
    (repository / "idea.jsonl").write_text(installed.run(*EMIT, at=repository, path=".").out)
    ran = installed.run("flywheel", "report", "idea.jsonl", "--json", at=repository, path=".")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["flywheel"] == "web"


def test_what_needs_a_clone_says_so(installed: Installed, tmp_path: Path) -> None:
    for command in ("demo", "up"):
        ran = installed.run("flywheel", command, at=tmp_path)
        assert (ran.code, f"make {command}" in ran.err) == (2, True)
        assert "Traceback" not in ran.err


def test_it_says_its_version_also_as_a_module(installed: Installed, tmp_path: Path) -> None:
    for command in (("flywheel",), ("python", "-m", "value_flywheel")):
        assert installed.run(*command, "--version", at=tmp_path).out == f"{__version__}\n"
