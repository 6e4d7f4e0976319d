"""Idea keys are found in what people write anyway, and nowhere else."""

import re

import pytest

from cli.git.clone import LoggedCommit
from cli.git.history import History
from shared.sources.idea_keys import DEFAULT_IDEA_PATTERN, ideas_in, ideas_said
from shared.sources.options import SourceOptions

PATTERN = re.compile(DEFAULT_IDEA_PATTERN)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("SHOP-412-gift-cards", ("SHOP-412",)),
        ("feature/SHOP-412_gift", ("SHOP-412",)),
        ("SHOP-412b", ()),
        ("built for X86-64", ()),
        ("feature/SHOP-412/gift", ("SHOP-412",)),
        ("Merge branch 'feature/PAY-7-refunds' into main", ("PAY-7",)),
        ("Gift cards (#88)", ()),
        ("Gift cards (#88)\n\nFixes #12, closes: #13", ("lantern/checkout#12", "lantern/checkout#13")),
        ("Refs lantern/roadmap#5", ("lantern/roadmap#5",)),
        ("SHOP-1 SHOP-1 SHOP-2", ("SHOP-1", "SHOP-2")),
        ("hash with SHA-256, encode as UTF-8, see RFC-3339", ()),
        ("suffixes #12", ()),
        ("", ()),
    ],
)
def test_keys_of_a_branch_a_title_or_a_message(text: str, keys: tuple[str, ...]) -> None:
    assert ideas_in(text, PATTERN, "lantern/checkout") == keys


def test_an_issue_stays_bare_where_its_repository_has_no_full_name() -> None:
    assert ideas_in("Fixes #12", PATTERN) == ("#12",)
    assert ideas_in("Fixes #12", PATTERN, "checkout") == ("#12",)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Closes #52 and refs SHOP-9", ("lantern/checkout#52", "SHOP-9")),
        ("Implements https://github.com/lantern/roadmap/issues/5.", ("lantern/roadmap#5",)),
        ("Fixes https://github.lantern.example:8443/lantern/roadmap/issues/6", ("lantern/roadmap#6",)),
        ("<!-- Fixes #1 -->\nNothing else", ()),
        ("<!-- Fixes #1", ()),
        ("Like SHOP-9, but #12 is better", ()),
        (None, ()),
    ],
)
def test_a_description_names_only_what_it_says_it_works_on(text: str | None, keys: tuple[str, ...]) -> None:
    assert ideas_said(text, "lantern/checkout") == keys


def test_keys_of_known_projects_are_found_in_any_case_and_no_others() -> None:
    options = SourceOptions(idea_projects=("SHOP", "PAY"))
    found = options.ideas("mira/shop-12-cards", "Pay-3 and NODE-18, fixes #4", repository="a/b", description="Refs #5")
    assert found == ("SHOP-12", "PAY-3", "a/b#4", "a/b#5")
    assert options.ideas("workshop-12", "shop-12x", repository="a/b") == ()


def test_a_pattern_of_ones_own_decides_alone() -> None:
    options = SourceOptions(idea_pattern=r"(?i)idea[ _-](\d+)")
    found = options.ideas("idea-7 SHOP-1", None, repository="lantern/checkout", description="Closes #2, idea 9")
    assert found == ("7", "9")


def test_an_empty_pattern_looks_for_nothing() -> None:
    options = SourceOptions(idea_pattern="")
    assert options.ideas("SHOP-1", repository="lantern/checkout", description="Closes #2") == ()


def test_a_text_full_of_keys_gives_the_first_twenty() -> None:
    text = " ".join(f"SHOP-{number}" for number in range(1, 100))
    assert SourceOptions().ideas(text, repository="a/b") == tuple(f"SHOP-{number}" for number in range(1, 21))


@pytest.mark.parametrize("text", ["fix " * 20_000, "fixes " + " " * 60_000, "fixes a/" + "b" * 60_000, "<!--" * 15_000])
def test_a_hostile_text_is_searched_in_a_moment(text: str) -> None:
    assert ideas_said(text, "a/b") == ()
    assert ideas_in(text, PATTERN, "a/b") == ()


def test_an_import_of_the_clone_names_the_ideas_that_a_push_names() -> None:
    message = "Gift cards (#88)\n\nFixes #12, SHOP-7"
    history = History(PATTERN, "lantern/checkout")
    history.add(LoggedCommit("a" * 40, (), 0, 0, message))
    assert history.ideas[0] == SourceOptions().ideas(message, repository="lantern/checkout")
    assert history.ideas[0] == ("lantern/checkout#12", "SHOP-7")
