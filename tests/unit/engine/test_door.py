"""The engine as another project would find it: its door, its rooms, its settings."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import engine as door
from tests.unit.engine.conftest import START

ENGINE = Path(door.__file__).parent
MOST_MODULES = 12


def test_what_the_door_names_is_there_and_typed_as_it_is_found() -> None:
    typed = {
        alias.name: node.module
        for node in ast.walk(ast.parse((ENGINE / "__init__.py").read_text()))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("engine.")
        for alias in node.names
    }
    assert typed == {name: f"engine.{room}" for name, room in door._ROOM_OF.items()}
    assert sorted(typed) == sorted(door.__all__)
    assert [name for name in door.__all__ if getattr(door, name) is None] == []


def test_the_guard_of_a_function_s_process_is_loaded_without_moto() -> None:
    code = "import sys, engine.lambdas.child; sys.exit('moto' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ENGINE.parent, check=False).returncode == 0


def test_no_room_holds_more_than_a_dozen_modules_and_the_readme_names_each() -> None:
    rooms = [room for room in ENGINE.iterdir() if (room / "__init__.py").exists()]
    assert {
        room.name: len(list(room.glob("*.py"))) for room in rooms if len(list(room.glob("*.py"))) > MOST_MODULES
    } == {}
    readme = (ENGINE / "README.md").read_text()
    assert [room.name for room in rooms if f"| `{room.name}/` |" not in readme] == []


def test_nothing_in_it_is_named_after_this_project() -> None:
    named = [str(file) for file in ENGINE.rglob("*.py") if "flywheel" in file.read_text().lower()]
    assert named == []


PROGRAM = """
import json, sys
from datetime import UTC, datetime
from engine import Engine

with Engine.from_template("Small.template.json", clock=datetime.fromisoformat(sys.argv[1])) as engine:
    engine.put_events([{"EventBusName": "parts", "Source": "x", "DetailType": "Part Made", "Detail": '{"id": "a"}'}])
    engine.drain()
    print(json.dumps([engine.bodies("done"), [str(each.failure) for each in engine.failures]]))
"""


@pytest.mark.slow
def test_a_project_of_its_own_runs_its_template_from_the_directory_it_is_started_in(small: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, START.isoformat()]
    ran = subprocess.run(command, cwd=small.parent, env={}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [[{"id": "a", "read": True}], []]
