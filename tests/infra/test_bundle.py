"""Bundles: what is in them, how large they are, and that the same sources give the same digest anywhere."""

import marshal
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra import bundle as bundles
from infra.bundle import BundleError, bundle, compile_bytecode, contents, digest, forget_old
from infra.stage import PROJECT

FUNCTIONS = ("intake", "record", "project", "summarise", "notify", "tick")
MOST_MB = 15
LOCK = PROJECT / "requirements" / "lambda.txt"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what bundles are made from, elsewhere and with other times."""
    copy = tmp_path / "elsewhere"
    for folder in ("functions", "shared", "events", "requirements"):
        shutil.copytree(
            PROJECT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copyfile
        )
    return copy


def digest_of(function: str, project: Path, config: Path | None = None) -> str:
    return digest(contents(function, project, config), project / "requirements" / "lambda.txt")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_bundle_holds_its_function_and_nothing_of_the_others(function: str) -> None:
    made = bundle(function)
    assert {path.name for path in (made.directory / "functions").iterdir() if path.is_dir()} == {function}
    top = {path.name for path in made.directory.iterdir()}
    assert {"functions", "shared", "events", "msgspec", "pynamodb", "aws_lambda_powertools", "tzdata"} <= top
    assert not top & {
        "boto3",
        "botocore",
        "s3transfer",
        "urllib3",
        "jmespath",
        "slack",
        "bin",
        "cli",
        "engine",
        "tests",
    }
    assert ("slack_sdk" in top) == (function == "notify")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_bundle_stays_small(function: str) -> None:
    files = [path for path in bundle(function).directory.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    assert size <= MOST_MB


def test_packages_are_built_for_lambdas_own_platform() -> None:
    (compiled,) = (bundle("record").directory / "msgspec").glob("_core*.so")
    assert "cpython-314-aarch64" in compiled.name


def test_samples_schemas_and_uninstall_notes_stay_out_and_licences_in() -> None:
    made = bundle("notify").directory
    assert not (made / "events" / "samples").exists()
    assert not (made / "events" / "schemas").exists()
    assert not (made / "events" / "schema.py").exists()
    assert list(made.glob("*.dist-info/RECORD")) == []
    names = {path.name.partition("-")[0] for path in made.glob("*.dist-info") if (path / "METADATA").is_file()}
    assert {"aws_lambda_powertools", "msgspec", "pynamodb", "slack_sdk"} <= names
    assert any("LICENSE" in path.name for path in made.glob("msgspec-*.dist-info/**/*"))


def test_the_digest_is_the_same_on_another_machine(project: Path) -> None:
    for function in FUNCTIONS:
        assert digest_of(function, project) == digest_of(function, PROJECT)


def test_unrelated_files_do_not_change_the_digest(project: Path) -> None:
    before = digest_of("record", project)
    for unrelated in (
        "README.md",
        "functions/notify/handler.py",
        "functions/record/notes.md",
        "functions/record/__pycache__/handler.cpython-311.pyc",
        "shared/.DS_Store",
        "shared/.hidden/module.py",
        "events/samples/another.json",
    ):
        (project / unrelated).parent.mkdir(parents=True, exist_ok=True)
        (project / unrelated).write_text("changed")
    assert digest_of("record", project) == before


@pytest.mark.parametrize(
    "related",
    ["functions/record/new.py", "shared/flywheel/settings/values.py", "events/common.py", "requirements/lambda.txt"],
)
def test_sources_and_lock_do_change_the_digest(project: Path, related: str) -> None:
    before = digest_of("record", project)
    with (project / related).open("a") as file:
        file.write("\n# changed\n")
    assert digest_of("record", project) != before


def test_the_configuration_travels_at_the_root_and_counts(project: Path, tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('[slack]\nchannel = "#turns"\n')
    assert contents("record", project, config)["flywheel.toml"] == config
    assert digest_of("record", project, config) != digest_of("record", project)


def versions(lock: str) -> dict[str, str]:
    """Package → version of a lock."""
    text = (PROJECT / "requirements" / lock).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", ["lambda.txt", "lambda-slack.txt"])
def test_bundles_ship_the_versions_that_are_tested_here(lock: str) -> None:
    shipped = versions(lock)
    assert {"msgspec", "pynamodb", "aws-lambda-powertools", "tzdata"} <= set(shipped)
    assert shipped.items() <= versions("dev.txt").items()


def test_the_cache_keeps_the_latest_bundles_only(tmp_path: Path) -> None:
    for age in range(9):
        made = tmp_path / f"tick-{age}"
        made.mkdir()
        os.utime(made, (1_000 - age, 1_000 - age))
    (tmp_path / "packages-1").mkdir()
    forget_old("tick", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["packages-1", *(f"tick-{age}" for age in range(6))]


def test_making_it_again_takes_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bundle("record")
    monkeypatch.setattr(bundles, "run", pytest.fail)
    assert bundle("record") == first


def test_a_package_that_the_lock_does_not_vouch_for_is_refused(project: Path, tmp_path: Path) -> None:
    lock = project / "requirements" / "lambda.txt"
    lock.write_text("msgspec==0.22.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(BundleError, match="record"):
        bundle("record", project=project, cache=tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_bytecode_is_used_unchecked_and_names_lambdas_paths(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("print('compiled')\n")
    compile_bytecode(tmp_path, sys.executable)
    (compiled,) = (tmp_path / "__pycache__").iterdir()
    assert marshal.loads(compiled.read_bytes()[16:]).co_filename == "/var/task/module.py"
    (tmp_path / "module.py").write_text("changed, and not even Python")
    done = subprocess.run([sys.executable, "-c", "import module"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.strip() == b"compiled"


def test_bytecode_makes_another_asset_of_the_same_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    monkeypatch.setattr(bundles, "installed", lambda *_: tmp_path / "packages")
    made = []
    for interpreter in (None, sys.executable):
        monkeypatch.setattr(bundles, "interpreter_for", lambda _, interpreter=interpreter: interpreter)
        made.append(bundle("record", cache=tmp_path))
    assert len({each.digest for each in made}) == 2
    assert len({each.directory for each in made}) == 2
