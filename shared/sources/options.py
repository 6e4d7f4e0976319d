"""Options of an organisation about its sources; every field has a default, so that none need be said."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

AlarmKind = Literal["composite", "metric"]


class EnvironmentRule(Struct, frozen=True):
    """Environments named so are `environment`, and of `service` where one is said (`prod-*` of a monorepo)."""

    pattern: str
    environment: str
    service: str | None = None


class WorkflowRule(Struct, frozen=True):
    """Workflow runs named so, by name or file, are deployments."""

    pattern: str
    environment: str = "production"
    service: str | None = None


class PathRule(Struct, frozen=True):
    """Files at such paths of a repository belong to a service; `*` crosses folders.

    A file that several rules fit belongs to all their services: shared code changes each.
    """

    path: str
    service: str
    repository: str = "*"


class ServiceRule(Struct, frozen=True):
    """A rule: whatever a vendor calls so (a repository, a PagerDuty service, a project of flags) is this service."""

    pattern: str
    service: str


class SourceOptions(Struct, frozen=True, kw_only=True):
    """How deliveries are read. Patterns are of shell style, `*` and `?`; of rules that match
    the first counts, but of `paths` all."""

    idea_pattern: str | None = None
    """Regular expression of one's own, its first group that takes part is the key; empty: none are looked for."""
    idea_projects: tuple[str, ...] = ()
    """Projects of a tracker (`SHOP`), whose keys are then found in any case, and no others beside issues' numbers.

    Without them any project may be one, but for the names of known standards.
    """
    production: tuple[str, ...] = ("production", "prod", "live")
    """Environments where users are; flags count only there. Case does not matter."""
    environments: tuple[EnvironmentRule, ...] = ()
    workflows: tuple[WorkflowRule, ...] = ()
    """Without a rule no workflow run is a deployment: most only build and test."""
    paths: tuple[PathRule, ...] = ()
    services: tuple[ServiceRule, ...] = ()
    branches: tuple[str, ...] = ()
    """Branches whose pushes are recorded besides the repository's default branch."""
    hotfix_branches: tuple[str, ...] = ("hotfix/*", "hotfix-*")
    incident_labels: tuple[str, ...] = ("incident",)
    idea_labels: tuple[str, ...] = ("idea",)
    ignored_alarms: tuple[str, ...] = ("TargetTracking-*", "flywheel-*")
    """CloudWatch alarms named so are no incidents: those by which auto-scaling works as it should, and our own."""
    alarm_kinds: tuple[AlarmKind, ...] = ("metric",)
    """A composite alarm says again what its alarms have said: its incident would be the same one twice."""

    def ideas(
        self, *texts: str | None, repository: str, message: str | None = None, description: str | None = None
    ) -> tuple[str, ...]:
        """The idea keys of short texts (a branch, a title), of a commit's message, and of a description's own words.

        With a pattern of one's own, that alone decides, in all of them.
        """
        from shared.sources.idea_keys import unique  # noqa: PLC0415  patterns of prose: settings alone need none

        return unique(self._keys(texts, message, description), repository)

    def _keys(self, texts: Iterable[str | None], message: str | None, description: str | None) -> Iterator[str]:
        from shared.sources import idea_keys  # noqa: PLC0415  as above

        if self.idea_pattern is not None:
            own = idea_keys.compiled(self.idea_pattern)
            given = filter(None, (*texts, message, description))
            yield from (key for text in given if own for key in idea_keys.keys_by(own, text))
            return
        projects = idea_keys.Projects(self.idea_projects)
        for text in filter(None, texts):
            keys_of = idea_keys.keys_of_title if re.search(r"\s", text) else idea_keys.keys_of_name
            yield from keys_of(text, projects)
        yield from idea_keys.keys_of_message(message or "", projects)
        yield from idea_keys.keys_of_body(description or "", projects)

    def environment(self, name: str) -> str:
        """The canonical name of an environment."""
        rule = self._rule_of(name)
        return rule.environment if rule else name

    def service_of_environment(self, name: str) -> str | None:
        """The service that an environment's name implies."""
        rule = self._rule_of(name)
        return rule.service if rule else None

    def is_production(self, name: str) -> bool:
        """Whether users are in this environment, by its canonical name."""
        return self.environment(name).casefold() in {each.casefold() for each in self.production}

    def service(self, name: str) -> str | None:
        """The service that a vendor's name was mapped to."""
        return next((rule.service for rule in self.services if matches(name, (rule.pattern,))), None)

    def ignores_alarm(self, name: str, kind: AlarmKind) -> str | None:
        """Why an alarm of this name and kind is no incident; None where it is one."""
        if matches(name, self.ignored_alarms):
            return "`ignored_alarms` names it: auto-scaling at work, or an alarm on the flywheel itself"
        return None if kind in self.alarm_kinds else f"`alarm_kinds` does not hold {kind!r}"

    def workflow(self, *names: str | None) -> WorkflowRule | None:
        """The rule for a workflow known by any of these names."""
        known = [name for name in names if name]
        return next((rule for rule in self.workflows if any(matches(name, (rule.pattern,)) for name in known)), None)

    def _rule_of(self, environment: str) -> EnvironmentRule | None:
        return next((rule for rule in self.environments if matches(environment, (rule.pattern,))), None)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns fits a name; case does not matter."""
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)
