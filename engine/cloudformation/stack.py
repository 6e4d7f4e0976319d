"""The synthesised template, unchanged, into moto: what `cdk deploy` does, without AWS and without Node."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from engine.account.cloud import ACCOUNT, REGION, Cloud
from engine.cloudformation import resources
from engine.errors import DeploymentError, EngineError, UnsupportedResourceError

BOOTSTRAP_VERSION: Final = "30"
"""What `cdk bootstrap` would have written to SSM; the template only checks that it is not older than it needs."""


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


@dataclass(frozen=True)
class Deployed:
    """A stack as it stands: the physical ids, so that a wrong reference shows."""

    stack: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    """Logical → physical id."""
    types: Mapping[str, str]
    """Logical id → CloudFormation type."""


def deploy(template: Template) -> Deployed:
    """Create the stack from the template's own text."""
    body = template.body
    resources.register()
    declared = {resource["Type"] for resource in body["Resources"].values()}
    unknown = sorted(each for each in declared - resources.supported_types() if not each.startswith("Custom::"))
    if unknown:
        raise UnsupportedResourceError(unknown)
    _bootstrap(template, body)
    cloudformation = boto3.client("cloudformation", region_name=template.cloud.region)
    try:
        cloudformation.create_stack(
            StackName=template.stack, TemplateBody=template.text, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
    except (ClientError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise DeploymentError(template.stack, f"{type(error).__name__}: {error}") from error
    return describe(template.stack, template.cloud)


def describe(stack: str, cloud: Cloud) -> Deployed:
    """The stack's outputs and resources as CloudFormation tells them."""
    cloudformation = boto3.client("cloudformation", region_name=cloud.region)
    told = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    found = [summary for page in pages for summary in page["StackResourceSummaries"]]
    if told["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentError(stack, told["StackStatus"])
    return Deployed(
        stack=stack,
        outputs={output["OutputKey"]: output["OutputValue"] for output in told.get("Outputs", [])},
        resources={each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found},
        types={each["LogicalResourceId"]: each["ResourceType"] for each in found},
    )


def _bootstrap(template: Template, body: Mapping[str, Any]) -> None:
    """What `cdk bootstrap` and the upload of assets leave behind: a version in SSM, a bucket, an object per asset."""
    ssm = boto3.client("ssm", region_name=template.cloud.region)
    for parameter in body.get("Parameters", {}).values():
        if parameter["Type"].startswith("AWS::SSM::Parameter::Value") and "Default" in parameter:
            ssm.put_parameter(Name=parameter["Default"], Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True)
    s3 = boto3.client("s3", region_name=REGION)
    for bucket, key in sorted(set(_code_objects(body, template.cloud))):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=key, Body=_placeholder())


def _code_objects(body: Mapping[str, Any], cloud: Cloud) -> Iterator[tuple[str, str]]:
    for resource in body["Resources"].values():
        properties = resource.get("Properties", {})
        code = properties.get("Code") or properties.get("Content") or {}
        if "S3Key" in code:
            yield _text(code["S3Bucket"], cloud), _text(code["S3Key"], cloud)


def _text(value: Any, cloud: Cloud) -> str:
    text = str(value["Fn::Sub"] if isinstance(value, dict) else value)
    return text.replace("${AWS::AccountId}", cloud.account).replace("${AWS::Region}", cloud.region)


def _placeholder() -> bytes:
    """moto only hashes the archive; the code is run from where the assembly keeps it, not from this."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("placeholder"), "")
    return content.getvalue()
