"""All checks in their order: what needs something that failed before is skipped, and says so."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from cli.checks.check import Check, skipped
from cli.doctor.alarms import ALARMS, check_alarms
from cli.doctor.configuration import check_configuration
from cli.doctor.executions import EXECUTIONS, check_executions
from cli.doctor.log import (
    ARRIVALS,
    KEPT,
    REJECTED,
    SILENT,
    UNMAPPED,
    check_arrivals,
    check_kept,
    check_rejected,
    check_silent,
    check_unmapped,
)
from cli.doctor.names import ENVIRONMENTS, PROJECTS, check_environments, check_projects, facts_of
from cli.doctor.readers import READERS, check_readers
from cli.doctor.slack import NAME as SLACK
from cli.doctor.slack import check_slack
from cli.doctor.stack import (
    DEAD_LETTERS,
    STACK,
    TOKEN,
    check_credentials,
    check_dead_letters,
    check_stack,
    check_token,
)
from cli.doctor.table import TABLE, check_table
from cli.doctor.uncounted import UNCOUNTED, check_uncounted
from cli.failure import CommandError
from cli.figures.from_stack import TABLE_OUTPUT, store_of, telling_errors
from cli.slack.api import api_of
from cli.target import Target
from shared.flywheel.settings.values import Settings
from shared.store.kept.counting import Counts, counts

_LOG = (ARRIVALS, REJECTED, KEPT, UNMAPPED, ENVIRONMENTS, PROJECTS, UNCOUNTED, SILENT)
_OF_AWS = (STACK, EXECUTIONS, READERS, TABLE, ALARMS, DEAD_LETTERS, TOKEN, SLACK, *_LOG)


class Examined(Struct, frozen=True):
    """The result of an examination; `counts` where the log could be read."""

    checks: list[Check]
    counts: Counts | None = None


def examine(config: Path | None, target: Target, slack_url: str | None, now: datetime) -> Examined:
    """Everything that can be looked at without changing anything."""
    settings, checks = check_configuration(config)
    credentials = check_credentials(target)
    checks.append(credentials)
    if credentials.state == "failed":
        return Examined([*checks, *(skipped(name, "needs credentials") for name in _OF_AWS)])
    stack, of_stack = check_stack(target)
    checks.append(of_stack)
    if stack is None:
        return Examined([*checks, *(skipped(name, "needs the stack") for name in _OF_AWS[1:])])
    checks += [check_executions(target, stack), *check_readers(target, stack)]
    checks += [check_table(target, stack), *check_alarms(target, stack)]
    dead_letters, in_queues = check_dead_letters(target, stack)
    checks += dead_letters
    credentials_of_slack, has_token = check_token(target, stack)
    api = api_of(target, slack_url)
    checks += [has_token, *check_slack(credentials_of_slack, settings, api, local=target.is_local)]
    log = _log_checks(target, stack.outputs.get(TABLE_OUTPUT), settings, now, in_queues)
    return Examined([*checks, *log.checks], log.counts)


def _log_checks(target: Target, table: str | None, settings: Settings, now: datetime, in_queues: int) -> Examined:
    if table is None:
        return Examined([skipped(name, f"the stack has no output {TABLE_OUTPUT}") for name in _LOG])
    try:
        with telling_errors(target):
            store = store_of(target, table)
            counted = counts(store, now, in_queues)
            checks = [
                check_arrivals(counted),
                *check_rejected(store, now),
                *check_kept(store, now),
                *check_unmapped(store, settings),
            ]
            facts = facts_of(store, settings)
            checks += [check_environments(facts, settings), check_projects(facts, settings)]
            return Examined([*checks, *check_uncounted(store, now), *check_silent(store, settings, now)], counted)
    except CommandError as error:
        return Examined([skipped(name, error.message) for name in _LOG])
