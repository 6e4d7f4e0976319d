"""Digests: what a flywheel did in a period beside the one before, for everyone or for one persona. Pure.

A digest is a summary of a period instead of a turn: it is stored, published, posted and corrected the same way.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.flywheel.facts.fact import Fact
from shared.flywheel.figures.findings import Finding, findings_of
from shared.flywheel.figures.silences import silences
from shared.flywheel.moments import micros
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.digest_schedule import Period
from shared.flywheel.settings.values import PERSONAS, FlywheelSettings, Settings
from shared.flywheel.summaries.figures import MAX_FIGURES, Report, compared, figures_of, finding_of
from shared.flywheel.summaries.next_best_action import Situation, next_best_action
from shared.flywheel.summaries.phases_and_turns import context_of, not_observed
from shared.flywheel.summaries.receipt import counted, elsewhere, ignored, left_out_of_window, links, unmapped
from shared.flywheel.summaries.summary import Figure, Summary, summary_id
from shared.flywheel.summaries.tenets import tenets_of
from shared.flywheel.vocabularies import EVERYONE, persona, phase_name
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window, closed_in, effective_in, window_of
from shared.flywheel.wording import number, outside

KEY = "digest"
"""Where a summary of a turn has `idea` or `feature`."""
EVERYONES = 0
"""The phase of a digest for everyone."""

_SPANS = {"daily": ("day", "Daily"), "weekly": ("week", "Weekly"), "monthly": ("month", "Monthly")}
_ARTICLES = {"CEO": "the ", "CTO": "the "}
_STATES = {
    "not_started": "no turn has closed yet",
    "learning": "the wheel is learning: its turns were stopped, none was delivered",
    "first_turn": "one turn has closed so far",
    "turning": "the wheel is turning",
    "coasting": "the wheel is coasting",
    "stopped": "the wheel has stopped",
}


def phases_with_digests(flywheel: FlywheelSettings) -> tuple[int, ...]:
    """0 for everyone, and the phases whose personas have a channel of their own."""
    return (EVERYONES, *(phase for phase, who in enumerate(PERSONAS, 1) if who in flywheel.personas))


def digest_of(
    facts: Sequence[Fact], flywheel: str, settings: Settings, period: Period, phase: int = EVERYONES
) -> Summary | None:
    """The digest of one period; None of a wheel that has been silent for a whole window."""
    return next(iter(digests_of(facts, flywheel, settings, period, phases=(phase,))), None)


def digests_of(  # noqa: PLR0913  all but the first four by name
    facts: Sequence[Fact],
    flywheel: str,
    settings: Settings,
    period: Period,
    *,
    phases: Iterable[int] | None = None,
    not_counted: Collection[str] = (),
) -> list[Summary]:
    """The digests of one period, from two folds: as of its end and of its start.

    `not_counted`: kinds of deliveries that were received and count for nothing.
    """
    edition = edition_of(facts, flywheel, settings, period, not_counted=not_counted)
    return [] if edition is None else edition.digests(phases)


def edition_of(  # noqa: PLR0913  all but the first four by name
    facts: Sequence[Fact],
    flywheel: str,
    settings: Settings,
    period: Period,
    *,
    not_counted: Collection[str] = (),
    rules: tuple[str, ...] = (),
) -> "Edition | None":
    """What the digests of one period are made from; None of a wheel that has been silent for a whole window.

    `rules`: what newer rules count otherwise, where this is the first digest of theirs.
    """
    wheel = fold(facts, flywheel, settings, period.end)
    if is_silent(wheel, settings):
        return None
    earlier = fold(facts, flywheel, settings, period.start, seen_from=period.end)
    edition = Edition(wheel, earlier, settings, period)
    edition.newer_rules = rules
    nobodys, outside_production = _left_out(wheel, facts, "unmapped"), _left_out(wheel, facts, "not_production")
    edition.receipt = (*edition.receipt, *unmapped(edition.now, nobodys), *elsewhere(outside_production))
    edition.receipt += ignored(not_counted)
    return edition


def is_silent(wheel: Wheel, settings: Settings) -> bool:
    """Whether nothing has been heard of the flywheel for a whole window."""
    window = window_of(wheel, settings.window_days)
    return not any(window.holds(fact.time) for fact in wheel.facts)


def digest_id(flywheel: str, period: str, phase: int) -> str:
    """One digest per flywheel, period and persona, for ever."""
    return summary_id(flywheel, KEY, period, phase)


def _left_out(wheel: Wheel, facts: Iterable[Fact], reason: str) -> list[Fact]:
    keys = set(wheel.tally.excluded.get(reason, ()))
    return [fact for fact in facts if fact.key in keys]


class Edition:
    """One period of one flywheel, of which each persona reads a part."""

    def __init__(self, wheel: Wheel, earlier: Wheel, settings: Settings, period: Period) -> None:
        self.rules = settings.flywheel(wheel.flywheel)
        self.period = period
        self.now = report_of(wheel, settings.window_days)
        before = report_of(earlier, settings.window_days)
        self.before: Report = before if before["receipt"]["counted"] else {}
        silent = (each.told for each in silences(wheel.facts, micros(wheel.as_of)))
        left_out = left_out_of_window(self.now)
        self.receipt: tuple[str, ...] = (counted(self.now), *links(self.now), *left_out, *silent)
        self.newer_rules: tuple[str, ...] = ()
        self._this = _work_of(wheel, period.start, period.end)
        self._last = _work_of(earlier, period.before, period.start) if self.before else None
        self._unseen = _unobserved(wheel, settings)
        self._wheel = wheel
        self._span, self._rhythm = _SPANS[period.name.partition(" ")[0]]
        end = period.end.astimezone(ZoneInfo(self.rules.time_zone))
        self._when = f"the {self._span} to {end.day} {end:%b}"

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the wheel at the end of the period."""
        return findings_of(self._wheel)

    def digests(self, phases: Iterable[int] | None = None) -> list[Summary]:
        """One for everyone, and one for each persona with a channel; or of the phases given."""
        return [self.digest(phase) for phase in phases or phases_with_digests(self.rules)]

    def digest(self, phase: int) -> Summary:
        """The digest of one persona, or of everyone."""
        name = outside(self.rules.name or self.rules.id)
        reader = persona(self.rules.vocabulary, phase) if phase else EVERYONE
        whose = f" for {_ARTICLES.get(reader, '')}{reader}" if phase else ""
        return Summary(
            id=digest_id(self.rules.id, self.period.name, phase),
            flywheel=self.rules.id,
            turn=self.period.name,
            key="digest",
            phase=phase,
            at=self.period.end,
            outcome="reported",
            persona=reader,
            heading=f"{self._rhythm} digest{whose} · {name}",
            headline=f"{self._finding(phase)}{finding_of(phase, self.now, self.before)}.",
            figures=self._figures(phase),
            tenets=tenets_of(self.now, phase),
            action=next_best_action(self._situation(phase)),
            context=context_of(self.now, self.period.end, self.rules),
            missing=(
                *not_observed(self._unseen, self.rules, "turns delivered with "),
                *self.receipt,
                *(() if phase else self.newer_rules),
            ),
        )

    def _finding(self, phase: int) -> str:
        """How many turns were delivered, or what the persona's phase is called; and how the wheel turns."""
        if phase:
            return f"{phase_name(self.rules.vocabulary, phase)} in {self._when}: "
        turns = self._this[0]
        did = f"{number(turns) if turns else 'No'} {'turns were' if turns > 1 else 'turn was'} delivered"
        doomed = self.now["doom_loop"] == "doom_loop"
        state = "the wheel is in a doom loop" if doomed else _STATES[self.now["momentum"]["state"]]
        return f"{did} in {self._when}{self._beside()}; {state}; "

    def _beside(self) -> str:
        """How many turns were delivered in the period before."""
        if self._last is None:
            return ""
        return f", {number(self._last[0]) if self._last[0] else 'none'} the {self._span} before"

    def _figures(self, phase: int) -> tuple[Figure, ...]:
        """For everyone what was done in the period first, beside the period before."""
        window = figures_of(phase, self.now, self.before)
        if phase:
            return window
        labels = (f"Turns delivered in the {self._span}", f"Deployments in the {self._span}")
        last = self._last or (None, None)
        done = (compared(label, now, before) for label, now, before in zip(labels, self._this, last, strict=True))
        return (*done, *window)[:MAX_FIGURES]

    def _situation(self, phase: int) -> Situation:
        return Situation(
            report=self.now, vocabulary=self.rules.vocabulary, unobserved=self._unseen, entered=None, phase=phase
        )


def _work_of(wheel: Wheel, start: datetime, end: datetime) -> tuple[int, int]:
    """Turns delivered and effective deployments in (start, end]."""
    window = Window(micros(start), micros(end), (end - start) / timedelta(days=1))
    return len(closed_in(wheel, window, "delivered")), len(effective_in(wheel, window))


def _unobserved(wheel: Wheel, settings: Settings) -> tuple[int, ...]:
    """Phases before work that no turn delivered in the window shows; none where none was delivered."""
    delivered = closed_in(wheel, window_of(wheel, settings.window_days), "delivered")
    if not delivered:
        return ()
    entered = {phase for turn in delivered for phase, entry in turn.phases.items() if entry.entered_at is not None}
    return tuple(phase for phase in (1, 2) if phase not in entered)
