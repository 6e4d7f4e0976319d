"""`flywheel.toml` to Settings: every mistake of the file at once, each with its line, key, value and mend."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec

from shared.flywheel.settings.accounts_and_producers import ACCOUNT_KEYS, PRODUCER_KEYS, accounts_and_producers
from shared.flywheel.settings.noise import NoiseSettings
from shared.flywheel.settings.problems import (
    ConfigError,
    ConfigProblem,
    choices,
    dotted,
    element,
    expected,
    near,
    shown,
)
from shared.flywheel.settings.sources import HOOK_KEYS, OPTION_KEYS, EnvironmentTable, sources_and_hooks
from shared.flywheel.settings.thresholds import CONFIGURABLE, THRESHOLDS
from shared.flywheel.settings.toml_lines import Path, lines_of
from shared.flywheel.settings.values import (
    UNASSIGNED,
    Amount,
    BoardSettings,
    Bounds,
    Channel,
    CorrectionSettings,
    Defaults,
    FlywheelSettings,
    Settings,
    SignalBounds,
    SlackSettings,
    WellArchitectedSettings,
)
from shared.flywheel.zones import zone_of

__all__ = ["ConfigError", "ConfigProblem", "load"]

MOST_PROBLEMS = 100
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SYNTAX_AT = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_LONG_NUMBER = re.compile(r"[0-9_]{4000}")
_ELEMENT_AT = re.compile(r" - at `\$\[(\d+)\]`$")
_FLYWHEEL_KEYS = tuple(name for name in FlywheelSettings.__struct_fields__ if name != "id")
_MERGED = ("personas", "rituals", "domains", "thresholds")
"""Tables of which a flywheel says only what differs from the defaults."""
_MANY = {
    "flywheels": "<id>",
    "channels": "<channel>",
    "hooks": "<name>",
    "accounts": "<number>",
    "producers": "<source>",
}
"""Tables of tables, whose names the file chooses."""
_TABLES: dict[str, tuple[str, ...]] = {
    "figures": ("window_days",),
    "environments": EnvironmentTable.__struct_fields__,
    "slack": SlackSettings.__struct_fields__,
    "corrections": CorrectionSettings.__struct_fields__,
    "noise": NoiseSettings.__struct_fields__,
    "channels.<channel>": NoiseSettings.__struct_fields__,
    "defaults": Defaults.__struct_fields__,
    "flywheels.<id>": _FLYWHEEL_KEYS,
    "well_architected": WellArchitectedSettings.__struct_fields__,
    "board": BoardSettings.__struct_fields__,
    "sources": OPTION_KEYS,
    "hooks.<name>": HOOK_KEYS,
    "accounts.<number>": ACCOUNT_KEYS,
    "producers.<source>": PRODUCER_KEYS,
    "stages.<stage>": (),
}
"""Of `stages` nothing is read here: they say what the stack itself is like, and `infra/stage.py` checks them."""


def load(text: str | bytes, filename: str = "flywheel.toml") -> Settings:
    """Read a configuration; raises ConfigError and nothing else. An empty text gives the default settings."""
    import tomllib  # noqa: PLC0415  only who has a file reads one

    raw = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    text = _decoded(raw, filename).removeprefix("\ufeff")
    try:
        document = tomllib.loads(text)
        lines = lines_of(text)
    except RecursionError as error:
        raise ConfigError([ConfigProblem(filename, 1, "", "nested too deep to be a configuration")]) from error
    except ValueError as error:  # TOMLDecodeError, and int() on thousands of digits
        raise ConfigError([_syntax(str(error), text, filename)]) from error
    reader = _Reader(filename, lines)
    settings = reader.settings(document)
    if reader.problems:
        raise ConfigError(reader.problems)
    return settings


class _Reader:
    """Reads tables key by key, so that one mistake does not hide the next."""

    def __init__(self, filename: str, lines: Mapping[Path, int]) -> None:
        self.filename = filename
        self.lines = lines
        self.problems: list[ConfigProblem] = []

    def settings(self, document: dict[str, Any]) -> Settings:
        self.known_keys(document, (), tuple(name.partition(".")[0] for name in _TABLES))
        stated = self.fields(document, ("defaults",), Defaults, Defaults.__struct_fields__)
        defaults = Defaults(**stated)
        self.check_rules(defaults, ("defaults",), stated)
        flywheels = self.flywheels(document, defaults)
        environments = self.fields(document, ("environments",), EnvironmentTable, EnvironmentTable.__struct_fields__)
        settings = Settings(
            **self.fields(document, ("figures",), Settings, _TABLES["figures"]),
            **{key: value for key, value in environments.items() if key == "production"},
            slack=self.whole(document, "slack", SlackSettings),
            corrections=self.whole(document, "corrections", CorrectionSettings),
            noise=(noise := self.whole(document, "noise", NoiseSettings)),
            channels=self.channels(document, noise),
            well_architected=self.whole(document, "well_architected", WellArchitectedSettings),
            board=self.whole(document, "board", BoardSettings),
            defaults=defaults,
            flywheels=flywheels,
        )
        sources, hooks = sources_and_hooks(self, document, environments, flywheels)
        accounts, producers = accounts_and_producers(self, document, flywheels)
        return msgspec.structs.replace(settings, sources=sources, hooks=hooks, accounts=accounts, producers=producers)

    def channels(self, document: dict[str, Any], noise: NoiseSettings) -> dict[str, NoiseSettings]:
        """The noise rules of each channel: what it says itself, and else what all have."""
        stated, keys = self.table(document, ("channels",)), NoiseSettings.__struct_fields__
        for name in stated:
            self.value(name, ("channels", name), Channel)
        channels = {
            name: msgspec.structs.replace(noise, **self.fields(stated, ("channels", name), NoiseSettings, keys))
            for name in stated
        }
        for name, rules in channels.items():
            self.check_quiet(rules, ("channels", name))
        if not any(rules.quiet_from is not None and rules.quiet_to is not None for rules in channels.values()):
            self.check_quiet(noise, ("noise",))
        return channels

    def check_quiet(self, rules: NoiseSettings, path: Path) -> None:
        """Quiet hours with one end alone would be none."""
        for one, other in (("quiet_from", "quiet_to"), ("quiet_to", "quiet_from")):
            hour, is_stated = getattr(rules, one), any((*table, other) in self.lines for table in (path, ("noise",)))
            if hour is not None and not is_stated and (*path, one) in self.lines:
                self.problem((*path, one), f"got {hour} alone, expected {other} beside it: between the two it is quiet")

    def flywheels(self, document: dict[str, Any], defaults: Defaults) -> dict[str, FlywheelSettings]:
        inherited = msgspec.structs.asdict(defaults)
        flywheels = {}
        for name in self.table(document, ("flywheels",)):
            path = ("flywheels", name)
            self.check_id(name, path)
            own = self.fields(document["flywheels"], path, FlywheelSettings, _FLYWHEEL_KEYS)
            stated = dict(own)
            for table in _MERGED:
                own[table] = {**getattr(defaults, table), **own.get(table, {})}
            flywheels[name] = FlywheelSettings(id=name, **{**inherited, **own})
            self.check_rules(flywheels[name], path, stated)
        self.check_parents(flywheels)
        self.check_owners(flywheels, "services")
        self.check_owners(flywheels, "repositories")
        return flywheels

    # -- tables and values

    def whole(self, document: Mapping[str, Any], name: str, model: type[Any]) -> Any:
        """A table of the file that is one struct."""
        return model(**self.fields(document, (name,), model, model.__struct_fields__))

    def table(self, parent: Mapping[str, Any], path: Path) -> dict[str, Any]:
        value = parent.get(str(path[-1]), {})
        if isinstance(value, dict):
            return value
        self.problem(path, f"got {shown(value)}, expected a table: write `[{dotted(path)}]` on a line of its own")
        return {}

    def fields(self, parent: Mapping[str, Any], path: Path, model: type, keys: Sequence[str]) -> dict[str, Any]:
        """The valid values of a table by key; the others are reported."""
        table = self.table(parent, path)
        self.known_keys(table, path, keys)
        types = _types_of(model)
        read = ((key, self.value(table[key], (*path, key), types[key])) for key in keys if key in table)
        return {key: value for key, value in read if value is not None}

    def value(self, value: Any, path: Path, hint: Any) -> Any:
        """The value as its type, or None where it is wrong and has been reported."""
        if isinstance(value, dict) and (entry := _entry_types(hint)):
            return self.entries(value, path, *entry)
        if isinstance(value, dict) and hint is SignalBounds:
            return self.bounds(value, path)
        if path[-1] == "time_zone" and isinstance(value, str):
            return value if _is_time_zone(value) else self.problem(path, expected(value, hint, _time_zones()))
        try:
            return msgspec.convert(value, hint)
        except msgspec.ValidationError as error:
            inner = _ELEMENT_AT.search(str(error))
            if not inner:
                return self.problem(path, expected(value, hint, choices(hint)))
            index = int(inner[1])
            return self.problem((*path, index), expected(value[index], element(hint), ()))

    def entries(self, table: dict[str, Any], path: Path, key_type: Any, value_type: Any) -> dict[str, Any]:
        """A table of names and values, entry by entry."""
        if choices(key_type):
            self.known_keys(table, path, choices(key_type))
        checked = {}
        for key, given in table.items():
            if choices(key_type) and key not in choices(key_type):
                continue
            if not key:
                self.problem((*path, key), "a name has at least one character")
            elif (value := self.value(given, (*path, key), value_type)) is not None:
                checked[key] = value
        return checked

    def bounds(self, table: dict[str, Any], path: Path) -> Bounds | None:
        """Both bounds of a signal, or None where they are wrong and have been reported."""
        names = Bounds.__struct_fields__
        self.known_keys(table, path, names)
        read = {name: self.value(table[name], (*path, name), Amount) for name in names if name in table}
        if missing := [name for name in names if name not in table]:
            self.problem(path, f"`{missing[0]}` is missing: a signal has both `healthy` and `watch`")
        return Bounds(**read) if len(read) == len(names) and None not in read.values() else None

    def known_keys(self, table: Mapping[str, Any], path: Path, known: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.problem((*path, key), _unknown_key(key, path, known))

    # -- rules over several values

    def check_rules(self, rules: Defaults, path: Path, stated: Mapping[str, Any]) -> None:
        """Check the rules across the tables that are stated here, which the types of single values cannot say."""
        if "map_stages" in stated and list(rules.map_stages) != sorted(set(rules.map_stages)):
            self.problem((*path, "map_stages"), f"got {shown(rules.map_stages)}, expected three growing numbers")
        for signal, bounds in stated.get("thresholds", {}).items():
            self.check_threshold(signal, bounds, (*path, "thresholds", signal))
        for index, domain in enumerate(stated.get("central_domains", ())):
            if domain not in rules.domains:
                self.problem(
                    (*path, "central_domains", index),
                    f"no domain {shown(domain)} is configured{near(domain, list(rules.domains))}",
                )

    def check_threshold(self, signal: str, bounds: Bounds, path: Path) -> None:
        if signal not in CONFIGURABLE:
            meant = near(signal, CONFIGURABLE) or f"; known here: {', '.join(CONFIGURABLE)}"
            self.problem(path, f"no signal of that name has bounds{meant}")
        elif THRESHOLDS[signal].better == "up" and bounds.watch > bounds.healthy:
            self.problem(path, f"more is better here: `watch` ({bounds.watch:g}) is at most `healthy`")
        elif THRESHOLDS[signal].better == "down" and bounds.watch < bounds.healthy:
            self.problem(path, f"less is better here: `watch` ({bounds.watch:g}) is at least `healthy`")

    def check_id(self, id: str, path: Path) -> None:
        if id == UNASSIGNED:
            self.problem(path, f"`{UNASSIGNED}` is where events go that no flywheel owns; choose another id")
        elif not _ID.fullmatch(id):
            plain = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-")[:63]
            self.problem(
                path,
                "an id has 1 to 63 small letters, digits and `-`, the first no `-`"
                + (f"; write `{plain}` and keep {shown(id)} as its `name`" if plain else ""),
            )

    def check_parents(self, flywheels: dict[str, FlywheelSettings]) -> None:
        for child, flywheel in flywheels.items():
            path = ("flywheels", child, "parent")
            if flywheel.parent is not None and flywheel.parent not in flywheels:
                others = [other for other in flywheels if other != child]
                self.problem(path, f"no flywheel {shown(flywheel.parent)} is configured{near(flywheel.parent, others)}")
        for circle in _circles(flywheels):
            path = ("flywheels", circle[0], "parent")
            self.problem(path, f"flywheels cannot be their own ancestors: {' → '.join([*circle, circle[0]])}")

    def check_owners(self, flywheels: dict[str, FlywheelSettings], what: Literal["services", "repositories"]) -> None:
        owners: dict[str, Path] = {}
        for owner, flywheel in flywheels.items():
            for index, name in enumerate(getattr(flywheel, what)):
                path = ("flywheels", owner, what, index)
                first = owners.setdefault(name, path)
                if first != path:
                    self.problem(
                        path,
                        f"{shown(name)} belongs to flywheel `{first[1]}` already (line {self.line(first)}); "
                        "one of the two lists must leave it out",
                    )

    # -- reporting

    def line(self, path: Path) -> int:
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def problem(self, path: Path, problem: str) -> None:
        """Report a mistake; raises ConfigError with all so far where they are many.

        For each mistake all names are looked through for what was meant.
        """
        self.problems.append(ConfigProblem(self.filename, self.line(path), dotted(path), problem))
        if len(self.problems) >= MOST_PROBLEMS:
            raise ConfigError(self.problems)


# -- sentences


def _unknown_key(key: str, path: Path, known: Sequence[str]) -> str:
    shape = ".".join((str(path[0]), _MANY[str(path[0])]) if path[:1] and path[0] in _MANY else map(str, path))
    elsewhere = [name for name, keys in _TABLES.items() if key in keys and name != shape]
    if elsewhere:
        return f"unknown key here; `{key}` belongs in {' or '.join(f'[{name}]' for name in elsewhere)}"
    meant = near(key, known) or ("" if path else _nested(key))
    return "unknown key" + (meant or f"; known here: {', '.join(known)}")


def _nested(key: str) -> str:
    """A hint at the table that a key at the top was probably meant for."""
    for table, keys in _TABLES.items():
        if meant := near(key, keys):
            return meant.replace("`", f"`{table}.", 1)
    return ""


# -- what single values must be


@cache
def _types_of(model: type) -> dict[str, Any]:
    return {each.name: each.type for each in msgspec.structs.fields(model)}


def _entry_types(hint: Any) -> tuple[Any, ...]:
    """The types of the keys and values of a table of names; nothing for any other type."""
    inner = get_args(hint)[0] if get_args(hint) else None
    return get_args(inner) if get_origin(inner) is dict else ()


def _is_time_zone(name: str) -> bool:
    try:
        zone_of(name)
    except (KeyError, ValueError, OSError):  # unknown; a path or NUL in it; the name of a folder such as "Europe"
        return False
    return True


def _time_zones() -> Sequence[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415  walks hundreds of files: only for a wrong one

    return sorted(available_timezones())


def _circles(flywheels: Mapping[str, FlywheelSettings]) -> Iterator[list[str]]:
    """Flywheels that are their own ancestors, each circle once, from its first id up; looks at each flywheel once."""
    parents = {child: each.parent for child, each in flywheels.items() if each.parent is not None}
    reached_from: dict[str, str] = {}
    for start in parents:
        at = start
        while at in parents and at not in reached_from:
            reached_from[at] = start
            at = parents[at]
        if reached_from.get(at) == start:
            circle = [at]
            while (parent := parents[circle[-1]]) != at:
                circle.append(parent)
            first = circle.index(min(circle))
            yield circle[first:] + circle[:first]


# -- the text itself


def _decoded(text: bytes, filename: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{text[error.start]:02x} is no UTF-8: save the file as UTF-8"
        raise ConfigError([ConfigProblem(filename, line, "", problem)]) from error


def _syntax(message: str, text: str, filename: str) -> ConfigProblem:
    at = _SYNTAX_AT.search(message)
    if at:
        line = int(at["line"]) if at["line"] else text.count("\n") + 1
        problem = message[: at.start()]
    else:  # Python's own refusal of a number tells no place
        number = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 1
        problem = "a number with too many digits" if number else message
    there = (text.split("\n")[line - 1 :] or [""])[0].strip()
    return ConfigProblem(filename, line, "", f"no valid TOML: {problem}" + (f" in {shown(there)}" if there else ""))
