"""The table of rules as a page of the documentation: `docs/actions.md` is this, word for word."""

from shared.flywheel.actions.rules import RULES

_INTRODUCTION = """\
# Next best actions

`flywheel report --json` lists under `actions` every rule that applies, the most urgent first, then the farthest beyond
its limit: `rule`, `phase`, `urgency`, `text`, `because` and `things`, each by `kind`, `id`, `title` and `url`.

A message to the persona of a phase advises the first action of that phase, or one that is broken now; without any the
first of all. A message to everyone advises the first. A digest says what became of what the digest before advised: done
where it was, still so where a newer thing took its place in the list, and nothing of what is no more. What
stands in the lists of four digests in a row is worn: the digest advises the first that is not, and names it as open.

Titles and links are those that the source of the thing told last. Links are shown where they are https, name no user
and are at most 500 characters long, without their query unless `link_hosts` in `flywheel.toml` trusts the host.

| urgency | rule | applies when | done when |
|---|---|---|---|
"""
_URGENCIES = {1: "broken now", 2: "held", 3: "friction", 4: "watch", 5: "unknown", 6: "keep turning"}


def page() -> str:
    """The whole page, Markdown."""
    rows = (
        f"| {rule.urgency} {_URGENCIES[rule.urgency]} | `{rule.id}` | {rule.when} | {rule.done_when.format('it')} |\n"
        for rule in RULES
    )
    return _INTRODUCTION + "".join(rows)
