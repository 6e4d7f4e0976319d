"""Names that arrive and count for less than they might: environments that are not production, projects of trackers."""

from collections import Counter
from collections.abc import Iterable, Iterator

from cli.checks.check import Check, ok, warning
from shared.flywheel.facts.fact import ChangeRecorded, DeploymentFinished, Fact
from shared.flywheel.settings.values import UNASSIGNED, Settings
from shared.flywheel.wording import outside, plural
from shared.sources.environments import is_plainly_none
from shared.sources.idea_keys import project_of
from shared.store.log.reading import load
from shared.store.store import Store

ENVIRONMENTS, PROJECTS = "environments", "idea projects"
_SHOWN = 5


def check_environments(facts: Iterable[Fact], settings: Settings) -> Check:
    """Environments that deployments name and that are not production, but for those that plainly are none.

    `Production – shop-web` of a preview host counts nowhere until the configuration says that it does.
    """
    environments: Counter[str] = Counter()
    for fact in facts:
        if isinstance(fact, DeploymentFinished):
            counts = settings.is_production(fact.environment) or is_plainly_none(fact.environment)
            environments[fact.environment] += not counts
    environments = +environments
    if not environments:
        return ok(ENVIRONMENTS, "every environment is production or plainly none")
    summary = ", ".join(
        f"{outside(name)} ({plural(count, 'deployment')})" for name, count in environments.most_common(_SHOWN)
    )
    names = ", ".join(_quoted(name) for name in (*settings.production, environments.most_common(1)[0][0]))
    mend = f"if users are there, in flywheel.toml under [environments]: production = [{names}]"
    return warning(ENVIRONMENTS, f"not production, and counted nowhere: {summary}", mend)


def check_projects(facts: Iterable[Fact], settings: Settings) -> Check:
    """Trackers' keys that arrive while nothing says which projects are ours: `AES-128` might be one."""
    if settings.sources.idea_projects or settings.sources.idea_pattern is not None:
        return ok(PROJECTS, "the configuration says which keys are ideas")
    projects = Counter(project for key in set(_keys(facts)) if (project := project_of(key)) is not None)
    if not projects:
        return ok(PROJECTS, "no tracker's keys arrive")
    summary = ", ".join(f"{name} ({plural(count, 'key')})" for name, count in projects.most_common(_SHOWN))
    names = ", ".join(_quoted(name) for name, _ in projects.most_common(_SHOWN))
    mend = f"keep those that are yours, in flywheel.toml under [sources]: idea_projects = [{names}]"
    return warning(PROJECTS, f"any project's keys are ideas: {summary}", mend)


def facts_of(store: Store, settings: Settings) -> list[Fact]:
    """The events of every flywheel, and of none."""
    wheels = (*store.hints.wheels(), UNASSIGNED)
    return [*{fact.key: fact for name in wheels for fact in load(store, name, settings).mine}.values()]


def _keys(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        if fact.idea:
            yield fact.idea
        if isinstance(fact, ChangeRecorded | DeploymentFinished):
            yield from (key for keys in fact.commit_ideas for key in keys)
        if isinstance(fact, DeploymentFinished):
            yield from fact.ideas


def _quoted(name: str) -> str:
    """As TOML writes it."""
    plain = "".join(letter for letter in name if letter.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
