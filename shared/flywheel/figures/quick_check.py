"""The scores of DORA's Quick Check (dora.dev), 0 to 10, and their means; no levels, no labels."""

from collections.abc import Sequence

from shared.flywheel.distribution import total

_HOURS = ((1, 6), (24, 5), (168, 4), (730, 3), (4380, 2))
"""Below so many hours: the category. Above all of them: 1."""
_PER_DAY = ((5 / 7, 5), (1 / 7, 4), (12 / 365, 3), (2 / 365, 2))
"""At least so many deployments a day: the category. More than one a day: 6. Fewer than all of them: 1."""


def quick_check(
    *,
    lead_hours: float | None,
    per_day: float,
    recovery_minutes: float | None,
    fail_rate: float | None,
    rework_rate: float | None,
) -> dict[str, float | None]:
    """Throughput, stability and all five together, each where enough is known."""
    known = scores(
        lead_hours=lead_hours,
        per_day=per_day,
        recovery_minutes=recovery_minutes,
        fail_rate=fail_rate,
        rework_rate=rework_rate,
    )
    speed = [known["lead_time"], known["frequency"], known["recovery"]]
    stability = [known["change_fail_rate"], known["rework_rate"]]
    return {
        "throughput": _mean(speed, 2),
        "stability": _mean(stability, 2),
        "overall": _mean([*speed, *stability], 4),
    }


def scores(
    *,
    lead_hours: float | None,
    per_day: float,
    recovery_minutes: float | None,
    fail_rate: float | None,
    rework_rate: float | None,
) -> dict[str, float | None]:
    """Each of the five as a score, None where it is unknown."""
    return {
        "lead_time": _duration(lead_hours),
        "frequency": frequency(per_day),
        "recovery": _duration(None if recovery_minutes is None else recovery_minutes / 60),
        "change_fail_rate": _share(fail_rate),
        "rework_rate": _share(rework_rate),
    }


def frequency(per_day: float) -> float:
    """The score of deployments per day."""
    if per_day > 1:
        return _score(6)
    return _score(next((category for least, category in _PER_DAY if per_day >= least), 1))


def _duration(hours: float | None) -> float | None:
    if hours is None:
        return None
    return _score(next((category for limit, category in _HOURS if hours < limit), 1))


def _share(share: float | None) -> float | None:
    return None if share is None else 10 - share * 100 / 10


def _score(category: int) -> float:
    return (category - 1) / 5 * 10


def _mean(scores: Sequence[float | None], least: int) -> float | None:
    known = [score for score in scores if score is not None]
    return total(known) / len(known) if len(known) >= least else None
