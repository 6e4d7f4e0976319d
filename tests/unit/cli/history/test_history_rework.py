"""What a revert says of releases: only what is evidence, only on one line, and net of what cancels out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.git.reading.reverts import plain_subject, pull_of
from tests.unit.cli.imports import deployments, figures, kinds

pytestmark = pytest.mark.slow

Run = Callable[..., Any]


@pytest.fixture
def shop(repository: Any) -> Any:
    """Two releases, the second of `Add gift cards (#12)` and `Tidy up (#13)`."""
    repository.commit("begin", "2026-03-01T08:00:00Z")
    repository.tag("v1.0.0", at="2026-03-01T09:00:00Z")
    repository.cards = repository.commit("Add gift cards (#12)", "2026-03-08T08:00:00Z")
    repository.commit("Tidy up (#13)", "2026-03-08T08:30:00Z")
    repository.tag("v1.1.0", at="2026-03-08T09:00:00Z")
    return repository


def released(flywheel: Run, shop: Any, *messages: str, at: str = "2026-03-08T12:00:00Z") -> tuple[str, str | None]:
    """Kind and what is remediated of one more release with these commits."""
    for message in messages:
        shop.last = shop.commit(message, at)
    shop.tag("v1.2.0", at=at)
    return kinds(flywheel("import", "git", shop.path, "--dry-run"))["v1.2.0"]


@pytest.mark.parametrize(
    "message",
    [
        'Revert "Add gift cards (#12)"',
        'Revert "Add gift cards"',
        'Revert "Add gift cards" (#14)',
        'Revert "Add gift cards (#12)" (#14)\n\nReverts example/shop#12',
        "Take the cards back (#14)\n\nReverts example/shop#12",
        "Take the cards back\n\nReverts #12",
        'Revert "Add gift cards (#12)" (#14) (#15)',
        '\n\nRevert "Add gift cards (#12)"',
        "Take the cards back\n\nThis reverts commit {cards}.",
        "Take the cards back\n\nThis reverts commit {short}, reversing\nchanges made to x.",
        'Revert "Add gift cards"\n\nThis reverts commit 1234567890123456789012345678901234567890.',
    ],
)
def test_evidence_of_a_revert_rolls_the_release_back_that_carried_it(flywheel: Run, shop: Any, message: str) -> None:
    told = message.format(cards=shop.cards, short=shop.cards[:10])
    assert released(flywheel, shop, told) == ("rollback", "v1.1.0")


@pytest.mark.parametrize(
    "message",
    [
        "Revert to the old file system behaviour",
        "revert: gift cards",
        "Reverts nothing in particular",
        'Revert "Something that never was"',
        "Undo gift cards",
        "Take back\n\nReverts example/another#12",
        "Take back\n\nIt reverts #12 in part",
        "Take back\n\nThis reverts commit 1234567890123456789012345678901234567890.",
    ],
)
def test_what_is_no_evidence_mends_nothing(flywheel: Run, shop: Any, message: str) -> None:
    shop.git("remote", "add", "origin", "https://git.example.org/example/shop.git")
    assert released(flywheel, shop, message) == ("planned", None)


def test_a_rollback_mends_however_late_the_release_that_carried_its_target(flywheel: Run, shop: Any) -> None:
    shop.commit("Other work", "2026-03-20T08:00:00Z")
    shop.tag("v1.1.5", at="2026-03-20T09:00:00Z")
    assert released(flywheel, shop, 'Revert "Add gift cards"', at="2026-05-01T08:00:00Z") == ("rollback", "v1.1.0")


def test_a_revert_among_other_work_mends_within_hours_the_release_before_and_no_other(flywheel: Run, shop: Any) -> None:
    assert released(flywheel, shop, 'Revert "Add gift cards"', "More") == ("hotfix", "v1.1.0")


def test_a_revert_among_other_work_of_an_older_release_is_listed_and_no_more(flywheel: Run, shop: Any) -> None:
    shop.commit("Other work", "2026-03-08T10:00:00Z")
    shop.tag("v1.1.5", at="2026-03-08T11:00:00Z")
    assert released(flywheel, shop, 'Revert "Add gift cards"', "More") == ("planned", None)
    ran = flywheel("import", "git", shop.path, "--dry-run")
    assert "planned releases that take earlier work back, no failures: v1.2.0 (of v1.1.0)" in ran.err


@pytest.mark.parametrize(
    "messages",
    [
        ("Add y (#18)", 'Revert "Add y" (#19)\n\nReverts example/shop#18'),
        ('Revert "Add gift cards"', 'Reapply "Add gift cards"'),
        ('Revert "Add gift cards"', 'Revert "Revert "Add gift cards""'),
        ("Add y", 'Revert "Add y"', 'Reapply "Add y"'),
    ],
)
def test_what_cancels_out_in_one_release_mends_nothing(flywheel: Run, shop: Any, messages: tuple[str, ...]) -> None:
    assert released(flywheel, shop, *messages) == ("planned", None)


@pytest.mark.parametrize(
    "messages",
    [
        ("Add y", 'Revert "Add y"', 'Revert "Add gift cards"'),
        ('Revert "Add gift cards"', 'Reapply "Add gift cards"', 'Revert "Reapply "Add gift cards""'),
    ],
)
def test_what_is_left_after_cancelling_decides(flywheel: Run, shop: Any, messages: tuple[str, ...]) -> None:
    assert released(flywheel, shop, *messages) == ("rollback", "v1.1.0")


def test_a_reapplied_change_is_work_again_and_its_revert_mends_the_release_that_reapplied_it(
    flywheel: Run, shop: Any
) -> None:
    assert released(flywheel, shop, 'Revert "Add gift cards"') == ("rollback", "v1.1.0")
    shop.commit('Reapply "Add gift cards"', "2026-03-09T08:00:00Z")
    shop.tag("v1.3.0", at="2026-03-09T09:00:00Z")
    shop.commit('Revert "Reapply "Add gift cards""', "2026-03-10T08:00:00Z")
    shop.tag("v1.4.0", at="2026-03-10T08:30:00Z")
    found = kinds(flywheel("import", "git", shop.path, "--dry-run"))
    assert (found["v1.3.0"], found["v1.4.0"]) == (("planned", None), ("rollback", "v1.3.0"))


def test_a_revert_that_is_taken_back_is_work_again_whatever_it_took_back(flywheel: Run, shop: Any) -> None:
    shop.commit('Revert "Something before the import"', "2026-03-08T10:00:00Z")
    shop.tag("v1.1.5", at="2026-03-08T11:00:00Z")
    taken_back = 'Revert "Revert "Something before the import""'
    assert released(flywheel, shop, taken_back, at="2026-03-10T08:00:00Z") == ("planned", None)


def test_a_squash_that_lists_a_revert_is_work_that_can_be_taken_back(flywheel: Run, shop: Any) -> None:
    shop.commit("Rework the cart\n\n* Add x\n\n* Revert x\n\nThis reverts commit 1234567.", "2026-03-08T10:00:00Z")
    shop.tag("v1.1.5", at="2026-03-08T11:00:00Z")
    assert released(flywheel, shop, 'Revert "Rework the cart"') == ("rollback", "v1.1.5")


def test_a_squash_that_lists_a_revert_does_other_work_too(flywheel: Run, shop: Any) -> None:
    message = f"Rework the cart (#20)\n\n* Add x\n\n* Revert cards\n\nThis reverts commit {shop.cards}."
    assert released(flywheel, shop, message) == ("hotfix", "v1.1.0")


def test_a_merged_revert_counts_once_and_its_merge_is_no_other_work(flywheel: Run, shop: Any) -> None:
    shop.git("checkout", "-q", "-b", "revert-12-cards")
    shop.commit('Revert "Add gift cards (#12)"', "2026-03-08T11:00:00Z")
    shop.git("checkout", "-q", "main")
    merge = "Merge pull request #14 from example/revert-12-cards"
    shop.git("merge", "-q", "--no-ff", "-m", merge, "revert-12-cards", at="2026-03-08T12:00:00Z")
    assert released(flywheel, shop) == ("rollback", "v1.1.0")


def test_a_merged_revert_that_is_taken_back_by_its_merge_is_work_again(flywheel: Run, shop: Any) -> None:
    test_a_merged_revert_counts_once_and_its_merge_is_no_other_work(flywheel, shop)
    shop.git("checkout", "-q", "-b", "revert-14-cards")
    merge = 'Revert "Merge pull request #14 from example/revert-12-cards"'
    taken = f"This reverts commit {shop.git('rev-parse', 'main').strip()}, reversing\nchanges made to {shop.cards}."
    shop.commit(f"{merge}\n\n{taken}", "2026-03-09T11:00:00Z")
    shop.git("checkout", "-q", "main")
    again = "Merge pull request #15 from example/revert-14-cards"
    shop.git("merge", "-q", "--no-ff", "-m", again, "revert-14-cards", at="2026-03-09T12:00:00Z")
    shop.tag("v1.3.0", at="2026-03-09T13:00:00Z")
    assert kinds(flywheel("import", "git", shop.path, "--dry-run"))["v1.3.0"] == ("planned", None)


def test_a_revert_on_a_line_that_never_had_its_target_mends_nothing(flywheel: Run, shop: Any) -> None:
    shop.git("checkout", "-q", "-b", "line", "v1.0.0")
    shop.commit('Revert "Add gift cards"', "2026-03-08T10:00:00Z")
    shop.tag("v1.0.1", at="2026-03-08T11:00:00Z")
    assert kinds(flywheel("import", "git", shop.path, "--dry-run"))["v1.0.1"] == ("planned", None)


def test_a_cherry_picked_revert_mends_the_release_of_its_own_line(flywheel: Run, shop: Any) -> None:
    shop.git("checkout", "-q", "-b", "line", "v1.0.0")
    shop.commit("Add gift cards (#12)", "2026-03-09T08:00:00Z")
    shop.tag("v1.0.1", at="2026-03-10T09:00:00Z")
    shop.commit(f'Revert "Add gift cards"\n\nThis reverts commit {shop.cards}.', "2026-03-20T08:00:00Z")
    shop.tag("v1.0.2", at="2026-03-20T09:00:00Z")
    assert kinds(flywheel("import", "git", shop.path, "--dry-run"))["v1.0.2"] == ("rollback", "v1.0.1")


def test_the_revert_button_of_a_pull_request_fails_one_release_of_five(
    flywheel: Run, shop: Any, tmp_path: Path
) -> None:
    shop.commit('Revert "Add gift cards" (#14)\n\nReverts example/shop#12', "2026-03-08T15:00:00Z")
    shop.tag("v1.2.0", at="2026-03-08T15:30:00Z")
    shop.commit("Other thing (#17)", "2026-03-15T12:00:00Z")
    shop.tag("v1.3.0", at="2026-03-15T20:00:00Z")
    shop.commit("Add y (#18)", "2026-03-16T09:00:00Z")
    shop.commit('Revert "Add y" (#19)\n\nReverts example/shop#18', "2026-03-16T10:00:00Z")
    shop.tag("v1.4.0", at="2026-03-16T12:00:00Z")
    ran = flywheel("import", "git", shop.path, "--dry-run")
    told = figures(flywheel, tmp_path, ran, "2026-03-30T00:00:00Z")["dora"]
    assert (told["change_fail_rate"]["value"], told["rework_rate"]["value"]) == (0.2, 0.2)
    assert deployments(ran)[-1]["kind"] == "planned"


def test_a_revert_that_lands_on_a_branch_rolls_the_landing_back_that_carried_it(flywheel: Run, repository: Any) -> None:
    repository.commit("begin (#1)", "2026-03-01T08:00:00Z")
    cards = repository.commit("Add gift cards (#12)", "2026-03-02T08:00:00Z")
    repository.commit("Other work (#13)", "2026-03-03T08:00:00Z")
    last = repository.commit('Revert "Add gift cards" (#14)\n\nReverts example/shop#12', "2026-03-09T08:00:00Z")
    found = kinds(flywheel("import", "git", repository.path, "--branch", "main", "--dry-run"))
    assert found[last[:12]] == ("rollback", cards[:12])
    assert [kind for kind, _ in found.values()].count("planned") == 3


@pytest.mark.parametrize("dear", [" " * 300_000 + "x", " (#1)" * 300_000 + "x"], ids=["spaces", "numbers"])
def test_a_subject_of_any_length_is_read_in_the_time_that_its_length_takes(dear: str) -> None:
    """What grows as the square of it takes minutes for each of these."""
    assert (plain_subject(dear), pull_of(dear)) == (dear, 0)
