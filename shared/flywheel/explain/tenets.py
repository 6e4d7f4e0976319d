"""The account of a tenet's signal: its formula, and the events that it is read from."""

from functools import partial
from inspect import getdoc

from events.times import rfc3339
from shared.flywheel.explain.signals import ACCOUNTS
from shared.flywheel.facts.of_event import FACT_TYPES
from shared.flywheel.figures.account import Account, Row
from shared.flywheel.moments import moment
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.tenets.tenets import TENETS, Signal
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import Window

PREFIX = "tenets."
SIGNALS: dict[str, Signal] = {f"{PREFIX}{signal.name}": signal for tenet in TENETS for signal in tenet.signals}
"""Signals by the path under which they are explained."""


def signal_account(signal: Signal, wheel: Wheel, window: Window) -> Account:
    """The rows that add up to a signal; of a survey only its rule.

    Answer sheets are not listed: how many there are is part of what a survey may keep to itself.
    """
    rule, of = rule_of(signal), ACCOUNTS.get(signal.name)
    evidence = Evidence(wheel, window)
    if of is None or signal.read(evidence).known != "sent":
        return Account("reading", rule, _sources(rule, evidence))
    account = of(evidence)
    return Account(account.operation, rule, account.rows, account.scale)


def _sources(rule: str, evidence: Evidence) -> list[Row]:
    """Every event of the detail-types that a rule names as its source, where they do not add up to anything yet."""
    sources = [type_ for type_ in FACT_TYPES if f"`{type_.kind}`" in rule and type_.kind != "Survey Answered"]
    return [
        Row(
            fact.kind,
            rfc3339(moment(fact.time)),
            None,
            counted=True,
            why="in the window" if evidence.window.holds(fact.time) else "before the window",
            keys=(fact.key,),
        )
        for type_ in sources
        for fact in evidence.all(type_)
    ]


def rule_of(signal: Signal) -> str:
    """Formula, unit, window and source, as the signal's own documentation tells them."""
    read = signal.read.func if isinstance(signal.read, partial) else signal.read
    return " ".join((getdoc(read) or "").split())
