"""The entry point `flywheel`: names the commands; what a command needs is imported when it runs."""

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated, cast

import typer

from cli.commands import (
    board,
    delete_flywheel,
    demo,
    doctor,
    emit,
    explain,
    hook,
    import_history,
    ledger,
    preview,
    rebuild,
    redrive,
    replay,
    report,
    restore,
    slack,
    trace,
    up,
)
from cli.commands import map as wardley_map
from cli.emitting.kind_help import EmitCommand
from cli.failure import CommandError, ExitCode
from cli.terminal import print_plain, say, speak_utf_8, told_by
from cli.version import __version__


def print_version(wanted: bool) -> None:
    """Print the version of the project, the one that releases are named after."""
    if wanted:
        print_plain(__version__)
        raise typer.Exit


app = typer.Typer(
    name="flywheel",
    help="Measures the whole value flywheel: turns, momentum, drag and DORA's five, from your pipelines' events.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("report", short_help="Turns, momentum, drag and DORA's five")(report.report)
app.command("board", short_help="A page to look at, into a file")(board.board)
app.command("explain", short_help="The events behind one figure")(explain.explain)
app.command("preview", short_help="The messages that would have come")(preview.preview)
app.command("trace", short_help="What became of one event")(trace.trace)
app.command("up", short_help="The stack here, until Ctrl-C")(up.up)
app.add_typer(import_history.app, name="import", short_help="A history that exists into events")
app.add_typer(hook.app, name="hook", short_help="Webhook addresses and their secrets")
app.add_typer(slack.app, name="slack", short_help="The Slack app: made, filled, tried out")
app.command("demo", short_help="Twenty weeks of two teams, here")(demo.demo)
app.command("doctor", short_help="What is wrong, and what mends it")(doctor.doctor)
app.command("emit", short_help="One event, from a pipeline", cls=EmitCommand, context_settings=emit.SETTINGS)(emit.emit)
app.command("replay", short_help="Recorded events into a stack")(replay.replay)
app.command("ledger", short_help="Messages: sent, updated, held back")(ledger.ledger)
app.command("redrive", short_help="Dead letters back into their queues")(redrive.redrive)
app.command("restore", short_help="A restored table, fit for its stack")(restore.restore)
app.command("rebuild", short_help="Every projection from its events")(rebuild.rebuild)
app.command("delete-flywheel", short_help="A flywheel's data, for good")(delete_flywheel.delete_flywheel)
app.command("map", short_help="A Wardley map, and what moved")(wardley_map.show_map)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of no command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a mistake of the user is one line on stderr, never a traceback."""
    sys.excepthook = told_by
    _open_what_is_closed()
    speak_utf_8()
    try:
        result = app(args=arguments, prog_name="flywheel", standalone_mode=False)
        sys.stdout.flush()
    except CommandError as error:
        for line in error.message.split("\n"):
            say(line, "error")
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except OSError as error:
        return _unwritable(error)
    except Exception as error:  # noqa: BLE001  what is neither is raised again
        return _usage(error)
    return result if isinstance(result, int) else int(ExitCode.OK)


def _open_what_is_closed() -> None:
    """A stream that whoever called us closed: nothing to read, nobody to tell, and data that cannot be written."""
    for name, mode in (("stdin", "r"), ("stdout", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123  it is open as long as we run


def _unwritable(error: OSError) -> int:
    """A file, or stdout, that cannot be read or written: a sentence, but for a reader who has read enough (`head`)."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  what waits to be written would fail once more at the end
    if not isinstance(error, BrokenPipeError):
        say(f"{error.filename or 'standard output'}: {error.strerror or error}", "error")
    return int(ExitCode.FAILED)


def _of_aws(error: Exception) -> int:
    """What AWS, or whoever answers in its place, says no with: a sentence; raises any other error."""
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    answers = [each for each in chain if type(each).__module__.startswith("botocore.")]
    if not answers:
        raise error
    from cli.aws_errors import transient_reason

    try:
        say(transient_reason(cast("Exception", answers[0]), "AWS"), "error")
    except CommandError as failure:
        say(failure.message, "error")
        return int(failure.exit_code)
    return int(ExitCode.FAILED)


def _folding(error: Exception) -> int:
    """A flywheel without figures, because no fold could make them; of any other error, what AWS says."""
    from shared.flywheel.wheel.too_much import TooMuchToFoldError

    if not isinstance(error, TooMuchToFoldError):
        return _of_aws(error)
    say(f"this flywheel has no figures: {error}", "error")
    return int(ExitCode.FAILED)


_NO_NUMBER = re.compile(
    r"Invalid value for '(--[a-z-]+)': ('.*') is not a valid (int|integer|float)(?: range)?\.", re.DOTALL
)
_NUMBERS = {"int": "a whole number", "integer": "a whole number", "float": "a number"}
"""What typer says of a text that is no number, and what a person would."""


def _usage(error: Exception) -> int:
    """What typer itself refuses (known by shape: newer ones bring their own click); anything else is our defect."""
    formatted = getattr(error, "format_message", None)
    if type(error).__name__ == "Abort":
        return int(ExitCode.INTERRUPTED)
    if formatted is None:
        return _folding(error)
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print_plain(formatted(), to=sys.stderr)
        return int(ExitCode.USAGE)
    hint = f" (see {context.command_path} --help)" if context is not None else ""
    sentence = _NO_NUMBER.sub(lambda match: f"{match[1]}: got {match[2]}, expected {_NUMBERS[match[3]]}", formatted())
    say(" ".join(sentence.split()) + hint, "error")
    return int(ExitCode.USAGE)


if __name__ == "__main__":
    sys.exit(main())
