"""The names on a map, and the changes since the map of its sort before it (value: "Maps by name")."""

from msgspec import Struct

from shared.flywheel.maps.names import same_name
from shared.flywheel.maps.text import STAGE_BOUNDS, Component, Stage, WardleyMap, stage_of

Bounds = tuple[float, float, float]

HALF_THE_WAY = 0.5
"""A predicted move counts as realised once a component went this share of it (domain §5, tenet 12)."""


class Names(Struct, frozen=True):
    """Components by what they are, each list in the map's order."""

    inertia: list[str]
    in_house_commodity: list[str]
    differentiators: list[str]
    """In genesis or custom-built."""
    enablers: list[str]
    """Product or commodity."""


class Move(Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """A component that is in another stage than before; None where it has no place."""

    component: str
    before: Stage | None
    after: Stage | None


class Prediction(Struct, frozen=True):
    """A move that the map before foresaw: to which maturity, where the component stands now, and whether it went.

    `realised`: at least half of the distance. A component that is gone, also under the name it was to evolve into,
    did not move, and stands nowhere.
    """

    component: str
    predicted: float
    now: float | None
    realised: bool


class MapChange(Struct, frozen=True):
    """One map against the one before it; names as the newer map writes them, else as the older did."""

    added: list[str]
    removed: list[str]
    moved: list[Move]
    inertia_gained: list[str]
    inertia_lost: list[str]
    predictions: list[Prediction]


def names_of(read: WardleyMap, bounds: Bounds = STAGE_BOUNDS) -> Names:
    """The names that a reader of the map asks for."""
    stages = {name: stage_of(each.maturity, bounds) for name, each in read.components.items()}
    return Names(
        inertia=[name for name, each in read.components.items() if each.inertia],
        in_house_commodity=[
            name for name, each in read.components.items() if stages[name] == "commodity" and each.method == "build"
        ],
        differentiators=[name for name, stage in stages.items() if stage in ("genesis", "custom")],
        enablers=[name for name, stage in stages.items() if stage in ("product", "commodity")],
    )


def change_of(before: WardleyMap, after: WardleyMap, bounds: Bounds = STAGE_BOUNDS) -> MapChange:
    """The differences of `after`."""
    then, now = _by_name(before), _by_name(after)
    both = [(then[name], each) for name, each in now.items() if name in then]
    stages = [(new.name, stage_of(old.maturity, bounds), stage_of(new.maturity, bounds)) for old, new in both]
    return MapChange(
        added=[each.name for name, each in now.items() if name not in then],
        removed=[each.name for name, each in then.items() if name not in now],
        moved=[Move(name, old, new) for name, old, new in stages if old != new],
        inertia_gained=[new.name for old, new in both if new.inertia and not old.inertia],
        inertia_lost=[new.name for old, new in both if old.inertia and not new.inertia],
        predictions=[_realised(each, now) for each in then.values() if _foresees_a_move(each)],
    )


def predicted_moves(before: WardleyMap, after: WardleyMap) -> dict[str, bool]:
    """By component each move that the first map foresees, and whether the second shows at least half of it done."""
    return {each.component: each.realised for each in change_of(before, after).predictions}


def moves_realised(before: WardleyMap, after: WardleyMap) -> tuple[int, int]:
    """(realised, predicted): how many of the moves that the first map foresees the second shows at least half done."""
    moves = predicted_moves(before, after)
    return sum(moves.values()), len(moves)


def _by_name(read: WardleyMap) -> dict[str, Component]:
    return {same_name(name): each for name, each in read.components.items()}


def _foresees_a_move(component: Component) -> bool:
    return component.evolves_to is not None and component.maturity not in (None, component.evolves_to)


def _realised(component: Component, now: dict[str, Component]) -> Prediction:
    start, end = component.maturity or 0.0, component.evolves_to or 0.0
    present = now.get(same_name(component.evolves_into or component.name)) or now.get(same_name(component.name))
    stands = None if present is None else present.maturity
    realised = stands is not None and (stands - start) / (end - start) >= HALF_THE_WAY
    return Prediction(component.name, end, stands, realised)
