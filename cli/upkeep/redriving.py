"""Dead letters put back: first those still in queues become items, then each item goes where it belongs."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from rich.text import Text

from cli.target import Target
from cli.terminal import page, say
from cli.upkeep.stack import DEAD, Kept
from shared.flywheel.wording import outside
from shared.store.kept.bodies import DeadItem
from shared.store.kept.dead_letters import SqsLetterBox, bury, destination_of, put_back, waiting_letters

AT_ONCE = timedelta(0)


def redrive(kept: Kept, target: Target, now: datetime) -> dict[str, Any]:
    """Put everything back that waits; says how many went where. Doing it twice changes nothing."""
    sqs = target.client("sqs")
    buried = sum(bury(kept.store.table, SqsLetterBox(sqs, kept.queues[end]), now, AT_ONCE) for end in DEAD)
    outcomes: Counter[str] = Counter()

    def send(destination: str, body: str) -> None:
        sqs.send_message(QueueUrl=kept.queues[f"-{destination}"], MessageBody=body)

    for item in list(waiting_letters(kept.store.table, now)):
        outcome = put_back(kept.store.table, item, send, now)
        outcomes[outcome if outcome in {"inbox", "outbox"} else "needless"] += 1
    return {"from_queues": buried, **{name: outcomes[name] for name in ("inbox", "outbox", "needless")}}


def waiting(kept: Kept, target: Target, now: datetime) -> dict[str, Any]:
    """The letters that a redrive would put back; nothing is changed. Letters still in their queues are only counted."""
    return {
        "in_queues": in_queues(kept, target),
        "letters": [letter_entry(item) for item in waiting_letters(kept.store.table, now)],
    }


def in_queues(kept: Kept, target: Target) -> int:
    """Messages that lie in dead-letter queues now, about."""
    sqs, asked = target.client("sqs"), ["ApproximateNumberOfMessages"]
    answers = (sqs.get_queue_attributes(QueueUrl=kept.queues[end], AttributeNames=asked) for end in DEAD)
    return sum(int(answer["Attributes"]["ApproximateNumberOfMessages"]) for answer in answers)


def letter_entry(item: DeadItem) -> dict[str, Any]:
    """A letter by what can be said of it without its content."""
    return {
        "sent_at": item.sent_at,
        "queue": item.queue,
        "tried": int(item.received),
        "reason": item.reason,
        "back_to": destination_of(item),
        "source": item.source,
        "detail_type": item.detail_type,
        "id": item.event_id,
    }


def print_letters(waiting: dict[str, Any]) -> None:
    """One line each, and what still lies in queues."""
    console = page()
    for letter in waiting["letters"]:
        what = " ".join(outside(str(each)) for each in (letter["detail_type"], letter["id"]) if each) or "no event"
        back = f"→ {letter['back_to']}" if letter["back_to"] else "→ needs nothing"
        cells = (letter["sent_at"][:16].replace("T", " "), letter["queue"], what, back, outside(letter["reason"] or ""))
        console.print(Text("  ".join(filter(None, cells))), soft_wrap=True)
    say(f"{len(waiting['letters']):,} dead letters kept, {waiting['in_queues']:,} still in their queues")
