"""What stands around the wheel reaches the persona whom it concerns: where it is new, and once."""

from datetime import date
from typing import Any

import pytest

from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.summaries.digest import digest_of
from shared.flywheel.summaries.summary import Summary
from tests.unit.domain.histories import FLYWHEEL, History, facts_of, moment, rules


def digest(history: History, as_of: str, phase: int, **flywheel: Any) -> Summary:
    settings = rules(**flywheel)
    [*_, period] = periods(settings.flywheel(FLYWHEEL), moment(as_of), 1)
    made = digest_of(facts_of(history.events), FLYWHEEL, settings, period, phase)
    assert made is not None
    return made


def row(summary: Summary, label: str) -> tuple[str, str | None] | None:
    return next(((each.value, each.previous) for each in summary.figures if each.label == label), None)


PERSONAS = {"ceo": "#ceo", "engineers": "#eng", "product_leaders": "#product", "cto": "#cto"}
MONDAY, NEXT = "03-23 12:00", "03-30 12:00"


def test_the_ceo_reads_the_purpose_in_place_of_the_goal_of_the_phase() -> None:
    history = History().proposed("03-16", "a")
    stated = {"purpose": "Whoever wants it has it within a day", "value_exchange": ("search", "basket", "payment")}
    context = digest(history, MONDAY, 1, **stated).context
    assert "Whoever wants it has it within a day (search → basket → payment); 84 days" in context
    assert "one purpose that everyone can see and measure" in digest(history, MONDAY, 1).context
    assert "within a day" not in digest(history, MONDAY, 2, **stated).context


def test_goals_are_told_to_the_ceo_in_the_digest_after_they_change_and_not_again() -> None:
    history = History().add("Goal Set", "03-18", goal="g", statement="s", value_oriented=True)
    assert row(digest(history, MONDAY, 1), "Goals that name value") == ("100% (1 of 1)", None)
    history.add("Idea Proposed", "03-25", idea="a")
    assert row(digest(history, NEXT, 1), "Goals that name value") is None


@pytest.mark.parametrize("with_own_digest", [False, True])
def test_everyone_reads_what_concerns_a_persona_without_a_digest(with_own_digest: bool) -> None:
    history = History().proposed("03-17", "a").add("Box Formed", "03-18", idea="a", roles=["product"])
    personas = PERSONAS if with_own_digest else {}
    told = row(digest(history, MONDAY, 0, roles=("product",), personas=personas), "Complete boxes")
    assert told == (None if with_own_digest else ("100% (1 of 1)", None))
    assert row(digest(history, MONDAY, 2, roles=("product",), personas=personas), "Complete boxes") is not None


def delivered(history: History, name: str, day: int, service: str) -> History:
    history.proposed(f"03-{day:02}", name)
    return history.deployed(f"03-{day + 1:02}", f"d-{name}", service=service, ideas=[name]).released(
        f"03-{day + 1:02} 12:00", f"f-{name}", idea=name
    )


def test_the_cto_reads_how_ownership_moves_towards_the_domains() -> None:
    history = delivered(delivered(History(), "a", 10, "core"), "b", 11, "orders")
    domains = {"domains": {"platform": ("core",), "orders": ("orders",)}, "central_domains": ("platform",)}
    summary = digest(history, MONDAY, 4, soak_days=0, **domains)
    assert row(summary, "Turns of domains that own their data") is None
    history = delivered(history, "c", 18, "orders")
    summary = digest(history, MONDAY, 4, soak_days=0, **domains)
    assert row(summary, "Turns of domains that own their data") == ("67% (2 of 3)", None)


def test_a_stage_is_told_beside_the_one_before_when_it_is_four_weeks_old() -> None:
    history = History()
    for week in range(12):
        history.deployed(f"{1 + (week * 7) // 28:02}-{1 + (week * 7) % 28:02}", f"d{week}")
    stage = {"pilot": date(2026, 1, 1), "scale": date(2026, 2, 20)}
    made = digest(history, MONDAY, 0, stage=stage)
    assert row(made, "Since scale") == ("0 turns per 28 d", "0 turns per 28 d")
    for early_or_late in ("03-16 12:00", NEXT):
        assert row(digest(history, early_or_late, 0, stage=stage), "Since scale") is None


def test_what_does_not_fit_together_is_told_once_in_the_digest_after_it_was_sent() -> None:
    history = History().proposed("03-17", "a").add("Metric Measured", "03-18", metric="orders", value=3)
    note = "1 measurement of “orders”, which no Metric Defined of the scope defines: counted nowhere"
    assert note in digest(history, MONDAY, 0).missing
    history.proposed("03-25", "b")
    assert note not in digest(history, NEXT, 0).missing
