"""`[sources]` and `[hooks.<name>]` of `flywheel.toml`: how deliveries are read, and who may send where."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from msgspec import Meta, Struct

from shared.flywheel.settings.problems import near, shown
from shared.flywheel.settings.toml_lines import Path
from shared.flywheel.settings.values import (
    DomainName,
    FlywheelSettings,
    HookSettings,
    Names,
    Patterns,
    Production,
    Text,
)
from shared.sources.options import AlarmKind, EnvironmentRule, PathRule, ServiceRule, SourceOptions, WorkflowRule
from shared.sources.pattern_cost import SlowPatternError, require_quick

_HOOK = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """The two things that one name stands for."""

    environment: Text
    service: Text | None = None


_Place = Annotated[
    Text | Place,
    Meta(description='an environment such as `"staging"`, or `{ environment = "production", service = "basket" }`'),
]
_Places = Annotated[
    dict[DomainName, _Place], Meta(description='a table of patterns and environments such as `{ "*-stg" = "staging" }`')
]
_Service = Annotated[str, Meta(min_length=1, max_length=256, description='the name of a service such as `"basket"`')]
_Services = Annotated[
    dict[DomainName, _Service],
    Meta(description='a table of patterns and services such as `{ "checkout-*" = "checkout" }`'),
]
_Paths = Annotated[
    dict[DomainName, _Services],
    Meta(description='a table of repositories and their paths such as `{ "shop/mono" = { "basket/*" = "basket" } }`'),
]
_AlarmKinds = Annotated[tuple[AlarmKind, ...], Meta(description='"metric", "composite" or both')]
_Regex = Annotated[str, Meta(max_length=512, description="a regular expression such as `'SHOP-[0-9]+'`")]


class EnvironmentTable(Struct, frozen=True, kw_only=True):
    """`[environments]`: which count, and what names not made to say it stand for."""

    production: Production = ()
    patterns: _Places = {}


class OptionTable(Struct, frozen=True, kw_only=True):
    """`[sources]`, and of a hook what differs from it."""

    idea_pattern: _Regex = ""
    idea_projects: Names = ()
    services: _Services = {}
    workflows: _Places = {}
    paths: _Paths = {}
    branches: Patterns = ()
    hotfix_branches: Patterns = ()
    incident_labels: Names = ()
    idea_labels: Names = ()
    ignored_alarms: Patterns = ()
    alarm_kinds: _AlarmKinds = ()


class HookTable(OptionTable, frozen=True, kw_only=True):
    """`[hooks.<name>]`."""

    source: Text = ""
    flywheels: Names = ()


OPTION_KEYS = OptionTable.__struct_fields__
HOOK_KEYS = HookTable.__struct_fields__
_LISTS = (
    *("idea_projects", "branches", "hotfix_branches", "incident_labels", "idea_labels"),
    *("ignored_alarms", "alarm_kinds"),
)


class Reader(Protocol):
    """A reader of `config`'s tables."""

    def table(self, parent: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """A table within its parent, empty where it is absent or wrong."""

    def fields(self, parent: Mapping[str, Any], path: Path, model: type, keys: Sequence[str]) -> dict[str, Any]:
        """The valid values of a table by key; the others are reported."""

    def problem(self, path: Path, problem: str) -> None:
        """Report a mistake."""


def sources_and_hooks(
    reader: Reader,
    document: Mapping[str, Any],
    environments: Mapping[str, Any],
    flywheels: Mapping[str, FlywheelSettings],
) -> tuple[SourceOptions, dict[str, HookSettings]]:
    """How deliveries are read, and every hook; what `[sources]` says holds for a hook that says nothing else."""
    above = reader.fields(document, ("sources",), OptionTable, OPTION_KEYS)
    hooks = {}
    for name in reader.table(document, ("hooks",)):
        path = ("hooks", name)
        stated = reader.fields(document["hooks"], path, HookTable, HOOK_KEYS)
        _check(reader, path, stated, flywheels)
        written = document["hooks"][name]
        if "source" in stated or (isinstance(written, dict) and "source" not in written):
            _check_source(reader, path, stated)
        hooks[name] = HookSettings(
            source=stated.get("source", name),
            flywheels=stated.get("flywheels", ()),
            options=_options(reader, path, stated, above, environments),
        )
    return _options(reader, ("sources",), above, {}, environments), hooks


def _check(reader: Reader, path: Path, stated: Mapping[str, Any], flywheels: Mapping[str, FlywheelSettings]) -> None:
    if not _HOOK.fullmatch(str(path[-1])):
        reader.problem(path, "a hook's name is a part of its address: 1 to 63 small letters, digits and `-`")
    check_flywheels(reader, path, stated.get("flywheels", ()), flywheels)


def _check_source(reader: Reader, path: Path, stated: Mapping[str, Any]) -> None:
    from shared.sources.catalogue import SOURCES  # noqa: PLC0415  every translator: only for who has hooks

    source = stated.get("source", str(path[-1]))
    if source not in SOURCES:
        where: Path = (*path, "source") if "source" in stated else path
        meant = near(source, list(SOURCES)) or f"; there are {', '.join(SOURCES)}"
        reader.problem(where, f"no source {shown(source)}: `source` says who sends{meant}")


def check_flywheels(
    reader: Reader, path: Path, named: Sequence[str], flywheels: Mapping[str, FlywheelSettings]
) -> None:
    """Report flywheels that nothing configures, where any is configured."""
    for index, flywheel in enumerate(named):
        if flywheels and flywheel not in flywheels:
            reader.problem(
                (*path, "flywheels", index),
                f"no flywheel {shown(flywheel)} is configured{near(flywheel, list(flywheels))}",
            )


def _options(
    reader: Reader, path: Path, own: Mapping[str, Any], above: Mapping[str, Any], environments: Mapping[str, Any]
) -> SourceOptions:
    stated = {**above, **own}
    options: dict[str, Any] = {key: tuple(stated[key]) for key in _LISTS if key in stated}
    if "idea_pattern" in own and not _is_regex(reader, (*path, "idea_pattern"), own["idea_pattern"]):
        del stated["idea_pattern"]
    if "idea_pattern" in stated:
        options["idea_pattern"] = stated["idea_pattern"]
    return SourceOptions(
        **options,
        environments=tuple(
            EnvironmentRule(pattern, *_place(place)) for pattern, place in environments.get("patterns", {}).items()
        ),
        workflows=tuple(
            WorkflowRule(pattern, *_place(place)) for pattern, place in stated.get("workflows", {}).items()
        ),
        services=tuple(ServiceRule(pattern, service) for pattern, service in stated.get("services", {}).items()),
        paths=tuple(
            PathRule(file, service, repository)
            for repository, files in stated.get("paths", {}).items()
            for file, service in files.items()
        ),
    )


def _place(place: str | Place) -> tuple[str, str | None]:
    return (place, None) if isinstance(place, str) else (place.environment, place.service)


def _is_regex(reader: Reader, path: Path, pattern: str) -> bool:
    try:
        re.compile(pattern)
        require_quick(pattern)
    except SlowPatternError as error:
        reader.problem(path, f"got {shown(pattern)}, which {error}")
        return False
    except (re.error, RecursionError, OverflowError) as error:
        reader.problem(path, f"got {shown(pattern)}, which is no regular expression: {error}")
        return False
    return True
