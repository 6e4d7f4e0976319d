"""What others need to know of a stack: as outputs of the stack, and as SSM parameters under `/<stack>/`."""

from dataclasses import dataclass

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ssm as ssm


@dataclass(frozen=True, kw_only=True)
class Export:
    """One fact: `path` is its name in SSM, `id` in the stack's outputs."""

    id: str
    path: str
    value: str
    description: str


def export(stack: Stack, prefix: str, exports: list[Export]) -> None:
    """Make an output and a parameter of each; parameters of the standard tier cost nothing."""
    for one in exports:
        CfnOutput(stack, one.id, value=one.value, description=one.description)
        ssm.StringParameter(
            stack,
            f"{one.id}Parameter",
            parameter_name=f"/{prefix}/{one.path}",
            string_value=one.value,
            description=one.description,
        )
