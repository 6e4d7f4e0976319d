"""What is shown of a stack from outside: the board behind the link of a message, the report to whom IAM lets in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from engine import Engine, FakeSlack
from shared.flywheel.report.report import report
from shared.flywheel.settings.values import Settings
from shared.store.log.family import load_family
from shared.store.store import Store
from shared.store.table.table import Table
from tests.e2e.looking.callers import LINK, OURS, asked, credentials_of, links, looked
from tests.e2e.story import BEGIN, END, one_turn, replay

REPORT = "/report/lighting.json"


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture(scope="module")
def turned(assembly: Path, slack: FakeSlack) -> Iterator[Engine]:
    """A stack that has seen a turn, five minutes after its last tick; looking changes nothing of it."""
    with Engine.from_template(assembly, clock=BEGIN, endpoints={"SLACK_API_URL": slack.url}) as engine:
        engine.put_secret(engine.outputs["SlackSecretArn"], slack.token)
        replay(engine, one_turn())
        yield engine


def test_each_message_that_begins_a_thread_leads_to_the_board_of_its_flywheel(turned: Engine, slack: FakeSlack) -> None:
    carried = links(slack)
    page = looked(turned, carried[-1])

    assert all(LINK.search(str(message.blocks)) for message in slack.messages if message.thread_ts is None)
    assert urlsplit(carried[-1]).path == "/board/lighting"
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Dim at dusk" in page.body.decode()
    assert turned.failures == []


def test_the_page_is_private_asks_nobody_and_is_drawn_without_a_script(turned: Engine, slack: FakeSlack) -> None:
    page = looked(turned, links(slack)[-1])
    text = page.body.decode()
    policy = page.headers["content-security-policy"]

    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'none'")
    assert "<script" not in text
    assert len(page.body) < 300_000


def test_a_look_by_head_says_the_same_without_the_page(turned: Engine, slack: FakeSlack) -> None:
    page, head = (looked(turned, links(slack)[-1], method) for method in ("GET", "HEAD"))

    assert (head.status, head.headers, head.body) == (200, page.headers, b"")


def test_every_link_that_stands_in_a_message_is_good(turned: Engine, slack: FakeSlack) -> None:
    """Also that of a message which was edited in the week after it was posted."""
    assert {looked(turned, link).status for link in links(slack)} == {200}


def test_who_has_no_good_link_gets_one_answer_whatever_is_wrong(turned: Engine, slack: FakeSlack) -> None:
    good = urlsplit(links(slack)[-1])
    [signature] = parse_qs(good.query)["s"]
    wrong = [
        "/board/lighting",
        "/board/lighting?s=",
        f"/board/lighting?s={signature[:-1]}",
        f"/board/lighting?s={signature.swapcase()}",
        f"/board/lighting?s={'é' * 24}",
        f"/board/heating?s={signature}",
        f"/board/nobody?s={signature}",
        f"/board/lighting%00?s={signature}",
    ]
    before = len(turned.calls)
    answers = {(answer.status, answer.body) for answer in (turned.http("GET", path, {}) for path in wrong)}

    assert answers == {(404, b'{"error": "not found"}')}
    assert not [call for call in list(turned.calls)[before:] if "dynamodb" in call.access.action]


def test_links_never_reach_a_log_or_the_table(turned: Engine, slack: FakeSlack) -> None:
    looked(turned, links(slack)[-1])
    [signature] = parse_qs(urlsplit(links(slack)[-1]).query)["s"]

    assert signature not in turned.logs
    assert signature not in str(turned.table_items())


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
