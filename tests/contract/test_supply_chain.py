"""What others made: pinned where it runs, of one version where it is named, and an audit that cannot pass unasked."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.figures.documentation import with_addresses
from cli.version import ACTION, PACKAGE
from infra.stage import PROJECT

WORKFLOWS = [*(PROJECT / ".github").rglob("*.yml"), PROJECT / "action.yml"]
PAGES = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]


def used() -> list[str]:
    lines = (line for file in WORKFLOWS for line in file.read_text().splitlines())
    return [match[1] for line in lines if (match := re.match(r"\s*(?:- )?uses:\s*(\S+)", line))]


def test_every_action_of_a_workflow_is_pinned_to_a_commit() -> None:
    assert len(used()) >= 4
    assert [action for action in used() if not re.search(r"@[0-9a-f]{40}$", action)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_installs_of_this_project_is_this_version(page: Path) -> None:
    """After a change of `cli/version.py`: `make schemas`; other pages than docs/wiring.md name no address."""
    named = re.findall(r"uses: (\S*/value-flywheel\S*)|(git\+https://[^\s…]+)", page.read_text())
    assert {address for pair in named for address in pair if address} <= {ACTION, PACKAGE}
    assert page.name == "wiring.md" or not named


def test_the_page_on_wiring_installs_this_project() -> None:
    text = (PROJECT / "docs" / "wiring.md").read_text()
    assert (text.count(ACTION) >= 1, text.count(PACKAGE) >= 5) == (True, True)


def test_the_addresses_of_an_earlier_version_or_another_copy_are_replaced_in_a_page() -> None:
    earlier = "- uses: them/value-flywheel@v0.9\npipx run --spec git+https://them.example/value-flywheel@main flywheel"
    assert with_addresses(earlier) == f"- uses: {ACTION}\npipx run --spec {PACKAGE} flywheel"
    assert with_addresses("uses: actions/checkout@v4") == "uses: actions/checkout@v4"


def faults_of(lock: Path, report: Any) -> list[str]:
    spec = importlib.util.spec_from_file_location("audited", PROJECT / ".ci" / "audited.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    faults: list[str] = module.faults_of(lock, report)
    return faults


SOUND = {"name": "one", "version": "1.0", "vulns": []}


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    file = tmp_path / "some.txt"
    file.write_text(
        "# made by\none==1.0 \\\n    --hash=sha256:aa\nTwo_b==2.0 \\\n    --hash=sha256:bb\n"
        "win==3 ; sys_platform == 'win32' \\\n    --hash=sha256:cc\n"
    )
    return file


@pytest.fixture
def npm_locked(tmp_path: Path) -> Path:
    file = tmp_path / "package-lock.json"
    file.write_text(json.dumps({"packages": {"": {}, "node_modules/a": {}, "node_modules/b": {}}}))
    return file


def test_an_audit_of_all_packages_without_a_weakness_passes(locked: Path) -> None:
    """What only other platforms install is not looked up on this one."""
    assert faults_of(locked, {"dependencies": [SOUND, {"name": "two-b", "version": "2.0", "vulns": []}]}) == []


@pytest.mark.parametrize(
    ("report", "fault"),
    [
        (None, "nothing was audited, of 3 packages"),
        ({"dependencies": []}, "nothing was audited, of 3 packages"),
        ({"dependencies": [{"name": "one", "skip_reason": "not found"}]}, "nothing was audited, of 3 packages"),
        ({"dependencies": [SOUND, {"name": "two-b", "skip_reason": "?"}]}, "1 packages were not audited: two-b"),
        (
            {
                "dependencies": [
                    {**SOUND, "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]},
                    {"name": "two-b", "version": "2.0", "vulns": []},
                ]
            },
            "one 1.0: PYSEC-1, mended in 1.1",
        ),
    ],
)
def test_an_audit_that_looked_up_too_little_or_found_something_fails(locked: Path, report: Any, fault: str) -> None:
    """pip-audit itself ends well, and says `No known vulnerabilities found`, where it could look nothing up."""
    assert faults_of(locked, report) == [fault]


@pytest.mark.parametrize(
    ("report", "faults"),
    [
        ({"vulnerabilities": {}, "metadata": {"dependencies": {"total": 2}}}, []),
        ({"vulnerabilities": {}, "metadata": {"dependencies": {"total": 0}}}, ["0 of 2 packages were audited"]),
        ({"message": "405 Method Not Allowed", "error": {}}, ["0 of 2 packages were audited"]),
        (None, ["0 of 2 packages were audited"]),
        (
            {"vulnerabilities": {"a": {"range": "<2", "severity": "low"}}, "metadata": {"dependencies": {"total": 2}}},
            ["a <2: low"],
        ),
    ],
)
def test_the_same_of_npm(npm_locked: Path, report: Any, faults: list[str]) -> None:
    assert faults_of(npm_locked, report) == faults


def test_ci_and_a_release_that_is_published_are_audited_and_make_test_asks_no_service() -> None:
    assert "run: make audit" in (PROJECT / ".github" / "workflows" / "ci.yml").read_text()
    assert "make audit" in (PROJECT / ".ci" / "release").read_text()
    (tested,) = re.findall(r"^TESTS := (.*)$", (PROJECT / "Makefile").read_text(), re.M)
    assert "audit" not in tested.split()


def test_the_audit_leaves_out_no_lock_of_npms() -> None:
    (patterns,) = re.findall(r"^for lock in (.*); do$", (PROJECT / ".ci" / "audit").read_text(), re.M)
    audited = {lock for pattern in patterns.split() for lock in PROJECT.glob(pattern)}
    locks = (PROJECT / "package-lock.json", *(PROJECT / "tests").glob("*/package-lock.json"))
    assert audited == set(locks)
    assert len(audited) > 1
