"""`flywheel ledger`: a line for each message."""

import pytest

from cli.upkeep.ledger import STATES, print_entries
from shared.store.outbox.ledger import Entry


@pytest.mark.parametrize("state", STATES)
def test_a_state_of_any_length_stands_apart_from_the_time(capsys: pytest.CaptureFixture[str], state: str) -> None:
    entry = Entry(flywheel="shop", turn="SHOP-1", key="idea", phase=4, at="2026-03-01T10:00:00Z", state=state)
    print_entries([entry])
    assert capsys.readouterr().out.split()[:3] == [state, "2026-03-01", "10:00"]
