"""The exports of a stack: as its outputs, and as SSM parameters under `/<stack>/`."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ssm as ssm


def export(stack: Stack, prefix: str, path: str, value: str, description: str) -> None:
    """One fact as a parameter `path` and an output of the same words; parameters of the standard tier cost nothing."""
    name = path.title().replace("-", "")
    CfnOutput(stack, name, value=value, description=description)
    ssm.StringParameter(
        stack, f"{name}Parameter", parameter_name=f"/{prefix}/{path}", string_value=value, description=description
    )
