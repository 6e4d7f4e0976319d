"""Votes on messages: useful, or noise. Facts of their own: which message, what was pressed and when; never by whom.

Whoever clicks twice counts once: of one message the same button within some seconds is one vote. Two people who press
it within these seconds are one as well, as nothing is kept that would tell them apart.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from pynamodb.attributes import UnicodeAttribute

from shared.store.table import names
from shared.store.table.items import Item
from shared.store.table.keys import moment_of, stamp
from shared.store.table.table import Table

Opinion = Literal["useful", "noise"]
TOGETHER = timedelta(seconds=5)
"""Presses of one button of one message that lie no further apart are one vote."""


class VoteItem(Item):
    """One press of a button."""

    KIND = names.VOTE

    flywheel = UnicodeAttribute()
    message = UnicodeAttribute()
    opinion = UnicodeAttribute()
    at = UnicodeAttribute()


class Vote(Struct, frozen=True, order=True):
    """One press: of which message, what, and when."""

    message: str
    opinion: str
    at: datetime


class Votes(Struct, frozen=True):
    """How many said what of some messages."""

    useful: int = 0
    noise: int = 0


def keep_vote(table: Table, flywheel: str, vote: Vote) -> None:
    """Keep one press; keeping it again changes nothing."""
    at = stamp(vote.at)
    sk = f"{names.VOTE_SORT}{at}#{vote.opinion}#{vote.message}"
    fields = {"flywheel": flywheel, "message": vote.message, "opinion": vote.opinion, "at": at}
    table.put(table.new(VoteItem, names.VOTES_PREFIX + flywheel, sk, **fields))


def votes_between(table: Table, flywheel: str, start: datetime, end: datetime) -> Votes:
    """The votes on a flywheel's messages in (start, end]."""
    first, last = stamp(start), stamp(end)
    items = table.query(VoteItem, names.VOTES_PREFIX + flywheel, begins=names.VOTE_SORT)
    votes = (Vote(item.message, item.opinion, moment_of(item.at)) for item in items if first < item.at <= last)
    return counted(votes)


def counted(votes: Iterable[Vote]) -> Votes:
    """How many of each: a function of the set of presses, whatever their order."""
    kept: list[Vote] = []
    for vote in sorted(set(votes)):
        before = kept[-1] if kept else None
        same = before is not None and (before.message, before.opinion) == (vote.message, vote.opinion)
        if not (same and before is not None and vote.at - before.at <= TOGETHER):
            kept.append(vote)
    opinions = [vote.opinion for vote in kept]
    return Votes(useful=opinions.count("useful"), noise=opinions.count("noise"))
