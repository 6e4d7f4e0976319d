"""The ground of every command: what is loaded, what goes where, how it ends."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli import main as cli_main
from cli.failure import CommandError
from cli.main import main

Run = Callable[..., Any]
ALL_THAT_SENDS = {
    "annotated_doc", "boto3", "botocore", "certifi", "cli", "dateutil", "events", "jmespath", "msgspec", "rich",
    "s3transfer", "shared", "shellingham", "six", "typer", "typing_extensions", "urllib3",
}  # fmt: skip
PROJECT = Path(__file__).resolve().parents[3]


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    """A command in a process of its own."""
    return subprocess.run([sys.executable, *command], cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "not_loaded"),
    [
        (["--help"], {"boto3", "moto", "aws_cdk", "pynamodb", "slack_sdk", "shared", "engine"}),
        (
            ["emit", "idea", "--idea", "A-1", "--dry-run"],
            {"boto3", "moto", "aws_cdk", "pynamodb", "slack_sdk", "engine"},
        ),
        (["report", "README-none", "--json"], {"boto3", "moto", "aws_cdk", "pynamodb", "slack_sdk", "engine"}),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], not_loaded: set[str]) -> None:
    ran = run(
        "-c", f"import sys; from cli.main import main; main({arguments!r}); sys.stderr.write(' '.join(sys.modules))"
    )
    assert not_loaded & set(ran.stderr.split()) == set()


@pytest.mark.slow
def test_an_event_is_on_its_way_before_anything_is_loaded_that_sending_does_not_need(tmp_path: Path) -> None:
    """What is loaded is what `emit` costs a pipeline: `make bench` measures 0.25 s of CPU to its first byte, of 0.6."""
    send = ["emit", "idea", "--idea", "A-1", "--flywheel", "web", "--unsent", str(tmp_path / "unsent.jsonl")]
    look = f"import sys; from cli.main import main; main({send!r}); sys.stderr.write(' '.join(sys.modules))"
    with socket.create_server(("127.0.0.1", 0)) as bus:
        nobody = f"http://127.0.0.1:{bus.getsockname()[1]}"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_ENDPOINT_URL": nobody, "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded", "AWS_MAX_ATTEMPTS": "1",
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", look], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    said, _, loaded = ran.stderr.rpartition("\n")
    assert "not sent" in said
    packages = {name.partition(".")[0] for name in loaded.split()} - sys.stdlib_module_names - {"sitecustomize"}
    assert {name for name in packages if not name.startswith("_")} <= ALL_THAT_SENDS
    assert len(loaded.split()) <= 650
    assert len([name for name in loaded.split() if name.startswith(("cli", "shared", "events"))]) <= 90


def test_every_command_explains_itself(flywheel: Run) -> None:
    listed = flywheel("--help").out
    for command in ("demo", "doctor", "emit", "explain", "import", "replay", "report", "up"):
        assert f"  {command} " in listed
        ran = flywheel(command, "--help")
        assert (ran.code, ran.err) == (0, "")
        assert "Usage: flywheel" in ran.out


@pytest.mark.parametrize("group", [(), ("import",), ("hook",)])
def test_the_list_of_commands_is_whole_in_a_narrow_terminal(
    flywheel: Run, monkeypatch: pytest.MonkeyPatch, group: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    commands = flywheel(*group, "--help").out.split("Commands:\n")[1]
    assert commands.count("\n") >= 2
    assert [
        line for line in commands.splitlines() if "..." in line or not line.startswith("  ") or line[2] == " "
    ] == []


def test_no_command_at_all_shows_the_help_and_is_wrong_usage(flywheel: Run) -> None:
    ran = flywheel()
    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize("arguments", [("reprot",), ("report", "--window", "many"), ("import", "svn", ".")])
def test_wrong_usage_is_one_line_and_exit_code_2(flywheel: Run, arguments: tuple[str, ...]) -> None:
    ran = flywheel(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert len(ran.err.splitlines()) == 1
    assert "--help)" in ran.err


def test_an_interruption_is_exit_code_130(flywheel: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.figures.question.find_settings", interrupted)
    assert flywheel("report", "x.jsonl").code == 130


def test_a_failure_is_one_line_whatever_its_text(flywheel: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> None:
        raise CommandError("[bold]no markup[/] " + "long " * 60)

    monkeypatch.setattr("cli.figures.question.find_settings", failing)
    ran = flywheel("report", "x.jsonl")
    assert ran.code == 1
    assert ran.err.startswith("error: [bold]no markup[/] long long")
    assert len(ran.err.splitlines()) == 1


def test_a_defect_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli_main, "app", broken)
    with pytest.raises(ZeroDivisionError):
        main([])


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m cli --help | head -1"
    ran = subprocess.run(command, shell=True, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert "Traceback" not in ran.stderr


def test_a_disk_that_is_full_is_a_sentence() -> None:
    command = f"{sys.executable} -m cli emit idea --idea A-1 --dry-run > /dev/full"
    ran = subprocess.run(command, shell=True, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "error: standard output: No space left on device\n")


def test_completion_is_there_for_every_shell() -> None:
    for shell in ("bash", "zsh", "fish"):
        ran = run("-m", "cli", "--show-completion", shell)
        assert "_FLYWHEEL_COMPLETE" in ran.stdout or "_FLYWHEEL_COMPLETE" in ran.stderr


def test_a_flywheel_that_cannot_be_folded_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shared.flywheel.wheel.releases.LINKED", 0)
    told = {"id": "1", "time": "2026-03-01T10:00:00Z", "flywheel": "web", "feature": "f"}
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps({"source": "ci", "detail-type": "Feature Released", "detail": told}))

    assert main(["report", str(file), "--flywheel", "web"]) == 1
    assert "this flywheel has no figures: more than 0 links of releases" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_locale_that_lacks_our_letters_stops_nothing_and_data_is_utf_8(encoding: str) -> None:
    emit = ["emit", "idea", "--idea", "A-1", "--title", "Zażółć — €", "--dry-run"]
    for arguments in (emit, ["emit", "idea", "--title", "€", "--dry-run"]):
        ran = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=PROJECT, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=False,
        )  # fmt: skip
        assert b"Traceback" not in ran.stderr
        assert "Zażółć — €" in ran.stdout.decode() if ran.returncode == 0 else "--idea: missing" in ran.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "--window", "84 days"), "--window: got '84 days', expected a number (see flywheel report --help)"),
        (("preview", "--weeks", "1.5"), "--weeks: got '1.5', expected a whole number (see flywheel preview --help)"),
        (
            ("import", "git", ".", "--rework-hours", "a"),
            "--rework-hours: got 'a', expected a number (see flywheel import git --help)",
        ),
        (
            ("import", "git", ".", "--revision", "x"),
            "--revision: got 'x', expected a whole number (see flywheel import git --help)",
        ),
    ],
)
def test_what_is_no_number_is_told_without_a_programmers_words(
    flywheel: Run, arguments: tuple[str, ...], said: str
) -> None:
    ran = flywheel(*arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {said}\n")


@pytest.mark.parametrize(
    ("command", "code", "err"),
    [
        ("report - <&-", 1, "error: FILES: no valid event in -; one EventBridge event a line is expected\n"),
        ("emit idea --idea A-1 --dry-run >&-", 1, "error: standard output: not writable\n"),
        ("emit idea --idea A-1 --dry-run 2>&-", 0, ""),
    ],
)
def test_a_stream_that_is_closed_is_no_traceback(command: str, code: int, err: str) -> None:
    ran = subprocess.run(
        f"{sys.executable} -m cli {command}", shell=True, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (code, err)
