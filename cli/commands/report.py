"""`flywheel report`: every figure of a flywheel at any moment, from files or from the stack."""

from pathlib import Path
from typing import Annotated

import typer

from cli.target import EndpointOption, RegionOption, StackOption, target_of


def report(  # noqa: PLR0913, PLR0917  one option each
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILES]...", help="JSONL, one EventBridge event a line; - is stdin. None: the stack."),
    ] = None,
    flywheel: Annotated[str | None, typer.Option(metavar="ID", help="Needed only where there are several.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="RFC 3339 with an offset; now if not given.")
    ] = None,
    window: Annotated[float | None, typer.Option(metavar="DAYS", help="84 days unless configured otherwise.")] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="flywheel.toml; the one here if there is.")
    ] = None,
    stack: StackOption = None,
    region: RegionOption = None,
    endpoint_url: EndpointOption = None,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON, on stdout.")] = False,
) -> None:
    """Turns, momentum, drag and DORA's five of one flywheel. With FILES nothing is asked of AWS."""
    from cli.configuration import find_settings  # noqa: PLC0415  loaded when it runs
    from cli.figures.choosing import chosen_flywheel  # noqa: PLC0415
    from cli.figures.from_files import facts_of_files  # noqa: PLC0415
    from cli.figures.reporting import Question, answer  # noqa: PLC0415
    from cli.moments import now, parse_moment  # noqa: PLC0415
    from shared.flywheel.report import flywheels_of  # noqa: PLC0415

    settings = find_settings(config)
    moment = now() if as_of is None else parse_moment(as_of, "--as-of")
    question = Question(moment, checked_window(window, settings.window_days), settings)
    if files:
        facts = facts_of_files(files)
        answer(question, chosen_flywheel(flywheel, flywheels_of(facts, settings)), facts, json, from_files=True)
    else:
        from cli.figures.from_stack import facts_of_stack  # noqa: PLC0415  boto3 and PynamoDB only when asked

        found, facts = facts_of_stack(target_of(stack, None, region, endpoint_url), flywheel, settings)
        answer(question, found, facts, json, from_files=False)


def checked_window(asked: float | None, configured: float) -> float:
    """Days above 0 and within what a report remembers (domain: "the memory")."""
    from cli.failure import WrongInputError  # noqa: PLC0415

    days = configured if asked is None else asked
    if not 0 < days <= 728:
        raise WrongInputError(
            f"--window: got {days:g}, expected days above 0 and at most 728, which is all a report reads"
        )
    return days
