"""Settings as the figures see them: plain values, no file, no environment; `config.load` reads them from a file."""

import hashlib
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct, field

from shared.flywheel.rules import RULES
from shared.flywheel.settings.noise import NoiseSettings
from shared.sources.options import SourceOptions

UNASSIGNED = "unassigned"
"""Where an event goes that no flywheel owns."""

MEMORY_DAYS = 728
"""The reach of every figure (domain: "the memory"): no setting may go further back."""

Persona = Literal["ceo", "engineers", "product_leaders", "cto"]
PERSONAS: tuple[Persona, ...] = ("ceo", "engineers", "product_leaders", "cto")
"""Who reads about phases 1 to 4, by the names of the book."""

Text = Annotated[str, Meta(min_length=1, max_length=256, description="a text of 1 to 256 characters")]
Days = Annotated[float, Meta(ge=0, le=MEMORY_DAYS, description=f"a number of days, 0 to {MEMORY_DAYS}")]
Hours = Annotated[float, Meta(ge=0, le=MEMORY_DAYS * 24, description=f"a number of hours, 0 to {MEMORY_DAYS * 24}")]
Certainty = Annotated[float, Meta(gt=0, lt=1, description="a number between 0 and 1, neither of them, such as 0.8")]
TimeZone = Annotated[str, Meta(description="a time zone of the IANA database such as `Europe/Dublin`")]
Patterns = Annotated[
    tuple[Text, ...], Meta(description='a list of names and patterns such as `["checkout", "checkout-*"]`')
]
Channel = Annotated[
    str,
    Meta(
        pattern=r"\A(?:#(?!.*[A-Z])[\w-]{1,80}|[CG][A-Z0-9]{8,20})\Z",
        description="a Slack channel: its name such as `#value-flywheel` (small letters, digits, `-`, `_`), or its id "
        "such as `C0123ABCD`",
    ),
]
WebhookChannels = Annotated[tuple[Channel, ...], Meta(description='a list of channels such as `["#deliveries"]`')]
TopicArn = Annotated[
    str,
    Meta(
        pattern=r"\Aarn:aws(?:-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}\Z",
        description="the ARN of an SNS topic such as `arn:aws:sns:eu-west-1:123456789012:deliveries`",
    ),
]
Topics = Annotated[
    dict[Channel, TopicArn],
    Meta(description='a table of channels and SNS topics such as `{ "#leads" = "arn:aws:sns:…" }`'),
]
Region = Annotated[str, Meta(pattern=r"\A[a-z]{2}(-[a-z]+)+-[0-9]\Z", description="an AWS Region such as `eu-west-1`")]
Amount = Annotated[float, Meta(ge=0, le=1e12, description="a number, 0 or more")]
Names = Annotated[tuple[Text, ...], Meta(description='a list of names such as `["product", "engineering"]`')]
Steps = Annotated[
    tuple[Text, ...], Meta(description='a list of steps such as `["search", "basket", "payment", "delivery"]`')
]
DomainName = Annotated[str, Meta(min_length=1, max_length=64)]
Domains = Annotated[
    dict[DomainName, Patterns],
    Meta(description='a table of data domains and their services such as `{ orders = ["orders-*"] }`'),
]
Production = Annotated[tuple[Text, ...], Meta(min_length=1, description="a list of names of environments")]
Rituals = Annotated[
    dict[DomainName, Annotated[float, Meta(gt=0, le=MEMORY_DAYS, description=f"days above 0, up to {MEMORY_DAYS}")]],
    Meta(description="a table of rituals and every how many days each is held such as `{ whiteboard_walk = 7 }`"),
]
Stage = Literal["pilot", "scale"]
Stages = Annotated[
    dict[Stage, Annotated[date, Meta(description="a day such as `2026-01-05`")]],
    Meta(description="a table of stages and the day each began such as `{ pilot = 2026-01-05, scale = 2026-04-06 }`"),
]
MapStages = Annotated[
    tuple[Annotated[float, Meta(gt=0, lt=1)], Annotated[float, Meta(gt=0, lt=1)], Annotated[float, Meta(gt=0, lt=1)]],
    Meta(description="three growing numbers between 0 and 1 such as `[0.175, 0.40, 0.70]`"),
]


