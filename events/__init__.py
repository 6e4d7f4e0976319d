"""Contracts: one typed model per detail-type that enters the flywheel bus, decoded and validated in one step."""

from events.catalogue import DETAIL_TYPES, PUBLISHED_DETAIL_TYPES
from events.common import PUBLISHER, Detail
from events.decoding import Event, InvalidEventError, account_of, canonical_json, decode, decode_json, decode_kept

__all__ = [
    "DETAIL_TYPES",
    "PUBLISHED_DETAIL_TYPES",
    "PUBLISHER",
    "Detail",
    "Event",
    "InvalidEventError",
    "account_of",
    "canonical_json",
    "decode",
    "decode_json",
    "decode_kept",
]
