"""Keeping an engine's journal while it runs, and bringing an engine back to where its journal left off."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.sqs.models import Message, Queue

from engine.account.cloud import messages_in
from engine.embedded import Accepted, Engine
from engine.mappings.streams import as_json
from engine.persistence.journal import Journal, read_journal
from engine.persistence.parameters import KeptParameters


class Persistence:
    """Ties an engine to a directory."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        self._engine = engine
        self._directory = directory
        self._journal = Journal(directory)
        self._parameters = KeptParameters(engine, self._journal)

    def start(self) -> None:
        """Bring back what the journal holds, then keep it from now on."""
        remembered = read_journal(self._directory)
        self._journal.compact(remembered)
        for change in remembered.settled.values():
            self._apply(change)
        self._engine.streams.skip_existing()
        for change in remembered.changes:
            self._apply(change)
        for line in remembered.dead.values():
            self._bury(line)
        for parameter in remembered.parameters.values():
            self._parameters.put_again(parameter)
        self._again(remembered.unfinished)
        for table in self._engine.cloud.dynamodb.tables.values():
            if table.stream_shard is not None:
                self._watch(table, table.stream_shard)
        for queue in self._engine.cloud.sqs.queues.values():
            self._watch_queue(queue)
        self._parameters.watch()
        self._engine.on_accept = self._accepted

    def stop(self) -> None:
        self.checkpoint()
        self._engine.on_accept = lambda _: None
        with self._journal:
            pass

    def checkpoint(self) -> None:
        """Note what lies in queues that only people look at, and whether all is dealt with."""
        self._note_dead()
        if self._engine.is_quiet():
            self._journal.quiet()

    def _accepted(self, request: Accepted) -> None:
        self._journal.accept(request.entries, request.ids, request.at)

    def _apply(self, change: dict[str, Any]) -> None:
        """Change a table below its API, which would ask for conditions; its stream records it all the same."""
        table = self._engine.cloud.dynamodb.tables.get(change["table"])
        if table is None:
            return
        if change["is"] == "put":
            table.put_item(change["item"])
        else:
            self._engine.cloud.dynamodb.delete_item(table.name, change["key"])

    def _bury(self, line: dict[str, Any]) -> None:
        queue = self._engine.cloud.sqs.queues.get(line["queue"])
        if queue is not None:
            vars(self._engine.cloud.sqs.send_message(queue.name, line["body"]))["id"] = line["message"]

    def _again(self, unfinished: Sequence[dict[str, Any]]) -> None:
        """Hand accepted requests over again, as of when they arrived, and send messages again, due when they were."""
        for line in unfinished:
            if line["is"] == "accept":
                arrived = datetime.fromisoformat(line["at"])
                self._engine.router.put_events(line["entries"], ids=line["ids"], arrived=arrived)
            elif line["queue"] in self._engine.cloud.sqs.queues:
                message = self._engine.cloud.sqs.send_message(line["queue"], line["body"])
                message.delayed_until = line["due"]

    def _note_dead(self) -> None:
        polled = self._polled()
        unpolled = [queue for queue in self._engine.cloud.sqs.queues.values() if queue.queue_arn not in polled]
        found = {message.id: (queue.name, message) for queue in unpolled for message in messages_in(queue)}
        for message_id, (queue_name, message) in found.items():
            self._journal.dead(queue_name, message_id, message.body)
        self._journal.buried(set(found))

    def _watch(self, table: Table, shard: StreamShard) -> None:
        """Journal each change as the table's stream gets it, before whoever wrote it goes on."""
        add = shard.add

        def add_and_note(old: Item | None, new: Item | None) -> None:
            add(old, new)
            change = shard.items[-1].record["dynamodb"]
            if new is not None:
                self._journal.put(table.name, as_json(change["Keys"]), as_json(new.to_json()["Attributes"]))
            else:
                self._journal.delete(table.name, as_json(change["Keys"]))

        vars(shard)["add"] = add_and_note

    def _watch_queue(self, queue: Queue) -> None:
        """Journal messages that did not come from an event: those come again with their request."""
        add = queue.add_message

        def add_and_note(message: Message) -> None:
            if not self._engine.router.sending and queue.queue_arn in self._polled():
                self._journal.send(queue.name, message.body, message.delayed_until)
            add(message)

        vars(queue)["add_message"] = add_and_note

    def _polled(self) -> set[str]:
        return {mapping.event_source_arn for mapping in self._engine.cloud.mappings()}
