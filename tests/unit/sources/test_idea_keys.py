"""Idea keys are found in what people write anyway, and nowhere else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.git.graph.trackers import Keys
from cli.git.reading.parsing import LoggedCommit
from shared.sources.idea_keys import ANY_PROJECT, keys_of_body, keys_of_message, keys_of_name, keys_of_title, unique
from shared.sources.known_names import KNOWN
from shared.sources.options import SourceOptions

REPOSITORY = "lantern/checkout"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("SHOP-412-gift-cards", ["SHOP-412"]),
        ("feature/SHOP-412_gift", ["SHOP-412"]),
        ("feature/SHOP-412/gift", ["SHOP-412"]),
        ("feature_PAY_WEB-7", ["PAY_WEB-7"]),
        ("SHOP-412b", []),
        ("fix/EU-WEST-1-outage", []),
        ("USN-6242-1", []),
        ("revert-14-SHOP-12-cards", []),
        ("ada/revert-14-SHOP-12-cards", []),
        ("node-18", []),
    ],
)
def test_keys_of_a_branch_or_tag(name: str, keys: list[str]) -> None:
    assert [*keys_of_name(name, ANY_PROJECT)] == keys


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("SHOP-12: pay, and SHOP-13", ["SHOP-12", "SHOP-13"]),
        ("[PAY_WEB-12] wallet (#4)", ["PAY_WEB-12"]),
        ("feat(SHOP-12): wallet", ["SHOP-12"]),
        ("It works with SHOP-12.", ["SHOP-12"]),
        ("Merge branch 'feature/PAY-7-refunds' into SHOP-9", ["PAY-7"]),
        ("Merge pull request #5 from ACME-1/SHOP-77-cart", ["SHOP-77"]),
        ("Merged in SHOP-3-cart (pull request #8)", ["SHOP-3"]),
        ("Merge remote-tracking branch 'origin/SHOP-8'", ["SHOP-8"]),
        ("Merged PR 31: SHOP-4 wallet", ["SHOP-4"]),
        ('Revert "SHOP-12 pay by card"', []),
        ("Quote `SHOP-12` and https://issues.example.com/SHOP-13", []),
        ("Gift cards (#88)", []),
        ("fix: cart, fixes #12 (#88)", ["#12"]),
        ("Refs lantern/roadmap#5", ["lantern/roadmap#5"]),
        ("hash with SHA-256, encode as UTF-8, see RFC-3339 and X86-64", []),
        ("comply with PSR-4, WCAG-2, PCI-4, BLS12-381 and BSD-3-Clause", []),
        ("suffixes #12", []),
        ("SHOP-1234567", []),
        ("", []),
    ],
)
def test_keys_of_a_title(title: str, keys: list[str]) -> None:
    assert [*keys_of_title(title, ANY_PROJECT)] == keys


@pytest.mark.parametrize("after", ["_", "-", "/", "@x", "a", ".a", "é"])
def test_a_key_that_touches_what_comes_after_is_none(after: str) -> None:
    assert [*keys_of_title(f"x SHOP-12{after} y", ANY_PROJECT)] == []


@pytest.mark.parametrize("before", ["-", "/", "@", ".", "a", "é", "x."])
def test_a_key_that_touches_what_comes_before_is_none(before: str) -> None:
    assert [*keys_of_title(f"x {before}SHOP-12 y", ANY_PROJECT)] == []


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("Fixes #12, closes: #13", ["#12", "#13"]),
        ("Closes #52 and refs SHOP-9", ["#52", "SHOP-9"]),
        ("- Closes: SHOP-1, SHOP-2 & #3", ["SHOP-1", "SHOP-2", "#3"]),
        ("This PR fixes #4", ["#4"]),
        ("**Fixes:** [SHOP-4]", ["SHOP-4"]),
        ("Issue: SHOP-5", ["SHOP-5"]),
        ("Jira: SHOP-6\r\nRefs the ticket SHOP-7\r", ["SHOP-6", "SHOP-7"]),
        ("Implements https://github.com/lantern/roadmap/issues/5.", ["lantern/roadmap#5"]),
        ("Fixes https://github.lantern.example:8443/lantern/roadmap/issues/6", ["lantern/roadmap#6"]),
        ("Closes #52, like SHOP-9 did", ["#52"]),
        ("Like SHOP-9, but #12 is better", []),
        ("SHOP-9", []),
        ("Signed-off-by: QAY-5 <q@example.invalid>\nCo-authored-by: x <x@DEV-254.local>\nReviewed-by: ABC-1", []),
        ("Fixes-Upstream: SHOP-3\nCloses-Bug: #4", []),
        ("> Closes #8", []),
        ("```\nCloses #9\n```", []),
        ("    Closes #10", []),
        ("| Closes #11 |", []),
        ('Fixes: 1a2b3c4d ("SHOP-8 cart")', []),
        ("<!-- Fixes #1 -->\nNothing else", []),
        ("<!-- Fixes #1", []),
        ("<details>\n<summary>x</summary>\nFixes #1\n</details>", []),
        ("## Release notes\n\n- Fixes #33\n- Closes SHOP-34", []),
        ("### 1.2.3 (2026-03-01)\n\n- Fixes #33", []),
        ("Bumps cards from 1 to 2.\n\n- Fixes #33", []),
        ("### Bug Fixes\n\n- Fixes #33", []),
        ("1. First\n\nFixes #33", ["#33"]),
        ("Closes #7\n\nSourced from the library's releases.\nFixes #33", ["#7"]),
    ],
)
def test_keys_of_a_body_are_those_of_lines_that_say_so(body: str, keys: list[str]) -> None:
    assert [*keys_of_body(body, ANY_PROJECT)] == keys


def test_the_body_of_a_dependencys_update_is_not_read() -> None:
    assert [*keys_of_message("build(deps): bump cards from 1.2 to 1.3\n\nFixes #33", ANY_PROJECT)] == []
    assert [*keys_of_message("Move checkout from cards to wallets\n\nFixes #33", ANY_PROJECT)] == ["#33"]


def test_an_issue_stays_bare_where_its_repository_has_no_full_name() -> None:
    assert unique(["#12"], None) == ("#12",)
    assert unique(["#12"], "checkout") == ("#12",)
    assert unique(["#12", "#12", "SHOP-1"], REPOSITORY) == ("lantern/checkout#12", "SHOP-1")


@given(
    st.sampled_from(["SHOP", "PAY_WEB", "AB", "X9"]),
    st.integers(0, 999_999),
    st.sampled_from(["Signed-off-by", "Co-authored-by", "Reviewed-by", "Change-Id", "X-Story"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)
def test_no_trailer_names_an_idea(project: str, number: int, trailer: str, name: str) -> None:
    message = f"subject\n\nbody\n\n{trailer}: {name} {project}-{number} <{project}-{number}@example.invalid>"
    assert [*keys_of_message(message, ANY_PROJECT)] == []


@given(
    st.sampled_from(sorted(KNOWN)),
    st.integers(0, 999_999),
    st.sampled_from(["{} in the subject", "x\n\nCloses {}", "Merge branch '{}'"]),
)
def test_no_known_standard_is_a_project_unless_named(name: str, number: int, form: str) -> None:
    message = form.format(f"{name}-{number}")
    assert SourceOptions().ideas(message=message, repository=REPOSITORY) == ()
    if len(name) > 1:
        assert SourceOptions(idea_projects=(name,)).ideas(message=message, repository=REPOSITORY) == (
            f"{name}-{number}",
        )


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


@pytest.mark.parametrize(
    "text",
    [
        "fix " * 20_000, "fixes " + " " * 60_000, "fixes a/" + "b" * 60_000, "<!--" * 15_000, "a/" * 30_000,
        "\nfixes #0," * 6_000, "\nCloses " * 9_000, "<details>" * 8_000, "\n" + " - " * 20_000, "\n" + "*" * 60_000,
        "bump " + "from " * 12_000,
        "\nbumps " + "from " * 12_000, "bump " + "from 1 to " * 6_000,
        "Merge branch '" * 5_000, "\nCloses https://" + "a." * 30_000, "\"" * 60_000,
    ],
)  # fmt: skip
def test_a_hostile_text_is_searched_in_a_moment(text: str) -> None:
    assert SourceOptions().ideas(text, message=text, description=text, repository="a/b") == ()


def test_an_import_of_the_clone_names_the_ideas_that_a_push_names() -> None:
    message = "Gift cards (#88)\n\nFixes #12, SHOP-7"
    keys = Keys(REPOSITORY, ("SHOP",))
    keys.read(0, LoggedCommit("a" * 40, (), 0, 0, message), 2026)
    keys.settle()
    assert keys.of(0) == SourceOptions().ideas(message=message, repository=REPOSITORY)
    assert keys.of(0) == ("lantern/checkout#12", "SHOP-7")


def _keys(messages: list[tuple[int, str]], **chosen: Any) -> tuple[Keys, Any]:
    keys = Keys(REPOSITORY, **chosen)
    for number, (year, message) in enumerate(messages):
        keys.read(number, LoggedCommit("a" * 40, (), 0, 0, message), year)
    return keys, keys.settle()


def test_a_project_counts_only_where_history_makes_it_a_tracker() -> None:
    tracker = [(2026, f"SHOP-{number} cart") for number in range(1, 6)]
    mentions = [(2025, "PAY-1 x"), (2025, "PAY-2 x"), (2025, "PAY-3 x"), (2025, "PAY-4 x"), (2025, "PAY-4 again")]
    keys, (taken, left) = _keys([*tracker, *mentions])
    assert [(each.name, each.keys) for each in taken] == [("SHOP", 5)]
    assert [(each.name, each.keys) for each in left] == [("PAY", 4)]
    assert keys.of_all(range(10)) == [f"SHOP-{number}" for number in range(1, 6)]


def test_a_project_of_a_few_commits_among_many_keyed_ones_is_no_tracker() -> None:
    rare = [(2020 + number, f"ODD-{number} x") for number in range(1, 6)]
    usual = [(2020 + year, f"SHOP-{year}{number} cart") for year in range(1, 6) for number in range(20)]
    _, (taken, left) = _keys([*rare, *usual])
    assert ([each.name for each in taken], [each.name for each in left]) == (["SHOP"], ["ODD"])


def test_a_known_standard_is_a_tracker_only_where_a_share_of_all_commits_says_so() -> None:
    plain = [(2026, "tidy")] * 95
    assert _keys([*plain, *((2026, f"PEP-{number}") for number in range(4))])[1][0] == []
    assert [each.name for each in _keys([(2026, f"PEP-{number}") for number in range(5)])[1][0]] == ["PEP"]
    assert _keys([(2026, "Support SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512")])[1][0] == []


def test_named_projects_are_taken_in_any_case_and_the_others_are_told() -> None:
    keys, (taken, left) = _keys([(2026, "shop-3 cart, PAY-2")], projects=("SHOP",))
    assert keys.of(0) == ("SHOP-3",)
    assert ([each.name for each in taken], [each.name for each in left]) == (["SHOP"], ["PAY"])
