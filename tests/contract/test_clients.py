"""Clients of AWS are made in one place: the CLI's in `cli/target.py`, the functions' in `shared/aws/clients.py`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE_BY = {"cli": "cli/target.py", "functions": "shared/aws/clients.py", "shared": "shared/aws/clients.py"}


def makers(file: Path) -> list[str]:
    """The lines of a module that import boto3 or a session of botocore."""
    tree = ast.parse(file.read_text())
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        if any(module.split(".")[0] == "boto3" or module == "botocore.session" for module in modules):
            lines.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    return lines


@pytest.mark.parametrize("folder", MADE_BY)
def test_no_other_module_makes_one(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.py") if str(file.relative_to(ROOT)) != MADE_BY[folder]]
    assert [line for file in files for line in makers(file)] == []


def test_the_places_that_make_them_are_there() -> None:
    assert all(makers(ROOT / file) for file in MADE_BY.values())
