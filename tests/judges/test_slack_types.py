"""What goes to Slack against Slack's own types of Block Kit (@slack/types), read by the TypeScript compiler.

Every situation that a golden file pins, and every form. Charts are left out: the types do not know them yet.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra import node
from tests.judges.shown import messages, views
from tests.unit.summaries.situations import SITUATIONS

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def compiler() -> list[str]:
    """The compiler that package-lock.json pins; `make judges` installs it."""
    tsc = HERE / "node_modules" / "typescript" / "bin" / "tsc"
    assert tsc.is_file(), "no compiler: `make judges` installs it"
    return [str(node()), str(tsc)]


def judged(compiler: list[str], source: str, folder: Path) -> str:
    """What the compiler has against it."""
    file = HERE / "node_modules" / folder.name / "judged.ts"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"]
    done = subprocess.run([*compiler, *options, str(file)], cwd=HERE, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def source_of(kind: str, values: list[Any]) -> str:
    """Each value as a constant of a type of Slack's."""
    lines = [f"export const v{place}: {kind} = {json.dumps(value)}" for place, value in enumerate(values)]
    return "\n".join(["import type { KnownBlock, ModalView } from '@slack/types'", *lines, ""])


def test_messages_are_what_slacks_types_say(compiler: list[str], tmp_path: Path) -> None:
    shown = list(messages())
    assert len(shown) >= len(SITUATIONS)
    assert judged(compiler, source_of("KnownBlock[]", shown), tmp_path) == ""


def test_forms_are_what_slacks_types_say(compiler: list[str], tmp_path: Path) -> None:
    assert judged(compiler, source_of("ModalView", list(views())), tmp_path) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "section", "text": {"type": "mrkdown", "text": "x"}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "actions"},
        {"type": "context", "elements": [{"type": "button"}]},
    ],
)
def test_what_slack_would_refuse_the_compiler_refuses(
    compiler: list[str], tmp_path: Path, wrong: dict[str, Any]
) -> None:
    assert "error TS" in judged(compiler, source_of("KnownBlock[]", [[wrong]]), tmp_path)
