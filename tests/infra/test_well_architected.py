"""Rights to read the Well-Architected Tool: granted to `tick` alone, and only where the configuration enables it."""

from collections.abc import Callable
from pathlib import Path

import pytest

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
