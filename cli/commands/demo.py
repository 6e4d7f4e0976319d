"""`flywheel demo`: twelve weeks of two teams through the real stack, in this process, in seconds."""

from cli.target import JsonOption


def demo(json: JsonOption = False) -> None:
    """Run the real stack on this machine, feed it twelve weeks of two teams, and show what Slack would show.

    No AWS account, no Slack, no Docker.
    """
    from cli.demo.show import show  # noqa: PLC0415  the engine is loaded only here

    show(json)
