"""Versions of one event whose ranks are equal in the 32 bits that segments keep: one counts, whatever came first."""

from itertools import permutations
from typing import Any

import pytest

from shared.flywheel.facts import of_event as facts_module
from shared.flywheel.facts.identity import united
from shared.store.kept.counting import counts
from shared.store.log.identity import stored_identities
from shared.store.table import names
from tests.unit.store.driving import NOW, Driver, Envelope, later, report_of
from tests.unit.store.pipeline.test_sealing import seal_all
from tests.unit.store.test_log import event


@pytest.fixture(autouse=True)
def _every_content_collides(monkeypatch: pytest.MonkeyPatch) -> None:
    content_of = facts_module._content_of

    def colliding(event: Any) -> tuple[int, int]:
        content, tail = content_of(event)
        return content & 63, tail

    monkeypatch.setattr(facts_module, "_content_of", colliding)


def versions() -> list[Envelope]:
    return [event("one", flywheel="web", idea=idea) for idea in ("cart", "list", "search")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_which_of_them_counts_depends_on_no_order(order: tuple[int, ...]) -> None:
    sent, driver = versions(), Driver()
    for place in order:
        assert driver.append([sent[place]]) == ["accepted"]
    assert driver.append(sent, again=True) == ["duplicate"] * 3
    expected = report_of(sent, "web", driver.settings)

    assert driver.report("web") == expected
    (identity,) = stored_identities(driver.table, {driver.facts("web")[0].key}).values()
    (counted,) = united(driver.facts("web")).survivors.values()
    assert identity.winner.fact.idea == counted.idea
    assert (counts(driver.store, NOW).accepted, counts(driver.store, NOW).counted) == (3, 1)

    seal_all(driver, later(days=3))
    driver.restart()
    assert driver.items(names.SEGMENT) == []
    assert driver.report("web") == expected
    assert driver.append(list(reversed(sent)), later(days=4), again=True) == ["duplicate"] * 3
    assert driver.report("web") == expected


def test_one_version_alone_costs_no_further_bits() -> None:
    driver = Driver()
    driver.append(versions()[:1])

    assert [fact.content_tail for fact in driver.facts("web")] == [None]


@pytest.mark.parametrize("accounts", list(permutations(["111111111111", "222222222222", None])))
def test_one_event_from_several_accounts_is_one_and_always_of_the_same(accounts: tuple[str | None, ...]) -> None:
    driver = Driver()
    sent = [versions()[0] | {"account": account} for account in accounts]

    outcomes = [driver.append([each], later(minutes=minute))[0] for minute, each in enumerate(sent)]

    assert outcomes == ["accepted", "duplicate", "duplicate"]
    (counted,) = united(driver.facts("web")).survivors.values()
    assert counted.account == "222222222222"
    assert counts(driver.store, NOW).accepted == 1
