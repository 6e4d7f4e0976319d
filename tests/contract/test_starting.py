"""A function, and the command line, load what they use when they use it: each module costs every cold start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted(handler.parent.name for handler in PROJECT.glob("functions/*/handler.py"))

LATER = (
    "asyncio",
    "aws_lambda_powertools.utilities.typing",
    "boto3",
    "difflib",
    "fractions",
    "pydantic",
    "rich",
    "slack_sdk",
    "sysconfig",
    "tomllib",
    "zoneinfo",
    "shared.board.drawing",
    "shared.board.page",
    "shared.board.sections",
    "shared.board.view",
    "shared.flywheel.actions",
    "shared.flywheel.explain",
    "shared.flywheel.history.history",
    "shared.flywheel.maps",
    "shared.flywheel.report.report",
    "shared.flywheel.settings.file",
    "shared.flywheel.summaries.digest",
    "shared.flywheel.summaries.phases_and_turns",
    "shared.flywheel.tenets",
    "shared.flywheel.trends",
    "shared.interaction.texts",
    "shared.pipeline.upkeep.deleting",
    "shared.pipeline.reviewing",
    "shared.sources.aws",
    "shared.sources.idea_keys",
    "shared.sources.prose",
)
"""What no function needs before it is called; who needs one of these imports it where it is used."""
AT_ONCE = {
    "slack": ("shared.flywheel.maps",),
}
"""Of these what a function that always uses it does load."""
FOLDS = ("shared.flywheel.facts", "shared.flywheel.wheel", "shared.store.log", "shared.store.segments.pack")
WITHOUT_FOLDS = ("board", "explain", "intake", "notify", "slack", "summarise", "tick")
"""Those that seldom fold, or never. A tick finds mostly nothing to advance, audit, seal or make."""
CONTRACTS = ("events.catalogue", "events.common", "shared.flywheel.facts.of_event")
WITHOUT_CONTRACTS = ("board", "explain", "notify", "project", "slack", "summarise", "tick")
"""Those that take no event from who sends it, as facts have all that a fold asks for; and Slack, until one is told."""
NEVER_WITHOUT_A_COMMAND = (
    "boto3",
    "botocore",
    "msgspec",
    "pydantic",
    "pynamodb",
    "rich",
    "typing_extensions",
    "shared",
)


def loaded_by(module: str) -> set[str]:
    """The modules that are there once one is imported in a process of its own."""
    code = f"import {module}, json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def within(modules: set[str], packages: tuple[str, ...]) -> list[str]:
    return sorted(name for name in modules if any(name == each or name.startswith(f"{each}.") for each in packages))


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_loads_nothing_before_it_is_called_that_it_may_not_use(function: str) -> None:
    loaded = within(loaded_by(f"functions.{function}.handler"), LATER)
    usual = within(loaded_by("aws_lambda_powertools, pynamodb.models"), LATER)
    assert not set(loaded) - set(usual) - set(within(set(loaded), AT_ONCE.get(function, ())))


@pytest.mark.slow
@pytest.mark.parametrize("function", WITHOUT_FOLDS)
def test_who_seldom_folds_loads_nothing_of_folds_before_that(function: str) -> None:
    assert not within(loaded_by(f"functions.{function}.handler"), FOLDS)


@pytest.mark.slow
@pytest.mark.parametrize("function", WITHOUT_CONTRACTS)
def test_who_takes_no_event_from_its_sender_loads_no_contract(function: str) -> None:
    assert not within(loaded_by(f"functions.{function}.handler"), CONTRACTS)


def test_the_command_line_loads_nothing_for_its_help_but_what_reads_a_command() -> None:
    assert within(loaded_by("cli.main"), NEVER_WITHOUT_A_COMMAND) == []


@pytest.mark.slow
@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_searched_for_cycles_while_a_handler_is_loaded(function: str) -> None:
    searches = "sum(each['collections'] for each in gc.get_stats())"
    code = f"import gc, functions; before = {searches}; import functions.{function}.handler; print({searches} - before)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
