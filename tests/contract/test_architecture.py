"""docs/architecture.md is the house as it is: its table of rooms is made of what the packages say of themselves."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "architecture.md"
HOUSES = ("events", "shared", "functions", "infra", "engine", "cli", "value_flywheel")


def rooms() -> list[Path]:
    """Every package, parents first."""
    files = (file for house in HOUSES for file in (PROJECT / house).rglob("__init__.py"))
    return sorted(file.parent.relative_to(PROJECT) for file in files)


def holds(room: Path) -> str:
    """The first line of a package's docstring."""
    said = ast.get_docstring(ast.parse((PROJECT / room / "__init__.py").read_text()))
    return (said or "").partition("\n")[0]


def table() -> str:
    """The table of rooms as the page has it."""
    rows = [f"| `{room}/` | {holds(room)} |" for room in rooms()]
    return "\n".join(["| room | holds |", "|---|---|", *rows])


def test_every_room_says_what_it_holds() -> None:
    assert [str(room) for room in rooms() if not holds(room)] == []


def test_the_page_has_every_room_as_it_is() -> None:
    assert table() in PAGE.read_text(), f"docs/architecture.md: its table of rooms should read\n\n{table()}"
