"""The import rules hold what docs/architecture.md says: each planted violation breaks the rule named for it."""

import os
import re
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

CIRCLE = ("shared/pipeline/rounds.py", "from shared.pipeline import advance")


def copied(into: Path) -> Path:
    """A copy of everything that the rules speak of."""
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, into / package, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    shutil.copy(PROJECT / "pyproject.toml", into)
    return into


def broken(project: Path) -> dict[str, str]:
    """By the name of each rule that import-linter finds broken in a project, what it says of that."""
    linter = Path(sys.executable).with_name("lint-imports")
    wide = {**os.environ, "COLUMNS": "400"}
    said = subprocess.run([linter, "--no-cache"], cwd=project, env=wide, capture_output=True, text=True, check=False)
    assert "Contracts: " in said.stdout, said.stdout + said.stderr
    _, *parts = re.split(r"^(.+)\n-+\n", said.stdout.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is found where all violations are planted at once."""
    copy = copied(tmp_path_factory.mktemp("house"))
    for module, line in [(module, line) for module, line, _ in PLANTED] + [CIRCLE]:
        with (copy / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    return broken(copy)


def test_the_house_as_it_is_breaks_no_rule(tmp_path: Path) -> None:
    assert broken(copied(tmp_path)) == {}


@pytest.mark.parametrize(("module", "line", "rule"), PLANTED, ids=lambda each: each if "." in each else None)
def test_a_planted_violation_breaks_its_rule(planted: dict[str, str], module: str, line: str, rule: str) -> None:
    """By itself: the rule names this very import, with none before and none behind it."""
    importer = module.removesuffix(".py").replace("/", ".")
    imported = line.removeprefix("from ").removeprefix("import ").replace(" import ", ".")
    (said,) = [text for name, text in planted.items() if name.startswith(rule)]
    assert re.search(rf"^- +{importer} -> {imported} \(l\.\d+\)\n\n", said, re.MULTILINE), said


def test_a_planted_circle_breaks_its_rule(planted: dict[str, str]) -> None:
    """Within a room too, where no floor says which of two lies above the other."""
    assert "- .rounds -> .advance (1 import)" in planted["No room imports one that imports it"]


def test_no_folder_of_code_holds_more_than_two_dozen_modules() -> None:
    folders: dict[str, int] = {}
    for each in (file for package in (*PACKAGES, "tests") for file in (PROJECT / package).rglob("*.py")):
        if each.name != "__init__.py":
            folder = str(each.parent.relative_to(PROJECT))
            folders[folder] = folders.get(folder, 0) + 1
    assert {folder: count for folder, count in folders.items() if count > 24} == {}
