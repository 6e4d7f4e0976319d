"""The change of a map as layers of its drawing: where components stood, what is new, what is gone, and inertia."""

from collections.abc import Iterator

from shared.flywheel.maps.changes import change_of
from shared.flywheel.maps.names import same_name
from shared.flywheel.maps.shapes import circle, line, text, x_of, y_of
from shared.flywheel.maps.text import STAGE_BOUNDS, Component, WardleyMap

STYLE = """
.was{fill:none;stroke:currentColor;stroke-dasharray:2 3;opacity:.6} .move{stroke:#1b4f9c;stroke-width:2.5}
.move.head{fill:#1b4f9c;stroke:none} .new{fill:none;stroke:#b3400b;stroke-width:2}
.gone{stroke:currentColor;stroke-width:1.5}
.gained{stroke:#b3400b;stroke-width:5} .lost{stroke:currentColor;stroke-width:1.2;stroke-dasharray:2 2}
@media (prefers-color-scheme:dark){.move{stroke:#8ab8f5}.move.head{fill:#8ab8f5}.new,.gained{stroke:#ff9a5c}}
"""


def layers(read: WardleyMap, before: WardleyMap, bounds: tuple[float, float, float] = STAGE_BOUNDS) -> Iterator[str]:
    """Marks to draw below the components of the newer map. What has no coordinates on either is in the words alone."""
    change = change_of(before, read, bounds)
    then = {same_name(name): each for name, each in before.components.items()}
    for name, component in read.components.items():
        old = then.get(same_name(name))
        if old is not None:
            yield from _moved(old, component)
        elif _stands(component):
            yield circle("new", *_place(component), 10)
    for name in change.removed:
        yield from _gone(before.components[name])
    for css, names in (("gained", change.inertia_gained), ("lost", change.inertia_lost)):
        for component in (read.components[name] for name in names):
            if _stands(component):
                x, y = _place(component)
                yield line(css, x + 16, y - 3, x + 16, y + 13)


def words(read: WardleyMap, before: WardleyMap, bounds: tuple[float, float, float] = STAGE_BOUNDS) -> list[str]:
    """The same in sentences, for a page and for who hears the drawing."""
    change = change_of(before, read, bounds)
    listed = (
        ("new", change.added),
        ("gone", change.removed),
        ("inertia gained", change.inertia_gained),
        ("inertia lost", change.inertia_lost),
    )
    moves = [f"{each.component}: {each.before or 'no place'} → {each.after or 'no place'}" for each in change.moved]
    foreseen = [
        f"{each.component}: foreseen at {each.predicted:g}, "
        + ("no longer on the map" if each.now is None else f"now at {each.now:g}")
        + (", at least half of the way" if each.realised else "")
        for each in change.predictions
    ]
    return [*(f"{what}: {', '.join(names)}" for what, names in listed if names), *moves, *foreseen]


def _moved(old: Component, new: Component) -> Iterator[str]:
    if not (_stands(old) and _stands(new)) or _place(old) == _place(new):
        return
    (from_x, from_y), (to_x, to_y) = _place(old), _place(new)
    yield circle("was", from_x, from_y, 5)
    yield line("move", from_x, from_y, to_x, to_y)
    yield circle("move head", to_x, to_y, 3)


def _gone(component: Component) -> Iterator[str]:
    if _stands(component):
        x, y = _place(component)
        yield line("gone", x - 5, y - 5, x + 5, y + 5) + line("gone", x - 5, y + 5, x + 5, y - 5)
        yield text(x + 9, y + 4, component.name, "quiet")


def _stands(component: Component) -> bool:
    return component.visibility is not None and component.maturity is not None


def _place(component: Component) -> tuple[float, float]:
    return x_of(component.maturity or 0.0), y_of(component.visibility or 0.0)
