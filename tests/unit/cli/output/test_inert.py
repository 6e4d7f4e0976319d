"""Nothing that people or vendors wrote is obeyed by a terminal, whichever command prints it."""

import ast
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from cli import terminal
from cli.figures import from_stack as figures
from cli.inert import inert
from cli.inert_console import InertConsole
from cli.terminal import print_json, print_json_line, say
from cli.tracing import from_stack as tracing
from tests.hostile import HOSTILE, assert_inert, assert_own_lines, hostile
from tests.unit.domain.histories import History, commit
from tests.unit.store.driving import Driver
from tests.unit.summaries.wheels import healthy

Run = Callable[..., Any]
CLI = Path(terminal.__file__).parent
SAMPLES = CLI.parent / "events" / "samples"
AS_OF = ("--as-of", "2026-03-30T00:00:00Z")


def test_the_filter_takes_what_unicode_calls_controls_and_formats_and_nothing_else() -> None:
    kept = {"\t", "\n", "\xad"}
    for point in range(0x110000):
        character = chr(point)
        obeyed = unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"} and character not in kept
        if obeyed:
            assert inert(character) == "", hex(point)
        elif point < 0x3000 and character != "\xad" and unicodedata.category(character) != "Cn":
            assert inert(character) == character, hex(point)


def test_a_console_colours_as_ever_and_lets_nothing_else_through(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(HOSTILE, title=HOSTILE)
    table.add_row(HOSTILE, Text(HOSTILE, style=Style(link=f"https://example.com/{HOSTILE}")))
    console = InertConsole(force_terminal=True, color_system="standard", width=200)
    console.print(Text("red", style="red"), HOSTILE, table)

    out = capsys.readouterr().out
    assert "\x1b[31mred\x1b[0m" in out
    assert "\x9b" not in out
    assert "\u202e" not in out
    assert "\x07" not in out
    told = Text.assemble("nothing hostile ", ("bold", "bold"), ("\tlink", Style(link="https://example.com")))
    with (plain := Console(force_terminal=True, width=200)).capture() as captured:
        plain.print(told)
    InertConsole(force_terminal=True, width=200).print(told)
    assert _without_ids(capsys.readouterr().out) == _without_ids(captured.get())


def _without_ids(written: str) -> str:
    """Rich numbers its links by chance."""
    return re.sub(r"id=\d+", "id=", written)


def test_json_reads_the_same_and_spells_what_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    value = {HOSTILE: [HOSTILE + "\x7f\U000e0041"]}
    print_json(value)
    print_json_line(value)
    pretty, _, line = capsys.readouterr().out.rstrip("\n").rpartition("\n")
    for written in (pretty, line):
        assert json.loads(written) == value
        assert_own_lines(written)


def test_a_message_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"no {HOSTILE}", "error")
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert_own_lines(err)


