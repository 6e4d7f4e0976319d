"""An answer sheet is final: nothing corrects it or takes it back, and of two different ones of one id none counts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

import events
from events.catalogue import KINDS
from shared.flywheel.facts.of_event import FACT_TYPES, fact_of
from shared.flywheel.report.report import report
from shared.flywheel.rules import CHANGED, RULES
from tests.unit.surveys.conftest import FAMILY, START, Answer, envelopes_of, facts_of, published

Envelope = dict[str, Any]
SIX = [Answer("app", 3, value) for value in (1, 2, 3, 4, 5, 6)]
DAYS = (3, 3.9, 4, 7, 10, 30)


def again(sheet: Envelope, **changes: Any) -> Envelope:
    """The same sheet once more, with other contents."""
    return {**sheet, "detail": {**sheet["detail"], **changes}}


def another(kind: str, sheet: Envelope, day: float, **fields: Any) -> Envelope:
    """An event of another kind from the sheet's source; with its id where no other is given."""
    detail = {"id": sheet["detail"]["id"], "time": (START + timedelta(days=day)).isoformat(), **fields}
    return {"source": sheet["source"], "detail-type": kind, "detail": detail}


def shown(envelopes: Sequence[Envelope], day: float, flywheel: str = "app") -> tuple[Any, Any]:
    """What is published of developer experience: the mean and the number of persons."""
    facts = [fact_of(events.decode(each)) for each in envelopes]
    signal = published(facts, flywheel, day)
    return signal["value"], signal["n"]


def test_a_revision_of_a_sheet_is_refused_with_what_to_do_instead() -> None:
    sheet = envelopes_of(SIX)[0]
    assert events.decode(again(sheet, revision=1)).detail.revision == 1
    with pytest.raises(events.InvalidEventError) as refused:
        events.decode(again(sheet, revision=2))
    assert str(refused.value) == (
        "detail.revision: got 2, expected 1: a sent `Survey Answered` is final; another one has an id of its own"
    )


def test_a_revision_that_an_older_release_took_is_still_read() -> None:
    """And it is a different sheet of the same id, so that neither counts: one of them may have been published."""
    sheets = envelopes_of(SIX)
    kept = fact_of(events.decode_kept(again(sheets[0], revision=2, answers=[7])))
    assert kept.revision == 2
    facts = [*facts_of(SIX), kept]
    assert published(facts, "app", 10)["status"] == "suppressed"


@pytest.mark.parametrize("dated", [-700, 2.5, 3.2, 3.5, 6, 20])
def test_a_retraction_that_names_a_sheet_has_no_effect_at_any_moment(dated: float) -> None:
    sheets = envelopes_of(SIX)
    retraction = another("Event Retracted", sheets[0], dated, id="back", retracts="sheet-0")
    assert [shown([*sheets, retraction], day) for day in DAYS] == [shown(sheets, day) for day in DAYS]
    found = report(
        [fact_of(events.decode(each)) for each in (*sheets, retraction)],
        flywheel="app",
        as_of=START + timedelta(days=30),
        settings=FAMILY,
    )
    assert "retracted" not in found["receipt"]["excluded"]


@pytest.mark.parametrize("revision", [1, 9])
@pytest.mark.parametrize(
    ("kind", "fields"),
    [("Ritual Held", {"ritual": "walk"}), ("Event Retracted", {"retracts": "x"}), ("Idea Proposed", {"idea": "i"})],
)
def test_an_event_of_another_kind_with_the_id_of_a_sheet_stands_behind_it(
    kind: str, fields: dict[str, Any], revision: int
) -> None:
    sheets = envelopes_of(SIX)
    impostor = another(kind, sheets[0], 3, flywheel="web", revision=revision, **fields)
    for order in ([*sheets, impostor], [impostor, *sheets]):
        assert [shown(order, day) for day in DAYS] == [shown(sheets, day) for day in DAYS]


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": [7]},
        {"answers": [None]},
        {"flywheel": "web"},
        {"time": "2026-01-01T00:00:00Z"},
        {"time": "2024-01-01T00:00:00Z"},
        {"survey": "westrum", "answers": [1] * 6},
    ],
)
def test_two_different_sheets_of_one_id_both_count_for_nothing_whatever_came_first(changes: dict[str, Any]) -> None:
    """And what one of them may have been published with is published no more: the rest would tell the one."""
    sheets = envelopes_of([*SIX, *(Answer("app", 5, 7) for _ in range(5))])
    other = again(sheets[0], **changes)
    assert [shown(sheets, day) for day in (4, 7)] == [(21 / 6, 6), (56 / 11, 11)]
    for order in ([*sheets, other], [other, *sheets]):
        assert [shown(order, day) for day in (4, 7)] == [(None, None), (7.0, 5)]


def test_copies_of_a_sheet_are_one_sheet() -> None:
    sheets = envelopes_of(SIX)
    assert shown([*sheets, sheets[0], sheets[0]], 10) == (21 / 6, 6)


def test_a_sheet_that_tells_no_flywheel_follows_no_idea() -> None:
    """Whoever names its idea in another flywheel, dated however early, would move it out of its block."""
    sheets = envelopes_of(SIX)
    del sheets[0]["detail"]["flywheel"]
    sheets[0]["detail"]["idea"] = "idea"
    for flywheel in ("app", "web"):
        claim = another("Idea Proposed", sheets[0], -30, id="claim", idea="idea", flywheel=flywheel)
        assert [shown([*sheets, claim], 10, of) for of in ("shop", "app", "web")] == [(4.0, 5), (4.0, 5), (None, None)]


def test_the_receipt_tells_of_sheets_that_differ() -> None:
    sheets = envelopes_of(SIX)
    facts = [fact_of(events.decode(each)) for each in (*sheets, again(sheets[0], answers=[7]))]
    found = report(facts, flywheel="app", settings=FAMILY, as_of=START + timedelta(days=10))
    assert found["receipt"]["excluded"] == {"conflicting": 2}
    assert found["receipt"]["counted"] == 5


def test_what_is_final_is_said_once_by_the_contract() -> None:
    final = {kind.name: kind.model.is_final for kind in KINDS}
    assert {type_.kind: type_.is_final for type_ in FACT_TYPES} == final
    assert [name for name, is_final in final.items() if is_final] == ["Survey Answered"]


def test_the_rules_count_sheets_otherwise_since_they_are_final() -> None:
    assert "answer sheets are final" in " ".join(CHANGED[number] for number in range(3, RULES + 1))
