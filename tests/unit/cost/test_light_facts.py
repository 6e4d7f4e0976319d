"""Facts of files leave aside what tells versions of one event apart, where there are none: no figure sees that."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.figures.from_files import facts_of_files
from shared.flywheel.facts import packed
from shared.flywheel.facts.fact import Fact
from shared.flywheel.report.report import flywheels_of, report
from shared.flywheel.settings.values import Settings
from tests.unit.domain.histories import Envelope, facts_of, histories, moment

LATER = moment("12-31")


def read(envelopes: list[Envelope]) -> Sequence[Fact]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        path.write_text("".join(json.dumps(each) + "\n" for each in envelopes))
        return facts_of_files([str(path)])


@pytest.mark.slow
@patch.object(packed, "BLOCK", 2)
@given(histories(retracted=True, corrected=True).filter(bool), st.integers(0, 2**32))
def test_a_report_of_files_is_that_of_whole_facts(sent: list[Envelope], seed: int) -> None:
    """Some are sent again as they were, and some are told otherwise under the same id and time."""
    chance, settings = Random(seed), Settings()
    again = chance.sample(sent, min(4, len(sent)))
    otherwise = [{**each, "detail": {**each["detail"], "unknown": number}} for number, each in enumerate(again[:3])]
    sent = [*sent, *again, *otherwise]

    light, whole = read(sent), facts_of(sent)

    assert flywheels_of(light, settings) == flywheels_of(whole, settings)
    for flywheel in flywheels_of(whole, settings):
        one, other = (
            report(facts, flywheel=flywheel, settings=settings, as_of=LATER, from_files=True)
            for facts in (light, whole)
        )
        assert json.dumps(one) == json.dumps(other)


def test_only_versions_of_one_event_keep_what_tells_them_apart() -> None:
    idea = {"id": "one", "time": "2026-03-02T09:00:00Z", "idea": "cart"}
    first, second, alone = (
        {"source": "ci", "detail-type": "Idea Proposed", "detail": each}
        for each in (idea, {**idea, "title": "Cart"}, {**idea, "id": "two"})
    )

    facts = read([first, second, alone])

    assert facts[:2] == facts_of([first, second])
    assert (facts[2].content, facts[2].content_tail) == (0, None)
