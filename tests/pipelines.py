"""Build machines for tests: a shell with what a pipeline gives it and nothing else, and a job that runs the action.

Commands of the page on wiring run here as they stand there; `pipx` and `uvx` have this project's CLI installed already.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "wiring.md").read_text()
BLOCKS: dict[str, str] = {
    found["name"]: found["text"]
    for found in re.finditer(r"^```\w+ (?P<name>\S+)\n(?P<text>.*?)^```", PAGE, re.S | re.M)
}
"""The snippets of the page, by the name behind their language."""
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
FLYWHEEL = Path(sys.executable).parent / "flywheel"
_AFTER_ITS_NAME = 'while [[ "$1" != flywheel ]]; do shift; done; shift\n'


class Ran(NamedTuple):
    """What a step answered."""

    code: int
    out: str
    err: str


class Shell:
    """A build machine; of this one's variables it has the path alone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools = folder, folder / "tools"
        self.tools.mkdir()
        self.tool("pipx", f'{_AFTER_ITS_NAME}exec "{FLYWHEEL}" "$@"')
        self.tool("flywheel", f'exec "{FLYWHEEL}" "$@"')
        self.tool("pip", "exit 0")
        self.environment = {"PATH": f"{self.tools}:{os.environ['PATH']}", "HOME": str(folder), "NO_PROXY": "127.0.0.1"}

    def tool(self, name: str, script: str) -> None:
        """A program of the machine."""
        path = self.tools / name
        path.write_text(f"#!/usr/bin/env bash\n{script}\n")
        path.chmod(0o755)

    def keeps_what_is_given(self, *names: str) -> None:
        """Programs that write down their arguments and do nothing."""
        for name in names:
            self.tool(name, f'printf "%s\\n" "$@" >> "{self.folder}/{name}.given"')

    def given(self, name: str) -> list[str]:
        """The arguments that such a program was given, in order."""
        return (self.folder / f"{name}.given").read_text().splitlines()

    def run(self, script: str, **environment: str) -> Ran:
        """Run a script as pipelines do: it ends where a command fails."""
        command = ["bash", "-eu", "-o", "pipefail", "-c", script]
        ran = subprocess.run(
            command, cwd=self.folder, env=self.environment | environment, capture_output=True, text=True, check=False
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)


class Job(NamedTuple):
    """A workflow's job of GitHub in a folder of its own, whose step uses the action."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, status: str = "success", **inputs: str) -> Ran:
        given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        known = {"github.action_path": str(ROOT), "runner.temp": str(self.folder), "job.status": status}
        known |= {f"inputs.{name}": value for name, value in given.items()}
        for step in STEPS:
            ran = self._step(step, known)
            if ran.code or step is STEPS[-1]:
                return ran
            outputs = dict(line.split("=", 1) for line in (self.folder / "outputs").read_text().splitlines())
            known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs.items()}
        raise AssertionError

    def _step(self, step: dict[str, Any], known: dict[str, str]) -> Ran:
        def value(text: str) -> str:
            return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: known[found[1]], text)

        environment = self.environment | {name: value(text) for name, text in step["env"].items()}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        ran = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        return Ran(ran.returncode, ran.stdout, ran.stderr)


def job_in(folder: Path) -> Job:
    """A job of `acme/shop` with a `uvx` that writes down its arguments, and no credentials."""
    tools = folder / "tools"
    tools.mkdir()
    uvx = tools / "uvx"
    uvx.write_text(
        f'#!/usr/bin/env bash\nprintf "%s\\n" "$@" > "$UVX_WAS_GIVEN"\n{_AFTER_ITS_NAME}exec "{FLYWHEEL}" "$@"\n'
    )
    uvx.chmod(0o755)
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(folder),
        "GITHUB_OUTPUT": str(folder / "outputs"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_SHA": "c0ffee0000000000000000000000000000000000",
        "GITHUB_RUN_ID": "4711",
        "UVX_WAS_GIVEN": str(folder / "given"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return Job(folder, environment)