class Bounds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until where a signal is healthy, and until where it is only to be watched."""

    healthy: Amount
    watch: Amount


SignalBounds = Annotated[Bounds, Meta(description="both bounds such as `{ healthy = 60, watch = 120 }`")]
Thresholds = Annotated[
    dict[str, SignalBounds],
    Meta(description="a table of signals and their bounds such as `{ review_age = { healthy = 60, watch = 120 } }`"),
]
Channels = Annotated[
    dict[Persona, Channel],
    Meta(description='a table of personas and their channels such as `{ ceo = "#leadership" }`'),
]


DigestRhythm = Literal["weekly", "daily", "monthly", "off"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
HourOfDay = Annotated[int, Meta(ge=0, le=23, description="a whole hour of the day, 0 to 23")]


class Defaults(Struct, frozen=True, kw_only=True):
    """The rules of measurement of a flywheel that does not say otherwise, also of one that only events name."""

    release: Literal["explicit", "on_deployment"] = "explicit"
    soak_days: Days = 7.0
    incident_hours: Hours = 24.0
    incidents: Literal["as_sent", "wired"] = "as_sent"
    """`wired`: incidents are sent whenever there is one, so that none means none; else none tells nothing."""
    bet_days: Days = 28.0
    certainty: Certainty = 0.8
    time_zone: TimeZone = "UTC"
    vocabulary: Literal["book", "scaling", "data"] = "book"
    personas: Channels = field(default_factory=dict)
    roles: Names = ()
    rituals: Rituals = field(default_factory=dict)
    domains: Domains = field(default_factory=dict)
    central_domains: Names = ()
    map_stages: MapStages = (0.175, 0.40, 0.70)
    thresholds: Thresholds = field(default_factory=dict)
    currency: Text = "EUR"
    link_hosts: Names = ()
    share_value: Annotated[bool, Meta(description="true or false")] = False
    """Whether boards of the flywheels below may show the values of its metrics to whoever has a link."""
    digest: DigestRhythm = "weekly"
    digest_day: Weekday = "monday"
    digest_hour: HourOfDay = 9


class FlywheelSettings(Defaults, frozen=True, kw_only=True):
    """One flywheel: what it owns and by which rules it is measured."""

    id: str
    name: Text | None = None
    kind: Literal["team", "value_stream", "data_domain", "organisation"] = "team"
    parent: str | None = None
    services: Patterns = ()
    repositories: Patterns = ()
    channel: Channel | None = None
    cost_per_month: Amount | None = None
    stage: Stages = field(default_factory=dict)
    purpose: Text | None = None
    """The sentence that says what it is all for."""
    value_exchange: Steps = ()
    """The steps by which value comes to its users, in their order."""

    @property
    def title(self) -> str:
        """The name that messages and pages use."""
        return self.name or self.id

    def domain_of(self, service: str) -> str | None:
        """The data domain of a service: an exact name beats a pattern, then the first domain by name."""
        ordered = sorted(self.domains.items())
        exact = next((domain for domain, services in ordered if service in services), None)
        if exact is not None:
            return exact
        return next((domain for domain, services in ordered if any(fnmatchcase(service, p) for p in services)), None)


class CorrectionSettings(Struct, frozen=True, kw_only=True):
    """How far back what was told is corrected; what is older stays as it was told."""

    days: Days = 28.0
    """For so long after its moment the summary of a phase, a turn or an outcome follows what is learned later."""
    digests: Annotated[int, Meta(ge=1, le=60, description="a whole number, 1 to 60")] = 5
    """So many of a flywheel's last digests do."""


Way = Literal["bot", "webhook", "topic"]
"""How messages come into a channel."""


class SlackSettings(Struct, frozen=True, kw_only=True):
    """The channels of messages that no flywheel or persona has a channel for, and who may speak there."""

    channel: Channel = "#value-flywheel"
    guests: Annotated[bool, Meta(description="true or false")] = False
    """Whether guests of the workspace may ask and tell; members may."""
    webhooks: WebhookChannels = ()
    """Channels that an incoming webhook posts to, whose address the secret holds."""
    topics: Topics = field(default_factory=dict)
    """Channels in which Amazon Q shows what an SNS topic gets."""

    def way_of(self, channel: str) -> Way:
        """How messages come into a channel."""
        return "topic" if channel in self.topics else "webhook" if channel in self.webhooks else "bot"


