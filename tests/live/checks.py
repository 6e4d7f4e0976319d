"""End-to-end checks of a deployed stack, as its users use it: through AWS's interfaces alone.

Each is a function of an account and returns a sentence of what it saw; it raises LiveError where it did not see it. All
names carry `run`, so that a stack that was checked before does not answer for this run.
"""

import base64
import hmac
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tests.live.account import Account, LiveError

Check = Callable[[Account, str], str]
FLYWHEEL, HOOK = "live", "standard-webhooks"
_KEY = b"0123456789abcdef0123456789abcdef"


def _ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def expect(holds: object, otherwise: str) -> None:
    """Raise LiveError unless something holds."""
    if not holds:
        raise LiveError(otherwise)


def an_idea_becomes_a_turn(account: Account, run: str) -> str:
    """Bus, rule, queue, `record`, log, stream, `project`."""
    account.put("Idea Proposed", id=f"idea-{run}", time=_ago(120), flywheel=FLYWHEEL, idea=f"LIVE-{run}")
    (turn,) = account.eventually("the turn of an idea", lambda: account.items("TURN", turn=f"LIVE-{run}"))
    expect(turn["state"] == "open", f"the turn is {turn['state']}")
    return f"turn LIVE-{run} is open"


def the_same_event_twice_is_one(account: Account, run: str) -> str:
    """Sent again, it is known."""
    for _ in range(2):
        account.put("Idea Proposed", id=f"twice-{run}", time=_ago(90), flywheel=FLYWHEEL, idea=f"TWICE-{run}")
    account.eventually("its turn", lambda: account.items("TURN", turn=f"TWICE-{run}"))
    (event,) = [each for each in account.items("EVENT") if f"twice-{run}" in json.dumps(each, default=str)]
    return f"one item: {event['pk'][:12]}…"


def a_delivery_is_summed_up_and_waits_for_slack(account: Account, run: str) -> str:
    """Stream, `summarise`, bus, queue, `notify`: without a token the message waits, with Slack's reason beside it."""
    idea = f"LIVE-{run}"
    account.put(
        "Deployment Finished",
        id=f"deployment-{run}",
        time=_ago(60),
        flywheel=FLYWHEEL,
        service=f"web-{run}",
        environment="production",
        outcome="succeeded",
        deployment=f"d-{run}",
        ideas=[idea],
    )
    account.put(
        "Feature Released", id=f"release-{run}", time=_ago(30), flywheel=FLYWHEEL, feature=f"dim-{run}", idea=idea
    )
    found = account.eventually("an entry of the ledger", lambda: account.items("LEDGER", turn=f"LIVE-{run}"))
    states = {entry["state"] for entry in found}
    return f"{len(found)} message(s), {', '.join(sorted(states))}"


def what_breaks_its_contract_is_kept_with_the_reason(account: Account, run: str) -> str:
    """Nothing is lost in silence."""
    account.put("Idea Proposed", id=f"broken-{run}", time="yesterday", flywheel=FLYWHEEL, idea="X-1")

    def kept() -> list[str]:
        rejected = account.items("REJECTED")
        return [str(each.get("reason", "")) for each in rejected if f"broken-{run}" in json.dumps(each, default=str)]

    (reason, *_) = account.eventually("a rejection", kept)
    expect("time" in reason, f"the reason is {reason!r}")
    return f"rejected: {reason}"


@contextmanager
def hook(account: Account, name: str) -> Iterator[None]:
    """A hook with a secret, for as long as it is needed."""
    parameter, ssm = f"/{account.stack}/hooks/{name}", account.client("ssm")
    value = json.dumps(["whsec_" + base64.b64encode(_KEY).decode()])
    ssm.put_parameter(Name=parameter, Value=value, Type="SecureString", Overwrite=True)
    try:
        yield
    finally:
        ssm.delete_parameter(Name=parameter)


def a_signed_webhook_counts_and_an_unsigned_one_does_not(account: Account, run: str) -> str:
    """HTTP API, `intake`, bus; by Standard Webhooks."""
    data = {"flywheel": FLYWHEEL, "idea": f"HOOK-{run}"}
    body = json.dumps({"type": "idea.proposed", "timestamp": _ago(45), "data": data}).encode()
    moment = str(int(datetime.now(UTC).timestamp()))
    signed = hmac.digest(_KEY, b".".join([f"msg-{run}".encode(), moment.encode(), body]), "sha256")
    headers = {
        "Content-Type": "application/json",
        "webhook-id": f"msg-{run}",
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }
    with hook(account, HOOK):
        answer = account.http("POST", f"/hooks/{HOOK}", headers, body)
        expect(answer.status == 202, f"answered {answer.status}: {answer.body}")
        forged = account.http("POST", f"/hooks/{HOOK}", {**headers, "webhook-signature": "v1,AAAA"}, body)
        expect(forged.status == 401, f"a forged one was answered {forged.status}: {forged.body}")
        account.eventually("its turn", lambda: account.items("TURN", turn=f"HOOK-{run}"))
    return f"202, turn HOOK-{run}; forged: 401"


def the_clock_ticks(account: Account, run: str) -> str:
    """`tick`, called as Scheduler calls it; then the answer that boards are drawn from is there."""
    account.invoke("tick", {"scheduled_time": _ago(0)})
    return f"ticked {run}"


def figures_are_answered_to_whom_iam_lets_in(account: Account, run: str) -> str:
    """HTTP API, `board`."""
    del run
    path = f"/report/{FLYWHEEL}.json"
    closed = account.http("GET", path)
    expect(closed.status == 403, f"without a signature: {closed.status}")
    answer = account.eventually("the report", lambda: _answered(account, path))
    return f"{len(answer)} parts of a report; unsigned: 403"


