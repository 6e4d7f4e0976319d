"""The settings of one deployment, from the CDK context (`-c stage=prod -c retain_data=false`): typed and checked."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from infra.github_subjects import EXPECTED, SubjectError, subjects_of
from shared.flywheel.settings.file import load
from shared.flywheel.settings.values import Settings, WellArchitectedSettings
from shared.store.table import names

PROJECT = Path(__file__).resolve().parents[1]

LOG_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3653)
"""Days of retention that CloudWatch Logs accepts (PutRetentionPolicy, API reference)."""

_STAGE_NAME = "a lower-case letter, then lower-case letters, digits and hyphens, 20 characters at most"

NO_CONFIG = "none"
"""The value of `config` for a stack without settings, whatever lies in the project's root."""

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class StageError(ValueError):
    """A setting of the deployment cannot be used: which one, what it was, what would do."""

    def __init__(self, key: str, value: Any, expected: str) -> None:
        where = f"in [stages.…] of {names.SETTINGS_FILE}, or " if key in IN_FILE else ""
        super().__init__(f"{key}={value!r}: expected {expected}; say it {where}with -c {key}=…")
        self.key = key
        self.value = value


class NoSuchSettingError(StageError):
    """A key that is nearly one of ours: ignoring it would be taken for obeying it."""

    def __init__(self, key: str, value: Any, near: str) -> None:
        ValueError.__init__(self, f"{key}={value!r}: there is no such setting, did you mean {near}?")
        self.key = key
        self.value = value


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What the template takes of `flywheel.toml`; of all else in it only the functions know."""

    topics: tuple[str, ...]
    """ARNs of the SNS topics that messages go to."""
    reviews: WellArchitectedSettings
    """The workloads whose reviews are read."""
    links: bool
    """Whether messages have a link to the board."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One deployment of the stack. Each field is a context key of the same name."""

    stage: str = "dev"
    retain_data: bool = True
    """Keeps the table and the Slack secret when the stack goes, and protects the table from deletion."""
    tick_minutes: int = 15
    """Five at least: a tick looks at dead letters and hides them for two minutes from the metric that alarms read."""
    archive_days: int = 30
    log_retention_days: int = 30
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    tracing: bool = False
    """X-Ray: each invocation and the calls it makes. Where much happens it is a third of the variable bill."""
    table_name: str | None = None
    """A table that exists already, restored or retained, instead of one made by the stack."""
    table_stream: str | None = None
    """The label of its stream, which `flywheel restore` turns on and tells."""
    slack_secret_arn: str | None = None
    """A secret that exists already, instead of one made by the stack."""
    key_arn: str | None = None
    """A key of KMS that secrets and parameters are encrypted with, instead of AWS's own."""
    alarm_email: str | None = None
    intake_concurrency: int = 0
    """Of the account's concurrent executions, those that webhooks may take, and that nobody else takes from them; 0:
    none reserved, since an account must keep 100 free (10 where it is new), or refuses the deployment."""
    stream_parallel: int = 1
    """Batches of one shard of the table's stream at a time, for each of its two readers: 10 is the most that Lambda
    allows, and takes many executions of an account that has few."""
    record_concurrency: int = 2
    """Executions of `record` at once, at most, so that a replay takes none from webhooks; 2 is the least that Lambda
    allows, and records some 100 events a second. 0: as many as there are."""
    notify_concurrency: int = 2
    """The same for `notify`; Slack takes one message a second in a channel, however many ask."""
    aws_services: bool = True
    """Rules on the default bus: what the account's pipelines, deployments, stacks and alarms tell of themselves."""
    dashboard: bool = True
    """A CloudWatch dashboard with the board; every account has three free, a further one is $3 a month."""
    github_oidc: tuple[str, ...] = ()
    """Repositories whose workflows may send events: `OWNER/REPO`, or with numbers `OWNER@ID/REPO@ID`."""
    accounts: tuple[str, ...] = ()
    """Other AWS accounts that may put events on the bus."""
    organisation: str | None = None
    """The AWS organisation all of whose accounts may."""
    config: Path | None = None
    """The `flywheel.toml` that travels in the bundles; None where nothing is configured."""

    @property
    def shape(self) -> Shape:
        """What of the settings the template depends on."""
        settings = Settings() if self.config is None else load(self.config.read_bytes(), self.config.name)
        topics = tuple(sorted(set(settings.slack.topics.values())))
        return Shape(topics=topics, reviews=settings.well_architected, links=settings.board.links)

    def has_template_of(self, other: "Stage") -> bool:
        """Whether the template is that of another stage: at most, settings that only functions read differ."""
        return (replace(self, config=None), self.shape) == (replace(other, config=None), other.shape)

    @property
    def prefix(self) -> str:
        """The stack's name, and what every named resource in it begins with."""
        return f"flywheel-{self.stage}"

    @classmethod
    def from_context(cls, context: Mapping[str, Any], project: Path = PROJECT) -> "Stage":
        """Read and check `[stages.<stage>]` of the file of settings, and the context, which overrides it.

        A misspelt key is an error in both, since ignoring `retain_date` would lose data.
        """
        _refuse_misspelt(context)
        config = _config(context, project)
        context = stated(context, config)
        stage = cls(
            stage=_matching(context, "stage", r"[a-z][a-z0-9-]{0,19}", _STAGE_NAME) or cls.stage,
            retain_data=_boolean(context, "retain_data", default=cls.retain_data),
            tick_minutes=_integer(context, "tick_minutes", cls.tick_minutes, 5, 1440),
            archive_days=_integer(context, "archive_days", cls.archive_days, 1, 3650),
            log_retention_days=_member(context, "log_retention_days", cls.log_retention_days, LOG_RETENTION_DAYS),
            log_level=_member(context, "log_level", cls.log_level, LOG_LEVELS),
            tracing=_boolean(context, "tracing", default=cls.tracing),
            table_name=_matching(context, "table_name", r"[a-zA-Z0-9_.-]{3,255}", "the name of a table of DynamoDB"),
            table_stream=_matching(
                context,
                "table_stream",
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?",
                "the label of the table's stream, such as 2026-03-20T10:00:00.123 (flywheel restore tells it)",
            ),
            slack_secret_arn=_matching(
                context,
                "slack_secret_arn",
                r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}",
                "the full ARN of a Secrets Manager secret, with its six-character suffix",
            ),
            key_arn=_matching(
                context,
                "key_arn",
                r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+",
                "the ARN of a key of KMS (arn:aws:kms:REGION:ACCOUNT:key/ID; no alias)",
            ),
            alarm_email=_matching(context, "alarm_email", r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address"),
            intake_concurrency=_integer(context, "intake_concurrency", cls.intake_concurrency, 0, 1000),
            stream_parallel=_integer(context, "stream_parallel", cls.stream_parallel, 1, 10),
            record_concurrency=_bound(context, "record_concurrency", cls.record_concurrency),
            notify_concurrency=_bound(context, "notify_concurrency", cls.notify_concurrency),
            aws_services=_boolean(context, "aws_services", default=cls.aws_services),
            dashboard=_boolean(context, "dashboard", default=cls.dashboard),
            github_oidc=_listed(context, "github_oidc", _is_repository, EXPECTED),
            accounts=_listed(context, "accounts", re.compile(r"\d{12}").fullmatch, "12-digit account ids, with commas"),
            organisation=_matching(
                context, "organisation", r"o-[a-z0-9]{10,32}", "an organisation's id, such as o-a1b2c3d4e5"
            ),
            config=config,
        )
        _refuse_half_a_table(stage)
        return stage


