"""What `make release` makes: complete, one file that runs anywhere, a stack that AWS's own command line deploys."""

import hashlib
import io
import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import boto3
import pytest

from cli.version import __version__
from engine import REGION, Engine, Server
from infra import app
from infra.portable import functions
from infra.stage import PROJECT
from tests.packaging.conftest import interpreters, repository_of_strangers

STACK = f"value-flywheel-{__version__}-stack"


def test_a_release_is_whole_and_its_checksums_are_right(dist: Path) -> None:
    sums = dict(line.split("  ")[::-1] for line in (dist / "SHA256SUMS").read_text().splitlines())
    assert {file.name for file in dist.iterdir()} == {*sums, "SHA256SUMS"}
    assert set(sums) == {
        f"value_flywheel-{__version__}-py3-none-any.whl",
        f"value_flywheel-{__version__}.tar.gz",
        "flywheel.pyz",
        f"{STACK}.zip",
        "sbom.cdx.json",
        "NOTES.md",
    }
    for name, digest in sums.items():
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest, name
    assert (dist / "NOTES.md").read_text().strip()


def test_the_bill_of_materials_names_every_locked_package_that_is_shipped_with_its_hashes(dist: Path) -> None:
    bill = json.loads((dist / "sbom.cdx.json").read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["version"]) == ("CycloneDX", __version__)
    locks = [PROJECT / "requirements" / f"{name}.txt" for name in ("cli", "lambda", "lambda-slack")]
    locked = {line.split()[0] for lock in locks for line in lock.read_text().splitlines() if "==" in line}
    assert {f"{each['name']}=={each['version']}" for each in bill["components"]} == locked
    assert all(each["externalReferences"][0]["hashes"] for each in bill["components"])


@pytest.mark.parametrize("python", interpreters())
def test_the_one_file_runs_among_folders_of_all_our_names(dist: Path, python: str, tmp_path: Path) -> None:
    repository = repository_of_strangers(tmp_path / "repository")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": "."}
    command = [python, str(dist / "flywheel.pyz"), "emit", "idea", "--idea", "SHOP-1", "--flywheel", "web", "--dry-run"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["detail"]["idea"] == "SHOP-1"


def test_the_stack_is_the_synthesised_one_with_its_code_beside_it(dist: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(dist / f"{STACK}.zip") as packed:
        released = json.loads(packed.read(f"{STACK}/template.json"))
        inside = set(packed.namelist())
    ours = app.template({"stage": "prod"}, tmp_path)
    for template in (released, ours):
        for function in functions(template):
            assert (
                template is ours
                or f"{STACK}/{function['Code']}/{'/'.join(function['Handler'].split('.')[:-1])}.py" in inside
            )
            del function["Code"]
    assert released["Resources"] == ours["Resources"]
    assert "BootstrapVersion" not in released.get("Parameters", {})


def test_awss_own_command_line_deploys_it_with_the_settings_that_were_added(
    dist: Path, tools: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(dist / f"{STACK}.zip") as packed:
        packed.extractall(tmp_path)
        (script,) = [each for each in packed.infolist() if each.filename == f"{STACK}/deploy"]
        assert script.external_attr >> 16 == 0o755  # as unzip restores it, and extractall does not
    (tmp_path / STACK / "deploy").chmod(0o755)
    (tmp_path / STACK / "flywheel.toml").write_text('[flywheels.lighting]\nname = "Lighting"\n')
    with Server(Engine.empty()) as server:
        s3 = boto3.client("s3", endpoint_url=server.url, region_name=REGION)
        s3.create_bucket(Bucket="releases")
        environment = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "BUCKET": "releases",
            "AWS_ACCESS_KEY_ID": "embedded",
            "AWS_SECRET_ACCESS_KEY": "embedded",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": server.url,
        }

        def deployed(**more: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                ["bash", "-euc", documented()], cwd=tmp_path / STACK, env={**environment, **more},
                capture_output=True, text=True, timeout=600, check=False,
            )  # fmt: skip

        blind = deployed(AWS_ENDPOINT_URL="http://127.0.0.1:9")
        assert (blind.returncode, "could not be looked at: nothing was changed" in blind.stderr) == (1, True)
        done = deployed()
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"^BusName\s+flywheel-prod$", done.stdout, re.M)
        cloudformation = boto3.client("cloudformation", endpoint_url=server.url, region_name=REGION)
        (stack,) = cloudformation.describe_stacks(StackName="flywheel-prod")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        uploaded = [each["Key"] for each in s3.list_objects_v2(Bucket="releases")["Contents"]]
        bodies = [s3.get_object(Bucket="releases", Key=key)["Body"].read() for key in uploaded]

        without(tmp_path / STACK / "template.json", "AWS::SNS::Topic")
        refused = deployed()
        assert (refused.returncode, "would take away from flywheel-prod: AlarmsTopic" in refused.stderr) == (2, True)
        topics = boto3.client("sns", endpoint_url=server.url, region_name=REGION).list_topics()["Topics"]
        assert len(topics) == 1
    zips = [zipfile.ZipFile(io.BytesIO(each)) for each in bodies if each.startswith(b"PK")]
    assert len(zips) == len(list((tmp_path / STACK / "functions").iterdir()))
    assert all("flywheel.toml" in each.namelist() for each in zips)


def without(template: Path, kind: str) -> None:
    """Take the resources of a kind out of a template."""
    body = json.loads(template.read_text())
    body["Resources"] = {name: each for name, each in body["Resources"].items() if each["Type"] != kind}
    template.write_text(json.dumps(body, indent=1))


def documented() -> str:
    """The lines of docs/deploying.md that deploy a release without a clone."""
    page = (PROJECT / "docs" / "deploying.md").read_text()
    return page.split("```sh release\n", 1)[1].split("```", 1)[0]
