"""Boards beside `flywheel up`: each look reads anew, and whoever asks for nothing that there is gets an answer."""

import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.boards import serving
from cli.boards.serving import BoardServer
from cli.figures.from_files import Origins
from cli.figures.question import Asked
from cli.target import Target
from shared.flywheel.settings.values import Settings
from tests.unit.domain.histories import FLYWHEEL, History, facts_of

AS_OF = datetime(2026, 3, 30, tzinfo=UTC)


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch) -> History:
    history = History().proposed("03-01", "SHOP 1/2", title="Pay in one tap")

    def ask_each(*_: Any) -> list[Asked]:
        return [Asked(FLYWHEEL, AS_OF, 84, Settings(), facts_of(history.events), False, Origins({}, {}))]

    monkeypatch.setattr(serving, "ask_each", ask_each)
    return history


def got(address: str) -> tuple[int, str, Any]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def test_the_first_page_leads_to_every_flywheel_and_that_to_its_turns(history: History) -> None:
    with BoardServer(Target(stack="s", bus="s")) as server:
        status, page, headers = got(server.url)
        assert status == 200
        assert 'href="/checkout"' in page
        assert (headers["Refresh"], headers["Cache-Control"]) == ("10", "no-store")
        assert 'href="/checkout/SHOP%201%2F2"' in got(f"{server.url}checkout")[1]
        assert "Pay in one tap</bdi> is in Clarity of Purpose." in got(f"{server.url}checkout/SHOP%201%2F2")[1]


def test_a_page_follows_events_as_they_arrive(history: History) -> None:
    with BoardServer(Target(stack="s", bus="s")) as server:
        before = got(f"{server.url}checkout")[1]
        history.proposed("03-02", "SHOP-3", title="Gift cards")
        assert "Gift cards" not in before
        assert "Gift cards" in got(f"{server.url}checkout")[1]


@pytest.mark.parametrize("path", ["nobody", "checkout/nothing", "checkout/a/b", "..%2f..%2fetc%2fpasswd"])
def test_what_there_is_not_is_not_found(history: History, path: str) -> None:
    with BoardServer(Target(stack="s", bus="s")) as server:
        assert got(server.url + path)[0] == 404