class WellArchitectedSettings(Struct, frozen=True, kw_only=True):
    """Whether milestones of AWS's Well-Architected Tool are read, and where."""

    enabled: Annotated[bool, Meta(description="true or false")] = False
    """Off unless said: reading needs rights in the account that nothing else here needs."""
    region: Region | None = None
    """Where the workloads are; None: where the stack is."""


class BoardSettings(Struct, frozen=True, kw_only=True):
    """Who may look at a board without an account."""

    links: Annotated[bool, Meta(description="true or false")] = True
    """Messages carry a signed link to the board of their flywheel, and the stack answers to it."""


class HookSettings(Struct, frozen=True, kw_only=True):
    """One address for a vendor's deliveries: who sends, of which flywheels it may speak, how it is read."""

    source: str
    """A name of the catalogue of sources."""
    flywheels: Names = ()
    """Empty: of any. Of one alone: what it sends without telling a flywheel belongs to that."""
    options: SourceOptions = SourceOptions()


class SenderSettings(Struct, frozen=True, kw_only=True):
    """Of which flywheels, and under which names, an account or a producer may speak; empty: of all, under all."""

    flywheels: Names = ()
    sources: Patterns = ()


class Settings(Struct, frozen=True, kw_only=True, dict=True):
    """All settings of a stack. `flywheels` is in the order of the file: it decides between two patterns that match."""

    production: Production = ("production", "prod", "live")
    window_days: Annotated[float, Meta(ge=1, le=MEMORY_DAYS, description=f"a number of days, 1 to {MEMORY_DAYS}")] = (
        84.0
    )
    slack: SlackSettings = field(default_factory=SlackSettings)
    corrections: CorrectionSettings = CorrectionSettings()
    """Changes no number, and folds nothing: it only bounds what is told again."""
    noise: NoiseSettings = NoiseSettings()
    """The noise rules of channels that say nothing else."""
    channels: dict[str, NoiseSettings] = field(default_factory=dict)
    """By channel, as it is named elsewhere in the file."""
    defaults: Defaults = field(default_factory=Defaults)
    flywheels: dict[str, FlywheelSettings] = field(default_factory=dict)
    sources: SourceOptions = SourceOptions()
    """How events of AWS, of CDEvents and of hooks that say nothing else are read."""
    well_architected: WellArchitectedSettings = WellArchitectedSettings()
    board: BoardSettings = BoardSettings()
    hooks: dict[str, HookSettings] = field(default_factory=dict)
    accounts: dict[str, SenderSettings] = field(default_factory=dict)
    """By number. An account without an entry that the bus lets in may say everything."""
    producers: dict[str, SenderSettings] = field(default_factory=dict)
    """By pattern of `source`, which a role's policy can tie to the role; of several that fit the first counts."""

    def flywheel(self, id: str) -> FlywheelSettings:
        """The settings of one flywheel; the defaults for one that is only named by events."""
        return self.flywheels.get(id) or FlywheelSettings(id=id, **msgspec.structs.asdict(self.defaults))

    def options(self, hook: HookSettings | None = None) -> SourceOptions:
        """How deliveries to a hook are read, or those of no hook."""
        return msgspec.structs.replace(hook.options if hook else self.sources, production=self.production)

    def owner_of_service(self, service: str) -> str | None:
        """The flywheel that owns a service: an exact name beats a pattern, then the first in the file wins."""
        return _owner(service, *self._services)

    def owner_of_repository(self, repository: str) -> str | None:
        """The flywheel that owns a repository; same rule as for services."""
        return _owner(repository, *self._repositories)

    def children_of(self, id: str) -> tuple[str, ...]:
        """The flywheels whose parent it is, in the order of the file."""
        return self._children.get(id, ())

    def scope_of(self, id: str) -> tuple[str, ...]:
        """The flywheel, then its parent, and so on; a circle of parents ends where it began."""
        way, at = {id: None}, id
        while (parent := self.flywheel(at).parent) is not None and parent not in way:
            way[parent], at = None, parent
        return tuple(way)

    def family_of(self, id: str) -> tuple[str, ...]:
        """Every flywheel of the tree that it stands in, each after its parent; itself alone where it has no kin."""
        first = self.scope_of(id)[-1]
        if first not in self._families:
            members = {first: None}
            for each in (ordered := [first]):
                new = [child for child in self.children_of(each) if child not in members]
                ordered += new
                members.update(dict.fromkeys(new))
            self._families[first] = tuple(ordered)
        return self._families[first]

    def is_production(self, environment: str) -> bool:
        """Whether deployments to this environment count; case does not matter."""
        return environment.casefold() in self._production

    def channel_of(self, flywheel: str, phase: int) -> str:
        """The channel of a phase's summary: its persona's, else the flywheel's, else the stack's. Else of all."""
        settings = self.flywheel(flywheel)
        persona = settings.personas.get(PERSONAS[phase - 1]) if 0 < phase <= len(PERSONAS) else None
        return persona or settings.channel or self.slack.channel

    def team_channel(self, flywheel: str) -> str:
        """The channel of a flywheel's cards: its own, else the stack's."""
        return self.channel_of(flywheel, 0)

    def noise_of(self, channel: str) -> NoiseSettings:
        """The noise rules of a channel."""
        return self.channels.get(channel, self.noise)

    def fingerprint(self) -> str:
        """A stable hash of the rules and of all that changes a number: derived items carry it, a new one folds again.

        What only changes where and how it is told (channels, schedules, words) folds nothing, so it is no part of it;
        nor is how deliveries are translated: what is recorded stays as it was translated.

        Spelling that means the same (case and order of environments, order of exact names, a default written out)
        does not count; the order of patterns does.
        """
        meant = (
            RULES,
            sorted(self._production),
            float(self.window_days),
            _counting(self.defaults),
            [_counting(settings) for _, settings in sorted(self.flywheels.items())],
            self._services,
            self._repositories,
        )
        return _hashed(meant)

    def delivery_fingerprint(self) -> str:
        """A stable hash of what only changes where and how figures are told: a new one folds nothing."""
        flywheels = {each.id: _telling(each) | {"name": each.title} for each in self.flywheels.values()}
        return _hashed((self.slack, _telling(self.defaults), flywheels))

    def noise_fingerprint(self) -> str:
        """A stable hash of the noise rules: a new one folds nothing, and makes no digest anew."""
        return _hashed((self.noise, sorted(self.channels.items())))

    @cached_property
    def _production(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.production)

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        by_parent: dict[str, list[str]] = {}
        for child, each in self.flywheels.items():
            if each.parent is not None:
                by_parent.setdefault(each.parent, []).append(child)
        return {parent: tuple(children) for parent, children in by_parent.items()}

    @cached_property
    def _families(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _services(self) -> "_Owners":
        return _owners((name, each.id) for each in self.flywheels.values() for name in each.services)

    @cached_property
    def _repositories(self) -> "_Owners":
        return _owners((name, each.id) for each in self.flywheels.values() for name in each.repositories)


_TELLING = {
    *("name", "kind", "services", "repositories", "channel", "vocabulary", "personas", "currency"),
    *("digest", "digest_day", "digest_hour", "share_value", "purpose", "value_exchange"),
}
"""Settings of a flywheel that change no number: how and where its messages go. (Owners are hashed together.)"""


def _counting(rules: Defaults) -> dict[str, object]:
    """The settings of a flywheel that change a number."""
    return {name: value for name, value in msgspec.structs.asdict(rules).items() if name not in _TELLING}


def _telling(rules: Defaults) -> dict[str, object]:
    """The settings of a flywheel that change how and where it is told."""
    keys = _TELLING - {"services", "repositories"}
    return {name: value for name, value in msgspec.structs.asdict(rules).items() if name in keys}


def _hashed(meant: object) -> str:
    return hashlib.sha256(msgspec.json.encode(meant, order="sorted")).hexdigest()[:16]


_Owners = tuple[dict[str, str], tuple[tuple[str, str], ...]]
"""Owners by exact name, and (pattern, owner) in the order of the file."""


def _owners(owned: Iterator[tuple[str, str]]) -> _Owners:
    exact: dict[str, str] = {}
    patterns = []
    for name, flywheel in owned:
        exact.setdefault(name, flywheel)
        if any(sign in name for sign in "*?["):
            patterns.append((name, flywheel))
    return exact, tuple(patterns)


def _owner(name: str, exact: dict[str, str], patterns: tuple[tuple[str, str], ...]) -> str | None:
    if name in exact:
        return exact[name]
    return next((flywheel for pattern, flywheel in patterns if fnmatchcase(name, pattern)), None)
