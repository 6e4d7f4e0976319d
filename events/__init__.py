"""Contracts: one typed model per detail-type that enters the flywheel bus, decoded and validated in one step."""

from events.catalogue import DETAIL_TYPES, KINDS, PUBLISHED_DETAIL_TYPES, Kind
from events.common import PUBLISHER, Detail
from events.decoding import InvalidEventError, decode, decode_json, decode_kept
from events.event import Event, canonical_json

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