KEYS = tuple(field.name for field in fields(Stage))
IN_FILE = tuple(key for key in KEYS if key not in {"stage", "config"})
"""Keys of `[stages.<stage>]`: all but those that say which table, of which file."""


class StageTableError(StageError):
    """A key of `[stages.<stage>]` that is none, or a stage that the file does not have."""

    def __init__(self, where: str, problem: str) -> None:
        ValueError.__init__(self, f"{where}: {problem}")


def stages_of(config: Path | None) -> dict[str, dict[str, Any]]:
    """The tables `[stages.<stage>]` of a file of settings, by stage; none where there is no file."""
    if config is None:
        return {}
    tables = tomllib.loads(config.read_text()).get("stages", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise StageTableError(f"{config.name}: stages", "expected tables such as [stages.prod]")
    for stage, table in tables.items():
        for key in table:
            if key not in IN_FILE:
                near = difflib.get_close_matches(key, IN_FILE, n=1)
                meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(IN_FILE)}"
                raise StageTableError(f"{config.name}: [stages.{stage}] {key}", f"there is no such setting, {meant}")
    return tables


def stated(context: Mapping[str, Any], config: Path | None) -> dict[str, Any]:
    """What the file says of the stage, and over it what the context says.

    Where no stage is named, the file's only one is meant; of several one has to be named.
    """
    tables = stages_of(config)
    stage = _text(context, "stage")
    if stage is None and len(tables) > 1:
        raise StageTableError("stage", f"which of {', '.join(tables)}? Say -c stage=…, or make deploy STAGE=…")
    chosen = stage or next(iter(tables), Stage.stage)
    given = {key: value for key, value in context.items() if key not in KEYS or _text(context, key) is not None}
    return {**tables.get(chosen, {}), **given, "stage": chosen}


