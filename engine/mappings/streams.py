"""DynamoDB stream mappings: filters, batches, bisecting, partial answers, retries, and a destination for what failed.

moto keeps one list of records; here it is read as so many shards, each in order by each mapping at its own position.
The items of one partition key are in one shard; a batch that fails blocks what follows in its shard, and no other.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from moto.awslambda.models import EventSourceMapping
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodb.models.utilities import dynamo_json_dump

from engine.account.cloud import Cloud
from engine.clock import Clock, epoch_seconds
from engine.iam.policies import Access, is_allowed
from engine.lambdas.function import Invocation
from engine.lambdas.invoking import Lambdas
from engine.mappings.filters import passes
from engine.mappings.queues import failed_items

POLLING: Final = (
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
)
RETENTION: Final = timedelta(hours=24)
"""A stream keeps its records this long; a batch that still fails then is lost to its mapping."""
FIRST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(minutes=1)

Record = dict[str, Any]


@dataclass
class Attempt:
    """A batch on its way: how often it was tried, and when it may be tried again."""

    records: list[Record]
    tries: int = 0
    due: datetime | None = None


@dataclass
class Position:
    """A mapping's place in its shard: what it has read, and the batches (in order) it is not done with."""

    read: int
    batches: list[Attempt] = field(default_factory=list)


