"""Digests: what a flywheel did in a period beside the one before, for everyone or for one persona. Pure.

A digest is a summary of a period instead of a turn: it is stored, published, posted and corrected the same way.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from shared.flywheel.actions.choice import WORN
from shared.flywheel.actions.shared import below, works_below
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.stated import cut
from shared.flywheel.figures.findings import Finding, findings_of
from shared.flywheel.figures.silences import silences
from shared.flywheel.moments import micros
from shared.flywheel.report.context import around_figures, earlier_figures
from shared.flywheel.report.listed import listed_actions
from shared.flywheel.report.report import report_of
from shared.flywheel.settings.digest_schedule import Period, periods
from shared.flywheel.settings.values import Settings
from shared.flywheel.summaries.advice import Memory, without_said
from shared.flywheel.summaries.around import around_of, purpose_of, stage_row
from shared.flywheel.summaries.charts import chart_of
from shared.flywheel.summaries.children import more_children, side_by_side
from shared.flywheel.summaries.digest_names import EVERYONES, digest_id, phases_with_digests
from shared.flywheel.summaries.figures import Report, figures_of, metrics_of
from shared.flywheel.summaries.figures import counted as period_count
from shared.flywheel.summaries.headline import View, headline
from shared.flywheel.summaries.length import fitted
from shared.flywheel.summaries.news import news_at
from shared.flywheel.summaries.outcome import shared_bets
from shared.flywheel.summaries.phases_and_turns import context_of, counts_of, not_observed
from shared.flywheel.summaries.receipt import counted, elsewhere, ignored, left_out_of_window, opinions, unmapped
from shared.flywheel.summaries.summary import Action, Figure, Summary
from shared.flywheel.summaries.tenets import not_wired, tenets_of
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.value.notes import notes_of_value
from shared.flywheel.vocabularies import EVERYONE, goal, persona, phase_name
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import PHASES, Wheel
from shared.flywheel.wheel.sorted_out import Moments
from shared.flywheel.wheel.window import Window, closed_in, effective_in, window_of
from shared.flywheel.wording import outside

UNFIT = 1
"""Of what was sent and does not fit together so much is told, in the digest after it was sent."""
SILENT = 1
"""Of kinds of event that have stopped coming so many are told."""
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
    """The digests of one period, from folds as of its end and of the ends of the four before it.

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
    votes: tuple[int, int] = (0, 0),
) -> "Edition | None":
    """The ground of one period's digests; None of a wheel that has been silent for a whole window.

    `rules`: what newer rules count otherwise, where this is the first digest of theirs. `votes`: how many readers
    called the period's messages useful, and how many noise.
    """
    shared = Moments.of(facts)
    wheel = fold(shared, flywheel, settings, period.end)
    if is_silent(wheel, settings):
        return None
    memory, last = _earlier(wheel, shared, settings)
    edition = Edition(wheel, settings, period, memory)
    edition.last = last
    notes, known = edition.now["receipt"]["notes"], last.get("notes", ())
    unfit = [note["note"] for note in notes if note["figure"].startswith("value.") and note not in known]
    edition.newer_rules = rules
    nobodys, outside_production = _left_out(wheel, shared, "unmapped"), _left_out(wheel, shared, "not_production")
    to_mend = (*unmapped(edition.now, nobodys), *elsewhere(outside_production), *ignored(not_counted))
    edition.to_mend = (*to_mend, *unfit[:UNFIT], *edition.to_mend)
    edition.opinions = opinions(*votes)
    return edition


def is_silent(wheel: Wheel, settings: Settings) -> bool:
    """True where nothing has been heard of the flywheel, and of those below it, for a whole window."""
    window = window_of(wheel, settings.window_days)
    every = (facts for each in (wheel, *below(wheel)) for facts in each.events.by_type.values())
    return not any(cut(facts, window.start, window.end) for facts in every)


def _left_out(wheel: Wheel, facts: Iterable[Fact], reason: str) -> list[Fact]:
    keys = set(wheel.tally.excluded.get(reason, ()))
    return [fact for fact in facts if fact.key in keys]


