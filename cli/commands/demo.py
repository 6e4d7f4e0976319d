"""`flywheel demo`: twenty weeks of two teams and their organisation through the real stack."""

from cli.clone import need_clone
from cli.commands.options import JsonOption


def demo(json: JsonOption = False) -> None:
    """Run the real stack on this machine, feed it twenty weeks of two teams, and show what Slack would show.

    The teams send what vendors send, signed, through the real intake: GitHub, PagerDuty, LaunchDarkly, CDEvents,
    AWS's own events, Standard Webhooks. A delivery that is not understood ends the demo with exit code 1.

    No AWS account, no Slack, no Docker. About 15 seconds on a quiet machine, and a synthesis the first time.
    """
    need_clone("demo")
    from cli.demo.show import show

    show(json)
