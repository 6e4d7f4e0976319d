"""Whether one commit descends from another, asked seldom and answered without walking all of history."""

from array import array

from cli.git.graph.history import History


class Ancestry:
    """Of one history, once it was read."""

    def __init__(self, history: History) -> None:
        self._parents = history.parents
        self._depth = array("l", bytes(len(history) * array("l").itemsize))
        for number in history.parents_first():
            known = [self._depth[parent] for parent in history.parents[number] or ()]
            self._depth[number] = 1 + max(known, default=0)
        self._known: dict[tuple[int, int], bool] = {}

    def holds(self, tip: int, commit: int) -> bool:
        """Whether a commit is the tip or an ancestor of it."""
        key = (tip, commit)
        if key not in self._known:
            self._known[key] = self._reaches(tip, commit)
        return self._known[key]

    def _reaches(self, tip: int, commit: int) -> bool:
        least = self._depth[commit]
        waiting, seen = [tip], {tip}
        while waiting:
            number = waiting.pop()
            if number == commit:
                return True
            for parent in self._parents[number] or ():
                if parent not in seen and self._depth[parent] >= least:
                    seen.add(parent)
                    waiting.append(parent)
        return False