class Edition:
    """One period of one flywheel, of which each persona reads a part."""

    def __init__(self, wheel: Wheel, settings: Settings, period: Period, memory: Memory) -> None:
        self.rules = settings.flywheel(wheel.flywheel)
        self.period = period
        self.now = report_of(wheel, settings.window_days)
        self.before: Report = earlier_figures(wheel, settings.window_days)
        self.last: Report = {}
        """The figures around the wheel, and what did not fit together, as of the digest before."""
        silent = (each.sentence for each in silences(wheel.events, micros(wheel.as_of)))
        self.to_mend: tuple[str, ...] = tuple(islice(silent, SILENT))
        """Lines that somebody has to look after: events of nobody, deliveries without use, senders gone silent."""
        self.newer_rules: tuple[str, ...] = ()
        self.opinions: tuple[str, ...] = ()
        self._work = _work_of(wheel, period)
        self._unseen = _unobserved(wheel, settings)
        self._wheel = wheel
        self._memory = memory
        self._headlined = news_at(wheel, self.now, period.start)
        self._span, self._rhythm = _SPANS[period.name.partition(" ")[0]]

    @property
    def findings(self) -> list[Finding]:
        """The findings about the wheel at the end of the period."""
        return findings_of(self._wheel)

    def digests(self, phases: Iterable[int] | None = None) -> list[Summary]:
        """One for everyone, and one for each persona with a channel; or of the phases given."""
        usual = (EVERYONES,) if self._speaks_of_children else phases_with_digests(self.rules)
        return [self.digest(phase) for phase in phases or usual]

    @property
    def _speaks_of_children(self) -> bool:
        """True of a flywheel of which its children alone tell: it has one message, for everyone."""
        return works_below(self._wheel)

    def digest(self, phase: int) -> Summary:
        """The digest of one persona, or of everyone."""
        name = outside(self.rules.name or self.rules.id)
        reader = persona(self.rules.vocabulary, phase) if phase else EVERYONE
        whose = f" for {_ARTICLES.get(reader, '')}{reader}" if phase else ""
        opening = headline(View(report=self.now, phase=phase, headlined=lambda: self._headlined))
        action = self._memory.action(phase)
        summary = Summary(
            id=digest_id(self.rules.id, self.period.name, phase),
            flywheel=self.rules.id,
            turn=self.period.name,
            key="digest",
            phase=phase,
            at=self.period.end,
            outcome="reported",
            persona=reader,
            heading=f"{self._rhythm} digest{whose} · {name}",
            headline=opening,
            figures=self._figures(phase, opening),
            tenets=tenets_of(self.now, phase, opening, action),
            action=without_said(action, opening),
            context=self._context(phase),
            missing=self._missing(phase, action),
            chart=None if self._speaks_of_children else chart_of(self._wheel, self.now, phase),
            table=side_by_side(self.now, self.rules.vocabulary) if self._speaks_of_children else None,
        )
        return fitted(summary)

    def _figures(self, phase: int, headline: str) -> tuple[Figure, ...]:
        """The figures that changed, and the counts of the period; a parent has a table of its children instead."""
        if self._speaks_of_children:
            return (*metrics_of(self.now, phase, headline), *self._around(phase))
        first = (*self._done(phase), *metrics_of(self.now, phase, headline))
        return (*figures_of(phase, self.now, self.before, first), *self._around(phase))

    def _around(self, phase: int) -> tuple[Figure, ...]:
        """What stands around the wheel; everyone reads what concerns those who have no digest of their own."""
        own = () if self._speaks_of_children else phases_with_digests(self.rules)
        readers = (phase,) if phase else [each for each in PHASES if each not in own]
        stage = stage_row(self.now, self.period) if phase in {EVERYONES, 1} else ()
        return (*stage, *around_of(readers, self.now, self.before, self.last))

    def _done(self, phase: int) -> tuple[Figure, ...]:
        """For everyone what was done in the period, beside the period before."""
        if phase:
            return ()
        labels = (f"Turns delivered in the {self._span}", f"Deployments in the {self._span}")
        return tuple(period_count(label, *counts) for label, counts in zip(labels, self._work, strict=True))

    def _context(self, phase: int) -> str:
        """The context line: the goal of the persona's phase, or how the wheel turns; then window, time zone and n."""
        if self._speaks_of_children:
            return context_of(self.now["context"]["children"]["together"], self.now, self.period.end, self.rules)
        words, state = self.rules.vocabulary, self.now["momentum"]["state"]
        stated = purpose_of(self.rules) if phase == 1 else ""
        about = f"{phase_name(words, phase)}: {stated or goal(words, phase)}" if phase else _STATES[state]
        stands = "" if not phase and self.now["doom_loop"] == "doom_loop" else f"{about}; "
        return f"{stands}{context_of(counts_of(self.now), self.now, self.period.end, self.rules)}"

    def _missing(self, phase: int, action: Action | None) -> tuple[str, ...]:
        """Gaps in what is observed, wired and counted that the action does not name; a persona's are of its phase."""
        if self._speaks_of_children:
            return (*self.newer_rules, *more_children(self.now), *self.to_mend, *self.opinions)
        unseen = tuple(each for each in self._unseen if phase in {0, each})
        rule = "" if action is None else action.rule
        return (
            *(() if phase else self.newer_rules),  # said once, so what is said again next time is cut before it
            *(shared_bets(self.now, self.period) if phase in {EVERYONES, 1} else ()),
            *(() if phase else self.to_mend),
            *(() if phase or rule.startswith("most_telling_kind") else not_wired(self.now)),
            *(() if phase else (counted(self.now), *left_out_of_window(self.now), *self.opinions)),
            *(() if rule == "phase_unobserved" else not_observed(unseen, "turns delivered with ")),
        )


