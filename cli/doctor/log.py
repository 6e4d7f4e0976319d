"""Checks of the log: rejected deliveries, services that nobody owns, and sources gone silent."""

from collections import Counter
from datetime import datetime, timedelta

from cli.checks.check import Check, ok, warning
from shared.flywheel.facts.stated import ORDER, events_of
from shared.flywheel.figures.silences import silences
from shared.flywheel.moments import micros
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.flywheel.wording import outside, plural
from shared.pipeline.upkeep.scrubbing import needs_scrubbing
from shared.store.kept.counting import Counts
from shared.store.kept.rejections import rejections
from shared.store.log.reading import load
from shared.store.store import Store
from shared.store.table.keys import stamp

REJECTED, UNMAPPED, SILENT = "rejected events", "unmapped services", "silent sources"
ARRIVALS, KEPT = "arrivals", "personal data"
_DAYS = 7


def check_arrivals(counted: Counts) -> Check:
    """Compare the counts of all that arrived with what became of it."""
    summary = (
        f"{counted.accepted:,} accepted, of which {counted.counted:,} count; {counted.rejected:,} rejected; "
        f"{counted.dead_lettered:,} dead-lettered"
    )
    if counted.dead_lettered:
        return warning(
            ARRIVALS, summary, "flywheel redrive, once their cause is mended; flywheel redrive --dry-run lists them"
        )
    return ok(ARRIVALS, summary)


def check_rejected(store: Store, now: datetime) -> list[Check]:
    """Deliveries of the last days that broke their contract, by field."""
    since = stamp(now - timedelta(days=_DAYS))
    rejected = [item for item in rejections(store.table, now, months=2) if item.arrived_at >= since]
    if not rejected:
        return [ok(REJECTED, f"none in {_DAYS} days")]
    fields = Counter((item.field, item.source or "unknown") for item in rejected)
    summary = "; ".join(
        f"{count} × {outside(field)} from {outside(source)}" for (field, source), count in fields.most_common(3)
    )
    newest = max(rejected, key=lambda item: item.arrived_at)
    return [
        warning(
            REJECTED, f"{len(rejected)} in {_DAYS} days: {summary}", f"at its sender: {outside(newest.reason, 160)}"
        )
    ]


def check_kept(store: Store, now: datetime) -> list[Check]:
    """Whether an older release left whole bodies, and with them unknown fields, in the table."""
    if not needs_scrubbing(store, now):
        return [ok(KEPT, "no bodies of an older release")]
    summary = "an older release kept whole bodies of rejected deliveries and dead letters, and unknown fields of events"
    return [warning(KEPT, summary, "flywheel rebuild --scrub")]


def check_unmapped(store: Store, settings: Settings) -> list[Check]:
    """Services whose events go to no flywheel."""
    facts = load(store, UNASSIGNED, settings).mine
    services = Counter(fact.service or "(no service)" for fact in facts)
    if not services:
        return [ok(UNMAPPED, "every event has a flywheel")]
    summary = ", ".join(f"{outside(name)} ({plural(count, 'event')})" for name, count in services.most_common(5))
    mend = "add them to `services` of a flywheel in flywheel.toml, then make deploy (or start `flywheel up` again)"
    return [warning(UNMAPPED, summary, mend)]


def check_silent(store: Store, settings: Settings, now: datetime) -> list[Check]:
    """Kinds of event that came regularly and have stopped, by flywheel."""
    silent = []
    for flywheel in store.hints.wheels():
        facts = sorted(load(store, flywheel, settings).mine, key=ORDER)
        silent += [f"{outside(flywheel)}: {each.sentence}" for each in silences(events_of(facts), micros(now))]
    if not silent:
        return [ok(SILENT, "all that came regularly still comes")]
    return [
        warning(SILENT, silence, "look at the sender: flywheel emit --dry-run shows what it would send")
        for silence in silent
    ]
