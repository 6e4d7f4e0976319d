"""The synthesised template, unchanged, into moto: what `cdk deploy` does, without AWS and without Node."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from engine.account.cloud import REGION, Cloud
from engine.cloudformation import registering
from engine.cloudformation.template import Template
from engine.errors import DeploymentError, UnsupportedResourceError

PLACEHOLDER: Final = "placeholder"
"""What an archive holds that stands for an asset beside the template."""
BOOTSTRAP_VERSION: Final = "30"
"""What `cdk bootstrap` would have written to SSM; the template only checks that it is not older than it needs."""


@dataclass(frozen=True)
class Deployed:
    """A stack as it stands: the physical ids, so that a wrong reference shows."""

    stack: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    """Logical → physical id."""
    types: Mapping[str, str]
    """Logical id → CloudFormation type."""

    def of_type(self, type_name: str) -> list[tuple[str, str]]:
        """(logical, physical) id of each resource of a type."""
        return [(logical, self.resources[logical]) for logical, each in self.types.items() if each == type_name]

    def only(self, type_name: str) -> str:
        """The physical id of the one resource of a type. Raises LookupError."""
        found = self.of_type(type_name)
        if len(found) != 1:
            raise LookupError(f"{len(found)} resources of type {type_name}: name one")
        return found[0][1]


def deploy(template: Template) -> Deployed:
    """Create the stack from the template's own text."""
    body = template.body
    registering.register()
    declared = {resource["Type"] for resource in body["Resources"].values()}
    unknown = sorted(each for each in declared - registering.supported_types() if not each.startswith("Custom::"))
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
        archive.writestr(zipfile.ZipInfo(PLACEHOLDER), "")
    return content.getvalue()
