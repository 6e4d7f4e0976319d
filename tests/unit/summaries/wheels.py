"""Wheels in four conditions, told as events: what the golden files are made from."""

from datetime import UTC, datetime, timedelta

from tests.unit.domain.histories import History, commit

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
AS_OF = START + timedelta(days=190)


def at(days: float) -> str:
    """A moment, so many days after the start, as the histories take it."""
    return f"{START + timedelta(days=days):%Y-%m-%d %H:%M}"


def healthy() -> History:
    """A turn every week; phases get shorter and small changes go out; one incident, soon over."""
    history = History()
    for n in range(24):
        start, pace = n * 7, 1 - n * 0.02
        idea, feature, deployment = f"idea-{n}", f"feature-{n}", f"d{n}"
        history.proposed(at(start), idea, title=f"Idea number {n}")
        history.challenged(at(start + pace), f"review-{n}", at(start + 1.5 * pace), idea=idea)
        history.worked(at(start + 2 * pace), idea=idea)
        history.deployed(at(start + 4 * pace), deployment, commit(f"c{n}", at(start + 3 * pace), idea))
        history.released(at(start + 4.5 * pace), feature, idea=idea, deployments=[deployment])
        history.outcome(at(start + 7), idea=idea)
    return history.incident(at(30), "i1", at(30.05), cause={"deployment": "d3"})


def struggling() -> History:
    """Every other deployment needs a hotfix, incidents stay open for days, four ideas are stuck."""
    history = History()
    for n in range(10):
        start = n * 18
        idea, feature, deployment = f"idea-{n}", f"feature-{n}", f"d{n}"
        history.proposed(at(start), idea)
        history.worked(at(start + 5), idea=idea)
        history.deployed(at(start + 9 + n / 2), deployment, commit(f"c{n}", at(start + 6), idea))
        history.deployed(at(start + 9.5 + n / 2), f"fix{n}", kind="hotfix", remediates=deployment)
        history.incident(at(start + 9.1 + n / 2), f"i{n}", at(start + 11 + n / 2), cause={"deployment": deployment})
        history.released(at(start + 10 + n / 2), feature, idea=idea, deployments=[deployment])
    for n in range(4):
        history.proposed(at(60 + n), f"stuck-{n}")
    return history


def barely_wired() -> History:
    """Deployments, incidents and releases, and nothing else."""
    history = History()
    for n in range(14):
        day = n * 9
        history.deployed(at(day + 1), f"d{n}", commit(f"c{n}", at(day)))
        history.released(at(day + 1.1), f"feature-{n}", deployments=[f"d{n}"])
    return history.incident(at(100), "i1", at(100.1), service="web")


def first_turn() -> History:
    """One idea, all the way through."""
    history = History().proposed(at(0), "one-page", title="Checkout in one page")
    history.challenged(at(1), "review", at(2), idea="one-page")
    history.worked(at(2), idea="one-page")
    history.deployed(at(4), "d1", commit("c1", at(3), "one-page"))
    return history.released(at(5), "one-page-checkout", idea="one-page", deployments=["d1"])