@dataclass
class StreamPollers:
    """Every stream mapping that is deployed, one batch of each per step."""

    cloud: Cloud
    clock: Clock
    lambdas: Lambdas
    may_poll: Callable[[str, str, tuple[str, ...]], bool]
    shards: int = 1
    """Of each stream; a table on AWS has as many as its partitions."""
    positions: dict[tuple[str, int], Position] = field(default_factory=dict)
    """(mapping, shard) → how far."""
    abandoned: list[Record] = field(default_factory=list)
    """Records given up without a destination to tell: on AWS nobody would know."""
    _turn: int = 0
    """The shard that is asked first: another one each time, as on AWS they are read side by side."""

    def step(self) -> bool:
        """One batch of the first mapping that has one; whether there was any."""
        self._turn = (self._turn + 1) % self.shards
        order = [(self._turn + number) % self.shards for number in range(self.shards)]
        return any(self._poll(mapping, table, shard) for mapping, table in self._mapped() for shard in order)

    def waiting(self) -> int:
        """Records read but not done with, and batches' worth not yet read."""
        return sum(
            len(self._stream(table).items) - position.read + len(position.batches)
            for mapping, table in self._mapped()
            for position in self._positions(mapping)
        )

    def next_wake(self) -> datetime | None:
        positions = (position for mapping, _ in self._mapped() for position in self._positions(mapping))
        dues = [position.batches[0].due for position in positions if position.batches]
        return min((due for due in dues if due is not None), default=None)

    def skip_existing(self) -> None:
        """Take all that is in the streams now as read: after a restart the table is filled again through its API."""
        for mapping, table in self._mapped():
            for position in self._positions(mapping):
                position.read = len(self._stream(table).items)

    def _mapped(self) -> Iterator[tuple[EventSourceMapping, Table]]:
        for mapping in self.cloud.mappings():
            if not mapping.enabled or ":table/" not in mapping.event_source_arn:
                continue
            table = self.cloud.table_of_stream(mapping.event_source_arn)
            stream = mapping.event_source_arn
            if table is not None and self.may_poll(mapping.function_arn, stream, POLLING):
                yield mapping, table

    def _stream(self, table: Table) -> StreamShard:
        stream = table.stream_shard
        if stream is None:
            raise TypeError(f"table {table.name} has no stream")
        return stream

    def _position(self, mapping: EventSourceMapping, shard: int) -> Position:
        return self.positions.setdefault((mapping.uuid, shard), Position(0))

    def _positions(self, mapping: EventSourceMapping) -> list[Position]:
        return [self._position(mapping, shard) for shard in range(self.shards)]

    def _poll(self, mapping: EventSourceMapping, table: Table, shard: int) -> bool:
        position = self._position(mapping, shard)
        progressed = False
        if not position.batches:
            progressed = self._read(mapping, table, shard)
        if position.batches and (position.batches[0].due is None or position.batches[0].due <= self.clock.now()):
            position.batches[:1] = self._try(mapping, position.batches[0])
            return True
        return progressed

    def _read(self, mapping: EventSourceMapping, table: Table, shard: int) -> bool:
        items, position = self._stream(table).items, self._position(mapping, shard)
        start = position.read
        records: list[Record] = []
        while position.read < len(items) and len(records) < mapping.batch_size:
            record = items[position.read].record
            position.read += 1
            if self._shard_of(table, record) == shard:
                payload = self._payload(record, mapping)
                records += [payload] if passes(mapping.filter_criteria, payload) else []
        if records:
            position.batches.append(Attempt(records))
        return position.read > start

    def _shard_of(self, table: Table, record: Record) -> int:
        """Where a record is by the partition key of its item."""
        if self.shards == 1:
            return 0
        key = as_json(record["dynamodb"]["Keys"])[str(table.hash_key_attr)]
        return int(hashlib.sha256(json.dumps(key).encode()).hexdigest(), 16) % self.shards

    def _payload(self, record: Record, mapping: EventSourceMapping) -> Record:
        """moto's record as Lambda hands it over: seconds for the time, the stream's own Region and ARN."""
        created: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
        change = as_json({**record["dynamodb"], "ApproximateCreationDateTime": None})
        change["ApproximateCreationDateTime"] = epoch_seconds(created.replace(tzinfo=UTC))
        return {
            **record,
            "awsRegion": self.cloud.region,
            "eventSourceARN": mapping.event_source_arn,
            "dynamodb": change,
        }

    def _try(self, mapping: EventSourceMapping, attempt: Attempt) -> list[Attempt]:
        """Invoke once; what has to be tried again, in order."""
        numbers = [record["dynamodb"]["SequenceNumber"] for record in attempt.records]
        invocation = self.lambdas.invoke(mapping.function_arn, {"Records": attempt.records})
        failed = failed_items(invocation, mapping, set(numbers))
        if not failed:
            return []
        first = min(numbers.index(number) for number in failed)
        left = attempt.records[first:]
        if first > 0:
            # A checkpoint was made: what is left starts afresh, as the batch it now is.
            return [self._pause(Attempt(left, attempt.tries + 1))]
        if mapping.bisect_on_error and len(left) > 1:
            half = len(left) // 2
            return [self._pause(Attempt(part, attempt.tries + 1)) for part in (left[:half], left[half:])]
        again = Attempt(left, attempt.tries + 1)
        if self._exhausted(mapping, again):
            self._give_up(mapping, again, invocation)
            return []
        return [self._pause(again)]

    def _pause(self, attempt: Attempt) -> Attempt:
        pause = min(FIRST_PAUSE * 2 ** min(attempt.tries - 1, 10), LONGEST_PAUSE)
        return Attempt(attempt.records, attempt.tries, self.clock.now() + pause)

    def _exhausted(self, mapping: EventSourceMapping, attempt: Attempt) -> bool:
        retries = int(-1 if mapping.max_retry_attempts is None else mapping.max_retry_attempts)
        age = int(mapping.max_record_age or -1)
        oldest = RETENTION if age < 0 else timedelta(seconds=age)
        written = attempt.records[0]["dynamodb"]["ApproximateCreationDateTime"]
        too_old = epoch_seconds(self.clock.now()) - written >= oldest.total_seconds()
        return too_old or (0 <= retries < attempt.tries)

    def _give_up(self, mapping: EventSourceMapping, attempt: Attempt, invocation: Invocation) -> None:
        destination = ((mapping.destination_config or {}).get("OnFailure") or {}).get("Destination")
        queue = self.cloud.queue(destination) if destination else None
        function = self.cloud.function(mapping.function_arn)
        access = Access("sqs:SendMessage", str(destination))
        statements = self.cloud.role_statements(function.role) if function else []
        if queue is None or not is_allowed(statements, access):
            self.abandoned.extend(attempt.records)
            return
        self.cloud.sqs.send_message(queue.name, json.dumps(self._notice(mapping, attempt, invocation)))

    def _notice(self, mapping: EventSourceMapping, attempt: Attempt, invocation: Invocation) -> Record:
        """The notice to an on-failure destination: where in the stream, never what was there."""
        changes = [record["dynamodb"] for record in attempt.records]
        arrivals = [_text(change["ApproximateCreationDateTime"]) for change in changes]
        return {
            "requestContext": {
                "requestId": invocation.request_id,
                "functionArn": mapping.function_arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempt.tries,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled" if invocation.failure else None,
            },
            "version": "1.0",
            "timestamp": _text(epoch_seconds(self.clock.now())),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001541626099285-f35f62ef",
                "startSequenceNumber": changes[0]["SequenceNumber"],
                "endSequenceNumber": changes[-1]["SequenceNumber"],
                "approximateArrivalOfFirstRecord": arrivals[0],
                "approximateArrivalOfLastRecord": arrivals[-1],
                "batchSize": len(changes),
                "streamArn": mapping.event_source_arn,
            },
        }


def as_json(attributes: Any) -> Any:
    """DynamoDB's JSON as it goes over the wire: moto keeps some binary values as bytes, here they are Base64 text."""
    return json.loads(dynamo_json_dump(attributes))


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
