"""One synthesis for demo, `up` and tests: settings that only functions read are laid beside their code."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.demo.show import CONFIG
from cli.embedded import assembly
from cli.embedded.assembly import CONTEXT, synthesis
from cli.failure import WrongInputError
from infra.stage import PROJECT
from shared.store.table.names import SETTINGS_FILE
from tests.infra.template import Synthesised


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, str]]:
    """The contexts that were synthesised, in a cache of its own; nothing is."""
    contexts: list[dict[str, str]] = []

    def synthesise(context: dict[str, str], into: Path) -> None:
        contexts.append(context)
        into.mkdir(parents=True)

    monkeypatch.setattr(assembly, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(assembly, "_synthesise", synthesise)
    return contexts


def test_demo_and_up_with_settings_or_without_run_what_was_synthesised_once(
    made: list[dict[str, str]], tmp_path: Path
) -> None:
    own = tmp_path / SETTINGS_FILE
    own.write_text("[flywheels.lighting]\n[stages.prod]\narchive_days = 31\n")
    plain, demo, mine = synthesis(), synthesis(CONFIG), synthesis(own)
    assert plain.directory == demo.directory == mine.directory
    assert made == [CONTEXT]
    assert [each.files for each in (plain, demo, mine)] == [
        {}, {SETTINGS_FILE: CONFIG.read_bytes()}, {SETTINGS_FILE: own.read_bytes()},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '[slack]\ntopics = { "#leads" = "arn:aws:sns:eu-west-1:123456789012:leads" }\n',
        "board.links = false\n",
        "[well_architected]\nenabled = true\n",
        "[stages.dev]\narchive_days = 31\n",
    ],
)
def test_settings_that_the_template_depends_on_have_a_synthesis_of_their_own(
    made: list[dict[str, str]], tmp_path: Path, text: str
) -> None:
    own = tmp_path / SETTINGS_FILE
    own.write_text(text)
    assert synthesis(own).directory != synthesis().directory
    assert synthesis(own).files == {}
    assert made == [{**CONTEXT, "config": str(own)}, CONTEXT]


def test_wrong_settings_are_named_before_anything_is_synthesised(made: list[dict[str, str]], tmp_path: Path) -> None:
    own = tmp_path / SETTINGS_FILE
    own.write_text("[slack]\nchanel = '#turns'\n")
    with pytest.raises(WrongInputError, match="chanel"):
        synthesis(own)
    assert made == []


def test_all_that_lies_in_a_bundle_makes_another_assembly(
    made: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    for folder in ("infra", "events/samples", "shared/board", "functions", "requirements"):
        (project / folder).mkdir(parents=True)
    shutil.copy(PROJECT / "cdk.json", project)
    monkeypatch.setattr(assembly, "PROJECT", project)
    before = synthesis().directory
    (project / "events" / "samples" / "idea.json").write_text("{}")
    assert synthesis().directory == before
    (project / "shared" / "board" / "board.css").write_text("svg {}")
    assert synthesis().directory != before


def test_an_assembly_that_a_process_runs_stays_however_many_are_made_meanwhile(
    made: list[dict[str, str]], tmp_path: Path
) -> None:
    running, done = (assembly.assembly({**CONTEXT, "stage": stage}) for stage in ("running", "done"))
    assembly._HELD.pop(done).close()  # as when its process ends
    for number in range(assembly._KEPT + 1):
        assembly.assembly({**CONTEXT, "stage": f"stage-{number}"})
    assert running.is_dir()
    assert not done.exists()
    assert len(made) == assembly._KEPT + 3
    assert [each.name for each in (tmp_path / "cache").iterdir() if each.name.startswith(".")] == []


def test_the_demos_settings_change_nothing_of_the_template_but_the_code(
    synthesise: Callable[..., Synthesised], stack: Synthesised
) -> None:
    demo = synthesise(config=str(CONFIG))
    assert without_code(demo.template) == without_code(stack.template)


def without_code(template: dict[str, Any]) -> dict[str, Any]:
    """The properties of each resource, without the digests of bundles."""
    return {
        name: {key: value for key, value in each.get("Properties", {}).items() if key != "Code"}
        for name, each in template["Resources"].items()
    }
