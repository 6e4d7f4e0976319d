"""Team checkout wires the whole wheel: ideas, challenges, work, deployments, releases, incidents and outcomes."""

from typing import Any

from cli.demo.teller import Teller

WEB, PAYMENTS = "checkout-web", "payment-api"


def checkout() -> list[dict[str, Any]]:
    """Twelve weeks: five ideas go round, one is stopped by its challenge, two are on their way."""
    team = Teller("checkout", "acme/checkout")
    _purpose(team)
    _one_page_checkout(team)
    _saved_cards(team)
    _guest_checkout(team)
    _bank_transfer(team)
    _split_payment(team)
    _express_reorder(team)
    _still_turning(team)
    return team.told


def _purpose(team: Teller) -> None:
    team.tell("planning", "Goal Set", "goal-finish", "1 Mon 09:00", goal="finish-what-you-started",
              statement="Everyone who fills a basket can pay for it within a minute", value_oriented=True)  # fmt: skip
    team.tell("planning", "Metric Defined", "metric-completed", "1 Mon 09:30", metric="completed-checkouts",
              role="north_star", unit="percent of baskets", target=68, cadence_days=7)  # fmt: skip
    for week, percent in enumerate((61, 61.5, 62, 62.5, 64, 64.5, 66, 66, 68.5, 69, 69.5, 70), start=1):
        team.tell("metrics", "Metric Measured", f"completed-week-{week}", f"{week} Fri 16:00",
                  metric="completed-checkouts", value=percent)  # fmt: skip


def _one_page_checkout(team: Teller) -> None:
    idea = "SHOP-101"
    team.idea(idea, "1 Tue 10:00", "Checkout on one page", goal="finish-what-you-started")
    team.challenge(idea, "1 Wed 13:00", "1 Fri 11:00")
    team.work(idea, "2 Mon 09:15")
    team.deploy("web-201", "2 Wed 14:00", [(27, idea), (5, idea)], service=WEB)
    team.deploy("web-202", "2 Fri 10:30", [(20, idea), (3, None)], service=WEB)
    team.deploy("web-203", "3 Tue 15:00", [(24, idea), (6, idea), (2, None)], service=WEB)
    team.release(
        "one-page-checkout", "3 Wed 09:00", idea=idea, service=WEB, deployments=["web-201", "web-202", "web-203"]
    )
    team.tell("planning", "Outcome Recorded", f"{idea}-outcome", "4 Thu 15:00", idea=idea, result="met",
              note="three in a hundred more baskets are paid for")  # fmt: skip


def _saved_cards(team: Teller) -> None:
    idea = "SHOP-114"
    team.idea(idea, "2 Mon 11:00", "Pay with a saved card", goal="finish-what-you-started")
    team.challenge(idea, "2 Thu 10:00", "3 Mon 16:00", decision="change", kind="rfc")
    team.work(idea, "3 Wed 13:00")
    team.deploy("pay-88", "4 Mon 11:00", [(70, idea), (21, idea)], service=PAYMENTS)
    team.deploy("pay-89", "4 Wed 10:00", [(26, idea), (4, idea)], service=PAYMENTS)
    team.release("saved-cards", "4 Wed 14:00", idea=idea, service=PAYMENTS, deployments=["pay-88", "pay-89"])
    team.incident(
        "inc-31", "4 Wed 15:10", "4 Wed 17:40", service=PAYMENTS, severity="high", cause={"deployment": "pay-89"}
    )
    team.deploy("pay-90", "4 Wed 17:30", [(1.2, None)], service=PAYMENTS, kind="hotfix", remediates="pay-89")
    team.tell(
        "pager", "Incident Reviewed", "inc-31-review", "5 Tue 10:00", incident="inc-31", actions=3, actions_done=2
    )


def _guest_checkout(team: Teller) -> None:
    idea = "SHOP-120"
    team.idea(idea, "3 Thu 09:30", "Checkout without an account")
    team.challenge(idea, "4 Tue 10:00", "5 Mon 14:00", decision="stop", kind="experiment")


