"""What other rules made: an upgrade leaves it as it was told, a correction does not, a digest says what changed."""

from datetime import timedelta
from typing import Any

import pytest

from shared.flywheel.rules import CHANGED, FIRST, RULES, changed_since
from shared.store.outbox.outbox import OutboxStore
from shared.store.projections.summary_packing import unpack_summary
from shared.store.projections.upgrades import changed_by_rules_alone, inputs_of
from shared.store.table import names
from shared.store.table.items import TransitionItem
from tests.unit.domain.histories import History, moment
from tests.unit.store.driving import Driver, only_in_process
from tests.unit.store.memory import Raw
from tests.unit.store.pipeline.test_advance import cart, driven, phases, wheel
from tests.unit.store.pipeline.test_digesting import MONDAY, WEEK, Desk, late_incident
from tests.unit.summaries.test_digest import busy
from tests.unit.summaries.wheels import at

pytestmark = only_in_process

AS_TOLD = "as it was told"


def rows(driver: Driver, kind: str) -> list[Raw]:
    return [row for row in driver.memory.rows.values() if row[names.KIND]["S"] == kind]


def made_by_older_rules(driver: Driver) -> Driver:
    """All of it, as if other rules had made it: of the same facts, to another effect."""
    for row in rows(driver, names.WHEEL):
        row.update(settings={"S": "those of older rules"}, rules={"N": str(FIRST)})
        row.pop("ruled_at", None)
    for row in rows(driver, names.TRANSITION):
        row.update(rules={"N": str(FIRST)})
        if row["historical"]["N"] == "0":
            facts = row["inputs"]["S"].partition("-")[0]
            row.update(inputs={"S": inputs_of(facts, "older")}, digest={"S": AS_TOLD})
    driver.restart()
    return driver


def told(driver: Driver) -> dict[int, TransitionItem]:
    return {int(item.phase): item for item in driver.transitions("web") if item.turn == "cart"}


def test_every_rule_but_the_first_says_what_it_changed() -> None:
    assert set(CHANGED) == set(range(FIRST + 1, RULES + 1))
    assert changed_since(RULES) == ()
    assert CHANGED[RULES] in changed_since(FIRST)[0]


def test_a_summary_records_the_rules_that_made_it() -> None:
    driver = driven(cart(), "03-12")
    for item in driver.transitions("web"):
        assert item.rules == RULES
        kept = OutboxStore(driver.table).keep_summary(item)
        assert kept is not None
        assert kept.rules == RULES


def test_what_older_rules_told_is_left_as_it_was_told() -> None:
    driver = made_by_older_rules(driven(cart(), "03-06"))
    before = {phase: item.digest for phase, item in told(driver).items()}
    driver.tick(moment("03-06 01:00"))
    assert {phase: (item.rules, item.digest) for phase, item in told(driver).items()} == {
        phase: (FIRST, digest) for phase, digest in before.items()
    }
    assert before[3] == AS_TOLD
    assert wheel(driver).rules == RULES
    driver.tick(moment("03-12"))
    assert {phase: item.rules for phase, item in told(driver).items()} == {
        0: RULES,
        1: FIRST,
        2: FIRST,
        3: FIRST,
        4: RULES,
    }


def test_a_late_event_corrects_what_older_rules_told_of_the_time_after_it() -> None:
    driver = made_by_older_rules(driven(cart(), "03-06"))
    driver.append(History(flywheel="web", source="late").worked("03-03", idea="cart").events)
    driver.project(moment("03-06"))
    assert (told(driver)[3].rules, told(driver)[3].digest == AS_TOLD) == (RULES, False)


def test_what_newer_rules_do_not_find_is_not_taken_back_by_them_alone() -> None:
    driver = driven(cart(), "03-06")
    (item,) = (row for row in rows(driver, names.TRANSITION) if row["phase"]["N"] == "3")
    ghost = item | {"turn": {"S": "ghost"}, "sk": {"S": item["sk"]["S"].replace("cart", "ghost")}}
    driver.memory.rows[ghost["pk"]["S"], ghost["sk"]["S"]] = ghost
    made_by_older_rules(driver)

    driver.tick(moment("03-06 01:00"))
    assert ghost_of(driver).vanished == 0

    driver.append(History(flywheel="web", source="late").worked("03-03", idea="cart").events)
    driver.project(moment("03-06 02:00"))
    assert ghost_of(driver).vanished == 1


