"""What the release of commit 2f91353 wrote is read, its figures stand, and the upgrade posts and edits nothing.

The fixture holds 400 days of one flywheel, 120 of a second, sealed and unsealed days, transitions, digests and 336
messages (`tests/fixtures`). Whoever changes what is stored, or a rule, sees here what an upgrade does.
"""

import json
from datetime import timedelta

import msgspec
import pytest

from shared.flywheel.facts.fact import ChangeRecorded, Fact
from shared.flywheel.report.report import report
from shared.flywheel.rules import CHANGED, RULES
from shared.flywheel.summaries.card import CARD
from shared.store.log.family import load_family
from shared.store.log.identity import identity_of
from shared.store.outbox.outbox_items import LedgerItem, SummaryItem
from shared.store.outbox.parts import parts_of
from shared.store.projections.digest_items import DigestsItem
from shared.store.projections.summary_packing import unpack_summary
from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.keys import moment_of
from tests.faults.pipeline import Pipeline
from tests.fixtures.upgraded import WHEELS, left_behind, of_kind, upgraded
from tests.unit.domain.histories import History
from tests.unit.store.memory import Raw
from tests.unit.store.test_formats import BY_KIND

pytestmark = pytest.mark.slow

KINDS: dict[str, type[Item]] = {**BY_KIND, names.DIGESTS: DigestsItem}
QUARTER = timedelta(minutes=15)


def logged(pipeline: Pipeline) -> list[Fact]:
    """The facts of every EVENT item, those of superseded versions too."""
    identities = (identity_of(pipeline.driver.table, item) for item in of_kind(pipeline, names.EVENT))
    return [fact for identity in identities for fact in identity.facts]


def as_then(fact: Fact) -> Fact:
    """A fact as segments kept it then: without what joined later, which is unknown until it is completed."""
    lacked = {"account", "url", "note", "reason", "is_direction_stated"} & set(fact.__struct_fields__)
    source = fact.source if isinstance(fact, ChangeRecorded) else None
    return msgspec.structs.replace(fact, source=source, **dict.fromkeys(lacked))


def ledger(pipeline: Pipeline) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True, default=repr) for item in of_kind(pipeline, names.LEDGER))


def key_of(item: Raw) -> tuple[str, str]:
    return item[names.PK]["S"], item[names.SK]["S"]


def summary_of(pipeline: Pipeline, entry: Raw) -> SummaryItem:
    """The summary that a ledger entry is about."""
    wanted = pipeline.driver.table.read(LedgerItem, entry).summary
    summaries = (pipeline.driver.table.read(SummaryItem, item) for item in of_kind(pipeline, names.SUMMARY))
    return next(item for item in summaries if item.summary == wanted)


def test_every_item_of_the_table_is_read() -> None:
    pipeline = upgraded()

    read = [pipeline.driver.table.read(KINDS[item["kind"]["S"]], item) for item in left_behind().items]

    assert all(item.sk for item in read)
    assert {item.kind for item in read} >= {names.SEALED, names.SEGMENT, names.TRANSITION, names.DIGESTS}


@pytest.mark.parametrize("ago", [0, 200])
@pytest.mark.parametrize("flywheel", WHEELS)
def test_a_report_is_the_fold_of_the_events(flywheel: str, ago: int) -> None:
    pipeline, settings = upgraded(), left_behind().settings
    as_of = pipeline.now - timedelta(days=ago)

    read = load_family(pipeline.driver.store, flywheel, settings)

    found = report(read, flywheel=flywheel, settings=settings, as_of=as_of)
    told = [as_then(fact) for fact in logged(pipeline)]
    assert found == report(told, flywheel=flywheel, settings=settings, as_of=as_of)


def test_an_upgrade_posts_nothing_and_edits_nothing() -> None:
    pipeline = upgraded()
    before = dict(pipeline.slack.messages), ledger(pipeline)

    for tick in range(1, 5):
        pipeline.tick_with_digests(pipeline.now + tick * QUARTER)

    assert (pipeline.slack.messages, ledger(pipeline)) == before
    assert pipeline.driver.failures == []


def test_after_an_upgrade_only_what_the_days_bring_is_posted() -> None:
    """In the week after it: turns that close by then, and digests. What was posted reads as it did."""
    pipeline = upgraded()
    upgraded_at, before = pipeline.now, dict(pipeline.slack.messages)
    old = {key_of(entry) for entry in of_kind(pipeline, names.LEDGER)}
    pipeline.tick_with_digests(pipeline.now + QUARTER)

    for _ in range(7):
        pipeline.tick_with_digests(pipeline.now + timedelta(days=1))

    entries = [entry for entry in of_kind(pipeline, names.LEDGER) if key_of(entry) not in old]
    new = [entry for entry in entries if int(entry["phase"]["N"]) != CARD]
    told_of = [summary_of(pipeline, entry).at for entry in new]
    assert told_of
    assert min(map(moment_of, told_of)) > upgraded_at
    cards = [pipeline.driver.table.read(LedgerItem, entry) for entry in entries if entry not in new]
    said = [ts for card in cards for ts in (card.ts, *(part.ts for part in parts_of(card).values())) if ts]
    assert len(pipeline.slack.messages) == len(before) + len(new) + len(said)
    assert {ts: pipeline.slack.messages[ts] for ts in before} == before


def test_the_first_digest_after_an_upgrade_alone_says_which_rules_changed() -> None:
    """Two weeks of digests: in the first of each flywheel that had older ones, and in none of those, for everyone."""
    pipeline = upgraded()
    for _ in range(15):
        pipeline.tick_with_digests(pipeline.now + timedelta(days=1))

    digests = [item for item in of_kind(pipeline, names.SUMMARY) if item["key"]["S"] == "digest"]
    read = [pipeline.driver.table.read(SummaryItem, item) for item in digests]
    told = [item for item in read if CHANGED[RULES] in " ".join(unpack_summary(item.shows).missing)]
    before = {item.flywheel for item in read if item.rules != RULES}
    since = sorted({(item.flywheel, item.at) for item in read if moment_of(item.at) > left_behind().at})
    first = {flywheel: at for flywheel, at in reversed(since) if flywheel in before}
    assert len(since) > len(first) > 1
    assert {item.flywheel: item.at for item in told} == first
    assert [(item.phase, item.rules) for item in told] == [(0, RULES)] * len(first)


def test_new_events_after_an_upgrade_bring_their_own_messages_alone() -> None:
    pipeline = upgraded()
    before, time = dict(pipeline.slack.messages), pipeline.now
    told = History(flywheel="web", source="after the upgrade")
    told.proposed(f"{time - timedelta(hours=3):%Y-%m-%d %H:%M}", "new").worked(f"{time:%Y-%m-%d %H:%M}", idea="new")

    pipeline.put(told.events)
    pipeline.settle(pipeline.now + QUARTER)
    pipeline.tick_with_digests(pipeline.now + QUARTER)

    after = pipeline.slack.messages
    assert {ts: after[ts] for ts in before} == before
    assert sorted(text.partition(" · ")[0] for ts, text in after.items() if ts not in before) == [
        "Clarity of Purpose is complete, in 3 h.",
        "new is in Next Best Action. Next: release the first slice.",
        "“new” completed Clarity of Purpose in 3 h",
    ]
