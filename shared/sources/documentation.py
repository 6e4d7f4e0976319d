"""Tables of the documentation on sources, made from the catalogue: the parts between two marks."""

import re
from collections.abc import Callable
from typing import NamedTuple

from shared.sources.catalogue import SOURCES, Tells


class _Line(NamedTuple):
    """A line of the table of what each can tell."""

    title: str
    tells: Tells
    page: str


_AWS = _Line(
    "AWS services, by rules on the bus",
    Tells(
        deployments="CodePipeline, CodeDeploy, ECS, CloudFormation",
        commits="CodePipeline's Source action (the head)",
        incidents="CloudWatch alarms, OpsItems, AWS Health",
        releases="AppConfig",
        ideas="keys in commit messages",
        reviews="Well-Architected milestones, where enabled",
    ),
    "aws.md",
)
_PART = re.compile(r"(<!-- (?P<name>[a-z-]+) of shared/sources/catalogue.py -->\n).*?(<!-- end -->)", re.DOTALL)


def with_sources(page: str) -> str:
    """The page with each marked part written anew; raises KeyError for one that nobody knows."""
    return _PART.sub(lambda match: f"{match[1]}{_PARTS[match['name']]()}\n{match[3]}", page)


def _table() -> str:
    lines = [*(_Line(source.title, source.tells, source.docs.rpartition("/")[2]) for source in SOURCES.values()), _AWS]
    head = ("source", *Tells.__struct_fields__, "page")
    rows = [(line.title, *_cells(line.tells), f"[{line.page}]({line.page})") for line in lines]
    return "\n".join(_row(row) for row in (head, ("---",) * len(head), *rows))


def _cells(tells: Tells) -> list[str]:
    return [getattr(tells, name) for name in tells.__struct_fields__]


def _row(cells: tuple[str, ...]) -> str:
    return "|---" * len(cells) + "|" if set(cells) == {"---"} else f"| {' | '.join(cells)} |"


def _names() -> str:
    return ", ".join(f"`{name}`" for name in SOURCES) + "."


_PARTS: dict[str, Callable[[], str]] = {"table": _table, "names": _names}
