"""The contents of a map that a fact keeps: all that the tenets ask of it, without the drawing, as one compact text."""

import msgspec
from msgspec import Struct

from shared.flywheel.maps.text import Anchor, Component, Method, WardleyMap, parse


class KeptComponent(Struct, frozen=True, array_like=True, gc=False):
    """A component by where it stands, what holds it back, who makes it and where it is expected to go."""

    name: str
    maturity: float | None
    inertia: bool
    method: Method | None
    evolves_to: float | None
    evolves_into: str | None


class MapContents(Struct, frozen=True, array_like=True, gc=False):
    """One map. `unread`: how many of its lines were not understood, or name what is not on the map."""

    anchors: tuple[str, ...]
    components: tuple[KeptComponent, ...]
    unread: int

    def as_map(self) -> WardleyMap:
        """A map that gives `answers` and `change_of` what the whole one would."""
        return WardleyMap(
            anchors={name: Anchor(name, 0) for name in self.anchors},
            components={
                each.name: Component(
                    name=each.name,
                    line=0,
                    maturity=each.maturity,
                    inertia=each.inertia,
                    method=each.method,
                    evolves_to=each.evolves_to,
                    evolves_into=each.evolves_into,
                )
                for each in self.components
            },
        )


def kept(text: str) -> str:
    """Read a map's text and write down what is kept of it. Raises nothing, as reading does not."""
    read = parse(text.encode(errors="replace").decode())
    components = tuple(
        KeptComponent(each.name, each.maturity, each.inertia, each.method, each.evolves_to, each.evolves_into)
        for each in read.components.values()
    )
    return msgspec.json.encode(MapContents(tuple(read.anchors), components, len(read.remarks))).decode()


def contents_of(text: str) -> MapContents:
    """The inverse of `kept`."""
    return msgspec.json.decode(text, type=MapContents)
