"""One safeguard that is taken away."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """`old` stands exactly once in `file`; with `new` in its place, `test` fails."""

    name: str
    file: str
    old: str
    new: str
    test: str
