"""One look at a flywheel's last digests: what is due is made, what is different now is corrected.

Apart from `shared.pipeline.digesting`, which says when: most ticks find nothing due, and load none of what this takes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from shared.aws.bus import Announcement
from shared.flywheel.facts.fact import Fact
from shared.flywheel.rules import RULES
from shared.flywheel.rules import changed_since as changed_since_rules
from shared.flywheel.settings.digest_schedule import Period
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.digest_names import KEY, digest_id, phases_with_digests
from shared.flywheel.summaries.summary import Summary
from shared.flywheel.wheel.sorted_out import Moments
from shared.pipeline.digest_state import State, mark_of
from shared.store.kept import ignored
from shared.store.log.family import load_family
from shared.store.outbox.outbox import OutboxStore, SummaryRef, changed_since
from shared.store.outbox.votes import votes_between
from shared.store.projections.digest_items import DigestsItem, Made, digests_key, made_of, save
from shared.store.projections.transition_items import Past
from shared.store.projections.turn_news import HISTORICAL
from shared.store.projections.upgrades import changed_by_rules_alone, number_of
from shared.store.store import Store
from shared.store.table.errors import LostRaceError
from shared.store.table.keys import stamp

if TYPE_CHECKING:
    from shared.flywheel.figures.findings import Finding


class Look:
    """One look at one flywheel's last digests."""

    def __init__(self, store: Store, settings: Settings, each: State, as_of: datetime) -> None:
        self._store, self._settings, self._as_of = store, settings, as_of
        self._flywheel, self._facts, self._before = each.flywheel, each.facts, each.before
        self._made = {} if each.before is None else made_of(each.before)
        self._rules = RULES if each.before is None else number_of(each.before.rules)
        self._waiting: list[dict[str, Any]] = [] if each.before is None else msgspec.json.decode(each.before.waiting)
        self._findings: list[str] = msgspec.json.decode((each.before and each.before.found) or "[]")
        self._untold = msgspec.json.decode((each.before and each.before.untold) or "[]", type=list[Announcement])

    def at(self, last: Sequence[Period]) -> DigestsItem:
        """Make the newest and correct the others, as far as they were made; returns the item as it is written."""
        facts = Moments(load_family(self._store, self._flywheel, self._settings))
        past = Past(facts, self._settings)
        known = {period.name: self._made[period.name] for period in last if period.name in self._made}
        for period in last:
            before, inputs = self._made.get(period.name), past.until(period.end)
            if (before is None and period is last[-1]) or (
                before is not None and (_is_other(before, inputs) or self._is_wanted_again(before))
            ):
                known[period.name] = self._remade(period, before, inputs, facts)
            elif before is not None:
                known[period.name] = self._without_lost(period, before)
        return self._written(known)

    def _remade(self, period: Period, before: Made | None, inputs: str, facts: Sequence[Fact]) -> Made:
        """Store the digests of a period, and withdraw those that there are no more; what changed is to be announced."""
        not_counted = {
            f"{item.source} {item.what}" for item in ignored.ignored(self._store.table, period.start, self._as_of)
        }
        after = self._rules if before is None else before.after or RULES
        from shared.flywheel.summaries.digest import edition_of  # noqa: PLC0415  every figure, where a digest is due

        votes = votes_between(self._store.table, self._flywheel, period.start, period.end)
        edition = edition_of(
            facts,
            self._flywheel,
            self._settings,
            period,
            not_counted=not_counted,
            rules=changed_since_rules(after),
            votes=(votes.useful, votes.noise),
        )
        by_phase = {digest.phase: digest for digest in (edition.digests() if edition else ())}
        before_by_phase = {} if before is None else before.shown
        late = before is None and self._as_of - period.end > HISTORICAL
        shown = {phase: digest.digest for phase, digest in by_phase.items()}
        shown |= {phase: "" for phase in before_by_phase if phase not in by_phase}
        for phase in sorted(shown):
            if before_by_phase.get(phase) != shown[phase]:
                self._keep(period, phase, by_phase.get(phase), late=late)
        if before is None and edition is not None:
            self._find(period, edition.findings, late=late)
            self._rules = RULES
        return Made(inputs, shown, RULES, after)

    def _is_wanted_again(self, before: Made) -> bool:
        """Whether new settings give a persona its channel back, for whom a digest was made and withdrawn."""
        if self._before is None or self._before.settings == mark_of(self._settings):
            return False
        phases = phases_with_digests(self._settings.flywheel(self._flywheel))
        return any(before.shown.get(phase) == "" for phase in phases)

    def _without_lost(self, period: Period, before: Made) -> Made:
        """Withdraw the digests of personas that have no channel of their own any more; nothing is folded for that."""
        phases = phases_with_digests(self._settings.flywheel(self._flywheel))
        lost = sorted(phase for phase, digest in before.shown.items() if digest and phase not in phases)
        for phase in lost:
            self._keep(period, phase, None, late=False)
        return replace(before, shown=before.shown | dict.fromkeys(lost, ""))

    def _keep(self, period: Period, phase: int, digest: Summary | None, *, late: bool) -> None:
        ref = SummaryRef(
            summary=digest_id(self._flywheel, period.name, phase),
            flywheel=self._flywheel,
            turn=period.name,
            key=KEY,
            phase=phase,
        )
        kept = OutboxStore(self._store.table).keep_digest(ref, digest, late=late)
        if kept is not None:
            detail = {
                "id": f"{ref.summary}-{kept.digest}{'-vanished' if kept.vanished else ''}",
                "time": stamp(period.end),
                **msgspec.structs.asdict(ref),
                "digest": kept.digest,
                "outcome": "reported",
                "historical": bool(kept.historical),
                "vanished": bool(kept.vanished),
                **({"changed": list(changed)} if (changed := changed_since(kept)) else {}),
            }
            self._waiting = [*(each for each in self._waiting if each["summary"] != ref.summary), detail]

    def _find(self, period: Period, findings: "Sequence[Finding]", *, late: bool) -> None:
        """Have told what is found now and was not found by the digest before."""
        for each in findings:
            if each.identity not in self._findings:
                of_turn = {"turn": each.turn, "key": each.key, "phase": each.phase} if each.turn is not None else {}
                detail = {
                    "id": each.told_in(period.name),
                    "time": stamp(period.end),
                    "flywheel": each.flywheel,
                    **of_turn,
                    "historical": late,
                }
                self._untold.append(Announcement(detail_type=each.detail_type, detail=detail))
        self._findings = [each.identity for each in findings]

    def _written(self, known: Mapping[str, Made]) -> DigestsItem:
        item = self._store.table.new(
            DigestsItem,
            *digests_key(self._flywheel),
            facts=self._facts,
            settings=mark_of(self._settings),
            looked_at=stamp(self._as_of),
            rules=self._rules,
            made=msgspec.json.encode(known).decode(),
            waiting=msgspec.json.encode(self._waiting).decode(),
            found=_json_or_none(self._findings),
            untold=_json_or_none(self._untold),
            version=1 if self._before is None else int(self._before.version) + 1,
        )
        if not save(self._store.table, item):
            raise LostRaceError(f"digests of {self._flywheel}", 1)
        return item


def _is_other(before: Made, inputs: str) -> bool:
    """Whether a digest is made from something else now, and not by newer rules alone."""
    return before.inputs != inputs and not changed_by_rules_alone(before.rules, before.inputs, inputs)


def _json_or_none(listed: Sequence[Any]) -> str | None:
    return msgspec.json.encode(listed).decode() if listed else None
