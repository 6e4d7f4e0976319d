"""A Wardley map as one SVG: self-contained, no script, readable in light and dark."""

from collections.abc import Iterator, Sequence

from shared.flywheel.maps import drawn_change
from shared.flywheel.maps.shapes import HEIGHT, MARGIN, WIDTH, escape, line, text, x_of, y_of
from shared.flywheel.maps.text import STAGE_BOUNDS, Component, WardleyMap

LETTER = 6.6
"""About how wide a letter of a label is."""

CROWD = 400
"""Among more components than this no label finds a free place, so none is looked for."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_STAGE_LABELS = ("Genesis", "Custom-built", "Product", "Commodity")
_STYLE = """
svg{font:12px system-ui,sans-serif;color:#1b1f24;background:#fff}
text{fill:currentColor} .quiet{fill:#57606a} .halo{fill:#fff;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
.title{font-size:16px;font-weight:600}
.axis,.link{stroke:currentColor;fill:none} .stage{stroke:currentColor;stroke-dasharray:2 5;opacity:.45}
.link{opacity:.55} .component{fill:#fff;stroke:currentColor;stroke-width:1.5} .pipeline{fill:none;stroke:currentColor}
.evolve{stroke:#b4231a;fill:#b4231a;stroke-dasharray:5 4} .inertia{stroke:currentColor;stroke-width:5}
.buy,.outsource,.market,.ecosystem{fill:#9ec5fe} .build{fill:#f4c98b}
@media (prefers-color-scheme:dark){svg{color:#e6edf3;background:#0d1117}.component{fill:#0d1117}
.quiet{fill:#9aa4af}.halo{fill:#0d1117;stroke:#0d1117}.evolve{stroke:#ff7b72;fill:#ff7b72}
.buy,.outsource,.market,.ecosystem{fill:#1f4b8f}.build{fill:#7a4d12}}
"""


def draw(read: WardleyMap, bounds: tuple[float, float, float] = STAGE_BOUNDS, before: WardleyMap | None = None) -> str:
    """The map as an SVG document; components without coordinates are listed below it, so nothing is left out.

    `before`: the map of that sort before it; what changed is drawn below its components and told in its description.
    """
    parts = [*_frame(read, bounds), *_pipelines(read), *_links(read), *_evolutions(read), *_inertia(read)]
    style, description = _STYLE, ""
    if before is not None:
        parts += drawn_change.layers(read, before, bounds)
        style += drawn_change.STYLE
        description = f"<desc>{escape('; '.join(drawn_change.words(read, before, bounds)) or 'nothing changed')}</desc>"
    parts += [*_components(read), *_anchors(read), *_unplaced(read)]
    title = escape(read.title or "Wardley map")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{description}<style>{style}</style>" + "".join(parts) + "</svg>\n"
    )


def _frame(read: WardleyMap, bounds: tuple[float, float, float]) -> Iterator[str]:
    yield text(MARGIN, 24, read.title or "Wardley map", "title")
    yield line("axis", MARGIN, MARGIN, MARGIN, HEIGHT - MARGIN)
    yield line("axis", MARGIN, HEIGHT - MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN)
    edges = (0.0, *bounds)
    labels = read.evolution if len(read.evolution) == len(edges) else _STAGE_LABELS
    for edge, label in zip(edges, labels, strict=True):
        if edge:
            yield line("stage", x_of(edge), MARGIN, x_of(edge), HEIGHT - MARGIN)
        yield text(x_of(edge) + 4, HEIGHT - MARGIN + 16, label, "quiet")


def _placed(read: WardleyMap) -> Iterator[tuple[Component, float, float]]:
    for component in read.components.values():
        if component.visibility is not None and component.maturity is not None:
            yield component, x_of(component.maturity), y_of(component.visibility)


def _pipelines(read: WardleyMap) -> Iterator[str]:
    for pipeline in read.pipelines.values():
        parent = read.components.get(pipeline.name)
        children = [part.maturity for part in read.components.values() if part.pipeline == pipeline.name]
        span = [edge for edge in (*children, *(() if children else (pipeline.start, pipeline.end))) if edge is not None]
        if parent is None or parent.visibility is None or not span:
            continue
        left, right, y = x_of(min(span)) - 10, x_of(max(span)) + 10, y_of(parent.visibility)
        yield f'<rect class="pipeline" x="{left}" y="{y - 10}" width="{round(right - left, 1)}" height="20"/>'


def _links(read: WardleyMap) -> Iterator[str]:
    places = {component.name: (x, y) for component, x, y in _placed(read)}
    for anchor in read.anchors.values():
        if anchor.visibility is not None and anchor.maturity is not None:
            places[anchor.name] = (x_of(anchor.maturity), y_of(anchor.visibility))
    for link in read.links:
        if link.start in places and link.end in places:
            yield line("link", *places[link.start], *places[link.end])


def _evolutions(read: WardleyMap) -> Iterator[str]:
    for component, x, y in _placed(read):
        if component.evolves_to is not None:
            to = x_of(component.evolves_to)
            yield line("evolve", x, y, to, y) + f'<circle class="evolve" cx="{to}" cy="{y}" r="4"/>'
            if component.evolves_into:
                yield text(to + 8, y - 6, component.evolves_into)


def _inertia(read: WardleyMap) -> Iterator[str]:
    for component, x, y in _placed(read):
        if component.inertia:
            yield line("inertia", x + 16, y - 3, x + 16, y + 13)


def _components(read: WardleyMap) -> Iterator[str]:
    placed = list(_placed(read))
    taken = [(x - 6, y - 6, x + 6, y + 6) for _, x, y in placed] if len(placed) <= CROWD else []
    for component, x, y in placed:
        yield f'<circle class="component {component.method or ""}" cx="{x}" cy="{y}" r="6"/>'
        at, anchor, box = _label_place(component, x, y, taken)
        if len(placed) <= CROWD:
            taken.append(box)
        yield text(*at, component.name, anchor=anchor)


def _label_place(
    component: Component, x: float, y: float, taken: Sequence[Box]
) -> tuple[tuple[float, float], str, Box]:
    """The first place around a component that is free and on the page, else the one that covers least."""
    width = len(component.name) * LETTER
    right, left = x + (24 if component.inertia else 9), x - 9
    sides = [((right, y - 7), "start"), ((right, y + 16), "start"), ((left, y - 7), "end"), ((left, y + 16), "end")]
    middles = [((x, y + 22), "middle"), ((x, y - 14), "middle")]
    places = [*middles, *sides] if component.pipeline is not None else [*sides, *middles]
    boxes = [_box(at, anchor, width) for at, anchor in places]
    best = min(range(len(places)), key=lambda place: (_covered(boxes[place], taken), place))
    (at_x, at_y), anchor = places[best]
    return (round(at_x, 1), round(at_y, 1)), anchor, boxes[best]


def _box(at: tuple[float, float], anchor: str, width: float) -> Box:
    start = at[0] - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return (start, at[1] - 10, start + width, at[1] + 3)


def _covered(box: Box, taken: Sequence[Box]) -> float:
    """How much of a label would lie on others, or off the page."""
    area = sum(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in taken
    )
    return round(area + (max(0.0, -box[0]) + max(0.0, box[2] - WIDTH)) * (box[3] - box[1]), 1)


def _anchors(read: WardleyMap) -> Iterator[str]:
    for anchor in read.anchors.values():
        if anchor.visibility is not None and anchor.maturity is not None:
            yield text(x_of(anchor.maturity), y_of(anchor.visibility) + 4, anchor.name, "title", "middle")


def _unplaced(read: WardleyMap) -> Iterator[str]:
    placed = {component.name for component, _, _ in _placed(read)}
    if names := [name for name in read.components if name not in placed]:
        yield text(MARGIN, HEIGHT - 8, f"Without a place: {', '.join(names)}", "quiet")
