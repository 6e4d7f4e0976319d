"""A synthesised template and the questions that tests ask of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Synthesised:
    """A template and the assembly it lies in."""

    template: dict[str, Any]
    directory: Path

    def of_type(self, type: str) -> dict[str, dict[str, Any]]:
        """Logical id → properties."""
        return {name: each["Properties"] for name, each in self.template["Resources"].items() if each["Type"] == type}

    def only(self, type: str) -> dict[str, Any]:
        (properties,) = self.of_type(type).values()
        return properties

    def role_statements(self, role: str) -> list[dict[str, Any]]:
        policies = self.template["Resources"][role]["Properties"]["Policies"]
        return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def id_of(reference: Any) -> str:
    """The logical id behind a `Ref` or a `Fn::GetAtt`."""
    return str(reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0])


def listed(value: Any) -> list[Any]:
    """IAM's and CDK's habit: one element stands for itself."""
    return value if isinstance(value, list) else [value]
