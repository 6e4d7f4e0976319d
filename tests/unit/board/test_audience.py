"""What the reader of a signed link may see: aggregates, turns, actions and figures, and nothing that leads outside."""

import re
from typing import Any

import pytest

from shared.flywheel.settings.values import FlywheelSettings, Settings
from tests.browser.situations import SITUATIONS
from tests.unit.board.pages import Tree, page_of
from tests.unit.domain.histories import FLYWHEEL, History


def held() -> History:
    history = History().proposed("03-01", "i1", title="Pay in one tap", url="https://jira.example.com/i1")
    return history.blocked("03-02", "b1", idea="i1", title="Vault access", url="https://jira.example.com/b1")


def test_inside_a_thing_leads_to_where_it_is_and_behind_a_link_it_does_not() -> None:
    inside, linked = (Tree(page_of(held().events, "03-30", audience=each)) for each in ("inside", "link"))
    assert "Vault access" in linked.text
    assert [each["href"] for each in inside.all("a") if (each["href"] or "").startswith("https:")]
    assert [each["href"] for each in linked.all("a") if not (each["href"] or "").startswith("#")] == []
    assert "jira.example.com" not in linked.text


@pytest.mark.parametrize("situation", SITUATIONS)
def test_behind_a_link_no_situation_gives_away_notes_reasons_addresses_or_event_ids(situation: str) -> None:
    case = SITUATIONS[situation]()
    page = page_of(case.events, case.as_of, settings=case.settings, flywheel=case.flywheel, audience="link")
    for secret in ("https:", "Shoppers save an address", "the number did not move", "tools-checkout"):
        assert secret not in page
    assert not re.search(r"event-\d", page)


def inherited(**owner: Any) -> tuple[list[Any], Settings]:
    settings = Settings(
        flywheels={
            "shop": FlywheelSettings(id="shop", **owner),
            FLYWHEEL: FlywheelSettings(id=FLYWHEEL, parent="shop"),
        }
    )
    above = History(flywheel="shop").add("Metric Defined", "01-01", metric="orders", role="north_star", target=900)
    above.add("Metric Measured", "02-20", metric="orders", value=612.5)
    above.add("Metric Measured", "03-28", metric="orders", value=734.5)
    own = History().proposed("03-01", "i1")
    for event in own.events:
        event["detail"]["id"] = f"own-{event['detail']['id']}"
    return [*above.events, *own.events], settings


def test_an_inherited_metric_shows_its_value_behind_a_link_only_where_its_owner_shares_it() -> None:
    events, private = inherited()
    _, shared = inherited(share_value=True)
    assert "734.5" in page_of(events, "03-30", settings=private)
    assert "734.5" not in page_of(events, "03-30", settings=private, audience="link")
    assert "900" not in Tree(page_of(events, "03-30", settings=private, audience="link")).text
    assert "734.5" in page_of(events, "03-30", settings=shared, audience="link")
