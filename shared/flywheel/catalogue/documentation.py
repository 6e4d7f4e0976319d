"""The catalogue as a page of the documentation: `docs/figures.md` is this, word for word."""

from collections.abc import Iterator

from shared.flywheel.catalogue.catalogue import section
from shared.flywheel.catalogue.figure import FigureKind, Section

_SECTIONS: dict[Section, str] = {
    "value": "Value",
    "turning": "Turning",
    "drag": "Drag",
    "delivery": "Delivery (DORA's five)",
    "around": "Around the figures",
}
_SHOWN = {
    "number": "the value",
    "distribution": "the median (`p50`); below 5 the `values`",
    "share": "the `value`; below 20 with its Wilson 95% `interval`",
    "word": "the word",
    "names": "the names",
}
_ADDING = """\
## Adding a figure

One row in `shared/flywheel/catalogue/` and its account: what of the wheel counts, with which part, and why. The report,
its page, `explain`, this page and, where `read_by` says so, summaries have it then; the tests of the catalogue hold it.

```python
def hotfixes(wheel: Wheel, window: Window) -> Account:
    effective = [deployment for _, deployment in effective_in(wheel, window)]
    rows = [deployment_row(each, float(each.nature == "hotfix"), each.nature) for each in effective]
    return Account("ratio", CATALOGUED, rows)


HOTFIXES = FigureKind(
    path="dora.hotfix_share",
    label="Hotfixes",
    unit=SHARE,
    formula="hotfixes / effective deployments",
    explanation="How many deployments were hotfixes.",
    section="delivery",
    better="down",
    account=hotfixes,
)
```
"""
_INTRODUCTION = """\
# Figures

Every figure of `flywheel report --json`, by its path there, as the catalogue (`shared/flywheel/catalogue`) has it: the
report's page, `explain`, summaries and digests take names, units and the better direction from the same rows. This page
is made of them too (`make schemas`). The signals of the tenets are in [tenets.md](tenets.md).

W is the window of the report, 84 days unless said. *Better* is the direction that is called better. *Test* says how a
change is told from chance: `share` Fisher's exact test, `count` the exact binomial test, `times` Mann–Whitney; a figure
may take the verdict of another. *Read by*: the phases in whose summaries it may stand (0: those for everyone).
"""


def page() -> str:
    """The whole page, Markdown."""
    return "\n".join(
        [_INTRODUCTION, *(line for name, title in _SECTIONS.items() for line in _section(name, title)), _ADDING]
    )


def _section(name: Section, title: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| figure | name | unit | shown | formula | tells | better | test | read by |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from (_row(kind) for kind in section(name))
    yield ""


def _row(kind: FigureKind) -> str:
    test = f"{kind.test} ({kind.group})" if kind.test else f"as `{kind.tested_as}`" if kind.tested_as else "–"
    cells = (
        f"`{kind.path}`",
        kind.label,
        kind.unit.name,
        _SHOWN[kind.shape],
        kind.formula,
        kind.explanation,
        kind.better or "–",
        test,
        ", ".join(map(str, sorted(kind.read_by))) or "–",
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
