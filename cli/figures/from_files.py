"""Facts purely from JSONL files: no account, no clock, no network."""

from collections.abc import Sequence

from msgspec import Struct

from cli.event_lines import read_lines
from cli.failure import CommandError
from cli.progress import counting
from cli.terminal import say
from events import Event
from shared.flywheel.facts.fact import Fact, fact_of, key_of, sha_of
from shared.sources.options import SourceOptions

_SHOWN = 100


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


def facts_of_files(
    files: Sequence[str], origins: Origins | None = None, options: SourceOptions | None = None
) -> list[Fact]:
    """Every valid event's fact; the others are told on stderr. Raises CommandError where none is valid.

    `origins` is filled where it is given: facts themselves hold neither source nor id. `options` say how events of
    AWS's services and CDEvents are read.
    """
    facts: list[Fact] = []
    invalid = nothing = 0
    with counting("events read") as progress:
        for line in read_lines(files, options or SourceOptions()):
            if line.event is not None:
                facts.append(fact_of(line.event))
                if origins is not None:
                    origins.add(line.event)
                progress(len(facts))
                continue
            if line.ignored is not None:
                nothing += 1
                continue
            invalid += 1
            if invalid <= _SHOWN:
                say(f"{line.place}: {line.error}", "warning")
    if invalid:
        unseen = f" (the first {_SHOWN} are listed)" if invalid > _SHOWN else ""
        say(f"{invalid:,} of {invalid + len(facts):,} lines are no valid events and left out{unseen}", "warning")
    if nothing:
        say(f"{nothing:,} events of AWS's services or CDEvents count for nothing")
    if not facts:
        raise CommandError(f"FILES: no valid event in {', '.join(files)}; one EventBridge event a line is expected")
    return facts
