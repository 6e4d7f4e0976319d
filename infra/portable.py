"""The stack as one archive that AWS's own command line deploys: no clone, no CDK, no bootstrap.

In it `template.json` names each function's code as a folder beside it, `functions/NAME`, which `aws cloudformation
package` zips, uploads and replaces. `deploy` does so, and copies a `flywheel.toml` into those folders, which travels as
it does from a clone.
"""

import json
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import app

STAGE = "prod"
"""The stage whose settings a release has: data is retained."""
SCRIPT = Path(__file__).with_name("deploy.sh")
"""What deploys the archive."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The only time in the archive, which is the same on every machine."""


def write(to: Path) -> None:
    """Write the archive; everything in it lies in one folder that is called as the archive is."""
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(to, "w") as into:
        assembly = Path(scratch)
        template = app.template({"stage": STAGE}, assembly)
        code = directories(assembly)
        for function in functions(template):
            folder = f"functions/{function['FunctionName'].removeprefix(f'flywheel-{STAGE}-')}"
            add(into, code[function["Code"]["S3Key"].removesuffix(".zip")], f"{to.stem}/{folder}")
            function["Code"] = folder
        put(into, f"{to.stem}/deploy", SCRIPT.read_bytes(), mode=0o755)
        put(into, f"{to.stem}/template.json", (json.dumps(without_bootstrap(template), indent=1) + "\n").encode())


def functions(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The properties of each Lambda function of a template."""
    resources = template["Resources"].values()
    return [each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::Function"]


def directories(assembly: Path) -> dict[str, Path]:
    """Hash of an asset → the directory that the CDK would upload."""
    (manifest,) = assembly.glob("*.assets.json")
    files: Mapping[str, Any] = json.loads(manifest.read_text())["files"]
    return {each: assembly / file["source"]["path"] for each, file in files.items()}


def add(into: zipfile.ZipFile, directory: Path, folder: str) -> None:
    """Add all files of a directory, sorted, under a folder."""
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        put(into, f"{folder}/{file.relative_to(directory).as_posix()}", file.read_bytes())


def put(into: zipfile.ZipFile, name: str, content: bytes, mode: int = 0o644) -> None:
    """Add one file, with the time that all have."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = mode << 16
    into.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)


def without_bootstrap(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template that asks for no bootstrapped account: its code comes from whatever bucket `package` is given."""
    own = {"Parameters": "BootstrapVersion", "Rules": "CheckBootstrapVersion"}
    lean = dict(template)
    for section, name in own.items():
        lean[section] = {each: value for each, value in template.get(section, {}).items() if each != name}
        if not lean[section]:
            del lean[section]
    return lean


if __name__ == "__main__":
    write(Path(sys.argv[1]))
