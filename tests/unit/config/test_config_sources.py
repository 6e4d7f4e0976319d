"""`[sources]` and `[hooks.<name>]`: what they mean, and what is said where they are wrong."""

from pathlib import Path

import pytest

from shared.flywheel.settings.file import ConfigError, load
from shared.flywheel.settings.sources import HOOK_KEYS
from shared.flywheel.settings.values import HookSettings, Settings, WellArchitectedSettings
from shared.sources.options import EnvironmentRule, PathRule, ServiceRule, SourceOptions, WorkflowRule

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")


def mistake(text: str) -> tuple[int, str, str]:
    with pytest.raises(ConfigError) as caught:
        load(text)
    (only,) = caught.value.errors
    return only.line, only.key, only.problem


def test_tables_become_rules_in_the_order_of_the_file() -> None:
    read = load(
        """
        [environments]
        production = ["live"]
        patterns = { "*-stg" = "staging", "web-*" = { environment = "live", service = "web" } }
        [sources]
        idea_pattern = 'SHOP-[0-9]+'
        services = { "b*" = "b", "a*" = "a" }
        workflows = { "deploy" = "live", "ship*" = { environment = "live", service = "web" } }
        branches = ["next"]
        incident_labels = ["outage"]
        [sources.paths."shop/mono"]
        "web/*" = "web"
        """
    )
    assert read.options() == SourceOptions(
        idea_pattern="SHOP-[0-9]+",
        production=("live",),
        environments=(EnvironmentRule("*-stg", "staging"), EnvironmentRule("web-*", "live", "web")),
        workflows=(WorkflowRule("deploy", "live"), WorkflowRule("ship*", "live", "web")),
        paths=(PathRule("web/*", "web", "shop/mono"),),
        services=(ServiceRule("b*", "b"), ServiceRule("a*", "a")),
        branches=("next",),
        incident_labels=("outage",),
    )


def test_a_hook_says_only_what_differs() -> None:
    read = load(
        """
        [sources]
        branches = ["next"]
        idea_labels = ["wish"]
        [hooks.github]
        [hooks.second]
        source = "github"
        branches = ["main-*"]
        flywheels = ["web"]
        """
    )
    assert read.hooks["github"] == HookSettings(source="github", options=read.sources)
    second = read.hooks["second"]
    assert (second.source, second.flywheels) == ("github", ("web",))
    assert (second.options.branches, second.options.idea_labels) == (("main-*",), ("wish",))


def test_nothing_said_is_the_defaults_of_the_sources() -> None:
    assert load("").options() == SourceOptions()


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("[hooks.x]", 1, "hooks.x", "`source` says who sends; there are github"),
        ("[hooks.x]\nsource = 'githb'", 2, "hooks.x.source", "did you mean `github`?"),
        ("[hooks.My_Hook]\nsource = 'github'", 1, "hooks.My_Hook", "small letters, digits and `-`"),
        ("[hooks.github]\nflywheels = ['b']\n[flywheels.bb]", 2, "hooks.github.flywheels[0]", "did you mean `bb`?"),
        ("[hooks.github]\nbranch = ['b']", 2, "hooks.github.branch", "did you mean `branches`?"),
        ("[sources]\nidea_pattern = '('", 2, "sources.idea_pattern", "no regular expression"),
        ("[hooks.github]\nidea_pattern = '['", 2, "hooks.github.idea_pattern", "no regular expression"),
        ("[sources]\nservices = { a = 1 }", 2, "sources.services.a", "the name of a service"),
        ("[sources]\nsource = 'github'", 2, "sources.source", "belongs in [hooks.<name>]"),
        (
            "[environments]\npatterns = { a = { service = 'b' } }",
            2,
            "environments.patterns.a",
            "an environment such as",
        ),
        ("[sources]\npaths = { 'shop/mono' = 'web' }", 2, "sources.paths.shop/mono", "a table of patterns"),
        ("hooks = 3", 1, "hooks", "write `[hooks]`"),
    ],
)
def test_a_mistake_is_told_with_its_line_key_and_mend(text: str, line: int, key: str, said: str) -> None:
    at, where, problem = mistake(text)
    assert (at, where.replace('"', "")) == (line, key)
    assert said in problem


def test_the_documentation_names_every_key() -> None:
    assert [
        key for key in (*HOOK_KEYS, "patterns", *WellArchitectedSettings.__struct_fields__) if f"`{key}`" not in PAGE
    ] == []


def test_milestones_are_read_where_the_file_says_so_and_change_no_figure_by_that() -> None:
    read = load("[well_architected]\nenabled = true\nregion = 'us-gov-west-1'")
    assert read.well_architected == WellArchitectedSettings(enabled=True, region="us-gov-west-1")
    assert load("").well_architected == WellArchitectedSettings(enabled=False, region=None)
    assert read.fingerprint() == Settings().fingerprint()


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("enabled = 'yes'", "enabled", "expected true or false"),
        ("region = 'Ireland'", "region", "expected an AWS Region such as `eu-west-1`"),
        ("enable = true", "enable", "did you mean `enabled`?"),
    ],
)
def test_a_wrong_word_about_the_well_architected_tool_is_told(text: str, key: str, said: str) -> None:
    line, where, problem = mistake(f"[well_architected]\n{text}")
    assert (line, where) == (2, f"well_architected.{key}")
    assert said in problem
