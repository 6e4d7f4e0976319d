"""Facts that an earlier release stored, completed by what their EVENT items tell of them."""

from collections.abc import Iterable

from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.identity import copy_of
from shared.store.log.identity import stored_identities
from shared.store.table.table import Table


def is_whole(fact: Fact) -> bool:
    """Whether all is known of a fact that facts keep today: every one of today's has its source.

    Recorded changes had theirs before: they are whole without an account, which their EVENT does not know either.
    """
    return fact.source is not None


def completed(table: Table, facts: Iterable[Fact]) -> list[Fact]:
    """The facts, each as whole as the log knows it; one whose EVENT is gone, or not there yet, stays as it is."""
    completed_facts = list(facts)
    lacking = {fact.key for fact in completed_facts if not is_whole(fact)}
    if not lacking:
        return completed_facts
    known = {copy_of(fact): fact for identity in stored_identities(table, lacking).values() for fact in identity.facts}
    return [fact if is_whole(fact) else known.get(copy_of(fact), fact) for fact in completed_facts]
