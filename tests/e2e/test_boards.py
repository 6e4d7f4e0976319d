"""What is shown of a stack from outside: the report as data to whom IAM lets in."""

from datetime import datetime, timedelta

import pytest

from engine import Engine, FakeSlack
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.store.log.family import load_family
from shared.store.store import Store
from shared.store.table.table import Table
from tests.e2e.callers import OURS, asked, credentials_of
from tests.e2e.story import END, Started, one_turn, replay

REPORT = "/report/lighting.json"


@pytest.fixture
def turned(started: Started) -> Engine:
    """A stack that has seen a turn, a quarter of an hour after its last tick."""
    engine = started()
    replay(engine, one_turn())
    return engine


def test_the_report_is_answered_with_as_it_is_stored(turned: Engine) -> None:
    answer = asked(turned, REPORT)
    shown = answer.json()
    store = Store(Table(turned.outputs["TableName"], region=turned.cloud.region))
    facts = load_family(store, "lighting", Settings())
    as_of = datetime.fromisoformat(shown["as_of"])

    assert END - timedelta(days=1) < as_of <= END
    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")
    assert shown == report(facts, flywheel="lighting", settings=Settings(), as_of=as_of)
    assert [turn["state"] for turn in shown["turn_list"]] == ["delivered"]


def test_nobody_without_a_signature_of_this_place_and_time_reads_a_report(turned: Engine) -> None:
    now = turned.clock.now()
    headers = {"authorization": "AWS4-HMAC-SHA256 Credential=me"}
    for refused in (
        turned.http("GET", REPORT, {}),
        turned.http("GET", REPORT, headers),
        asked(turned, REPORT, now=now - timedelta(minutes=6)),
        asked(turned, REPORT, now=now + timedelta(minutes=6)),
        asked(turned, REPORT, credentials=credentials_of("stranger")),
        asked(turned, REPORT, credentials=credentials_of("pipeline", turned.outputs["PutEventsPolicyArn"])),
    ):
        assert (refused.status, refused.json()) == (403, {"message": "Forbidden"})
    assert asked(turned, REPORT, credentials=OURS).status == 200


def test_what_is_not_stored_is_told_to_whom_iam_lets_in(turned: Engine) -> None:
    for path in ("/report/nobody.json", "/report/lighting", "/report/lighting.csv"):
        answer = asked(turned, path)
        assert (answer.status, sorted(answer.json())) == (404, ["error"])


def test_a_look_folds_nothing_and_writes_nothing(turned: Engine, slack: FakeSlack) -> None:
    items, before = turned.table_items(), len(turned.calls)

    asked(turned, REPORT)

    looked = [call for call in list(turned.calls)[before:] if call.function == "flywheel-dev-board"]
    assert [call.access.action for call in looked] == ["dynamodb:GetItem"]
    assert turned.table_items() == items
