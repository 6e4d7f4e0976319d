"""The things that hints tell of: what events name, and where facts of services and repositories were placed."""

from typing import NamedTuple

BESIDE = "beside "


class Named(NamedTuple):
    """A thing that events name, for example an idea."""

    what: str
    name: str


class Placed(NamedTuple):
    """A service or repository whose facts the settings of their time put into a partition.

    `what` begins with `BESIDE` where they tell their flywheel themselves: then only its owner has to look there.
    """

    what: str
    name: str
    partition: str
