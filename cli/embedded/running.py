"""The engine as a server, with a Slack on the loopback whose messages are shown as they come."""

import signal
import threading
from pathlib import Path
from types import FrameType

import msgspec
from rich.text import Text

from cli.blocks import show_message
from cli.boards.serving import BoardServer
from cli.configuration import find_settings
from cli.doctor.slack import channels_of
from cli.embedded.assembly import Synthesis, synthesis
from cli.failure import CommandError, WrongInputError
from cli.progress import waiting
from cli.target import DEFAULT_STACK, Target, target_of
from cli.terminal import page, print_json_line, say
from engine import (
    LOOPBACK_SIGNING_SECRET,
    LOOPBACK_TOKEN,
    DataDirectoryError,
    Engine,
    EngineError,
    FakeSlack,
    Server,
)
from infra.stage import PROJECT
from shared.slack.token import Credentials, secret_of
from shared.store.table.names import SETTINGS_FILE

_LOOK_SECONDS = 0.5
_SECRET = secret_of(Credentials(token=LOOPBACK_TOKEN, signing_secrets=(LOOPBACK_SIGNING_SECRET,)))


def run(port: int, data: Path | None, as_json: bool) -> None:
    """Serve until interrupted; the addresses go to stdout, and after them what the loopback Slack gets."""
    settings = PROJECT / SETTINGS_FILE
    synthesised = synthesis(settings if settings.is_file() else None)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, _interrupt)
    with _slack(data) as slack:
        for channel in channels_of(find_settings(None)):
            slack.channel(channel)
        try:
            with _serving(synthesised, slack, port, data) as server, BoardServer(_target(server)) as boards:
                shown = len(slack.messages)
                _tell(server, boards, data, as_json)
                while server.trouble is None:
                    stopped.wait(_LOOK_SECONDS)
                    shown = _show_new(slack, shown, as_json)
                raise CommandError(f"the engine stopped: {_trouble_text(server.trouble)}")
        except KeyboardInterrupt:
            say("stopped" if data is None else f"stopped; what it holds is in {data}")


def _target(server: Server) -> Target:
    """The stack that this server runs, as commands find it."""
    return target_of(DEFAULT_STACK, None, None, server.url)


def _slack(data: Path | None) -> FakeSlack:
    if data is None:
        return FakeSlack()
    try:
        return FakeSlack(journal=data / "slack.jsonl")
    except OSError as error:
        raise WrongInputError(f"--data: {data} cannot be read ({error.strerror}): name another directory") from error


def _serving(synthesised: Synthesis, slack: FakeSlack, port: int, data: Path | None) -> "_Serving":
    engine = Engine.from_template(
        synthesised.directory, endpoints={"SLACK_API_URL": slack.url}, code_root=PROJECT, files=synthesised.files
    )
    return _Serving(Server(engine, port=port, data_dir=data), port)


class _Serving:
    """A server that has its stack deployed and its Slack's secret filled in, as `flywheel slack setup` does."""

    def __init__(self, server: Server, port: int) -> None:
        self._server, self._port = server, port

    def __enter__(self) -> Server:
        try:
            with waiting("deploying the stack"):
                self._server.__enter__()
        except (OSError, SystemExit) as error:
            mend = "give another --port, or 0 for any"
            raise CommandError(f"--port: cannot listen on {self._port} ({error}); {mend}") from error
        except DataDirectoryError as error:
            raise WrongInputError(f"--data: {error}") from error
        except EngineError as error:
            raise CommandError(str(error)) from error
        self._server.do(lambda engine: engine.set_endpoint("BOARD_URL", f"{self._server.http_url}/board/"))
        self._server.do(lambda engine: engine.put_secret(engine.outputs["SlackSecretArn"], _SECRET))
        return self._server

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)


def _trouble_text(trouble: BaseException) -> str:
    """A sentence where the engine has one; anything else is a bug in it, and shown as it is."""
    return str(trouble) if isinstance(trouble, EngineError) else repr(trouble)


def _tell(server: Server, boards: BoardServer, data: Path | None, as_json: bool) -> None:
    outputs = {**server.look()["outputs"], "WebhookUrl": f"{server.http_url}/hooks/"}
    if as_json:
        started = {"endpoint_url": server.url, "region": server.engine.cloud.region, "outputs": outputs}
        started["board_url"] = boards.url
        print_json_line(started, at_once=True)
        return
    console = page()
    kept = "kept nowhere: --data DIR keeps it" if data is None else f"kept in {data}"
    where = Text.assemble("The stack is up at ", (server.url, "bold"), f"; what it holds is {kept}")
    console.print(where, soft_wrap=True)
    console.print(
        Text.assemble("The board, which follows events as they arrive: ", (boards.url, "bold")), soft_wrap=True
    )
    for name, value in outputs.items():
        console.print(Text.assemble(f"  {name}  ".ljust(22), (value, "dim")), soft_wrap=True)
    console.print(Text("\nIn another terminal:", style="bold cyan"))
    for line in (
        f"export AWS_ENDPOINT_URL={server.url}",
        "flywheel emit idea --flywheel checkout --idea SHOP-1 --title 'Pay with one tap'",
        "flywheel emit deployment --flywheel checkout --service web --ideas SHOP-1",
        "flywheel emit release --flywheel checkout --idea SHOP-1 --feature one-tap",
        "flywheel report --flywheel checkout",
        "flywheel hook add github && flywheel hook test github",
        "flywheel slack ask status checkout",
    ):
        console.print(f"  {line}", soft_wrap=True, markup=False)
    console.print(Text("\nSlack messages appear here; Ctrl-C stops.", style="dim"))


def _show_new(slack: FakeSlack, shown: int, as_json: bool) -> int:
    messages = slack.messages
    for message in messages[shown:]:
        if as_json:
            print_json_line(msgspec.to_builtins(message), at_once=True)
        else:
            show_message(page(), message.channel, message.text, message.blocks)
    return len(messages)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """`kill` stops as Ctrl-C does."""
    raise KeyboardInterrupt
