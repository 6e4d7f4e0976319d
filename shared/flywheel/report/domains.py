"""Data domains: turns that span several, and the central data factory against domains that own their data."""

from collections.abc import Iterable
from typing import Any

from shared.flywheel.distribution import distribution, share
from shared.flywheel.figures.turns import turn_times
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.model import Turn
from shared.flywheel.wheel.window import effective_in


def domain_figures(evidence: Evidence) -> dict[str, Any] | None:
    """Of the turns closed in the window, learning turns too, that deployed to a configured domain.

    A turn is `central` where it deployed to any domain of the data factory, else `domain_owned`; the share of
    these, beside that one window earlier, tells whether ownership moves towards the domains. None where no
    domains are configured.
    """
    settings = evidence.wheel.settings
    if not settings.domains:
        return None
    spanned = spanning(evidence)
    central = set(settings.central_domains)
    deployed = [settings.domain_of(each.service) for _, each in effective_in(evidence.wheel, evidence.window)]
    return {
        "spanning_several": share(sum(len(domains) > 1 for _, domains in spanned), len(spanned)),
        "domain_owned_share": share(sum(not domains & central for _, domains in spanned), len(spanned)),
        "deployments": {domain: deployed.count(domain) for domain in sorted(settings.domains)},
        "central": _side(turn for turn, domains in spanned if domains & central),
        "domain_owned": _side(turn for turn, domains in spanned if not domains & central),
    }


def spanning(evidence: Evidence) -> list[tuple[Turn, set[str]]]:
    """The turns closed in the window that deployed to any domain, with those domains."""
    settings = evidence.wheel.settings
    services = {each.service: settings.domain_of(each.service) for each in evidence.wheel.deployments}
    closed = [turn for turn in evidence.wheel.turns if evidence.window.holds_moment(turn.closed_at)]
    return [(turn, domains) for turn in closed if (domains := _domains(turn, evidence, services))]


def _domains(turn: Turn, evidence: Evidence, services: dict[str, str | None]) -> set[str]:
    named = (services[evidence.wheel.deployments[place].service] for place in turn.deployments)
    return {domain for domain in named if domain is not None}


def _side(turns: Iterable[Turn]) -> dict[str, Any]:
    listed = list(turns)
    delivered = [turn for turn in listed if turn.state == "delivered"]
    return {"turns": len(listed), "delivered": len(delivered), "turn_time_hours": distribution(turn_times(delivered))}
