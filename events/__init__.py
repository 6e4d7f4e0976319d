"""Contracts: one typed model per detail-type that enters the flywheel bus, decoded and validated in one step."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from events.catalogue import DETAIL_TYPES, KINDS, PUBLISHED_DETAIL_TYPES, Kind
    from events.common import Detail
    from events.decoding import InvalidEventError, decode, decode_json, decode_kept
    from events.event import Event, canonical_json

PUBLISHER = "flywheel"
"""The source of what the system itself publishes; producers may not use it."""

__all__ = [
    "DETAIL_TYPES",
    "KINDS",
    "PUBLISHED_DETAIL_TYPES",
    "PUBLISHER",
    "Detail",
    "Event",
    "InvalidEventError",
    "Kind",
    "canonical_json",
    "decode",
    "decode_json",
    "decode_kept",
]

_HOME = {
    **dict.fromkeys(("DETAIL_TYPES", "KINDS", "PUBLISHED_DETAIL_TYPES", "Kind"), "catalogue"),
    "Detail": "common",
    **dict.fromkeys(("InvalidEventError", "decode", "decode_json", "decode_kept"), "decoding"),
    **dict.fromkeys(("Event", "canonical_json"), "event"),
}


def __getattr__(name: str) -> Any:
    """What is asked for, from its module: who decodes nothing loads no decoder."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