def _answered(account: Account, path: str) -> dict[str, object] | None:
    answer = account.http("GET", path, sign=True)
    report: dict[str, object] | None = json.loads(answer.body) if answer.status == 200 else None
    return report


def the_dashboard_shows_the_board(account: Account, run: str) -> str:
    """`board`, called as CloudWatch's console calls it for a widget."""
    del run
    moment = int(datetime.now(UTC).timestamp() * 1000)
    times = {"mode": "relative", "start": moment - 604_800_000, "end": moment}
    context = {"theme": "light", "timeRange": times, "params": {}, "forms": {"all": {}}, "width": 1200, "height": 900}
    widget = account.invoke("board", {"widgetContext": context})
    expect(isinstance(widget, str) and FLYWHEEL in widget and "<svg" in widget, f"the widget is {widget!r:.200}")
    return f"{len(widget):,} characters, {widget.count('<svg')} drawings"


def a_board_needs_its_signed_link(account: Account, run: str) -> str:
    """HTTP API, `board`: without a link nothing is shown, and with a forged one neither."""
    del run
    for query in ("", "?expires=9999999999&signature=AAAA"):
        answer = account.http("GET", f"/board/{FLYWHEEL}{query}")
        expect(answer.status in {401, 403, 404, 410}, f"{query or 'no link'}: answered {answer.status}")
        expect("<svg" not in answer.body, f"{query or 'no link'}: the board is shown")
    return f"refused with {answer.status}"


def a_pipeline_learns_what_became_of_its_event(account: Account, run: str) -> str:
    """The command line as a pipeline's step: bus looked up, event sent, the stack asked by IAM; unsigned: refused."""
    idea = ["idea", "--idea", f"STEP-{run}", "--flywheel", FLYWHEEL, "--source", "live", "--id", f"step-{run}"]
    where = ["--stack", account.stack, "--region", account.region]
    command = [sys.executable, "-m", "cli", "emit", *idea, *where, "--wait", "--strict", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    expect(ran.returncode == 0, f"emit ended with {ran.returncode}: {ran.stderr}")
    answer = json.loads(ran.stdout)
    unsigned = account.http("GET", f"/events/{answer['key']}")
    expect(unsigned.status == 403, f"unsigned: {unsigned.status}")
    return f"{answer['verdict']} in flywheel {answer['flywheel']}; unsigned: 403"


def who_is_not_slack_is_refused(account: Account, run: str) -> str:
    """HTTP API, `slack`: a command with a signature of nobody's."""
    stamp = str(int(datetime.now(UTC).timestamp()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": "v0=" + hmac.digest(_KEY, f"v0:{stamp}:{run}".encode(), "sha256").hex(),
    }
    answer = account.http("POST", "/slack", headers, b"command=/flywheel&text=status")
    expect(answer.status == 401, f"answered {answer.status}: {answer.body}")
    return "401"


def the_doctor_finds_the_stack_in_order(account: Account, run: str) -> str:
    """`flywheel doctor`, reading only; that nobody has filled in Slack's token is a warning."""
    del run
    where = ["--stack", account.stack, "--region", account.region]
    command = [sys.executable, "-m", "cli", "doctor", *where, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    checks = json.loads(ran.stdout)["checks"]
    failed = [f"{each['name']}: {each['said']}" for each in checks if each["state"] == "failed"]
    expect(ran.returncode == 0 and not failed, f"{ran.stderr}{failed}")
    warned = [each["name"] for each in checks if each["state"] == "warning"]
    expect("Slack token" in warned, f"nobody has filled in a token, and that is no warning: {checks}")
    expect("table" not in warned, f"the table lacks something: {checks}")
    skipped = [each["name"] for each in checks if each["state"] == "skipped"]
    expect(skipped == ["Slack"], f"not looked at: {skipped}")
    return f"{len(checks)} checks, none failed; warnings: {', '.join(warned)}"


def nothing_lies_in_the_dead_letter_queues(account: Account, run: str) -> str:
    """Last: what any check left undone would lie there."""
    del run
    sqs = account.client("sqs")
    urls = sqs.list_queues(QueueNamePrefix=account.stack)["QueueUrls"]
    dead = [url for url in urls if url.endswith(("-dead", "-failures"))]
    expect(len(dead) >= 3, f"dead-letter queues: {dead}")
    for url in dead:
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        expect(asked["Attributes"]["ApproximateNumberOfMessages"] == "0", f"letters in {url}")
    return f"{len(dead)} queues, all empty"


CHECKS: tuple[Check, ...] = (
    an_idea_becomes_a_turn,
    the_same_event_twice_is_one,
    a_delivery_is_summed_up_and_waits_for_slack,
    what_breaks_its_contract_is_kept_with_the_reason,
    a_signed_webhook_counts_and_an_unsigned_one_does_not,
    the_clock_ticks,
    figures_are_answered_to_whom_iam_lets_in,
    the_dashboard_shows_the_board,
    a_board_needs_its_signed_link,
    a_pipeline_learns_what_became_of_its_event,
    who_is_not_slack_is_refused,
    the_doctor_finds_the_stack_in_order,
    nothing_lies_in_the_dead_letter_queues,
)


def run_checks(account: Account, run: str, say: Callable[[str], None]) -> list[str]:
    """Every check, in order, each told with what it saw; returns the names of those that failed."""
    failed = []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            say(f"✓ {name}: {check(account, run)}")
        except (LiveError, ValueError, KeyError) as error:
            failed.append(name)
            say(f"✗ {name}: {type(error).__name__}: {error}")
    return failed
