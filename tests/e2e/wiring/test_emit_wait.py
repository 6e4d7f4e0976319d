"""`flywheel emit --wait` over a port: what became of the event; and a bus that is not there."""

import json
import os
import subprocess
import sys
from pathlib import Path

from engine import Engine, Server
from infra.stage import PROJECT

WIRED = ("--source", "ci", "--json")


def emit(url: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A pipeline's step in a folder of its own, where no AWS is near."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FLYWHEEL_"))}
    environment |= {"PYTHONPATH": str(PROJECT), "AWS_ENDPOINT_URL": url}
    command = [sys.executable, "-m", "cli", "emit", *arguments, *WIRED]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=240, env=environment
    )


def test_a_sender_learns_what_became_of_its_event(assembly: Path, tmp_path: Path) -> None:
    with Server(Engine.from_template(assembly)) as server:
        counted = emit(server.url, tmp_path, "idea", "--idea", "SHOP-1", "--flywheel", "checkout", "--wait")
        unmapped = emit(server.url, tmp_path, "idea", "--idea", "SHOP-2", "--wait", "--strict")
        lost = emit(server.url, tmp_path, "idea", "--idea", "SHOP-3", "--flywheel", "checkout", "--bus", "nowhere")

    answer = json.loads(counted.stdout)
    assert (counted.returncode, answer["verdict"], answer["flywheel"]) == (0, "counted", "checkout"), counted.stderr
    assert (unmapped.returncode, json.loads(unmapped.stdout)["verdict"]) == (1, "unmapped"), unmapped.stderr
    assert lost.returncode == 2
    assert "there is no bus 'nowhere'" in lost.stderr
    assert "SHOP-3" in (tmp_path / "unsent.jsonl").read_text()
