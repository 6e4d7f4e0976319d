"""What is about people, or could be, is not kept: unknown fields, who challenged."""

import json
from typing import Any

from events.challengers import Challengers
from shared.flywheel.facts.fact import ChallengeOpened
from shared.store.table import names
from tests.unit.domain.histories import History
from tests.unit.store.driving import Driver, later, only_in_process

pytestmark = only_in_process
STRANGERS: dict[str, Any] = {"respondent": "Ada Lovelace", "author": {"email": "ada@example.com"}}


def everything(driver: Driver) -> str:
    return json.dumps(list(driver.memory.rows.values()), default=repr)


def test_unknown_fields_are_named_and_never_stored() -> None:
    driver = Driver()
    (told,) = History(flywheel="web").proposed("03-01", "cart", id="1").events
    (long,) = History(flywheel="web").proposed("03-01", "cart", id="2", title="t" * 2_000).events
    for event in (told, long):
        event["detail"] |= STRANGERS
    assert driver.append([told, long]) == ["accepted", "accepted"]

    assert "Ada" not in everything(driver)
    assert "ada@example.com" not in everything(driver)
    assert [row["unknown"]["L"] for row in driver.items(names.EVENT)] == [[{"S": "respondent"}, {"S": "author"}]] * 2
    assert driver.append([told, long], later(seconds=1)) == ["duplicate", "duplicate"]


def challenge(challenger: str, id: str) -> dict[str, Any]:
    (told,) = History(flywheel="web").challenged("03-01", "c", id=id, challenger=challenger).events
    return told


def test_who_challenged_is_one_whether_intake_or_the_log_hashed_it() -> None:
    driver = Driver()
    marked = Challengers("stack").marked("ada")
    driver.append([challenge("ada", "1"), challenge(marked, "2")])
    facts = [fact for fact in driver.facts("web") if isinstance(fact, ChallengeOpened)]

    assert len({fact.challenger for fact in facts}) == 1
    assert '"ada"' not in everything(driver)
