"""Rights to read the Well-Architected Tool: granted to `tick` alone, and only where the configuration enables it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.session import get_session

from engine import Place, SimulatedClock, accesses_of, is_allowed
from engine.account.mocked import moto_running
from shared.aws.well_architected import WellArchitected
from tests.infra.template import Synthesised, listed

ACTIONS = {"wellarchitected:ListWorkloads", "wellarchitected:ListMilestones", "wellarchitected:GetLensReview"}


def granted(stack: Synthesised) -> dict[str, list[tuple[set[str], str]]]:
    """By role, what it may ask of the Tool and on what; synthesising alone proves that cdk-nag passed it."""
    return {
        role: [
            (set(listed(each["Action"])), str(each["Resource"]))
            for each in stack.role_statements(role)
            if any(action.startswith("wellarchitected:") for action in listed(each["Action"]))
        ]
        for role in stack.of_type("AWS::IAM::Role")
    }


def test_nobody_may_unless_it_is_enabled(stack: Synthesised) -> None:
    assert not any(granted(stack).values())


@pytest.mark.parametrize(("said", "region"), [("", "{'Ref': 'AWS::Region'}"), ("region = 'us-east-1'", "us-east-1")])
def test_tick_may_list_and_read_milestones_and_nothing_else(
    synthesise: Callable[..., Synthesised], tmp_path: Path, said: str, region: str
) -> None:
    (tmp_path / "flywheel.toml").write_text(f"[well_architected]\nenabled = true\n{said}\n")
    found = granted(synthesise(config=str(tmp_path / "flywheel.toml")))
    ((role, statements),) = [(role, each) for role, each in found.items() if each]
    assert role.startswith("Tick")
    assert set.union(*(actions for actions, _ in statements)) == ACTIONS
    on = {action: resource for actions, resource in statements for action in actions}
    assert on.pop("wellarchitected:ListWorkloads") == "*"
    assert all(region in resource and resource.endswith(":workload/*']]}") for resource in on.values())


@pytest.mark.parametrize(
    ("operation", "params"),
    [("ListWorkloads", {}), ("ListMilestones", {"WorkloadId": "w"}), ("GetLensReview", {"WorkloadId": "w"})],
)
def test_what_tick_asks_of_the_tool_is_what_it_may(operation: str, params: dict[str, str]) -> None:
    (access,) = accesses_of("wellarchitected", operation, params, Place("111122223333", "eu-west-1"))
    workloads = "arn:aws:wellarchitected:eu-west-1:111122223333:workload/*"
    own = {"Effect": "Allow", "Action": [f"wellarchitected:{operation}"]}
    assert access.action in ACTIONS
    assert is_allowed([{**own, "Resource": "*" if operation == "ListWorkloads" else workloads}], access)
    assert is_allowed([{**own, "Resource": workloads}], access) == (operation != "ListWorkloads")


def test_on_the_embedded_engine_there_is_no_workload_to_read() -> None:
    with moto_running(SimulatedClock(datetime(2026, 3, 2, tzinfo=UTC)), lambda _: []):
        tool = WellArchitected(get_session().create_client("wellarchitected", region_name="eu-west-1"))
        assert list(tool.milestones()) == []
