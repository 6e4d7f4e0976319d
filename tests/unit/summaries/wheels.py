"""Wheels in six conditions, told as events: what the golden files are made from."""

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


def doom_loop() -> History:
    """Two changes of direction, each soon after a disappointing result, and nothing learned in between."""
    history = History().add("Goal Set", at(0), goal="g", statement="Shoppers pay in one go", value_oriented=True)
    for n, target in enumerate((80, 60, 40)):
        day = 10 + n * 30
        history.add("Metric Defined", at(day), metric="share-paid", role="north_star", target=target, cadence_days=7)
        history.add("Metric Measured", at(day + 20), metric="share-paid", value=20 + n)
        history.proposed(at(day + 1), f"idea-{n}", title=f"Attempt number {n + 1}", input_metric="clicks")
        history.worked(at(day + 3), idea=f"idea-{n}")
        history.deployed(at(day + 6), f"d{n}", commit(f"c{n}", at(day + 4), f"idea-{n}"))
    for n in range(2):
        history.stopped(at(33 + n * 30), f"idea-{n}", reason="the target changed")
    return history.released(at(100), "attempt", idea="idea-2", deployments=["d2"])


def first_turn() -> History:
    """One idea, all the way through."""
    history = History().proposed(at(0), "one-page", title="Checkout in one page")
    history.challenged(at(1), "review", at(2), idea="one-page")
    history.worked(at(2), idea="one-page")
    history.deployed(at(4), "d1", commit("c1", at(3), "one-page"))
    return history.released(at(5), "one-page-checkout", idea="one-page", deployments=["d1"])


MAP = """\
anchor Shopper [1, 0.5]
component Basket [0.5, 0.1]
component Payment [0.4, 0.8] (buy)
component Ledger [0.4, 0.9] inertia
evolve Basket 0.5
"""


def well_wired() -> History:
    """The healthy wheel, with all that the twelve tenets are read from."""
    history = healthy().blocked(at(162), "b1", at(163), idea="idea-23", category="approval")
    history.add("Metric Defined", at(10), metric="paid", role="north_star", cadence_days=7, target=100)
    for metric, day in (("speed", 165), ("trust", 160), ("choice", 20)):
        history.add("Metric Defined", at(10), metric=metric, role="input")
        history.add("Metric Measured", at(day), metric=metric, value=3)
    history.add("Metric Measured", at(166), metric="paid", value=120)
    history.proposed(at(169), "idea-24", title="Idea number 24", input_metric="speed")
    for sort, day in (("market", 20), ("organisation", 60), ("emerging_value", 100), ("emerging_value", 160)):
        history.add("Map Submitted", at(day), map=sort, text=MAP)
    history.add("Map Submitted", at(161.5), map="solution", text=MAP, idea="idea-23")
    surveys = {"psychological_safety": 7, "westrum": 6, "developer_experience": 3, "alignment": 3}
    for survey, items in surveys.items():
        for _ in range(6):
            history.add("Survey Answered", at(150), survey=survey, answers=[4] * items)
    history.challenged(at(161.2), "pre-mortem", at(161.9), idea="idea-23", challenger="somebody")
    history.add("Incident Reviewed", at(31), incident="i1", actions=2, actions_done=1)
    for day, high in ((30, 5), (120, 2)):
        risks = {"security": {"high": high, "none": 15 - high}}
        history.add("Review Recorded", at(day), workload="shop", risks=risks, actions_done=3)
    for month, grams in ((1, 300), (2, 270)):
        period = {"period_start": f"2026-0{month}-01T00:00:00Z", "period_end": f"2026-0{month + 1}-01T00:00:00Z"}
        more = {"unit": "order", "units": 1000, "operational_gco2e": grams, "model_version": "1"}
        history.add("Carbon Recorded", at(month * 30 + 30), **period, **more)
    return history
