"""Types that moto models wrongly, mended."""

import json
from typing import Any

from moto.awslambda.models import EventSourceMapping
from moto.core.common_models import CloudFormationModel
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.events.models import Archive, EventBus
from moto.iam.models import IAMBackend, Role, iam_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import Parameter, ssm_backends

from engine.cloudformation.bootstrap import make_room_for_bucket, make_room_for_parameter


class RepairedEventBus(EventBus, CloudFormationModel):
    """moto's bus has no physical id, so that a `Ref` to it gives the object itself."""

    @classmethod
    def create_from_cloudformation_json(cls, *args: Any, **kwargs: Any) -> Any:
        bus = super().create_from_cloudformation_json(*args, **kwargs)
        vars(bus)["physical_resource_id"] = bus.name
        return bus


class RepairedArchive(Archive, CloudFormationModel):
    """An archive's pattern is an object in a template, but moto wants text; and a `Ref` gives its name."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any
    ) -> Any:
        archive = super().create_from_cloudformation_json(resource_name, _as_moto(cloudformation_json), *args, **kwargs)
        vars(archive)["physical_resource_id"] = archive.name
        return archive

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, new_resource_name: str, cloudformation_json: Any, *args: Any, **kwargs: Any
    ) -> Any:
        return super().update_from_cloudformation_json(
            original_resource, new_resource_name, _as_moto(cloudformation_json), *args, **kwargs
        )


def _as_moto(declared: dict[str, Any]) -> dict[str, Any]:
    """An archive as moto reads it; when it is updated, moto looks for its retention under another name."""
    properties = dict(declared["Properties"])
    if isinstance(properties.get("EventPattern"), dict):
        properties["EventPattern"] = json.dumps(properties["EventPattern"])
    return {**declared, "Properties": {**properties, "Retention": properties.get("RetentionDays")}}


class RepairedEventSourceMapping(EventSourceMapping, CloudFormationModel):
    """moto's mapping swallows messages and records the moment they arrive; here `engine` alone polls."""

    @classmethod
    def create_from_cloudformation_json(cls, *args: Any, **kwargs: Any) -> Any:
        mapping = super().create_from_cloudformation_json(*args, **kwargs)
        for queue in sqs_backends[mapping.account_id][mapping.region].queues.values():
            queue.lambda_event_source_mappings.clear()
        for table in dynamodb_backends[mapping.account_id][mapping.region].tables.values():
            table.lambda_event_source_mappings.clear()
        return mapping

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        """Another source is another mapping: CloudFormation replaces it, where moto leaves the source as it was."""
        if cloudformation_json["Properties"]["EventSourceArn"] == original_resource.event_source_arn:
            return super().update_from_cloudformation_json(
                original_resource, new_resource_name, cloudformation_json, account_id, region_name
            )
        original_resource.delete(account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)


class RepairedParameter(Parameter, CloudFormationModel):
    """Tags of a parameter are a map in a template, alone among types; moto wants the usual list."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        properties = cloudformation_json["Properties"]
        if isinstance(properties.get("Tags"), dict):
            properties["Tags"] = [{"Key": key, "Value": value} for key, value in properties["Tags"].items()]
        make_room_for_parameter(ssm_backends[account_id][region_name], str(properties.get("Name") or ""))
        return super().create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **kwargs
        )


class RepairedTable(Table, CloudFormationModel):
    """moto leaves out how long a table keeps items, and whether its past is kept."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        table = super().create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
        backend, properties = dynamodb_backends[account_id][region_name], cloudformation_json["Properties"]
        if expiry := properties.get("TimeToLiveSpecification"):
            backend.update_time_to_live(table.name, {**expiry, "Enabled": _is_true(expiry["Enabled"])})
        recovery = properties.get("PointInTimeRecoverySpecification", {})
        if _is_true(recovery.get("PointInTimeRecoveryEnabled")):
            backend.update_continuous_backups(table.name, {"PointInTimeRecoveryEnabled": True})
        return table


def _is_true(declared: Any) -> bool:
    """Templates say it as text too."""
    return str(declared).lower() == "true"


class RepairedRole(Role, CloudFormationModel):
    """moto leaves out the managed policies that a role declares, and lets none be deleted that has some.

    Where a role's template changes, its policies and who may assume it stay as they were.
    """

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        role = super().create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
        known = {policy.arn: policy for policy in _iam_of(account_id).managed_policies.values()}
        for arn in cloudformation_json["Properties"].get("ManagedPolicyArns", []):
            if arn in known:  # of AWS's own policies moto has the names at most
                known[arn].attach_to(role)
        return role

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        role = super().update_from_cloudformation_json(
            original_resource, new_resource_name, cloudformation_json, account_id, region_name
        )
        properties = cloudformation_json["Properties"]
        role.assume_role_policy_document = json.dumps(properties["AssumeRolePolicyDocument"])
        role.policies = {each["PolicyName"]: each["PolicyDocument"] for each in properties.get("Policies", [])}
        return role

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        for role in _iam_of(account_id).roles.values():
            if role.name == resource_name:
                for policy in list(role.managed_policies.values()):
                    policy.detach_from(role)
        super().delete_from_cloudformation_json(resource_name, cloudformation_json, account_id, region_name)


def _iam_of(account: str) -> IAMBackend:
    return iam_backends[account]["aws"]


class RepairedBucket(FakeBucket, CloudFormationModel):
    """A bucket of a template takes the place of the one that the engine made in its stead."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        make_room_for_bucket(s3_backends[account_id]["aws"], resource_name)
        return super().create_from_cloudformation_json(
            resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
