"""From a stored turn to what is published of it: that it started, which phases it entered, what holds it. Pure.

A redelivered record gives the same ids: they come from the turn, the phase and the moment of its entry.
"""

import hashlib
from collections.abc import Iterator

from shared.aws.bus import Announcement
from shared.store.projections.turn_news import HELD, START, entries_of, held_of, is_history
from shared.store.table.items import VANISHED, TurnItem
from shared.store.table.keys import flywheel_of, moment_of, stamp


def entered(turn: TurnItem, written: float) -> Iterator[Announcement]:
    """The announcements that this write of a turn makes first; `written`: seconds since the epoch, by the stream."""
    entries = entries_of(turn.shows)
    if turn.state == VANISHED:
        yield _entry(turn, min(entries, default=START), entries.get(START, ""), written, starts=True)
        return
    first = min(phase for phase in entries if phase != START)
    for phase in map(int, turn.news or ""):
        if phase == HELD:
            yield _held(turn, max(entries), written)
            continue
        yield _entry(turn, phase or first, entries[phase], written, starts=phase == START)


def _held(turn: TurnItem, phase: int, written: float) -> Announcement:
    """What holds the turn changed: `blockers`, by id, none where nothing does any more."""
    held = held_of(turn.shows)
    assert held is not None  # noqa: S101  it is news
    names = [each["blocker"] for each in held["by"]]
    detail_type, flywheel = "Turn Held", flywheel_of(turn.pk)
    identity = "\0".join((detail_type, flywheel, turn.key, turn.turn, held["at"], *names))
    return Announcement(
        detail_type=detail_type,
        detail={
            "id": hashlib.sha256(identity.encode()).hexdigest()[:32],
            "time": stamp(moment_of(held["at"])),
            "flywheel": flywheel,
            "turn": turn.turn,
            "key": turn.key,
            "phase": phase,
            "blockers": names,
            "historical": is_history(held["at"], written),
        },
    )


def _entry(turn: TurnItem, phase: int, at: str, written: float, *, starts: bool) -> Announcement:
    detail_type = "Turn Started" if starts else "Phase Entered"
    flywheel = flywheel_of(turn.pk)
    identity = "\0".join((detail_type, flywheel, turn.key, turn.turn, str(phase), at))
    detail = {
        "id": hashlib.sha256(identity.encode()).hexdigest()[:32],
        "time": stamp(moment_of(at)),
        "flywheel": flywheel,
        "turn": turn.turn,
        "key": turn.key,
        "phase": phase,
        "historical": is_history(at, written),
    }
    if turn.state == VANISHED:
        detail |= {"id": f"{detail['id']}-vanished", "vanished": True}
    return Announcement(detail_type=detail_type, detail=detail)