def test_a_defect_of_ours_is_told_inert(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.told_by(ValueError, ValueError(HOSTILE), None)
    assert "ValueError" in (err := capsys.readouterr().err)
    assert "\x1b" not in err


@pytest.mark.slow
def test_no_command_writes_beside_the_one_that_filters() -> None:
    """No `print`, no `sys.stdout.write`, no console of its own; what is piped to a process is no terminal."""
    found = []
    for file in sorted(CLI.rglob("*.py")):
        if file.name == "terminal.py":
            continue
        calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        told = [(call.lineno, ast.unparse(call.func)) for call in calls]
        found += [f"{file.relative_to(CLI)}:{line}: {name}" for line, name in told if name in _WRITES]
    assert found == []


_WRITES = {"print", "Console", "rich.print", "sys.stdout.write", "sys.stderr.write", "typer.echo", "typer.secho"}
_WRITES |= {"click.echo", "sys.stdout.buffer.write"}


# -- every outside field through the commands that read files


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """One of each detail-type with hostile text in every field, a story that leads to figures, and what is refused."""
    story = healthy()
    story.deployed("03-03 12:00", "d1", commit("c1", "03-03 10:00", "cart"), id="deployed", service=None)
    lines = [{**each, "detail": hostile(each["detail"])} for each in story.events]
    for file in SAMPLES.glob("*.json"):
        sample = json.loads(file.read_text())
        told = {**hostile(sample["detail"]), "flywheel": "checkout", "id": f"{file.stem}{HOSTILE}"}
        lines.append({**sample, "source": f"ci{HOSTILE}", "detail": told})
        lines.append({**sample, "source": HOSTILE, "detail-type": HOSTILE})
        lines.append({**sample, "detail": {**told, HOSTILE: HOSTILE, "time": HOSTILE}})
    path = tmp_path / "history.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + f"\n{json.dumps(HOSTILE)}\n{HOSTILE}\n")
    return path


COMMANDS = {
    "report": ("report", "{history}", "--flywheel", "checkout", *AS_OF),
    "report --json": ("report", "{history}", "--flywheel", "checkout", "--json", *AS_OF),
    "explain": ("explain", "dora.lead_time_hours", "{history}", "--flywheel", "checkout", *AS_OF),
    "explain turns": ("explain", "turns.turn_time_hours", "{history}", "--flywheel", "checkout", *AS_OF),
    "explain maps": ("explain", "drag.map_inertia_share", "{history}", "--flywheel", "checkout", *AS_OF),
    "preview": ("preview", "{history}", "--flywheel", "checkout", *AS_OF),
    "preview --json": ("preview", "{history}", "--flywheel", "checkout", "--json", *AS_OF),
    "trace": ("trace", f"deployment-finished{HOSTILE}", "{history}", *AS_OF),
    "trace --json": ("trace", f"map-submitted{HOSTILE}", "{history}", "--json", *AS_OF),
    "trace of nothing": ("trace", HOSTILE, "{history}", *AS_OF),
    "another flywheel": ("report", "{history}", "--flywheel", HOSTILE, *AS_OF),
    "another figure": ("explain", HOSTILE, "{history}", *AS_OF),
    "another file": ("report", HOSTILE, *AS_OF),
    "another option": (f"--{HOSTILE}",),
    "another command": (HOSTILE,),
    "map": ("map", "{map}"),
    "map --json": ("map", "{map}", "--json"),
    "emit": ("emit", "idea", "--idea", HOSTILE, "--title", HOSTILE, "--dry-run"),
    "emit of nothing": ("emit", HOSTILE, "--idea", HOSTILE),
    "emit with a wrong value": ("emit", "deployment", "--service", "s", "--outcome", HOSTILE),
    "replay": ("replay", "{history}", "--dry-run"),
    "hook": ("hook", "create", HOSTILE),
    "hook send": ("hook", "test", HOSTILE),
    "import": ("import", "git", "{repository}", "--dry-run"),
    "import of nothing": ("import", "git", HOSTILE),
    "import of a branch": ("import", "git", "{repository}", "--branch", HOSTILE),
    "import with a pattern": ("import", "git", "{repository}", "--idea-pattern", f"({HOSTILE}"),
    "configuration": ("report", "{history}", "--config", "{config}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_nothing_that_a_terminal_obeys(
    name: str, flywheel: Run, history: Path, repository: Any, tmp_path: Path
) -> None:
    drawn = tmp_path / "map.owm"
    drawn.write_text(
        f"title T{HOSTILE}\ncomponent C{HOSTILE}\n{HOSTILE}->{HOSTILE}\nwhat {HOSTILE}\ncomponent A [0.5, 0.5]"
    )
    config = tmp_path / "wrong.toml"
    config.write_text(
        f"[flywheels.a]\nname = {json.dumps(HOSTILE)}\nparent = {json.dumps(HOSTILE)}\n{json.dumps(HOSTILE)} = 1\n"
    )
    repository.commit(f"feat: SHOP-1 {HOSTILE}", "2026-03-01T10:00:00Z")
    repository.tag("v1.0.0", "2026-03-02T10:00:00Z")
    places = {"history": history, "map": drawn, "repository": repository.path, "config": config}

    ran = flywheel(*(part.format(**places) if part.startswith("{") else part for part in COMMANDS[name]))

    assert ran.out or ran.err
    assert_inert(ran.out)
    assert_own_lines(ran.err)


# -- a stack


@pytest.mark.parametrize("command", [("report",), ("trace", "deployed"), ("preview",), ("explain", "turns.rate")])
def test_a_stack_says_no_more_than_files(
    command: tuple[str, ...], flywheel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = Driver()
    story: History = healthy()
    driver.append([{**each, "detail": hostile(each["detail"])} for each in story.events])
    for module in (figures, tracing):
        monkeypatch.setattr(module, "outputs_of", lambda _: {"TableName": "flywheel"})
        monkeypatch.setattr(module, "store_of", lambda *_: driver.store)

    ran = flywheel(*command, "--stack", "flywheel-dev", *AS_OF)
    assert ran.out or ran.err
    assert_inert(ran.out + ran.err)
