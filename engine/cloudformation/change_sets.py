"""Change sets as the CDK command line uses them, where moto would answer with an error of its own.

It deletes one that may not be there and waits until it is gone, and it keeps the parameters of a stack as they are: for
one that names an SSM parameter moto then takes what was read for the name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.cloudformation.parsing import ResourceMap
from moto.ssm.models import ssm_backends


class ChangeSetNotFoundError(CloudFormationError):
    """AWS's answer for a change set that is not there; moto says that the stack is not."""

    code = "ChangeSetNotFound"


@contextmanager
def change_sets() -> Iterator[None]:
    """For as long as this lasts."""
    delete, describe = CloudFormationBackend.delete_change_set, CloudFormationBackend.describe_change_set
    read = ResourceMap.parse_ssm_parameter

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

    with (
        patch.object(CloudFormationBackend, "delete_change_set", delete_if_there),
        patch.object(CloudFormationBackend, "describe_change_set", describe_if_there),
        patch.object(ResourceMap, "parse_ssm_parameter", read_once),
    ):
        yield


def _is_there(backend: CloudFormationBackend, name_or_id: str) -> bool:
    named = {each.change_set_name for each in backend.change_sets.values()}
    return name_or_id in named or name_or_id in backend.change_sets
