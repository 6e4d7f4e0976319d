"""The action of a summary: which one, with its links, and what became of the one that the digest before advised."""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.flywheel.actions.choice import WORN, Listed, advice, chosen, is_listed
from shared.flywheel.actions.done import fate
from shared.flywheel.summaries.summary import Action, Link
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wording import day, quoted

LINKS = 2
"""Of the things that an action names so many are linked to."""


def action_of(actions: Sequence[Listed], phase: int) -> Action | None:
    """The next best action of a message that is no digest."""
    listed = chosen(actions, phase)
    return None if listed is None else shown(listed)


def shown(action: Listed, before: str = "") -> Action:
    """An action of a report as a summary shows it, with links to the things that its sentence names."""
    urls: dict[str, str | None] = {}
    for thing in action["things"]:
        urls.setdefault(thing["title"] or thing["id"], thing["url"])
    links = [Link(title=title, url=url) for title, url in urls.items() if url and quoted(title) in action["text"]]
    return Action(
        text=action["text"],
        because=action["because"],
        rule=action["rule"],
        links=tuple(links[:LINKS]),
        before=before,
    )


def without_said(action: Action | None, headline: str) -> Action | None:
    """An action without its reason where the headline has said that already."""
    if action is None or action.because.casefold() not in headline.casefold():
        return action
    return replace(action, because="")


def _short(text: str) -> str:
    """An action's text before its first comma, colon or semicolon that stands in no name, nor between two."""
    parts = _NAMES.split(text)
    for place in range(0, len(parts), 2):
        match = _STOPS.search(parts[place])
        if match and parts[place] != _BETWEEN:
            return f"{''.join(parts[:place])}{parts[place][: match.start()]}."
    return text


def _is_again(one: Listed, other: Listed) -> bool:
    """Whether one action asks for what another does; the words of two rules may be the same."""
    return one["text"] == other["text"] or is_listed(one, [other])


_NAMES = re.compile(r"(“[^”]*”)")
_STOPS = re.compile(r"[,;:] ")
_BETWEEN = ", "
"""What stands between the names of a list, which is not cut in two."""


class Memory:
    """The advice of digests: the lists of a digest and of those before it, newest first, each with its moment."""

    def __init__(self, evidence: Evidence, lists: Sequence[Sequence[Listed]], moments: Sequence[datetime]) -> None:
        self._evidence = evidence
        self._lists = lists
        self._moments = moments

    def action(self, phase: int) -> Action | None:
        """The advice to a persona (0: to everyone), with what became of the advice before it."""
        now = advice(self._lists, phase)
        return None if now.action is None else shown(now.action, self._before(phase, now.action, now.worn))

    def _before(self, phase: int, action: Listed, worn: Listed | None) -> str:
        last = advice(self._lists[1:], phase).action if len(self._lists) > 1 else None
        sentences = [] if last is None else [self._became(last, action, worn)]
        sentences += [] if worn is None else [f"Open since {self._day(WORN - 1)}: {_short(worn['text'])}"]
        return " ".join(filter(None, sentences))

    def _became(self, last: Listed, action: Listed, worn: Listed | None) -> str:
        """The fate of the last advice: done, advised again, or still so; what is worn is told as that."""
        end = fate(last, self._lists[0], self._evidence)
        if end.became == "done":
            return f"Done since {self._day(1)}: {end.how}."
        if end.became == "gone" or (worn is not None and _is_again(last, worn)):
            return ""
        return f"Advised on {self._day(1)} too." if _is_again(last, action) else f"Still so: {_short(last['text'])}"

    def _day(self, digests_ago: int) -> str:
        return day(self._moments[digests_ago], self._evidence.wheel.settings.time_zone)
