"""No pattern hangs a function: one of somebody's own is refused with the reason, ours are looked through one by one."""

import importlib
import pkgutil
import re

import pytest

import events
import shared
from shared.sources import pattern_cost
from shared.sources.idea_keys import keys_by
from shared.sources.options import SourceOptions
from shared.sources.pattern_cost import SlowPatternError, require_quick
from shared.sources.prose import merged_branches

QUICK = (
    *(r"SHOP-[0-9]+", r"[A-Z]+-\d+", r"(?i:shop)-\d+", r"\b([A-Z]{2,10}-\d+)\b", r"(?:JIRA|ABC)-(\d+)", r"#(\d+)"),
    *(r"^feature/([A-Z]+-\d+)", r"(?:refs?|fixes)\s{0,8}:?\s*([A-Z]+-\d+)", r"([a-z]+)-([a-z]+)-\d+", r"(AB|CD)+-\d+"),
    *(
        r"\[([A-Z]+-[0-9]+)\]",
        r"[^\]]*\]",
        r"(a|b)*c",
        r"a?a?a?aaa",
        r"(?<!x)[A-Z]+(?!y)-\d",
        r"\d+\.\d+\.\d+",
        "",
        r"(?x) a+ ",
        r"(?i:a|A)*b",
    ),
)
SLOW = {
    r"(a+)+$": pattern_cost.NESTED,
    r"(\w+\s?)*x": pattern_cost.NESTED,
    r"(x{1,50}){1,50}": pattern_cost.NESTED,
    r"(?>a+)+b": pattern_cost.NESTED,
    r"(a?)*b": pattern_cost.NESTED,
    r"(|a)+b": pattern_cost.NESTED,
    r"(a|a)*b": pattern_cost.ALTERNATIVES,
    r"(?:a|b|ab)*c": pattern_cost.ALTERNATIVES,
    r"(?i:ab|AC)*b": pattern_cost.ALTERNATIVES,
    r".*-.*": pattern_cost.NEIGHBOURS,
    r"x*x*x*y": pattern_cost.NEIGHBOURS,
    r"a*(?:b|c)?a*$": pattern_cost.NEIGHBOURS,
    r"[ab]*ab[ab]*$": pattern_cost.NEIGHBOURS,
    r"a{0,8}a{0,8}a{0,8}a{0,8}b": pattern_cost.NEIGHBOURS,
    r"(.*)\1": pattern_cost.BACK,
    r"(a)?(?(1)b|c)": pattern_cost.BACK,
    r"(?=.*a)b": pattern_cost.LOOKING,
    "(ab|cd)" * 9: pattern_cost.MANY,
}

BOUNDED = {
    "shared.flywheel.maps.text._COORDINATES": "only its blanks can be long, and a number is between",
    "shared.flywheel.maps.text._LABEL": "the same",
    "shared.flywheel.maps.text._DECORATORS": "words and commas take turns",
    "shared.flywheel.maps.text._EVOLVES": "the same as coordinates",
    "shared.flywheel.maps.text._EVOLVE": "matched at the beginning, of a text whose blanks stand alone",
    "shared.flywheel.maps.text._GROUPS": "numbers and commas take turns",
    "shared.flywheel.settings.toml_lines._BLANK": "matched at a place, and fits always",
    "shared.flywheel.settings.toml_lines._STRING": "its alternatives are told apart by what follows",
    "shared.interaction.texts._MAIL": "each part is of at most 64 characters, and Slack's texts are of 3,000",
    "shared.sources.aws.cloudformation._NESTED": "matched at the beginning; a look ahead within one name of a stack",
    "shared.sources.github.issues._CAUSE": "from the beginning of a line; the body is cut",
    "shared.sources.github.issues._SERVICE": "a whole label",
    "shared.sources.idea_keys._NEXT": "matched at a place; nothing in it is long",
    "shared.sources.prose._STATEMENT": "a whole line",
    "shared.sources.prose._HIDDEN": "goes to the end where nothing closes, and so fits always",
    "shared.sources.prose._BUMP": "matched at the beginning",
    "shared.sources.purl._PURL": "of a text of at most 2,048 characters",
}
"""Ours that are no plain case, and why they end all the same."""


@pytest.mark.parametrize("pattern", QUICK)
def test_plain_patterns_are_taken(pattern: str) -> None:
    require_quick(pattern)


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_could_hang_is_refused_with_the_part_that_could(pattern: str) -> None:
    with pytest.raises(SlowPatternError) as caught:
        require_quick(pattern)
    assert caught.value.part == SLOW[pattern]


def ours() -> dict[str, re.Pattern[str]]:
    found: dict[str, tuple[str, re.Pattern[str]]] = {}
    for package in (shared, events):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found.setdefault(value.pattern, (f"{module.name}.{name}", value))
    return dict(found.values())


def test_every_pattern_of_ours_is_quick_or_somebody_has_said_why_it_ends() -> None:
    slow = set()
    for name, pattern in ours().items():
        try:
            require_quick(pattern.pattern)
        except SlowPatternError:
            slow.add(name)
    assert slow == set(BOUNDED)


def test_of_a_long_text_a_pattern_of_ones_own_sees_the_beginning_and_the_end() -> None:
    own = re.compile("[A-Z]+-[0-9]+")
    text = f"A-1 {'x' * 2_000} B-2 {'x' * 2_000} C-3"
    assert list(keys_by(own, text)) == ["A-1", "C-3"]
    assert list(keys_by(own, f"A-1 {'x' * 900} B-2")) == ["A-1", "B-2"]
    assert SourceOptions(idea_pattern="[A-Z]+-[0-9]+").ideas(text, repository="r") == ("A-1", "C-3")


def test_a_merge_of_blanks_is_read_once() -> None:
    assert list(merged_branches("Merge branch 'SHOP-1'" + " " * 200_000 + "into  main")) == ["SHOP-1"]
