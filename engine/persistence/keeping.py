"""Keeping an engine's journal while it runs, and bringing an engine back to where its journal left off."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamShard, Table
from moto.sqs.models import Message, Queue

from engine.account.cloud import messages_in
from engine.embedded import Engine
from engine.mappings.streams import as_json
from engine.persistence.directory import claimed, explained
from engine.persistence.errors import JournalNotWrittenError
from engine.persistence.journal import FILE, Journal
from engine.persistence.lines import Accept, Dead, Delete, Put, Send
from engine.persistence.parameters import KeptParameters
from engine.persistence.remembered import Remembered, read_journal


class Persistence:
    """Ties an engine to a directory."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        self._engine = engine
        self._path = directory / FILE
        self._stack = engine.template.stack if engine.template else None
        self._kept = ExitStack()
        self._journal: Journal | None = None
        self._remembered = Remembered()

    @property
    def trouble(self) -> JournalNotWrittenError | None:
        """The error that keeps the journal from being written, if any: the engine must not go on then."""
        return self._journal.broken if self._journal is not None else None

    def claim(self) -> None:
        """Take the directory for this process and read its journal, before anything is set up.

        Raises DataDirectoryError; nothing was changed then.
        """
        try:
            self._kept.enter_context(claimed(self._path.parent))
            with explained(self._path):
                self._remembered = read_journal(self._path, self._stack)
        except BaseException:
            self._kept.close()
            raise

    def start(self) -> None:
        """Bring back what the journal holds, then keep it from now on."""
        remembered, self._remembered = self._remembered, Remembered()
        with explained(self._path):
            journal = self._kept.enter_context(Journal(self._path, remembered, self._stack))
        self._journal = journal
        parameters = KeptParameters(self._engine, journal)
        for item in remembered.settled.values():
            self._apply(item)
        self._engine.streams.skip_existing()
        for change in remembered.changes:
            self._apply(change)
        for line in remembered.dead.values():
            self._bury(line)
        for parameter in remembered.parameters.values():
            parameters.put_again(parameter)
        self._again(remembered.unfinished)
        for table in self._engine.cloud.dynamodb.tables.values():
            if table.stream_shard is not None:
                self._watch(journal, table, table.stream_shard)
        for queue in self._engine.cloud.sqs.queues.values():
            self._watch_queue(journal, queue)
        parameters.watch()
        self._engine.on_accept = lambda request: journal.accept(request.entries, request.ids, request.at)

    def stop(self) -> None:
        """Write down where things stand, and give the directory back; harmless when repeated."""
        try:
            if self.trouble is None:
                self.checkpoint()
        finally:
            self.release()

    def release(self) -> None:
        """Give the directory back, its journal as it is."""
        self._engine.on_accept = lambda _: None
        self._journal = None
        self._kept.close()

    def checkpoint(self) -> None:
        """Note what lies in queues that only people look at, and whether all is dealt with."""
        if self._journal is None:
            return
        self._note_dead(self._journal)
        if self._engine.is_quiet():
            self._journal.quiet()

    def _apply(self, change: Put | Delete) -> None:
        """Change a table below its API, which would ask for conditions; its stream records it all the same."""
        table = self._engine.cloud.dynamodb.tables.get(change.table)
        if table is None:
            return
        if isinstance(change, Put):
            table.put_item(change.item)
        else:
            self._engine.cloud.dynamodb.delete_item(table.name, change.key)

    def _bury(self, line: Dead) -> None:
        queue = self._engine.cloud.sqs.queues.get(line.queue)
        if queue is not None:
            vars(self._engine.cloud.sqs.send_message(queue.name, line.body))["id"] = line.message

    def _again(self, unfinished: Sequence[Accept | Send]) -> None:
        """Hand accepted requests over again, as of when they arrived, and send messages again, due when they were."""
        for line in unfinished:
            if isinstance(line, Accept):
                self._engine.router.put_events(line.entries, ids=line.ids, arrived=line.at)
            elif line.queue in self._engine.cloud.sqs.queues:
                message = self._engine.cloud.sqs.send_message(line.queue, line.body)
                message.delayed_until = line.due

    def _note_dead(self, journal: Journal) -> None:
        polled = self._polled()
        unpolled = [queue for queue in self._engine.cloud.sqs.queues.values() if queue.queue_arn not in polled]
        dead = {message.id: (queue.name, message) for queue in unpolled for message in messages_in(queue)}
        for message_id, (queue_name, message) in dead.items():
            journal.dead(queue_name, message_id, message.body)
        journal.buried(set(dead))

    def _watch(self, journal: Journal, table: Table, shard: StreamShard) -> None:
        """Journal each change as the table's stream gets it, before whoever wrote it goes on."""
        add = shard.add

        def add_and_note(old: Item | None, new: Item | None) -> None:
            add(old, new)
            change = shard.items[-1].record["dynamodb"]
            if new is not None:
                journal.put(table.name, as_json(change["Keys"]), as_json(new.to_json()["Attributes"]))
            else:
                journal.delete(table.name, as_json(change["Keys"]))

        vars(shard)["add"] = add_and_note

    def _watch_queue(self, journal: Journal, queue: Queue) -> None:
        """Journal messages that did not come from an event: those come again with their request."""
        add = queue.add_message

        def add_and_note(message: Message) -> None:
            if not self._engine.router.sending and queue.queue_arn in self._polled():
                journal.send(queue.name, message.body, message.delayed_until)
            add(message)

        vars(queue)["add_message"] = add_and_note

    def _polled(self) -> set[str]:
        return {mapping.event_source_arn for mapping in self._engine.cloud.mappings()}
