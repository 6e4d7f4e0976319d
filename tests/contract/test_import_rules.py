"""The import rules hold what docs/architecture.md says: each planted violation breaks the rule named for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("cli", "engine", "events", "functions", "infra", "shared", "value_flywheel")

PLANTED = [
    ("engine/clock.py", "from shared.store.table import table", "The engine imports nothing of ours"),
    ("shared/flywheel/wheel/fold.py", "from shared.aws import bus", "The house: imports point downwards"),
    ("shared/flywheel/wheel/fold.py", "import boto3", "Domain, sources and contracts are pure"),
    ("shared/flywheel/figures/dora.py", "import time", "Domain, sources and contracts are pure"),
    ("shared/flywheel/facts/fact.py", "import random", "Domain, sources and contracts are pure"),
    ("shared/store/store.py", "import slack_sdk", "Only Slack's client knows Slack's library"),
    ("infra/app.py", "from shared.flywheel.wheel import fold", "The stack knows names, contracts and settings"),
    ("infra/app.py", "from functions.record import handler", "The house: imports point downwards"),
    ("shared/flywheel/moments.py", "from shared.flywheel.report import report", "The domain: imports point downwards"),
    (
        "shared/flywheel/facts/identity.py",
        "from shared.flywheel.tenets import tenets",
        "The domain: imports point downwards",
    ),
    ("shared/store/table/keys.py", "from shared.store.log import append", "The store: imports point downwards"),
    ("shared/store/store.py", "from shared.pipeline import advance", "The house: imports point downwards"),
    ("functions/record/handler.py", "from functions.tick import ticker", "Functions never import each other"),
]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of everything that the rules speak of."""
    copy = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    shutil.copy(PROJECT / "pyproject.toml", copy)
    return copy


def broken(project: Path) -> list[str]:
    """The names of the rules that import-linter finds broken in a project."""
    linter = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([linter, "--no-cache"], cwd=project, capture_output=True, text=True, check=False)
    lines = said.stdout.replace("\n", " ").split("--------------------------------------")
    verdicts = lines[1].split("Contracts:")[0]
    names, rest = [], verdicts
    while (ends := min((rest.find(word) for word in (" KEPT", " BROKEN") if word in rest), default=-1)) >= 0:
        if rest[ends:].startswith(" BROKEN"):
            names.append(" ".join(rest[:ends].split()))
        rest = rest[ends:].split(" ", 2)[2]
    return names


def test_the_house_as_it_is_breaks_no_rule(scratch: Path) -> None:
    assert broken(scratch) == []


@pytest.mark.parametrize(("module", "line", "rule"), PLANTED, ids=lambda each: each if "." in each else None)
def test_a_planted_violation_breaks_its_rule(scratch: Path, module: str, line: str, rule: str) -> None:
    file = scratch / module
    was = file.read_text()
    file.write_text(f"{was}\n{line}\n")
    try:
        assert any(name.startswith(rule) for name in broken(scratch))
    finally:
        file.write_text(was)


def test_no_folder_of_code_holds_more_than_two_dozen_modules() -> None:
    folders: dict[str, int] = {}
    for each in (file for package in (*PACKAGES, "tests") for file in (PROJECT / package).rglob("*.py")):
        if each.name != "__init__.py":
            folder = str(each.parent.relative_to(PROJECT))
            folders[folder] = folders.get(folder, 0) + 1
    assert {folder: count for folder, count in folders.items() if count > 24} == {}
