"""Sizes: what an event may weigh, what becomes of one that no item can hold, and of one that grows with its revisions.

What EventBridge and SQS carry at most is 1 MB; an item of DynamoDB holds 400 KB.
"""

import json
from random import Random

import pytest

import events
from shared.store.kept.counting import counts
from shared.store.kept.rejections import body_of, rejections
from shared.store.log.identity import LARGEST, identity_of, kept
from shared.store.table import names
from shared.store.table.errors import TooLargeError
from tests.unit.domain.histories import History, commit
from tests.unit.store.driving import NOW, Driver, Envelope, later, only_in_process, only_local, report_of
from tests.unit.store.pipeline.test_recording import message, proposed, recorded
from tests.unit.store.test_units import size as bytes_of

pytestmark = pytest.mark.slow

KB = 1024
ITEM = 400 * KB
NARROW, WIDE, HIGH = "x", "é", "𝄞"


def padded(size: int, letter: str) -> str:
    """The body of a message of this many bytes, or as near below as the letter allows."""
    empty = json.dumps(proposed("1", url=""), ensure_ascii=False)
    text = letter * ((size - len(empty.encode())) // len(letter.encode()))
    return json.dumps(proposed("1", url=text), ensure_ascii=False)


@only_in_process
@pytest.mark.parametrize("letter", [NARROW, WIDE, HIGH], ids=["one byte", "two", "four"])
@pytest.mark.parametrize("size", [256 * KB - 1, 256 * KB, 256 * KB + 1, KB * KB - 1, KB * KB, KB * KB + 1])
def test_an_event_of_any_size_that_a_queue_carries_is_kept_as_it_was(size: int, letter: str) -> None:
    body = padded(size, letter)
    assert size - 4 < len(body.encode()) <= size

    kept_as_it_was(body)


@only_local
def test_the_largest_event_that_a_queue_carries_is_kept_on_a_server_too() -> None:
    kept_as_it_was(padded(KB * KB, WIDE))


def kept_as_it_was(body: str) -> None:
    driver = Driver()

    assert recorded(driver, message("a", body)).accepted == 1

    (row,) = driver.items(names.EVENT)
    assert json.loads(identity_of(driver.table, row).winner.event.text) == json.loads(body)["detail"]
    assert recorded(driver, message("a", body, later(seconds=1))).duplicate == 1


def noise(size: int) -> str:
    """Text that compresses to about three quarters of its length: base64 of nothing in particular."""
    return Random(1).randbytes(size).hex()


@only_in_process
def test_the_limit_is_exact_to_the_byte() -> None:
    """Found by halving: the largest event that is kept, and that one more random byte is refused."""
    low, high = 100_000, 500_000
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if _fits(middle) else (low, middle)

    driver = Driver()
    taken, refused = proposed("1", url=noise(low)), proposed("2", url=noise(high))
    result = recorded(driver, message("a", taken), message("b", refused))

    assert (result.accepted, result.rejected, result.failed) == (1, 1, [])
    (row,) = driver.items(names.EVENT)
    assert LARGEST - 20 < len(row["packed"]["B"]) <= LARGEST
    (kept_refusal,) = rejections(driver.table, NOW)
    assert kept_refusal.field == "detail"
    assert str(LARGEST) in kept_refusal.reason


def _fits(size: int) -> bool:
    try:
        kept(events.decode(proposed("1", url=noise(size))))
    except TooLargeError:
        return False
    return True


def pushes(revision: int, commits: int = 8_000) -> Envelope:
    """Some 700 KB: a push with many commits, other ones in each revision."""
    chance = Random(revision)
    listed = [commit(f"{chance.getrandbits(160):040x}", "03-04 11:00") for _ in range(commits)]
    (told,) = History(flywheel="web").changed("03-04 12:00", "a", *listed, id="push", revision=revision).events
    return told


@only_in_process
def test_a_large_event_that_was_corrected_too_often_is_refused_and_leaves_no_facts() -> None:
    """Each revision's facts are kept with the event, so that it can move between flywheels; at last they do not fit."""
    driver, taken = Driver(), list[Envelope]()
    for revision in range(1, 9):
        result = recorded(driver, message(f"m{revision}", pushes(revision)))
        assert result.failed == [], driver.failures
        if result.rejected:
            break
        taken.append(pushes(revision))

    assert 2 <= len(taken) < 8
    (refusal,) = rejections(driver.table, NOW)
    assert (refusal.event_id, refusal.field) == ("push", "detail")
    assert "with all its earlier revisions" in refusal.reason
    assert counts(driver.store, NOW).accepted == len(taken)
    assert driver.report("web") == report_of(taken, "web", driver.settings)


def test_nothing_that_is_written_is_larger_than_an_item_may_be() -> None:
    driver = Driver()
    recorded(driver, message("a", pushes(1)), message("b", proposed("1", url=noise(300_000))))
    recorded(driver, message("c", proposed("2", url=noise(450_000))))
    driver.project()

    assert max(map(bytes_of, driver.memory.rows.values())) <= ITEM


def test_a_rejected_delivery_is_kept_with_its_body_up_to_what_an_item_holds() -> None:
    driver = Driver()
    recorded(driver, message("a", "{" + noise(100_000)), message("b", "{" + noise(500_000)))

    assert sorted(body_of(driver.table, each, NOW) is not None for each in rejections(driver.table, NOW)) == [
        True,
        True,
    ]
