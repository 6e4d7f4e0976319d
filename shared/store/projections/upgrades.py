"""Summaries that an upgrade leaves as they were told: those that older rules made, of facts that are still the same."""

from shared.flywheel.rules import FIRST, RULES

_MARK = "-"


def inputs_of(facts: str, *others: str) -> str:
    """Hashes of what something was made from, that of the facts first."""
    return _MARK.join((facts, *others))


def changed_by_rules_alone(rules: object, before: str, now: str) -> bool:
    """Whether what other rules made differs for no other reason: not one fact that it was made from is another.

    `before` and `now` are `inputs_of`. Where an earlier release mixed all hashes into one, or none is known, nobody can
    tell, and it stays as it was told.
    """
    if number_of(rules) == RULES:
        return False
    facts, mark, _ = before.partition(_MARK)
    return not mark or facts == now.partition(_MARK)[0]


def number_of(rules: object) -> int:
    """The number of the rules as an item has it; what has none was made by the first."""
    return FIRST if rules is None else int(str(rules))
