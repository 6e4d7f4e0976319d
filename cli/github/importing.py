"""`flywheel import github`, from what was typed to a stream of events that says where it stopped."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from cli.failure import CommandError, CredentialsError, WrongInputError
from cli.github.api import Api, MissingError
from cli.github.deliveries import Deliveries
from cli.github.history import History, Place
from events.times import rfc3339
from shared.flywheel.settings.values import Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.\.?$)[A-Za-z0-9_.-]+")


class Choices(Struct, frozen=True, kw_only=True):
    """The options of an import."""

    hook: str = "github"
    flywheel: str | None = None
    since: datetime | None = None
    start: Place = Place()


class GithubImport:
    """One repository's events, once; afterwards `stopped` says why not all came, and `place` where to go on."""

    def __init__(self, api: Api, name: str, settings: Settings, choices: Choices) -> None:
        if not _NAME.fullmatch(name):
            raise WrongInputError(f"OWNER/REPO: got {name!r}, expected such as acme/shop")
        hook = settings.hooks.get(choices.hook)
        alone = hook.flywheels[0] if hook is not None and len(hook.flywheels) == 1 else None
        self._deliveries = Deliveries(
            _repository(api, name), choices.hook, settings.options(hook), choices.flywheel or alone
        )
        since = rfc3339(choices.since.replace(microsecond=0)) if choices.since else None
        self._api, self._start = api, choices.start
        self._history = History(api, self._deliveries.repository, self._deliveries, since)
        self.stopped: CommandError | None = None

    @property
    def place(self) -> Place:
        """The place up to which was read."""
        return self._history.place

    @property
    def requests(self) -> int:
        """How often GitHub was asked."""
        return self._api.requests

    @property
    def unreadable(self) -> int:
        """Things of GitHub's that could not be understood, each left out."""
        return self._deliveries.unreadable

    def events(self) -> Iterator[dict[str, Any]]:
        """All there are, or those until GitHub would not go on."""
        try:
            yield from self._history.events(self._start)
        except CommandError as error:
            self.stopped = error

    def require_all(self) -> None:
        """Raise what stopped it, with the place to go on at; a resumed import sends nothing twice that counts."""
        if self.stopped is not None:
            notice = f"{self.stopped.message}; what came before is told: --resume {self.place} goes on"
            raise CredentialsError(notice) if isinstance(self.stopped, CredentialsError) else CommandError(notice)


def _repository(api: Api, name: str) -> dict[str, Any]:
    """The `repository` of every delivery. GitHub's own spelling of the name counts, not the typed one."""
    try:
        answer = api.get(f"repos/{name}")
    except MissingError as error:
        raise CommandError(f"OWNER/REPO: {error.message}; a private one needs GITHUB_TOKEN") from error
    try:
        return {each: answer[each] for each in ("id", "full_name", "default_branch")}
    except (KeyError, TypeError) as error:
        raise CommandError("OWNER/REPO: GitHub's answer is no repository; check --api-url") from error
