"""What older releases stored about people is taken out, and nothing else."""

import json
import zlib

import msgspec

from shared.pipeline.upkeep.scrubbing import needs_scrubbing, scrub
from shared.store.kept import dead_letters
from shared.store.kept.bodies import RejectedItem
from shared.store.kept.rejections import body_of, rejections
from shared.store.log.identity import EventItem
from shared.store.table import names
from tests.unit.domain.histories import History
from tests.unit.store.driving import NOW, Driver, later, only_in_process
from tests.unit.store.pipeline.test_recording import message, recorded
from tests.unit.store.test_dead_letters import Box, letter
from tests.unit.store.test_not_kept import everything

pytestmark = only_in_process
MARK = "Ada Lovelace"


def left_by_an_older_release() -> Driver:
    """An event with an unknown field, a rejection and a dead letter, each with its whole body."""
    driver = Driver()
    driver.append(History(flywheel="web").proposed("03-01", "cart", id="1").proposed("03-02", "till", id="2").events)
    (raw, _) = driver.items(names.EVENT)
    event = driver.table.read(EventItem, raw)
    event.detail = json.dumps({**json.loads(event.detail), "respondent": MARK}, separators=(",", ":"), sort_keys=True)
    driver.table.put(event)
    told = json.dumps({"source": "ci", "detail-type": "x", "detail": {"id": "bad", "flywheel": "web", "who": MARK}})
    recorded(driver, message("m", told))
    (rejected,) = rejections(driver.table, NOW)
    rejected.body, rejected.value = zlib.compress(told.encode()), json.dumps(MARK)
    driver.table.put(rejected)
    dead_letters.bury(driver.table, Box(letter(told)), later(days=2))
    (dead,) = dead_letters.buried_letters(driver.table, later(days=2))
    dead.body = zlib.compress(told.encode())
    driver.table.put(dead)
    return driver


def test_it_leaves_figures_reasons_and_ids_and_no_word_of_anybody() -> None:
    driver = left_by_an_older_release()
    before = driver.report("web")
    assert needs_scrubbing(driver.store, later(days=2))
    *_, done = scrub(driver.store, later(days=2))

    assert msgspec.to_builtins(done) == {"events": 1, "rejections": 1, "letters": 1}
    (kept,) = rejections(driver.table, NOW)
    assert (kept.event_id, kept.field, kept.value, kept.flywheel) == ("bad", "detail-type", '"xxx xxxxxxxx"', "web")
    assert json.loads(body_of(driver.table, kept, NOW) or "")["detail"]["who"] == "xxx xxxxxxxx"
    (dead,) = dead_letters.buried_letters(driver.table, later(days=2))
    assert dead.event_id == "bad"
    assert MARK in (dead_letters.body_of(driver.table, dead, later(days=3)) or "")
    bodies = {row["pk"]["S"]: row for row in driver.items(names.BODY) if row["pk"]["S"].startswith(names.DEAD_PREFIX)}
    assert MARK not in "".join(repr(row) for row in driver.memory.rows.values() if row not in bodies.values())
    assert driver.report("web") == before


def test_it_can_be_repeated_and_finds_nothing_that_this_release_wrote() -> None:
    driver = left_by_an_older_release()
    list(scrub(driver.store, later(days=2)))
    before = everything(driver)

    *_, again = scrub(driver.store, later(days=2))
    assert msgspec.to_builtins(again) == {"events": 0, "rejections": 0, "letters": 0}
    assert everything(driver) == before
    assert not needs_scrubbing(driver.store, later(days=2))
    assert not [item for item in rejections(driver.table, NOW) if isinstance(item, RejectedItem) and item.body]
