"""Facts purely from JSONL files: no account, no clock, no network."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from cli.event_lines import Line, bodies, line_of, translated
from cli.failure import CommandError
from cli.progress import counting
from cli.terminal import say
from events import Event
from events.one_pass import plain_event
from shared.flywheel.facts.fact import Fact, key_of, sha_of
from shared.flywheel.facts.of_event import fact_of, light_fact_of, with_content
from shared.flywheel.facts.packed import Codec, Packing
from shared.flywheel.wheel.sorted_out import Moments
from shared.flywheel.wording import count_of
from shared.sources.options import SourceOptions
from shared.store.segments.pack import pack, unpack

_SHOWN = 100
_MANY = ("Change Recorded", "Deployment Finished", "Deployment Started", "Metric Measured")
"""Kinds that come by the thousand and that figures look at a few times only."""
_CODEC = Codec(pack, unpack)


def _events_of(files: Sequence[str], options: SourceOptions) -> Iterator[tuple[Event | None, Line | None]]:
    """Every event of the files; where a line holds none, what it is instead."""
    for place, body in bodies(files):
        event = plain_event(body)
        if event is not None:
            yield event, None
            continue
        for line in translated(line_of(place, body), options):
            yield line.event, line


class Origins(Struct, frozen=True):
    """Names that facts leave out: source and id of each event by its key, and shas as they were sent."""

    events: dict[int, tuple[str, str]]
    shas: dict[int, str]

    def add(self, event: Event) -> None:
        """Remember what one event is called."""
        self.events[key_of(event.source, event.detail.id)] = (event.source, event.detail.id)
        for commit in getattr(event.detail, "commits", None) or ():
            sha = commit if isinstance(commit, str) else commit.sha
            self.shas[sha_of(sha)] = sha


class _Read:
    """The facts read so far: those of kinds that are many packed, others light, and aside what tells two versions of
    one event apart: few events have two.
    """

    def __init__(self) -> None:
        self.count = 0
        self._light: list[Fact] = []
        self._contents = array("Q")
        self._packings: dict[str, Packing[Fact]] = {kind: Packing(_CODEC) for kind in _MANY}

    def add(self, event: Event) -> None:
        """Keep what the figures need of an event, and nothing of its text."""
        self.count += 1
        packing = self._packings.get(event.detail_type)
        if packing is not None:
            packing.add(fact_of(event))
            return
        fact, content = light_fact_of(event)
        self._light.append(fact)
        self._contents.append(content)

    def told_apart(self) -> Moments:
        """All of them, made whole where several have one key."""
        packed = [facts for packing in self._packings.values() if (facts := packing.packed())]
        repeated = _repeated(chain((fact.key for fact in self._light), *(facts.keys for facts in packed)))
        if not repeated:
            return Moments((), alone=[self._light, *packed])
        pairs = zip(self._light, self._contents, strict=True)
        whole = [with_content(fact, content) for fact, content in pairs if fact.key in repeated]
        whole += [fact for facts in packed for fact in facts.having(repeated)]
        alone = [fact for fact in self._light if fact.key not in repeated]
        return Moments(whole, alone=[alone, *(each for facts in packed if (each := facts.without(repeated)))])


def _repeated(keys: Iterable[int]) -> set[int]:
    """Those that come more than once."""
    seen, again = set[int](), set[int]()
    for key in keys:
        (again if key in seen else seen).add(key)
    return again


def facts_of_files(
    files: Sequence[str], origins: Origins | None = None, options: SourceOptions | None = None
) -> Moments:
    """Every valid event's fact; the others are told on stderr. Raises CommandError where none is valid.

    `origins` is filled where it is given: facts themselves hold neither source nor id. `options` say how events of
    AWS's services and CDEvents are read.
    """
    read = _Read()
    invalid = nothing = 0
    with counting("events read") as progress:
        for event, line in _events_of(files, options or SourceOptions()):
            if event is not None:
                read.add(event)
                if origins is not None:
                    origins.add(event)
                progress(read.count)
            elif line is not None and line.ignored is None:
                invalid += 1
                if invalid <= _SHOWN:
                    say(f"{line.place}: {line.error}", "warning")
            else:
                nothing += 1
    if invalid:
        left_out = "is no valid event and left out" if invalid == 1 else "are no valid events and left out"
        unseen = f" (the first {_SHOWN} are listed)" if invalid > _SHOWN else ""
        say(f"{invalid:,} of {count_of(invalid + read.count, 'line')} {left_out}{unseen}", "warning")
    if nothing:
        verb = "counts" if nothing == 1 else "count"
        say(f"{count_of(nothing, 'event')} of AWS's services or CDEvents {verb} for nothing")
    if not read.count:
        raise CommandError(f"FILES: no valid event in {', '.join(files)}; one EventBridge event a line is expected")
    return read.told_apart()
