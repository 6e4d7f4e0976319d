"""The environment of a thing, from names not made to say it: of pipelines, stacks, clusters, accounts."""

import re
from collections.abc import Iterable

from shared.sources.options import EnvironmentRule, SourceOptions, matches

_NOT_PRODUCTION = frozenset(
    {"alpha", "beta", "gamma", "dev", "develop", "development", "test", "testing", "qa", "uat", "sit"}
    | {"stage", "staging", "stg", "sandbox", "preview", "preprod", "pre-prod", "pre-production"}
    | {"nonprod", "non-prod", "non-production"}
)
"""Names that say plainly what they are. Of a pipeline only the whole name counts: a `test-runner` may serve users."""

_WORDS = re.compile(r"[a-z0-9]+")


def is_plainly_none(name: str) -> bool:
    """Whether an environment's name says that no users are there: `staging`, `preview/pr-12`; not `prod-preview`."""
    words = set(_WORDS.findall(name.casefold()))
    if name.casefold() in _NOT_PRODUCTION:
        return True
    return not words.isdisjoint(_NOT_PRODUCTION) and words.isdisjoint({"production", "prod", "live"})


def environment_of(names: Iterable[str | None], options: SourceOptions, own: str | None = None) -> str:
    """The environment of the first rule that fits one of the names, else of a name that says it, else production.

    `own` is the name of an environment itself, where one is stated: a word of it is enough (`staging-eu`). Production
    is the last resort and not the first guess of a vendor's boolean: who deploys elsewhere says so with a pattern such
    as `"*-staging" = "staging"`, or with the account's number.
    """
    known = [name for name in (own, *names) if name]
    rule = _rule_of(known, options)
    if rule is not None:
        return rule.environment
    if own and is_plainly_none(own):
        return own
    for name in known:
        if name.casefold() in _NOT_PRODUCTION or options.is_production(name):
            return name
    return options.production[0] if options.production else "production"


def service_of(name: str, options: SourceOptions) -> str:
    """The environment that a vendor's name is mapped to, else that of a rule for such names, else the name itself."""
    return options.service(name) or options.service_of_environment(name) or name


def _rule_of(names: list[str], options: SourceOptions) -> EnvironmentRule | None:
    rules = options.environments
    return next((rule for rule in rules if any(matches(name, (rule.pattern,)) for name in names)), None)
