"""One sentence that answers: are we winning, is it real, what holds us? By the first rule that applies (value §7)."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from shared.flywheel.catalogue.catalogue import read_by
from shared.flywheel.catalogue.change import change_of, untested
from shared.flywheel.catalogue.few import figure_text
from shared.flywheel.summaries.figures import Report, is_news, p_of
from shared.flywheel.value.metrics import time_between
from shared.flywheel.wording import amount, amounts, duration, listing, outside, percent, plural, quoted

BROKEN = {"failed_deployment": "{} is not recovered: {}", "open_incident": "the incident {} is not resolved: {}"}
"""By rule of what is broken now."""


class View(Struct, frozen=True, kw_only=True):
    """The material of a headline: the report, whose message it is, and what came of the message's own turn.

    `phase`: 0 for everyone. `turn`: the sentence on the turn's outcome or stop; empty where it says nothing.
    `headlined`: asks for the figures whose change was news to the message before, and is told once; that takes folds.
    """

    report: Report
    phase: int
    turn: str = ""
    headlined: Callable[[], Collection[str]] = tuple


def headline(view: View) -> str:
    """The first sentence that applies; the last always does."""
    sentence = next(text for rule in HEADLINES if (text := rule(view)))
    end = "" if sentence.endswith((".”", "!”", "?”")) else "."
    return f"{sentence[0].upper()}{sentence[1:]}{end}"


def _broken_now(view: View) -> str:
    action = next((each for each in view.report["actions"] if each["rule"] in BROKEN), None)
    if action is None:
        return ""
    thing = action["things"][0]
    return BROKEN[action["rule"]].format(quoted(thing["title"] or thing["id"]), action["because"])


def _doom_loop(view: View) -> str:
    loop = next((each for each in view.report["actions"] if each["rule"] == "doom_loop"), None)
    if loop is None:
        return ""
    return f"doom loop: {loop['because']}"


def _turn(view: View) -> str:
    return view.turn


def _north_star(view: View) -> str:
    star = view.report["value"]["north_star"]
    sentence = "" if star is None or star["value"] is None else star_sentence(star)
    if not (sentence and star["stale"]):
        return sentence
    age = datetime.fromisoformat(view.report["as_of"]) - datetime.fromisoformat(star["measured_at"])
    return f"{sentence}; last measured {duration(age / timedelta(hours=1))} ago"


def star_sentence(star: Mapping[str, Any]) -> str:
    """A north star that reached its target, goes away, or goes towards it; empty where it does none of these."""
    name, unit = quoted(star["metric"]), f" {outside(star['unit'])}" if star["unit"] else ""
    previous, target = star["previous"], star["target"]
    before, value = amounts(star["value"] if previous is None else previous, star["value"])
    now, was = f"{value}{unit}", "" if previous is None else f", from {before}"
    if star["reached"] and not (previous is not None and _met(star, previous)):
        return f"the north star {name} reached its target of {amount(target)}: {now}{was}"
    if star["heading"] == "away" and not star["reached"]:
        return f"the north star {name} goes away{'' if target is None else f' from {amount(target)}'}: {now}{was}"
    if star["heading"] == "towards" and not star["reached"]:
        closed, way = star["gap_closed"], f"the north star {name} goes the right way: {now}{was}"
        if closed is None:
            return way
        return f"{way}, {percent(closed)} of the gap to {amount(target)} closed in {time_between(star)}"
    return ""


def _met(star: Mapping[str, Any], value: float) -> bool:
    """True where an earlier value was at the target already."""
    return bool(value <= star["target"] if star["direction"] == "down" else value >= star["target"])


def _changed_for_real(view: View) -> str:
    news = [kind for kind in read_by(view.phase) if is_news(kind, view.report)]
    before = view.headlined() if news else ()
    kinds = [kind for kind in news if kind.trend not in before]
    if not kinds:
        return ""
    kind = min(kinds, key=lambda each: p_of(each, view.report))
    previous = view.report["trends"][kind.trend]["previous"] if kind.trend == kind.path else None
    was = "" if previous is None else f", was {kind.unit.show(previous)}"
    verdict = change_of(kind, view.report).verdict
    how = "changed" if verdict == "changed" else f"is {verdict}"
    return f"{kind.label} {how}, beyond chance: {figure_text(kind, view.report)}{was}"


def _tenet_at_act(view: View) -> str:
    calls = [each for each in view.report["actions"] if each["rule"].startswith("tenet_to_act_on")]
    return next((each["because"] for each in calls if view.phase in {0, each["phase"]}), "")


def _steady(view: View) -> str:
    """The last sentence: steady, this phase alone where others have news, or too early to tell."""
    if why := untested(view.report):
        return why
    if any(is_news(kind, view.report) for kind in read_by(view.phase)):
        return "steady: nothing else changed beyond chance"
    if view.report["context"]["news"]:
        return "steady: nothing of this phase changed beyond chance"
    return "steady: nothing changed beyond chance"


def _whole(view: View) -> str:
    return "" if view.phase or view.turn else whole_sentence(view.report)


def whole_sentence(report: Report) -> str:
    """Of a parent: how many of its children turn, what came of it, and whose direction is in a doom loop."""
    children = report["context"]["children"]
    if children is None:
        return ""
    beside, all_ = children["side_by_side"], children["together"]
    turning = sum(each["momentum"]["state"] in {"turning", "first_turn"} for each in beside)
    noun = "team" if all(each["kind"] == "team" for each in beside) else "flywheel"
    turn = f"{turning} of {plural(len(beside), noun)} {'turns' if 1 in {turning, len(beside)} else 'turn'}"
    came = f"{plural(all_['delivered'], 'turn')} delivered, {all_['outcomes']['met']} met"
    names = {each["flywheel"]: outside(each["name"]) for each in beside}
    loops = [names.get(each, outside(each)) for each in children["doom_loops"]]
    doomed = f"; {listing(loops)} {'is' if len(loops) == 1 else 'are'} in a doom loop" if loops else ""
    return f"{turn}; {came}{doomed}"


HEADLINES: tuple[Callable[[View], str], ...] = (
    _whole,
    _broken_now,
    _doom_loop,
    _turn,
    _north_star,
    _changed_for_real,
    _tenet_at_act,
    _steady,
)
"""In the order of the four questions."""