def ghost_of(driver: Driver) -> TransitionItem:
    (item,) = (each for each in driver.transitions("web") if each.turn == "ghost")
    return item


def test_what_only_newer_rules_find_of_the_time_before_them_is_history() -> None:
    """Phase 3 was completed on 03-05, a day before the upgrade: nobody is told now. What comes after it is news."""
    driver = driven(cart(), "03-06")
    (item,) = (row for row in rows(driver, names.TRANSITION) if row["phase"]["N"] == "3")
    del driver.memory.rows[item["pk"]["S"], item["sk"]["S"]]
    made_by_older_rules(driver)

    driver.tick(moment("03-06 01:00"))
    assert told(driver)[3].historical == 1
    driver.append(History(flywheel="web", source="later").outcome("03-07", idea="cart").events)
    driver.project(moment("03-07 01:00"))
    assert {phase: int(each.historical) for phase, each in told(driver).items()} == {0: 0, 1: 1, 2: 1, 3: 1, 4: 0}
    assert phases(driver)[0] == "2026-03-07"


@pytest.mark.parametrize(
    ("rules", "before", "same"),
    [
        (None, "facts-settings-turn", True),
        (FIRST, "facts-other", True),
        (FIRST, "others-settings", False),
        (None, "all mixed into one", True),
        (FIRST, "", True),
        (RULES, "facts-other", False),
    ],
)
def test_the_rules_alone_differ_where_the_facts_are_the_same_or_not_known(
    rules: int | None, before: str, same: bool
) -> None:
    assert changed_by_rules_alone(rules, before, inputs_of("facts", "settings", "turn")) is same


# Digests


def older(desk: Desk) -> Desk:
    for row in rows(desk.driver, names.DIGESTS):
        made = row["made"]["S"].replace(f'"rules":{RULES}', f'"rules":{FIRST}')
        assert made != row["made"]["S"]
        facts = made.partition('"inputs":"')[2].partition("-")[0]
        settings = made.partition(f"{facts}-")[2].partition('"')[0]
        row.update(rules={"N": str(FIRST)}, settings={"S": "older"}, made={"S": made.replace(settings, "older")})
    desk.driver.restart()
    return desk


def says_rules(desk: Desk) -> list[bool]:
    """Of each period's digest, whether it says that rules changed."""
    shown: list[Any] = [unpack_summary(item.shows) for item in sorted(desk.stored(), key=lambda item: str(item.at))]
    return [any(CHANGED[RULES] in line for line in each.missing) for each in shown]


def test_the_first_digest_by_newer_rules_says_once_what_they_changed() -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    older(desk).ticks(MONDAY + timedelta(hours=1))
    assert (len(desk.announced), says_rules(desk)) == (1, [False])
    desk.hears(History(source="later").deployed(at(15), "d-later"), MONDAY + timedelta(days=2))
    desk.ticks(MONDAY + WEEK)
    desk.ticks(MONDAY + 2 * WEEK)
    assert says_rules(desk) == [False, True, False]
    desk.hears(late_incident(), MONDAY + 2 * WEEK).ticks(MONDAY + 2 * WEEK + timedelta(hours=2))
    assert says_rules(desk) == [False, True, False]


def test_the_first_digest_of_all_says_nothing_of_rules() -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    assert says_rules(desk) == [False]


def test_an_older_digest_is_corrected_by_a_late_event_and_not_by_newer_rules() -> None:
    desk = Desk().hears(busy())
    desk.ticks()
    older(desk).ticks(MONDAY + timedelta(hours=1))
    assert len(desk.announced) == 1
    desk.hears(late_incident(), MONDAY + timedelta(days=1)).ticks(MONDAY + timedelta(days=1))
    assert len(desk.announced) == 2
    assert [item.rules for item in desk.stored()] == [RULES]
