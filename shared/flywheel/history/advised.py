"""The action that the digest before advised to everyone, and what became of it since."""

from collections.abc import Sequence

from shared.flywheel.actions.choice import chosen
from shared.flywheel.actions.done import fate
from shared.flywheel.facts.fact import Fact
from shared.flywheel.history.values import Advised
from shared.flywheel.report.listed import listed_actions
from shared.flywheel.settings.digest_schedule import periods
from shared.flywheel.settings.values import Settings
from shared.flywheel.tenets.signals import Evidence
from shared.flywheel.wheel.fold import fold
from shared.flywheel.wheel.model import Wheel
from shared.flywheel.wheel.window import window_of


def advised_before(
    wheel: Wheel, facts: Sequence[Fact], settings: Settings, actions: Sequence[dict[str, object]]
) -> Advised | None:
    """The first action as of the end of the last digest's period; None where no digest is due, it had none, or what it
    was about is no more.

    `actions`: those that the report lists now. It folds once more, so who stores a board does this once.
    """
    due = periods(settings.flywheel(wheel.flywheel), wheel.as_of, 1)
    if not due or due[-1].end >= wheel.as_of:
        return None
    earlier = fold(facts, wheel.flywheel, settings, due[-1].end)
    action = chosen(listed_actions(earlier, settings.window_days), 0)
    if action is None:
        return None
    end = fate(action, actions, Evidence(wheel, window_of(wheel, settings.window_days)))
    if end.became == "gone":
        return None
    return Advised(at=due[-1].end, text=action["text"], became=end.became, how=end.how)
