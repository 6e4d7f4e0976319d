"""Parameters in memory, in SSM's own shape."""

from datetime import UTC, datetime
from typing import Any

from tests.fakes.errors import refusal

MODIFIED = datetime(2026, 3, 12, tzinfo=UTC)


class Ssm:
    """SecureString parameters by name, and how often one was read; `fault` is the code of every read while set."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.reads = 0
        self.fault: str | None = None

    def put_parameter(self, *, Name: str, Value: str, Type: str, Overwrite: bool, **_: Any) -> None:
        assert Type == "SecureString"
        if Name in self.values and not Overwrite:
            raise refusal("ParameterAlreadyExists")
        self.values[Name] = Value

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:
        assert WithDecryption
        self.reads += 1
        if self.fault:
            raise refusal(self.fault)
        if Name not in self.values:
            raise refusal("ParameterNotFound")
        return {"Parameter": {"Value": self.values[Name]}}

    def delete_parameter(self, *, Name: str) -> None:
        if Name not in self.values:
            raise refusal("ParameterNotFound")
        del self.values[Name]

    def get_paginator(self, operation: str) -> "Ssm":
        assert operation == "get_parameters_by_path"
        return self

    def paginate(self, *, Path: str) -> list[dict[str, Any]]:
        assert not Path.endswith("/")
        return [{"Parameters": [{"Name": name, "LastModifiedDate": MODIFIED}]} for name in self.values]
