"""One Wardley map, as JSON, as a page and as an SVG."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.configuration import find_settings
from cli.failure import WrongInputError
from cli.terminal import page, print_json, say
from shared.flywheel.maps import drawn_change
from shared.flywheel.maps.changes import change_of, names_of
from shared.flywheel.maps.drawing import draw
from shared.flywheel.maps.text import STAGES, Answers, WardleyMap, answers, parse, stage_of
from shared.flywheel.wording import percent, plural

_SHARES = {
    "differentiators": "Differentiators (genesis and custom)",
    "offload_ratio": "Commodity bought, outsourced or from the market",
    "inertia_share": "With inertia",
    "commodity_burden": "Commodity with inertia or built in-house",
    "evolving_share": "Expected to evolve",
}


def show(  # noqa: PLR0913  one option each
    file: str, *, as_json: bool, svg: Path | None, diff: str | None, flywheel: str | None, config: Path | None
) -> None:
    """Print what was read, and draw it where that is asked for. Raises CommandError that names the file."""
    bounds = find_settings(config).flywheel(flywheel or "").map_stages
    if file == diff == "-":
        raise WrongInputError("--diff: got - beside FILE -, expected at most one of the two from stdin")
    read = parse(_text_of(file, "FILE"))
    before = None if diff is None else parse(_text_of(diff, "--diff"))
    answered = answers(read, bounds)
    if svg is not None:
        _write(svg, draw(read, bounds, before))
    if as_json:
        print_json(as_values(read, answered, bounds, before))
    else:
        _draw_page(page(), read, answered, bounds, before)


def as_values(
    read: WardleyMap, answered: Answers, bounds: tuple[float, float, float], before: WardleyMap | None = None
) -> dict[str, Any]:
    """The map as plain values: what was read, the answers, lines not understood, what changed since `before`."""
    values: dict[str, Any] = msgspec.to_builtins(read)
    components = [
        {**values["components"][each.name], "stage": stage_of(each.maturity, bounds)}
        for each in read.components.values()
    ]
    return {
        **{name: values[name] for name in ("title", "style", "size", "evolution", "value_chain")},
        "answers": msgspec.to_builtins(answered),
        "components": components,
        "anchors": list(values["anchors"].values()),
        "links": values["links"],
        "pipelines": list(values["pipelines"].values()),
        "marks": values["marks"],
        "urls": values["urls"],
        "unread": values["remarks"],
        "names": msgspec.to_builtins(names_of(read, bounds)),
        **({} if before is None else {"change": msgspec.to_builtins(change_of(before, read, bounds))}),
    }


def _draw_page(
    console: Console, read: WardleyMap, answered: Answers, bounds: tuple[float, float, float], before: WardleyMap | None
) -> None:
    console.print(f"[bold]{escape(read.title or 'Wardley map')}[/]")
    counted = ((answered.components, "component"), (answered.anchors, "anchor"), (len(read.links), "link"))
    console.print(", ".join(plural(count, what) for count, what in counted), style="dim")
    table = Table(box=None, pad_edge=False)
    for heading in ("Stage", "Component", "Made by", "Inertia", "Expected"):
        table.add_column(heading, overflow="fold")
    for component in sorted(read.components.values(), key=lambda each: (each.maturity is None, each.maturity or 0.0)):
        moves = "" if component.evolves_to is None else f"→ {component.evolves_to:g}"
        into = f" {component.evolves_into}" if component.evolves_into else ""
        table.add_row(
            stage_of(component.maturity, bounds) or "no place",
            escape(component.name),
            component.method or "",
            "yes" if component.inertia else "",
            escape(moves + into),
        )
    console.print(table)
    console.print()
    console.print(
        "  ".join(f"{stage} {answered.stages[stage]}" for stage in STAGES)
        + (f"  no place {answered.unplaced}" if answered.unplaced else "")
    )
    for name, label in _SHARES.items():
        value = getattr(answered, name)
        console.print(f"{label}: {'nothing to count' if value is None else percent(value)}")
    if before is not None:
        console.print()
        console.print("[bold]Since the map before[/]")
        for words in drawn_change.words(read, before, bounds) or ["nothing changed"]:
            console.print(escape(words))
    for remark in read.remarks:
        say(f"line {remark.line}: {remark.reason}: {remark.text}", "warning")


def _text_of(file: str, option: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise WrongInputError(
            f"{option}: cannot read {file!r} ({error.strerror or error}); give a file of OnlineWardleyMaps text"
        ) from error
    return raw.decode("utf-8-sig", errors="replace")


def _write(path: Path, svg: str) -> None:
    try:
        path.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise WrongInputError(f"--svg: {path}: {error.strerror or error}") from error
