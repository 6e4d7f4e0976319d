"""Deployments of two years, as a peer and as this project see them, measured in turn."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import events
from shared.flywheel.facts.fact import Fact
from shared.flywheel.facts.of_event import fact_of
from shared.flywheel.settings.values import Settings
from tests.bench.figure import NONE, Bar, Row, row
from tests.bench.ground.mix import Days, Envelope
from tests.bench.ground.reported import reported

FASTER = Bar(3, 10, least=True)
PER_DAY = 500
"""Events of a flywheel, of which three in ten are deployments: 10⁵ in two years."""
_SEEN = ("Deployment Finished", "Incident Opened", "Incident Resolved")
"""What both take; a peer knows neither ideas nor what became of them."""


class Input(NamedTuple):
    """What is given to both: for a peer times in seconds, of deployments and incidents."""

    facts: list[Fact]
    everything: list[Fact]
    """Also the turns, metrics and recorded changes of such a flywheel."""
    given: dict[str, Any]
    as_of: datetime
    days: float


def input_of(deployments: int) -> Input:
    """So many deployments, and the incidents of the same days."""
    days = Days(per_day=PER_DAY)
    everything: list[Envelope] = []
    finished = number = 0
    while finished < deployments:
        day = days.day(number)
        finished += sum(event["detail-type"] == "Deployment Finished" for event in day)
        everything += day
        number += 1
    seen = [_alone(event) for event in everything if event["detail-type"] in _SEEN]
    given = {
        "deployments": [_deployed(each["detail"]) for each in seen if each["detail-type"] == "Deployment Finished"],
        "incidents": list(_incidents(seen)),
        "since": days.begin.timestamp(),
        "until": days.at(number).timestamp(),
    }
    return Input(_facts(seen), _facts(everything), given, days.at(number), float(number))


def rows(program: list[str], peer: str, size: int, rounds: int) -> Iterator[Row]:
    """`program`: what is run to measure the peer; it is given the name of a file more."""
    given = input_of(size)
    theirs: list[dict[str, Any]] = []
    whole, usual, everything = list[float](), list[float](), list[float]()
    with _asked(program, given.given) as ask:
        for _ in range(rounds):
            theirs.append(ask())
            whole.append(_reported(given.facts, given, given.days))
            usual.append(_reported(given.facts, given, None))
            everything.append(_reported(given.everything, given, None))
    pages = [sum(each["parts"].values()) for each in theirs]
    parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in theirs[0]["parts"].items())
    count = theirs[0]["figures"]
    what = f"of {count['deployments']:,} deployments, {len(given.given['incidents']):,} incidents"
    ours = "our fold and whole report"
    yield row(f"{peer}'s DORA {what}", "s", NONE, pages, f"first round: {parts} s; failed {count['failed']:,}")
    yield row(f"{peer}: pull requests found to be deployed", "s", NONE, [each["linking"] for each in theirs])
    yield row(f"{ours} {what}, over all of them", "s", NONE, whole)
    yield row(f"{peer}'s DORA / {ours}", "", FASTER, _ratios(pages, whole))
    yield row(f"the same, over the usual {Settings().window_days:.0f} days", "", NONE, _ratios(pages, usual))
    size = len(given.everything)
    yield row(f"the same, of all {size:,} events of such a flywheel", "", NONE, _ratios(pages, everything))


def _ratios(theirs: list[float], ours: list[float]) -> list[float]:
    return [their / our for their, our in zip(theirs, ours, strict=True)]


@contextmanager
def _asked(program: list[str], given: dict[str, Any]) -> Iterator[Any]:
    """A call that has the peer measure one round."""
    with tempfile.TemporaryDirectory(prefix="flywheel-peer-") as folder:
        file = Path(folder) / "given.json"
        file.write_text(json.dumps(given))
        process = subprocess.Popen([*program, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin is not None
        assert process.stdout is not None
        asking, answers = process.stdin, process.stdout

        def ask() -> Any:
            asking.write("\n")
            asking.flush()
            if not (line := answers.readline()):
                raise RuntimeError(f"{' '.join(program)} ended with {process.wait()}, and without an answer")
            return json.loads(line)

        try:
            yield ask
        finally:
            asking.close()
            process.wait(60)


def _reported(facts: list[Fact], given: Input, window: float | None) -> float:
    return reported(lambda: facts, Days().flywheel, Settings(), given.as_of, len(facts), window)


def _facts(envelopes: list[Envelope]) -> list[Fact]:
    return [fact_of(events.decode(event)) for event in envelopes]


def _alone(event: Envelope) -> Envelope:
    """Without the idea that a deployment carries."""
    return {**event, "detail": {name: value for name, value in event["detail"].items() if name != "idea"}}


def _deployed(detail: dict[str, Any]) -> tuple[float, float]:
    return _seconds(detail["time"]), min(_seconds(commit["time"]) for commit in detail["commits"])


def _incidents(seen: list[Envelope]) -> Iterator[tuple[float, float]]:
    resolved = {
        event["detail"]["incident"]: _seconds(event["detail"]["time"])
        for event in seen
        if event["detail-type"] == "Incident Resolved"
    }
    for event in seen:
        if event["detail-type"] == "Incident Opened":
            yield _seconds(event["detail"]["time"]), resolved[event["detail"]["incident"]]


def _seconds(time: str) -> float:
    return (datetime.fromisoformat(time) - datetime.fromtimestamp(0, datetime.fromisoformat(time).tzinfo)) / timedelta(
        seconds=1
    )
