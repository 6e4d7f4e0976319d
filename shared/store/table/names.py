"""Every name of the table, its items and the functions' environment: once, here; `infra` builds from these constants.

One table with generic keys. What an item is says its `kind`; where it lies says its key:

| kind | pk | sk |
|---|---|---|
| EVENT | `E#<key>` | `EVENT` |
| SEGMENT | `F#<flywheel>`, `S#` or `R#<repository>` | `SEGMENT#<first arrival>#<hash>` |
| SEALED | the same | `SEALED#<UTC day of the events>#<open or whole>#<version>#<hash>` |
| WITNESS | the same | `WITNESS#`, then as the SEALED that it knows the keys of |
| NAME | the same | `PARTITION`: there are facts here, to be sealed when due |
| NAME | `N#<idea, feature, …>#<name>` | `<flywheel>` |
| NAME | `N#contested`, `N#place`, `W#` | a name of several flywheels, a place that settings gave facts, a wheel |
| NAME | `N#refilled` | `REFILLED`: how far the facts of earlier releases are completed |
| WHEEL | `W#<flywheel>` | `WHEEL` |
| TURN | `W#<flywheel>` | `TURN#<idea or feature>#<name>` |
| TRANSITION | `W#<flywheel>` | `TRANSITION#<idea or feature>#<name>#<phase>` |
| KNOWN | `W#<flywheel>` | `KNOWN#all`, `KNOWN#since`: what is known of its turns and transitions, for cold functions |
| SUMMARY | `W#<flywheel>` | `SUMMARY#<idea, feature or digest>#<name or period>#<phase>` |
| DIGESTS | `W#<flywheel>` | `DIGESTS` |
| LANE | `W#<flywheel>` | `LANE`: whether one of several who met folds it now, so that the others wait |
| ANSWER | `W#<flywheel>` | `ANSWER`: the report as it was last made; `ANSWER#<hash>#<part>` where it needs more room |
| REJECTED | `X#<UTC month of arrival>` | `REJECTED#<arrival>#<hash>` |
| BODY | as the REJECTED or DEAD whose body it is | `BODY#`, then as that; expires after 30 days |
| IGNORED | `I#<UTC month of arrival>` | `IGNORED#<source>#<kind>` |
| DEAD | `D#<UTC month of sending>` | `DEAD#<sent>#<queue>#<message>` |
| ATTEMPT | `A#` | `<work>#<flywheel>`: work that began and has not ended, or is still owed |
| TRIED | `T#<message>` | `TRIED`: one that came again, tried alone |
| DELETION | `Y#` | `<flywheel>#<number>`: a flywheel that was just deleted, and what was on its way meanwhile |
| REVIEWS | `V#` | `REVIEWS`: when the Well-Architected Tool was last read |
| LEDGER | `L#<summary>` | `LEDGER#<channel>` |
| PACE | `P#<channel>` | `PACE` |
| HEARD | `P#<channel>` | `HEARD#<flywheel>`: what its digests found there last, and what was held back since |
| VOTE | `O#<flywheel>` | `VOTE#<moment>#<useful or noise>#<message>` |
"""

from typing import Final

# Attributes that the table, its index and its stream filters are made of.
PK: Final = "pk"
SK: Final = "sk"
KIND: Final = "kind"
DUE_PK: Final = "due_pk"
DUE_AT: Final = "due_at"
"""UTC, RFC 3339 with microseconds and `Z`, so that text order is time order; only items with something due have it."""

DUE_INDEX: Final = "due"
"""Sparse index on (`due_pk`, `due_at`): wheels that time alone will change, messages not yet sent."""

NEWS: Final = "news"
"""Of a TURN: what this write of it tells for the first time (`shared.store.projections.turn_news`)."""

EXPIRES: Final = "expires"
"""Seconds since 1970 after which DynamoDB deletes the item; only of what is kept for a while."""

FORMAT: Final = "v"
"""The format in which an item was written; absent from those of format 1 (`shared.store.table.formats`)."""

# Values of `due_pk`.
DUE_WHEELS: Final = "wheels"
DUE_SEALING: Final = "sealing"
DUE_LEDGER: Final = "ledger"

# Values of `kind`.
EVENT: Final = "EVENT"
SEGMENT: Final = "SEGMENT"
SEALED: Final = "SEALED"
"""Another kind than SEGMENT, so that the stream wakes nobody for facts that are known."""
WITNESS: Final = "WITNESS"
NAME: Final = "NAME"
WHEEL: Final = "WHEEL"
TURN: Final = "TURN"
TRANSITION: Final = "TRANSITION"
KNOWN: Final = "KNOWN"
SUMMARY: Final = "SUMMARY"
DIGESTS: Final = "DIGESTS"
LANE: Final = "LANE"
ANSWER: Final = "ANSWER"
LEDGER: Final = "LEDGER"
PACE: Final = "PACE"
HEARD: Final = "HEARD"
VOTE: Final = "VOTE"
REJECTED: Final = "REJECTED"
IGNORED: Final = "IGNORED"
DEAD: Final = "DEAD"
REVIEWS: Final = "REVIEWS"
ATTEMPT: Final = "ATTEMPT"
TRIED: Final = "TRIED"
DELETION: Final = "DELETION"
BODY: Final = "BODY"

