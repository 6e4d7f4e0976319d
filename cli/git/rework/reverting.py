"""The work that a release takes back in all: reverts of the same release and reverts of reverts cancel out."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from cli.git.graph.history import History
from cli.git.reading.reverts import Revert

_SLACK = 86_400
"""Seconds by which clocks of two commits may disagree about which came first."""
_UNKNOWN_WORK = -1
"""Less the number of the revert that takes it back: stands for work that no commit of this history is."""


class Taken(Struct, frozen=True):
    """Commits of earlier releases that are taken back; `alone` where nothing else is done."""

    targets: list[int]
    alone: bool


class Targets:
    """The commit that each revert means, looked up by sha, subject or pull request."""

    def __init__(self, history: History, owner: Mapping[int, int]) -> None:
        """`owner`: the place, in order of time, of the release that first contains a commit."""
        self._history, self._owner = history, owner
        wanted = {revert.subject for revert in history.reverts.values() if revert.subject}
        pulls = {revert.pull for revert in history.reverts.values() if revert.pull}
        self._by_subject: dict[bytes, list[int]] = {}
        self._by_pull: dict[int, list[int]] = {}
        for number in owner if history.reverts else ():
            if history.subjects[number] in wanted:
                self._by_subject.setdefault(history.subjects[number], []).append(number)
            if history.pulls[number] in pulls:
                self._by_pull.setdefault(history.pulls[number], []).append(number)

    def place_of(self, number: int) -> int | None:
        """The place of the release that first contains a commit."""
        return self._owner.get(number)

    def taken_back(self, commits: Iterable[int], place: int, is_on_line: Callable[[int], bool]) -> Taken:
        """The commits of earlier releases on its line that the release at a place takes back."""
        own = [*commits]
        chains = self._chains(own, place, is_on_line)
        net: dict[int, int] = {}
        for chain in chains.values():
            net[chain[-1]] = net.get(chain[-1], 0) + (-1) ** (len(chain) - 1)
        inside = {root for root in net if self._owner.get(root) == place}
        undone = {number for number, chain in chains.items() if net[chain[-1]] < 0 and chain[-1] not in inside}
        gone = {number for number, chain in chains.items() if not net[chain[-1]] or chain[-1] in inside}
        gone |= {root for root in inside if net[root] < 0}
        left = [number for number in own if number not in gone and not self._history.is_merge(number)]
        targets = [chains[number][1] for number in undone if self._owner.get(chains[number][1]) != place]
        alone = all(number in undone and self._history.reverts[number].alone for number in left)
        return Taken(targets, bool(undone) and alone)

    def _chains(self, own: list[int], place: int, is_on_line: Callable[[int], bool]) -> dict[int, list[int]]:
        """Of each revert: itself, its target, that one's target if it is a revert too, and so on to the work.

        What an earlier release's revert took back may be unknown; it is some work all the same.
        """
        chains: dict[int, list[int]] = {}
        reverts = self._history.reverts
        for number in own:
            chain = [number]
            while chain[-1] in reverts:
                target = self._target(chain[-1], is_on_line)
                if target is None or target in chain:
                    break
                chain.append(target)
            if len(chain) > 1:
                ends = chain[-1] in reverts and reverts[chain[-1]].alone and self._owner.get(chain[-1]) != place
                chains[number] = [*chain, _UNKNOWN_WORK - chain[-1]] if ends else chain
        return chains

    def _target(self, number: int, is_on_line: Callable[[int], bool]) -> int | None:
        revert = self._history.reverts[number]
        for candidates in self._candidates(revert):
            near = [each for each in candidates if each != number and self._may_be(each, number, is_on_line)]
            if near:
                return self._merged_revert(max(near, key=lambda each: (self._history.committed[each], each)))
        return None

    def _candidates(self, revert: Revert) -> Iterable[list[int]]:
        """By sha, else by subject, else by pull request: a cherry-pick has another sha and the same subject."""
        named = (self._history.find_short(sha) for sha in revert.shas)
        yield [number for number in named if number is not None]
        yield self._by_subject.get(revert.subject or b"", [])
        yield self._by_pull.get(revert.pull or -1, []) if self._is_ours(revert) else []

    def _is_ours(self, revert: Revert) -> bool:
        """A pull request of another repository is another one; a fork keeps the name."""
        ours = self._history.repository
        if revert.repository is None or "/" not in ours:
            return True
        return revert.repository.rpartition("/")[2].lower() == ours.rpartition("/")[2].lower()

    def _merged_revert(self, number: int) -> int:
        """The revert that a merge brought, as who takes the merge back takes that back; of any other commit itself."""
        parents = self._history.parents[number] or ()
        return parents[1] if len(parents) == 2 and parents[1] in self._history.reverts else number

    def _may_be(self, target: int, number: int, is_on_line: Callable[[int], bool]) -> bool:
        place = self._owner.get(target)
        times = self._history.committed
        return place is not None and times[target] <= times[number] + _SLACK and is_on_line(place)
