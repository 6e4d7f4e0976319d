"""The ideas of team checkout from week 10 on: each is a bet on an input of its north star, small and soon released."""

from cli.demo.checkout_tools import Tools
from cli.demo.moments import at
from cli.demo.senders.commits import Commits

_RECEIPT = "acme/checkout#41"
"""An idea that is an issue on GitHub."""
_SMALL: tuple[tuple[str, str, Commits], ...] = (
    ("web-233", "13 Tue 10:00", ((9, None), (3, None))),
    ("pay-114", "14 Fri 11:00", ((8, None), (2, None))),
    ("web-240", "15 Mon 11:00", ((4, None),)),
    ("web-244", "15 Fri 10:00", ((5, None), (2, None))),
    ("web-246", "16 Tue 10:00", ((3, None),)),
    ("pay-123", "16 Fri 15:00", ((4, None),)),
    ("web-252", "17 Tue 15:00", ((6, None), (1, None))),
    ("web-257", "18 Mon 11:00", ((3, None),)),
    ("web-258", "18 Wed 10:00", ((4, None), (2, None))),
    ("web-261", "18 Fri 11:00", ((3, None),)),
    ("pay-131", "19 Mon 16:00", ((5, None),)),
    ("web-266", "20 Tue 10:00", ((2, None),)),
    ("pay-134", "20 Thu 15:00", ((4, None),)),
)
"""Changes that belong to no idea, the smaller the later."""


def bets(team: Tools) -> None:
    """One misses, four pay; the last two are on their way when the story ends."""
    for deployment, moment, commits in _SMALL:
        _deploy(team, deployment, moment, commits)
    _receipt(team)
    _gift_cards(team)
    _postcode(team)
    _second_try(team)
    _wallets_first(team)
    _pay_at_the_door(team)


def _receipt(team: Tools) -> None:
    team.web.idea(at("10 Mon 14:00"), 41, "A receipt within a second")
    team.planning.challenge(_RECEIPT, "10 Wed 10:00", "11 Mon 10:00", challenger="c-19")
    _deploy(team, "pay-109", "11 Thu 14:00", [(28, _RECEIPT), (5, _RECEIPT)])
    _deploy(team, "pay-110", "12 Wed 11:00", [(21, _RECEIPT)])
    team.deploy_payments("pay-111", "12 Thu 09:00", [(3, _RECEIPT)], pipeline="payments-staging")
    team.release(team.payments, "v3.3.0", "12 Thu 14:00", _RECEIPT, "pay-110")
    team.planning.outcome("13 Wed 11:00", "met", "a third fewer questions to support", idea=_RECEIPT)


def _gift_cards(team: Tools) -> None:
    """A bet that misses: one more way to pay was there already for those who wanted it."""
    idea = "SHOP-160"
    team.planning.idea(idea, "10 Fri 10:00", "Gift cards in the basket", input_metric="ways-to-pay",
                       goal="finish-what-you-started", follows="SHOP-152")  # fmt: skip
    team.planning.challenge(idea, "11 Tue 10:00", "12 Tue 10:00", kind="map", challenger="c-07")
    _deploy(team, "web-236", "13 Fri 14:00", [(18, idea), (6, idea)])
    team.release(team.web, "v1.13.0", "14 Thu 09:00", idea, "web-236")
    team.planning.outcome("15 Wed 10:00", "missed", "bought as presents, hardly ever spent here", idea=idea)


def _postcode(team: Tools) -> None:
    """What follows from the one that missed: the step that shoppers leave at, not one more way past it."""
    idea = "SHOP-171"
    team.planning.idea(idea, "13 Mon 10:00", "The address from the postcode", input_metric="seconds-to-pay",
                       goal="finish-what-you-started", follows=_RECEIPT)  # fmt: skip
    team.planning.challenge(idea, "13 Tue 14:00", "13 Thu 11:00", kind="experiment", challenger="c-11")
    _deploy(team, "web-238", "14 Wed 15:00", [(12, idea), (4, idea)])
    _deploy(team, "web-242", "15 Tue 14:00", [(7, idea), (2, idea)])
    team.release(team.web, "v1.14.0", "15 Wed 09:00", idea, "web-242")
    team.planning.outcome("16 Thu 11:00", "met", idea=idea)


def _second_try(team: Tools) -> None:
    idea = "SHOP-178"
    team.planning.idea(idea, "15 Mon 13:00", "A declined card gets a second try", input_metric="declined-cards",
                       goal="finish-what-you-started", follows="SHOP-160")  # fmt: skip
    team.planning.challenge(idea, "15 Tue 10:00", "15 Thu 10:00", kind="premortem", challenger="c-19")
    _deploy(team, "pay-121", "16 Wed 11:00", [(6, idea), (3, idea)])
    _deploy(team, "pay-125", "17 Mon 14:00", [(5, idea)])
    team.release(team.payments, "v3.4.0", "17 Mon 16:00", idea, "pay-125")
    team.planning.outcome("18 Tue 11:00", "met", idea=idea)


def _wallets_first(team: Tools) -> None:
    idea = "SHOP-185"
    team.planning.idea(idea, "16 Fri 10:00", "Wallets on the first screen", input_metric="seconds-to-pay",
                       goal="finish-what-you-started", follows="SHOP-171")  # fmt: skip
    team.planning.challenge(idea, "16 Fri 14:00", "17 Tue 10:00", kind="rfc", challenger="c-07")
    _deploy(team, "web-254", "17 Thu 11:00", [(5, idea), (2, idea)])
    _deploy(team, "web-256", "18 Tue 10:00", [(6, idea), (3, idea)])
    team.release(team.web, "v1.15.0", "18 Tue 14:00", idea, "web-256")
    team.planning.outcome("19 Wed 15:00", "met", idea=idea)


def _pay_at_the_door(team: Tools) -> None:
    """One waits for the terms, as something of the other team does; the next was just thought of."""
    idea = "SHOP-190"
    team.planning.idea(idea, "18 Thu 10:00", "Pay at the door", input_metric="ways-to-pay",
                       goal="finish-what-you-started", follows="SHOP-178")  # fmt: skip
    team.planning.challenge(idea, "18 Thu 14:00", "19 Tue 10:00", challenger="c-11")
    terms = {"blocker": "terms", "title": "New terms of payment", "category": "approval", "idea": idea}
    team.planning.tell("Blocker Opened", "terms-opened", "19 Wed 10:00", **terms)
    _deploy(team, "web-264", "19 Thu 14:00", [(6, idea), (2, idea)])
    team.planning.idea("SHOP-196", "20 Wed 10:00", "Remember how I paid", input_metric="seconds-to-pay",
                       goal="finish-what-you-started", follows="SHOP-185")  # fmt: skip


def _deploy(team: Tools, deployment: str, moment: str, commits: Commits) -> None:
    """To the web by GitHub, to payments by CodePipeline, as its name says."""
    if deployment.startswith("pay-"):
        team.deploy_payments(deployment, moment, commits)
    else:
        team.deploy_web(int(deployment.removeprefix("web-")), moment, commits)
