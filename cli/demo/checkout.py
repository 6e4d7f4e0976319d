"""Team checkout wires the whole wheel little by little: first what its tools send by themselves, then ideas and
challenges, a north star with its inputs, maps, surveys, reviews, and at last its carbon.
"""

from cli.demo.checkout_bets import bets
from cli.demo.checkout_practices import practices
from cli.demo.checkout_tools import Tools
from cli.demo.delivery import Delivery
from cli.demo.moments import at


def checkout() -> list[Delivery]:
    """Twenty weeks: the first ideas take a month each, the later ones a fortnight, and most of its bets pay."""
    team = Tools()
    team.web.ping(at("1 Mon 08:00"))
    _before_anything_is_planned(team)
    _one_page_checkout(team)
    _saved_cards(team)
    _guest_checkout(team)
    _bank_transfer(team)
    _split_payment(team)
    _express_reorder(team)
    bets(team)
    practices(team)
    return list(team.sent)


def _before_anything_is_planned(team: Tools) -> None:
    team.deploy_payments("pay-86", "1 Thu 11:00", [(30, None), (5, None)])
    team.deploy_web(200, "1 Fri 10:00", [(26, None), (3, None)])
    team.deploy_payments("pay-87", "2 Thu 15:00", [(48, None), (7, None)])


def _one_page_checkout(team: Tools) -> None:
    """Only its commits, pull request and release name it: nobody wrote the idea itself down."""
    idea, title = "SHOP-101", "Checkout on one page"
    team.work(team.web, 12, idea, "2 Mon 09:15", title)
    team.deploy_web(201, "2 Wed 14:00", [(27, idea), (5, idea)])
    team.deploy_web(202, "2 Fri 10:30", [(20, idea), (3, None)])
    team.deploy_web(203, "3 Tue 15:00", [(24, idea), (6, idea), (2, None)])
    team.release(team.web, "v1.8.0", "3 Wed 09:00", idea, "web-203")


def _saved_cards(team: Tools) -> None:
    idea, title = "SHOP-114", "Pay with a saved card"
    team.planning.idea(idea, "3 Mon 11:00", title)
    team.planning.challenge(idea, "3 Mon 14:00", "3 Wed 10:00", decision="change", kind="rfc", challenger="c-07")
    team.work(team.payments, 31, idea, "3 Wed 13:00", title)
    team.deploy_payments("pay-88", "4 Mon 11:00", [(70, idea), (21, idea)])
    team.deploy_payments("pay-89", "4 Wed 10:00", [(26, idea), (4, idea)])
    team.release(team.payments, "v3.1.0", "4 Wed 14:00", idea, "pay-89")
    incident = team.pager.incident("Cards declined", at("4 Wed 15:10"), at("4 Wed 17:40"), "Payments", "P1")
    team.deploy_payments("pay-90", "4 Wed 17:30", [(1.2, None)])
    team.planning.tell("Incident Reviewed", "cards-declined-review", "5 Tue 10:00", incident=incident,
                       actions=3, actions_done=2)  # fmt: skip


def _guest_checkout(team: Tools) -> None:
    idea = "SHOP-120"
    team.planning.idea(idea, "4 Thu 09:30", "Checkout without an account")
    team.planning.challenge(idea, "4 Fri 10:00", "5 Mon 14:00", decision="stop", kind="experiment", challenger="c-11")


def _bank_transfer(team: Tools) -> None:
    idea, title = "SHOP-131", "Pay by bank transfer"
    team.planning.idea(idea, "5 Wed 10:00", title, goal="finish-what-you-started", input_metric="ways-to-pay",
                       follows="SHOP-101")  # fmt: skip
    team.planning.challenge(idea, "5 Thu 13:30", "6 Mon 11:00", kind="premortem", challenger="c-07")
    team.work(team.payments, 34, idea, "6 Tue 09:00", title)
    team.deploy_payments("pay-95", "6 Thu 16:00", [(50, idea), (22, idea)])
    team.deploy_web(214, "7 Mon 10:00", [(68, idea)])
    team.deploy_payments("pay-97", "7 Wed 11:00", [(19, idea), (2, None)])
    team.release(team.payments, "v3.2.0", "7 Thu 09:00", idea, "pay-97")
    team.planning.outcome("8 Fri 14:00", "met", idea=idea)


def _split_payment(team: Tools) -> None:
    idea, title = "SHOP-140", "Split a payment between two cards"
    team.planning.idea(idea, "6 Mon 10:00", title, input_metric="ways-to-pay")
    team.planning.challenge(idea, "6 Wed 10:00", "6 Fri 15:00", challenger="c-19")
    team.work(team.payments, 37, idea, "7 Tue 09:30", title)
    audit = {"blocker": "card-audit", "idea": idea}
    team.planning.tell("Blocker Opened", "audit-opened", "7 Thu 12:00", category="approval", **audit)
    team.planning.tell("Blocker Closed", "audit-closed", "8 Wed 09:00", **audit)
    team.deploy_payments("pay-101", "8 Thu 14:00", [(196, idea), (25, idea), (3, idea)])
    team.deploy_web(221, "9 Mon 11:30", [(17, idea)])
    team.release(team.web, "v1.11.0", "9 Tue 10:00", idea, "web-221")
    team.planning.outcome("10 Mon 11:00", "learned", "used by one in two hundred; kept, not extended", idea=idea)


def _express_reorder(team: Tools) -> None:
    """A deployment that an alarm finds wanting is rolled back, and mended the day after."""
    idea, title = "SHOP-152", "Order the same again with one tap"
    team.planning.idea(idea, "8 Mon 10:00", title, input_metric="seconds-to-pay", follows="SHOP-131")
    team.planning.challenge(idea, "8 Tue 11:00", "8 Thu 16:00", challenger="c-11")
    team.work(team.web, 58, idea, "9 Mon 09:00", title)
    team.deploy_web(225, "9 Thu 13:00", [(30, idea), (4, idea)])
    team.deploy_web(227, "10 Tue 10:00", [(23, idea), (2, idea)])
    team.aws.alarm("checkout-web-5xx", at("10 Tue 10:20"), at("10 Tue 11:25"))
    team.roll_back_web(228, "10 Tue 11:20", to=225, remediates=227)
    team.deploy_web(229, "10 Wed 15:00", [(20, idea), (1.5, idea)])
    team.release(team.web, "v1.12.0", "10 Thu 09:00", idea, "web-229")
