"""Changes of a stack where moto would answer with an error of its own, or take away what is to stay.

The CDK command line deletes a change set that may not be there and waits until it is gone, and it keeps the parameters
of a stack as they are: for one that names an SSM parameter moto then takes what was read for the name. After a change
set moto tells the outputs of the template before it. Of a `DeletionPolicy` it only knows `Retain`, and that only where
a whole stack goes.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.cloudformation.parsing import OutputMap, ResourceMap
from moto.ssm.models import ssm_backends

KEEPING: Final = ("Retain", "RetainExceptOnCreate")
"""The exception is of the operation that made a resource, whose failure moto does not roll back."""


class ChangeSetNotFoundError(CloudFormationError):
    """AWS's answer for a change set that is not there; moto says that the stack is not."""

    code = "ChangeSetNotFound"


@contextmanager
def changes() -> Iterator[None]:
    """For as long as this lasts."""
    remove = ResourceMap._delete_resource  # noqa: SLF001  moto has no other way
    delete, describe = CloudFormationBackend.delete_change_set, CloudFormationBackend.describe_change_set
    read = ResourceMap.parse_ssm_parameter
    apply = ChangeSet.apply

    def delete_if_there(backend: CloudFormationBackend, change_set_name: str) -> None:
        if _is_there(backend, change_set_name):
            delete(backend, change_set_name)

    def describe_if_there(backend: CloudFormationBackend, change_set_name: str) -> ChangeSet | None:
        if not _is_there(backend, change_set_name):
            raise ChangeSetNotFoundError(f"ChangeSet [{change_set_name}] does not exist")
        return describe(backend, change_set_name)

    def read_once(resources: ResourceMap, value: str, value_type: str) -> str:
        backend = ssm_backends[vars(resources)["_account_id"]][vars(resources)["_region_name"]]
        return value if backend.get_parameter(value) is None else read(resources, value, value_type)

    def remove_unless_kept(resources: ResourceMap, resource: Any, declared: dict[str, Any]) -> None:
        if declared.get("DeletionPolicy") not in KEEPING:
            remove(resources, resource, declared)

    def apply_with_outputs(changed: ChangeSet) -> None:
        apply(changed)
        changed.stack.output_map = OutputMap(changed.stack.resource_map, changed.template_dict, changed.stack_id)

    with (
        patch.object(ChangeSet, "apply", apply_with_outputs),
        patch.object(ResourceMap, "_delete_resource", remove_unless_kept),
        patch.object(CloudFormationBackend, "delete_change_set", delete_if_there),
        patch.object(CloudFormationBackend, "describe_change_set", describe_if_there),
        patch.object(ResourceMap, "parse_ssm_parameter", read_once),
    ):
        yield


def _is_there(backend: CloudFormationBackend, name_or_id: str) -> bool:
    named = {each.change_set_name for each in backend.change_sets.values()}
    return name_or_id in named or name_or_id in backend.change_sets
