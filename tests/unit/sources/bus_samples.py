"""Samples of what comes by a bus: envelopes of AWS services and of CDEvents."""

import json
from pathlib import Path
from typing import Any

import msgspec

from shared.sources.options import SourceOptions

SAMPLES = Path(__file__).parents[3] / "events" / "samples"


class BusSample(msgspec.Struct, frozen=True):
    """An envelope, the options it is read with, and what it means."""

    name: str
    envelope: dict[str, Any]
    expected: list[dict[str, Any]]
    ignored: str | None = None
    options: SourceOptions = SourceOptions()


def bus_samples(*folders: str) -> list[BusSample]:
    """All samples of some folders."""
    return [
        msgspec.convert(json.loads(path.read_text()) | {"name": f"{path.parent.name}/{path.stem}"}, BusSample)
        for folder in folders
        for path in sorted((SAMPLES / folder).glob("*.json"))
    ]


def bus_sample(name: str) -> BusSample:
    """One sample, as `aws/cloudwatch-alarm`."""
    return next(sample for sample in bus_samples(name.partition("/")[0]) if sample.name == name)
