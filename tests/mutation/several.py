"""Of several turns in one message, and of what breaks through: what is taken away, and the test that must notice."""

from tests.mutation.mutation import Mutation

_OUTBOX = "shared/slack/outbox.py"
_TOGETHER = "tests/faults/test_together.py::"
_FORWARD = "test_a_failed_change_brings_the_message_forward_in_which_its_turn_waits_and_what_comes_then_has_the_next"

SEVERAL = (
    Mutation(
        "news that is registered already",
        _OUTBOX,
        "            if _member(entry) in members:\n                return end\n",
        "",
        _TOGETHER + "test_news_that_is_registered_again_as_whoever_did_it_died_is_registered_once",
    ),
    Mutation(
        "no news joins a message that was sent",
        _OUTBOX,
        "if message.state != PENDING or message.ts:",
        "if False:",
        _TOGETHER + _FORWARD,
    ),
    Mutation(
        "a turn counts as told once its message is sent",
        _OUTBOX,
        "if not message.ts:",
        "if False:",
        _TOGETHER + "test_of_two_turns_whose_message_slack_did_not_take_the_one_that_is_left_is_told_by_itself",
    ),
    Mutation(
        "what is severe has its turns' message brought forward",
        _OUTBOX,
        "outcome = self._delivered(message, now, severe=severe)",
        "outcome = self._delivered(message, now)",
        _TOGETHER + "test_what_is_severe_brings_a_message_forward_that_quiet_hours_hold",
    ),
    Mutation(
        "what is severe waits for no other turn",
        _OUTBOX,
        "minutes = 0 if severe else self._noise(entry).together_minutes",
        "minutes = self._noise(entry).together_minutes",
        _TOGETHER + "test_a_failed_change_of_a_turn_that_waits_for_nobody_is_a_message_of_its_own",
    ),
    Mutation(
        "what is severe waits for no end of quiet hours",
        _OUTBOX,
        "may_wait = subject.is_loud and not severe",
        "may_wait = subject.is_loud",
        _TOGETHER + "test_a_failed_change_breaks_through_quiet_hours_and_what_is_not_severe_waits_for_their_end",
    ),
    Mutation(
        "what is severe is not left to the wake that is on its way",
        _OUTBOX,
        "return entry.reason not in _RULES or not self._subject(entry).is_severe",
        "return True",
        _TOGETHER + _FORWARD,
    ),
)
