"""Every sample of a source: signed as its sender signs, verified, translated to just the events written beside it."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import events
from cli.hooks.signing import proof
from shared.sources.catalogue import SOURCES, Source, event_source, translate
from shared.sources.delivery import Delivery, delivery_of
from shared.sources.options import SourceOptions
from shared.sources.translation import Translation

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "events" / "samples").glob("*/*.json"))
OURS = [path for path in SAMPLES if path.parent.name in SOURCES]
SECRET = "c2FtcGxlIHNlY3JldCBvZiBvbmUgaG9vaw=="
NOW = 1_773_327_600


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def options_of(sample: dict[str, Any]) -> SourceOptions:
    return msgspec.convert(sample.get("options", {}), SourceOptions)


def signed(source: Source, headers: dict[str, str], body: bytes) -> Delivery:
    """The delivery as its sender would sign it."""
    return delivery_of([*(headers | proof(source, SECRET, body, headers, NOW)).items()], body)


def delivered(path: Path) -> tuple[Source, Delivery, Translation]:
    sample, source = document(path), SOURCES[path.parent.name]
    delivery = signed(source, sample["headers"], json.dumps(sample["body"]).encode())
    return source, delivery, translate(source, delivery, options_of(sample))


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sample_means_the_events_written_beside_it(path: Path) -> None:
    sample = document(path)
    _, _, translation = delivered(path)
    assert translation == delivered(path)[2]
    found = [{"detail-type": event.detail_type, "detail": event.detail} for event in translation.events]
    assert found == sample["expected"]
    assert sample.get("ignored", "") in (translation.ignored or "")
    assert (translation.ignored is None) == bool(sample["expected"])


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sample_is_proven_by_its_secret_and_by_no_other(path: Path) -> None:
    source, delivery, _ = delivered(path)
    source.verifier.verify(delivery, ["b3RoZXI=", SECRET], NOW)
    with pytest.raises(ValueError, match=r"."):
        source.verifier.verify(delivery, ["b3RoZXI="], NOW)


def test_every_event_of_a_sample_keeps_its_contract_and_states_only_its_fields() -> None:
    for path in OURS:
        for event in delivered(path)[2].events:
            decoded = events.decode(event.envelope(event_source(path.parent.name, "main")))
            assert set(event.detail) <= set(decoded.detail.__struct_fields__), path.stem


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_samples_that_count_samples_that_do_not_and_a_page(name: str) -> None:
    of_it = [document(path) for path in OURS if path.parent.name == name]
    assert any(sample["expected"] for sample in of_it)
    assert any(not sample["expected"] for sample in of_it)
    page = (ROOT / SOURCES[name].docs).read_text()
    assert f"/hooks/{name}" in page


def test_no_sample_lies_in_a_folder_that_no_source_reads() -> None:
    known = {*SOURCES, "aws", "cdevents", "cloudevents"}
    assert {path.parent.name for path in SAMPLES} <= known
