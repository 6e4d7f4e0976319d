"""The synthesised template, unchanged, into moto: what `cdk deploy` does, without AWS and without Node."""

from collections.abc import Mapping
from dataclasses import dataclass

import boto3
from botocore.exceptions import ClientError

from engine.account.cloud import Cloud
from engine.cloudformation import registering
from engine.cloudformation.bootstrap import leave_behind
from engine.cloudformation.template import Template
from engine.errors import DeploymentError, UnsupportedResourceError


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
        matching = self.of_type(type_name)
        if len(matching) != 1:
            raise LookupError(f"{len(matching)} resources of type {type_name}: name one")
        return matching[0][1]


def deploy(template: Template) -> Deployed:
    """Create the stack from the template's own text."""
    body = template.body
    registering.register()
    declared = {resource["Type"] for resource in body["Resources"].values()}
    unknown = sorted(each for each in declared - registering.supported_types() if not each.startswith("Custom::"))
    if unknown:
        raise UnsupportedResourceError(unknown)
    leave_behind(body, template.cloud)
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
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
    if described["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentError(stack, described["StackStatus"])
    return Deployed(
        stack=stack,
        outputs={output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])},
        resources={each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in summaries},
        types={each["LogicalResourceId"]: each["ResourceType"] for each in summaries},
    )
