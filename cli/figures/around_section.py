"""What stands around the wheel, on its page: the return to purpose, cost, boxes, goals, rituals, domains, stages."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.figures.rows import Row, rows_of
from cli.figures.weeks import Weeks
from shared.flywheel.wording import amount, duration, number, outside, percent, plural

Report = Mapping[str, Any]


def around_rows(figures: Report, before: Report, weeks: Weeks) -> list[Row]:
    """The catalogue's figures that are known, each ritual, the domains, and the stage beside the one before."""
    known = [row for row in rows_of("around", figures, before, weeks) if row.known]
    around = figures["context"]
    return [*known, *_rituals(around["rituals"]), *_domains(around["data_domains"]), *_stage(around["stage"])]


def purpose_lines(figures: Report) -> list[str]:
    """The purpose statement of `flywheel.toml`, and the steps by which value comes to its users."""
    around = figures["context"]
    steps = " → ".join(outside(step, 60) for step in around["value_exchange"])
    return [*filter(None, (outside(around["purpose"] or "", 256), steps))]


def _rituals(rituals: list[Report]) -> Iterator[Row]:
    for each in rituals:
        due = each["expected"]
        note = f"of {number(due)} expected" if due is not None else "none expected in flywheel.toml"
        label = f"Held: {outside(each['ritual'].replace('_', ' '), 16)}"
        yield Row(label=label, value=number(each["held"]), note=note)


def _domains(domains: Report | None) -> Iterator[Row]:
    if domains is None:
        return
    sides = ", ".join(
        f"{name} {plural(domains[side]['turns'], 'turn')}{_median(domains[side])}"
        for side, name in (("central", "data factory"), ("domain_owned", "domains"))
    )
    deployed = ", ".join(f"{outside(name)} {count}" for name, count in domains["deployments"].items())
    total = sum(domains["deployments"].values())
    yield Row(label="Deployments to domains", value=number(total), note=f"{deployed}; {sides}")


def _median(side: Report) -> str:
    median = side["turn_time_hours"]["p50"]
    return "" if median is None else f" (median {duration(median)})"


def _stage(stage: Report | None) -> Iterator[Row]:
    """The two stages side by side, a line each."""
    if stage is None:
        return
    for side, label in (("before", stage["before"]["stage"] or "before"), ("after", stage["stage"])):
        yield Row(label=f"Stage: {label}", value=plural(round(stage[side]["days"]), "day"), note=_of_span(stage[side]))


def _of_span(side: Report) -> str:
    rate, lead, fail = side["rate_per_28d"], side["lead_time_p50_hours"], side["change_fail_rate"]["value"]
    parts = (
        f"{plural(side['delivered'], 'turn')}{'' if rate is None else f', {amount(rate)} per 28 d'}",
        f"{plural(side['deployments'], 'deployment')}",
        "" if lead is None else f"lead time {duration(lead)}",
        "" if fail is None else f"fail rate {percent(fail)}",
    )
    return "; ".join(filter(None, parts))