KINDS: Final = (
    EVENT,
    SEGMENT,
    SEALED,
    WITNESS,
    NAME,
    WHEEL,
    TURN,
    TRANSITION,
    KNOWN,
    SUMMARY,
    DIGESTS,
    LANE,
    ANSWER,
    LEDGER,
    PACE,
    HEARD,
    VOTE,
    REJECTED,
    IGNORED,
    DEAD,
    REVIEWS,
    ATTEMPT,
    TRIED,
    DELETION,
    BODY,
)

# Prefixes of partition keys.
EVENTS_PREFIX: Final = "E#"
FLYWHEEL_PREFIX: Final = "F#"
SHARED_PARTITION: Final = "S#"
REPOSITORY_PREFIX: Final = "R#"
NAME_PREFIX: Final = "N#"
CONTESTED_PARTITION: Final = "N#contested"
PLACE_PARTITION: Final = "N#place"
REFILLED: Final = ("N#refilled", "REFILLED")
"""Partition and sort key of the one item that says how far refilling has come."""
WHEEL_PREFIX: Final = "W#"
WHEEL_LIST_PARTITION: Final = "W#"
"""Lists every wheel: no flywheel has an empty id, so no wheel's own partition can be this one."""
REJECTED_PREFIX: Final = "X#"
IGNORED_PREFIX: Final = "I#"
DEAD_PREFIX: Final = "D#"
REVIEWS_PARTITION: Final = "V#"
ATTEMPTS_PARTITION: Final = "A#"
TRIED_PREFIX: Final = "T#"
DELETIONS_PARTITION: Final = "Y#"
LEDGER_PREFIX: Final = "L#"
PACE_PREFIX: Final = "P#"
VOTES_PREFIX: Final = "O#"

# Sort keys, or the beginnings of them.
EVENT_SORT: Final = "EVENT"
SEGMENT_SORT: Final = "SEGMENT#"
SEALED_SORT: Final = "SEALED#"
WITNESS_SORT: Final = "WITNESS#"
PARTITION_SORT: Final = "PARTITION"
WHEEL_SORT: Final = "WHEEL"
TURN_SORT: Final = "TURN#"
TRANSITION_SORT: Final = "TRANSITION#"
KNOWN_SORT: Final = "KNOWN#"
SUMMARY_SORT: Final = "SUMMARY#"
DIGESTS_SORT: Final = "DIGESTS"
LANE_SORT: Final = "LANE"
ANSWER_SORT: Final = "ANSWER"
LEDGER_SORT: Final = "LEDGER#"
PACE_SORT: Final = "PACE"
HEARD_SORT: Final = "HEARD#"
VOTE_SORT: Final = "VOTE#"
REJECTED_SORT: Final = "REJECTED#"
IGNORED_SORT: Final = "IGNORED#"
DEAD_SORT: Final = "DEAD#"
REVIEWS_SORT: Final = "REVIEWS"
TRIED_SORT: Final = "TRIED"
BODY_SORT: Final = "BODY#"

# Environment variables of the functions.
ENV_TABLE: Final = "TABLE_NAME"
ENV_BUS: Final = "BUS_NAME"
ENV_OUTBOX: Final = "OUTBOX_QUEUE_URL"
ENV_INBOX: Final = "INBOX_QUEUE_URL"
ENV_HOOKS: Final = "HOOKS_PREFIX"
"""The prefix of the SSM parameters that hold hooks' secrets."""
ENV_DEAD_LETTERS: Final = "DEAD_LETTER_QUEUE_URLS"
"""Of every queue that keeps what failed elsewhere, with commas in between."""
ENV_SLACK_SECRET: Final = "SLACK_SECRET_ARN"  # noqa: S105  the name of a variable, not a secret
ENV_SLACK_API: Final = "SLACK_API_URL"
ENV_LINK_KEY: Final = "LINK_KEY_NAME"
"""The name of the SSM parameter that holds the key of signed links."""
ENV_KEY: Final = "KEY_ARN"
"""The key of KMS that parameters are encrypted with; absent where it is AWS's own."""
ENV_BOARD: Final = "BOARD_URL"
"""Followed by a flywheel: where its board is."""
ENV_EXPLAIN: Final = "EXPLAIN_FUNCTION"
"""The ARN of the function that answers from the log."""
ENV_SERVICE: Final = "POWERTOOLS_SERVICE_NAME"
ENV_NAMESPACE: Final = "POWERTOOLS_METRICS_NAMESPACE"
ENV_LOG_LEVEL: Final = "POWERTOOLS_LOG_LEVEL"
ENV_TRACING: Final = "CALLS_TRACED"
"""`true` where the calls of a function are traced; absent elsewhere."""
ENV_STACK_ID: Final = "STACK_ID"
"""The salt of the keyed hash of challengers: the stack's own id, the same for the life of the stack."""

SETTINGS_FILE: Final = "flywheel.toml"
"""At the root of a bundle (`LAMBDA_TASK_ROOT`); absent where nothing is configured."""
METRICS_NAMESPACE: Final = "ValueFlywheel"
REFUSED_METRIC: Final = "slack_refused"
"""Messages that Slack refused until somebody mends something, each time one is tried; nothing while none is."""
WAITING_METRIC: Final = "waiting_minutes"
"""How long the message that waits longest has been tried in vain, whenever `tick` looks; nothing while none is."""
LATE_HOURS: Final = 4
"""After so long a message that Slack does not take is an alarm: Slack's own outages seldom last longer."""
BEHIND_METRIC: Final = "behind_minutes"
"""How long ago the oldest segment arrived that `tick` finds not folded; nothing while all are."""
SET_ASIDE_METRIC: Final = "set_aside"
"""How many flywheels are set aside, once each time that `tick` looks; nothing while none is."""