def _bank_transfer(team: Teller) -> None:
    idea = "SHOP-131"
    team.idea(idea, "5 Wed 10:00", "Pay by bank transfer", goal="finish-what-you-started", follows="SHOP-101")
    team.challenge(idea, "5 Thu 13:30", "6 Mon 11:00", kind="premortem")
    team.work(idea, "6 Tue 09:00")
    team.deploy("pay-95", "6 Thu 16:00", [(50, idea), (22, idea)], service=PAYMENTS)
    team.deploy("web-214", "7 Mon 10:00", [(68, idea)], service=WEB)
    team.deploy("pay-97", "7 Wed 11:00", [(19, idea), (2, None)], service=PAYMENTS)
    team.release("bank-transfer", "7 Thu 09:00", idea=idea, deployments=["pay-95", "web-214", "pay-97"])
    team.tell("planning", "Outcome Recorded", f"{idea}-outcome", "8 Fri 14:00", idea=idea, result="met")


def _split_payment(team: Teller) -> None:
    idea = "SHOP-140"
    team.idea(idea, "6 Mon 10:00", "Split a payment between two cards")
    team.challenge(idea, "6 Wed 10:00", "6 Fri 15:00")
    team.work(idea, "7 Tue 09:30")
    team.tell(
        "planning",
        "Blocker Opened",
        "audit-opened",
        "7 Thu 12:00",
        blocker="card-audit",
        idea=idea,
        category="approval",
    )
    team.tell("planning", "Blocker Closed", "audit-closed", "8 Wed 09:00", blocker="card-audit", idea=idea)
    team.deploy("pay-101", "8 Thu 14:00", [(196, idea), (25, idea), (3, idea)], service=PAYMENTS)
    team.deploy("web-221", "9 Mon 11:30", [(17, idea)], service=WEB)
    team.release("split-payment", "9 Tue 10:00", idea=idea, deployments=["pay-101", "web-221"])
    team.tell("planning", "Outcome Recorded", f"{idea}-outcome", "10 Mon 11:00", idea=idea, result="learned",
              note="used by one in two hundred; kept, not extended")  # fmt: skip


def _express_reorder(team: Teller) -> None:
    idea = "SHOP-152"
    team.idea(idea, "8 Mon 10:00", "Order the same again with one tap", follows="SHOP-131")
    team.challenge(idea, "8 Tue 11:00", "8 Thu 16:00")
    team.work(idea, "9 Mon 09:00")
    team.deploy("web-225", "9 Thu 13:00", [(30, idea), (4, idea)], service=WEB)
    team.deploy("web-227", "10 Tue 10:00", [(23, idea), (2, idea)], service=WEB, outcome="rolled_back")
    team.incident("inc-44", "10 Tue 10:20", "10 Tue 11:05", service=WEB, severity="low")
    team.deploy("web-228", "10 Wed 15:00", [(20, idea), (1.5, idea)], service=WEB)
    team.release("express-reorder", "10 Thu 09:00", idea=idea, service=WEB, deployments=["web-225", "web-228"])


def _still_turning(team: Teller) -> None:
    team.idea("SHOP-160", "10 Fri 10:00", "Gift cards in the basket", follows="SHOP-152")
    team.challenge("SHOP-160", "11 Tue 10:00", None, kind="map")
    team.idea("SHOP-163", "10 Mon 14:00", "A receipt within a second", goal="finish-what-you-started")
    team.challenge("SHOP-163", "10 Wed 10:00", "11 Mon 10:00")
    team.work("SHOP-163", "11 Tue 09:00")
    team.deploy("pay-109", "11 Thu 14:00", [(28, "SHOP-163"), (5, "SHOP-163")], service=PAYMENTS)
    team.deploy("pay-110", "12 Wed 11:00", [(21, "SHOP-163")], service=PAYMENTS)
    team.deploy("pay-111", "12 Thu 09:00", [(3, "SHOP-163")], service=PAYMENTS, environment="staging")
