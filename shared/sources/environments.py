"""Which environment a thing is in, from names that were not made to say it: a pipeline, a stack, a cluster, an account."""

from collections.abc import Iterable

from shared.sources.options import EnvironmentRule, SourceOptions, matches

_NOT_PRODUCTION = frozenset(
    "alpha beta gamma dev develop development test testing qa uat sit stage staging stg sandbox preview preprod "
    "pre-prod pre-production nonprod non-prod non-production".split()
)
"""Names that say plainly what they are. Only the whole name counts: a `test-runner` may well serve users."""


def environment_of(names: Iterable[str | None], options: SourceOptions) -> str:
    """The environment of the first rule that fits one of the names, else of a name that says it, else production.

    Production is the last resort and not the first guess of a vendor's boolean: who deploys elsewhere says so with a
    pattern such as `"*-staging" = "staging"`, or with the account's number.
    """
    known = [name for name in names if name]
    rule = _rule_of(known, options)
    if rule is not None:
        return rule.environment
    for name in known:
        if name.casefold() in _NOT_PRODUCTION or options.is_production(name):
            return name
    return options.production[0] if options.production else "production"


def service_of(name: str, options: SourceOptions) -> str:
    """What a vendor's name was mapped to, else what a rule for environments named so says, else the name itself."""
    return options.service(name) or options.service_of_environment(name) or name


def is_known_elsewhere(name: str, options: SourceOptions) -> bool:
    """Whether an environment is known not to be production, for events that cannot carry one (incidents, releases)."""
    return not options.is_production(environment_of([name], options))


def _rule_of(names: list[str], options: SourceOptions) -> EnvironmentRule | None:
    return next((rule for name in names for rule in options.environments if matches(name, (rule.pattern,))), None)