def _work_of(wheel: Wheel, period: Period) -> tuple[tuple[int, int | None], ...]:
    """Turns delivered and effective deployments of the period, each beside that of the period before."""
    spans = ((period.start, period.end), (period.before, period.start))
    windows = [Window(micros(start), micros(end), (end - start) / timedelta(days=1)) for start, end in spans]
    delivered = [len(closed_in(wheel, window, "delivered")) for window in windows]
    deployed = [len(effective_in(wheel, window)) for window in windows]
    known = wheel.first_event is not None and wheel.first_event <= windows[1].end
    return tuple((now, before if known else None) for now, before in (delivered, deployed))


def _earlier(wheel: Wheel, facts: Moments, settings: Settings) -> tuple[Memory, Report]:
    """The advice that this digest and the four before it could give, each as of its own moment, and the figures
    around the wheel as of the one before.
    """
    rules, days = settings.flywheel(wheel.flywheel), settings.window_days
    earlier = [each.end for each in periods(rules, wheel.as_of, WORN + 1)[:-1]][::-1]
    now = Evidence(wheel, window_of(wheel, days))
    lists: list[list[dict[str, Any]]] = [listed_actions(wheel, days)]
    last: Report = {}
    for moment in earlier:
        then = fold(facts, wheel.flywheel, settings, moment)
        lists.append(listed_actions(then, days))
        if not last:
            evidence = Evidence(then, window_of(then, days))
            last = {"context": around_figures(evidence), "notes": notes_of_value(evidence.value)}
    return Memory(now, lists, [wheel.as_of, *earlier]), last


def _unobserved(wheel: Wheel, settings: Settings) -> tuple[int, ...]:
    """Phases before work that no turn delivered in the window shows; none where none was delivered."""
    delivered = closed_in(wheel, window_of(wheel, settings.window_days), "delivered")
    if not delivered:
        return ()
    entered = {phase for turn in delivered for phase, entry in turn.phases.items() if entry.entered_at is not None}
    return tuple(phase for phase in (1, 2) if phase not in entered)
