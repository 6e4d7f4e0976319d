"""One stack of a cloud assembly: its template as synthesised, and where its code assets lie."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.account.cloud import ACCOUNT, REGION, Cloud
from engine.errors import EngineError


@dataclass(frozen=True)
class Template:
    """One stack of a cloud assembly: its name, its text as synthesised, and where its code assets lie."""

    stack: str
    text: str
    assets: Mapping[str, Path] = field(default_factory=dict)
    """Object key in the asset bucket → directory."""
    cloud: Cloud = field(default_factory=Cloud)

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.text))


def read_template(path: Path, stack: str | None = None) -> Template:
    """A template file, or the assembly directory (`cdk.out`) with one stack or with the one named."""
    if path.is_file():
        return Template(stack=path.name.removesuffix(".json").removesuffix(".template"), **_contents(path))
    manifest = json.loads((path / "manifest.json").read_text())
    stacks = {
        str(artifact.get("properties", {}).get("stackName", name)): artifact
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    name = stack or (next(iter(stacks)) if len(stacks) == 1 else None)
    if name not in stacks:
        raise EngineError(f"{path} holds the stacks {sorted(stacks)}: name one of them")
    artifact = stacks[name]
    file = path / str(artifact["properties"]["templateFile"])
    return Template(stack=name, cloud=_environment(artifact["environment"]), **_contents(file))


def _environment(text: str) -> Cloud:
    """`aws://account/region`; a synthesis without an environment says `unknown-…`. moto knows one account only."""
    region = text.rpartition("/")[2]
    return Cloud(ACCOUNT, REGION if region.startswith("unknown") else region)


def _contents(file: Path) -> dict[str, Any]:
    text = file.read_text()
    return {"text": text, "assets": dict(_assets(file, json.loads(text)))}


def _assets(file: Path, body: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """From the asset manifest beside the template, or from the `aws:asset:path` that a resource carries."""
    manifest = file.with_name(file.name.replace(".template.json", ".assets.json"))
    if manifest != file and manifest.is_file():
        for asset in json.loads(manifest.read_text())["files"].values():
            for destination in asset["destinations"].values():
                yield destination["objectKey"], file.parent / asset["source"]["path"]
    for resource in body["Resources"].values():
        path = resource.get("Metadata", {}).get("aws:asset:path")
        key = resource.get("Properties", {}).get("Code", {}).get("S3Key")
        if path and isinstance(key, str):
            yield key, file.parent / path