def _refuse_misspelt(context: Mapping[str, Any]) -> None:
    """Other keys are none of our business (feature flags, the CLI's own, a user's), unless they look like ours."""
    for key in context:
        near = [] if key in KEYS else difflib.get_close_matches(key, KEYS, n=1, cutoff=0.7)
        if near:
            raise NoSuchSettingError(key, context[key], near[0])


def _refuse_half_a_table(stage: Stage) -> None:
    """A table is adopted by its name and its stream: another stream of the same name is not the one that was read."""
    if stage.table_name is not None and stage.table_stream is None:
        raise StageError("table_stream", "", f"beside table_name: `flywheel restore {stage.table_name}` tells it")
    if stage.table_stream is not None and stage.table_name is None:
        raise StageError("table_name", "", "beside table_stream")


def _text(context: Mapping[str, Any], key: str) -> str | None:
    value = context.get(key)
    return None if value is None or value == "" else str(value)


def _matching(context: Mapping[str, Any], key: str, pattern: str, expected: str) -> str | None:
    text = _text(context, key)
    if text is not None and not re.fullmatch(pattern, text):
        raise StageError(key, context[key], expected)
    return text


def _boolean(context: Mapping[str, Any], key: str, *, default: bool) -> bool:
    text = _text(context, key)
    if text is None:
        return default
    if text.lower() not in {"true", "false"}:
        raise StageError(key, context[key], "true or false")
    return text.lower() == "true"


def _integer(context: Mapping[str, Any], key: str, default: int, least: int, most: int) -> int:
    text = _text(context, key)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
        raise StageError(key, context[key], f"a whole number from {least} to {most}")
    return int(text)


def _bound(context: Mapping[str, Any], key: str, default: int) -> int:
    """The most executions that a queue may start at once: none, or what Lambda takes as a MaximumConcurrency."""
    most = _integer(context, key, default, 0, 1000)
    if most == 1:
        raise StageError(key, context[key], "0 (no bound), or 2 to 1000: Lambda takes no smaller one")
    return most


def _member(context: Mapping[str, Any], key: str, default: Any, allowed: tuple[Any, ...]) -> Any:
    text = _text(context, key)
    if text is None:
        return default
    by_text = {str(value): value for value in allowed}
    if text not in by_text:
        raise StageError(key, context[key], f"one of {', '.join(by_text)}")
    return by_text[text]


def _listed(context: Mapping[str, Any], key: str, fits: Callable[[str], object], expected: str) -> tuple[str, ...]:
    """Several values: a list in cdk.json, commas on the command line; each once."""
    value = context.get(key)
    given = value if isinstance(value, list) else [] if value is None else str(value).split(",")
    values = [str(each).strip() for each in given if str(each).strip()]
    if not all(fits(each) for each in values):
        raise StageError(key, value, expected)
    return tuple(dict.fromkeys(values))


def _is_repository(text: str) -> bool:
    try:
        return bool(subjects_of(text))
    except SubjectError:
        return False


def _config(context: Mapping[str, Any], project: Path) -> Path | None:
    """The file named by `config=`, else `flywheel.toml` in the project's root if there is one; None for `none`."""
    text = _text(context, "config")
    if text == NO_CONFIG:
        return None
    if text is None:
        default = project / names.SETTINGS_FILE
        return _checked(default) if default.is_file() else None
    path = project / text
    if not path.is_file():
        raise StageError("config", text, f"a file ({path} is none)")
    return _checked(path)


def _checked(path: Path) -> Path:
    """A mistake in the settings stops the deployment, not the functions."""
    load(path.read_bytes(), path.name)
    return path
