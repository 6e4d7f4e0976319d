"""Samples as material for tests of every source."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from shared.sources.catalogue import SOURCES
from shared.sources.options import SourceOptions

SAMPLES = Path(__file__).parents[3] / "events" / "samples"


class Sample(msgspec.Struct, frozen=True):
    """One sample: who sends it, its headers and body, and the options that it is read with."""

    source: str
    name: str
    headers: dict[str, str]
    body: Any
    options: SourceOptions = SourceOptions()


def samples() -> Iterator[Sample]:
    """All samples of the sources in the catalogue."""
    for path in sorted(SAMPLES.glob("*/*.json")):
        if path.parent.name in SOURCES:
            found = json.loads(path.read_text())
            options = msgspec.convert(found.get("options", {}), SourceOptions)
            yield Sample(path.parent.name, path.stem, found["headers"], found["body"], options)
