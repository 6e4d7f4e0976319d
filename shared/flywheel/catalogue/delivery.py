"""Figures of delivery: DORA's five as dora.dev uses the terms, and its Quick Check (domain §4)."""

from shared.flywheel.catalogue.figure import FigureKind
from shared.flywheel.catalogue.unit import HOURS, MINUTES, NAME, PER_DAY, PER_WEEK, SCORE, SHARE, counted

LEAD_TIME = FigureKind(
    path="dora.lead_time_hours",
    label="Change lead time",
    unit=HOURS,
    formula="deployment − commit; each commit once, at the first effective deployment that carried it",
    explanation="How long a change takes from commit to production.",
    section="delivery",
    shape="distribution",
    of="commit",
    better="down",
    test="times",
    group="flow",
    read_by={0: 7, 2: 5, 3: 0},
)
FREQUENCY = FigureKind(
    path="dora.per_week",
    label="Deployment frequency",
    short="Deployments a week",
    unit=PER_WEEK,
    formula="effective production deployments of the window × 7 / days of exposure",
    explanation="How often production changes.",
    section="delivery",
    of="deployment",
    better="up",
    tested_as="dora.deployments",
    read_by={0: 5, 3: 1},
)
FAIL_RATE = FigureKind(
    path="dora.change_fail_rate",
    label="Change fail rate",
    unit=SHARE,
    formula="failed changes / effective deployments; unknown while nothing sent could tell of a failure",
    explanation="How many deployments needed immediate intervention.",
    section="delivery",
    shape="share",
    of="deployment",
    better="down",
    test="share",
    group="stability",
    read_by={0: 6, 2: 2, 4: 0},
)
RECOVERY = FigureKind(
    path="dora.recovery_minutes",
    label="Failed deployment recovery time",
    short="Recovery time",
    unit=MINUTES,
    formula="first opening to last resolution, or to the deployment that mended it",
    explanation="How long users live with a failed deployment.",
    section="delivery",
    shape="distribution",
    of="recovery",
    better="down",
    test="times",
    group="stability",
    read_by={2: 3, 4: 1},
)
REWORK = FigureKind(
    path="dora.rework_rate",
    label="Deployment rework rate",
    unit=SHARE,
    formula="(hotfix + rollback) / effective deployments",
    explanation="How many deployments were unplanned mending.",
    section="delivery",
    shape="share",
    of="deployment",
    better="down",
    test="share",
    group="stability",
    read_by={3: 2, 4: 4},
)
CHECK = FigureKind(
    path="dora.quick_check.overall",
    label="Quick Check, of 10",
    unit=SCORE,
    formula="mean of the known scores of the five, at least 4",
    explanation="DORA's Quick Check as dora.dev scores it; no level, no label.",
    section="delivery",
    better="up",
)


def _part_of_check(part: str, label: str, formula: str) -> FigureKind:
    return FigureKind(
        path=f"dora.quick_check.{part}",
        label=label,
        unit=SCORE,
        formula=formula,
        explanation=CHECK.explanation,
        section="delivery",
        better="up",
    )


DELIVERY = (
    LEAD_TIME,
    FREQUENCY,
    FigureKind(
        path="dora.deployments",
        label="Deployments",
        unit=counted("deployment"),
        formula="effective production deployments in the window",
        explanation="How often production changed.",
        section="delivery",
        better="up",
        test="count",
        group="flow",
    ),
    FigureKind(
        path="dora.per_day",
        label="Deployments a day",
        unit=PER_DAY,
        formula="effective production deployments of the window / days of exposure",
        explanation="As the Quick Check asks for it.",
        section="delivery",
        of="deployment",
        better="up",
        tested_as="dora.deployments",
    ),
    FigureKind(
        path="dora.days_with_deployment",
        label="Days with a deployment",
        unit=counted("day"),
        formula="different dates of effective deployments, in the flywheel's time zone",
        explanation="Whether deployments come evenly or in bursts.",
        section="delivery",
        better="up",
    ),
    FAIL_RATE,
    RECOVERY,
    FigureKind(
        path="dora.recovery_open",
        label="Failed deployments not recovered",
        unit=NAME,
        formula="failed deployments of the window with an incident still open, and hours since its first opening",
        explanation="What is broken now.",
        section="delivery",
        shape="names",
    ),
    REWORK,
    CHECK,
    _part_of_check(
        "throughput", "Quick Check, throughput", "mean of the known of lead time, frequency, recovery; at least 2"
    ),
    _part_of_check("stability", "Quick Check, stability", "mean of change fail rate and rework rate; both"),
)
"""In the order of the report's page."""
