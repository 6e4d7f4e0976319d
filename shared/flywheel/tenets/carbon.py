"""Software Carbon Intensity, SCI = (operational + embodied) / functional units (ISO/IEC 21031; domain §5, tenet 11)."""

from math import isfinite

from shared.flywheel.facts.fact import CarbonRecorded
from shared.flywheel.tenets.signals import NOT_WIRED, Evidence, Reading, ratio


def intensity(period: CarbonRecorded) -> float | None:
    """Grams of CO2 equivalent per functional unit; without embodied emissions the operational ones alone.

    None where what was sent leaves what a double can hold.
    """
    grams = period.operational_gco2e + (period.embodied_gco2e or 0.0)
    return ratio(grams, period.units) if isfinite(grams) else None


def periods(evidence: Evidence) -> list[CarbonRecorded]:
    """All periods, the newest last: by end, then start, then when it was recorded."""
    return sorted(
        evidence.all(CarbonRecorded), key=lambda each: (each.period_end, each.period_start, each.time, each.key)
    )


def before(evidence: Evidence) -> CarbonRecorded | None:
    """The period that ended last before the newest one began."""
    known = periods(evidence)
    earlier = [each for each in known if each.period_end <= known[-1].period_start]
    return earlier[-1] if earlier else None


def comparable(first: CarbonRecorded, second: CarbonRecorded) -> bool:
    """Whether two periods were measured alike: one model, one unit, both with embodied emissions or both without."""
    return (first.model_version, first.unit, first.embodied_gco2e is None) == (
        second.model_version,
        second.unit,
        second.embodied_gco2e is None,
    )


def sci(evidence: Evidence) -> Reading:
    """SCI of the newest period, whatever the window; gCO2e per unit, n: periods. Source: `Carbon Recorded`."""
    known = periods(evidence)
    return Reading(intensity(known[-1]), len(known)) if known else NOT_WIRED


def sci_change(evidence: Evidence) -> Reading:
    """(SCI of the newest period − SCI of the one before) / that one; a share, below 0 where less is emitted.

    Only within one `model_version` and unit; nothing to count otherwise. Source: `Carbon Recorded`.
    """
    known = periods(evidence)
    if not known:
        return NOT_WIRED
    earlier = before(evidence)
    if earlier is None or not comparable(earlier, known[-1]):
        return Reading(None, len(known))
    now, then = intensity(known[-1]), intensity(earlier)
    return Reading(None if now is None or then is None else ratio(now - then, then), len(known))


def unit_of(evidence: Evidence) -> str | None:
    """The functional unit of the newest period."""
    known = periods(evidence)
    return known[-1].unit if known else None
