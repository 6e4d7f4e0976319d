"""What is told to the whole pipeline, and what must have come of it."""

import json
from datetime import timedelta
from typing import Any

from shared.store.kept.counting import counts
from shared.store.table import names
from tests.faults.pipeline import Pipeline
from tests.unit.domain.histories import History, commit, moment
from tests.unit.store.driving import Envelope, report_of, turns_of
from tests.unit.store.memory import Raw

BEGIN = moment("03-05 01:00")
END = moment("03-13")
WHEELS = ("web", "search")
INVALID: Envelope = {"source": "pipeline", "detail-type": "Idea Proposed", "detail": {"id": "bad"}}


def story() -> list[list[Envelope]]:
    """Two flywheels: a turn through its phases, an idea that both name, a correction that changes what was posted."""
    told = History(flywheel="web")
    told.proposed("03-03 12:00", "cart", title="A cart").challenged("03-04", "c", idea="cart")
    told.proposed("03-04 01:00", "cart", flywheel="search", id="also").worked("03-04 02:00", flywheel=None, idea="cart")
    told.add("Blocker Opened", "03-04 20:00", blocker="SEC-77", category="approval", idea="cart")
    shipped = History(flywheel="web", source="ci")
    shipped.deployed("03-04 12:00", "d1", commit("a", "03-04 06:00"), idea="cart")
    shipped.released("03-05", "basket", idea="cart").deployed("03-05 00:30", "d2", id="d2", kind="hotfix")
    mended = [
        {**shipped.events[0], "detail": {**shipped.events[0]["detail"], "revision": 2, "outcome": "rolled_back"}},
        *History(flywheel=None).retracted("03-05 01:00", "also", id="r").events,
    ]
    return [told.events, [INVALID, *shipped.events], mended]


def sent() -> list[Envelope]:
    return [each for batch in story() for each in batch if each is not INVALID]


def play(pipeline: Pipeline) -> Pipeline:
    """Each batch is settled before the next arrives; dead letters are put back within hours; then days pass."""
    for batch in story():
        pipeline.put(batch)
        pipeline.settle(pipeline.now + timedelta(seconds=30))
    for hour in range(3, 9):
        pipeline.settle(BEGIN + timedelta(hours=hour))
        pipeline.redrive()
    for quarter in range(3):  # what one tick failed at, the next one does: a week later it would be no news
        pipeline.tick(BEGIN + timedelta(hours=9, minutes=15 * quarter))
    pipeline.tick(END)
    pipeline.tick(END + timedelta(minutes=15))
    pipeline.settle(END + timedelta(hours=3))
    return pipeline


def outcome(pipeline: Pipeline) -> dict[str, Any]:
    """All that must be the same whatever happened on the way."""
    driver, at = pipeline.driver, END
    return {
        "reports": {wheel: json.dumps(driver.report(wheel, at)) for wheel in WHEELS},
        "turns": {wheel: driver.turns(wheel) for wheel in WHEELS},
        "transitions": sorted(
            (item.pk, item.sk, item.shows, item.digest, int(item.vanished))
            for wheel in WHEELS
            for item in driver.transitions(wheel)
            if wheel == "web"
            or not item.vanished  # when decides whether the other wheel's turn was seen before it went
        ),
        "ledger": sorted(
            (row["pk"]["S"], row["sk"]["S"], row["state"]["S"], row.get("digest", {}).get("S"), *parts_shown(row))
            for row in driver.items(names.LEDGER)
            if row["flywheel"]["S"] == "web"  # the other wheel's turn does not stay: when decides what was said of it
        ),
        "rejected": len(driver.items(names.REJECTED)),
        "counts": counts(driver.store, at),
        "dead": len(pipeline.inbox.dead) + len(pipeline.outbox.dead),
        "abandoned": pipeline.projecting.abandoned + pipeline.summarising.abandoned,
    }


def expected() -> dict[str, Any]:
    """The outcome of an undisturbed run, once it is clear that it is the one of the events themselves."""
    pipeline = play(Pipeline(BEGIN))
    found = outcome(pipeline)
    settings = pipeline.driver.settings
    for wheel in WHEELS:
        assert found["reports"][wheel] == json.dumps(report_of(sent(), wheel, settings, END))
        assert found["turns"][wheel] == turns_of(sent(), wheel, settings, END)
    assert (found["rejected"], found["dead"], found["abandoned"]) == (1, 0, [])
    return found | {"messages": sorted(first_lines(pipeline))}


def first_lines(pipeline: Pipeline, *, known: bool = False) -> list[str]:
    """How the messages of Slack begin, as they read now: an edit carries its minute further on.

    `known`: of those only that the ledger knows. Where Slack took a message and that could not be written down, another
    is posted, and only that one is edited.
    """
    entries = pipeline.driver.items(names.LEDGER)
    ledger = {row["ts"]["S"] for row in entries if "ts" in row}
    ledger |= {part["ts"] for row in entries for part in parts_stored(row).values() if "ts" in part}
    told = pipeline.slack.messages.items()
    lines = [text.partition(".")[0] for ts, text in told if ts in ledger or not known]
    of_another = ("cart ", "“cart” completed")  # the turn that does not stay: its card, and a phase that is withdrawn
    return [line for line in lines if not line.startswith(of_another)]


def parts_stored(row: Raw) -> dict[str, Any]:
    """The parts of a card's entry as they are stored; none of any other."""
    stored: dict[str, Any] = json.loads(row.get("parts", {}).get("S", "{}"))
    return stored


def parts_shown(row: Raw) -> list[tuple[str, str]]:
    """Which parts were said, and what each shows, or why it was not."""
    return sorted((phase, part.get("digest", part.get("rule", ""))) for phase, part in parts_stored(row).items())
