"""A summary as a Slack message: Block Kit, with a real `text` for notifications and screen readers. Pure.

Limits (docs.slack.dev/reference/block-kit): 50 blocks, header 150, section 3,000, 10 fields of 2,000, 13,200 in all. A
summary has at most 9 blocks, and its parts are cut far below what would add up to more.
"""

from msgspec import Struct

from shared.flywheel.summaries.digest_names import KEY
from shared.flywheel.summaries.length import MOST_WORDS, PAGE, shorter_than
from shared.flywheel.summaries.summary import Action, Figure, Summary, TenetLine
from shared.slack.actions import CLOSE_BLOCKER, NOISE, OPEN_CHALLENGE, PROPOSE_IDEA, RECORD_OUTCOME, USEFUL, Pressed
from shared.slack.charts import chart_block
from shared.slack.escaping import mrkdwn, plain, units
from shared.slack.parts import (
    FALLBACK,
    FIELD,
    HEADER,
    Block,
    Button,
    Message,
    board,
    board_line,
    buttons,
    context,
    header,
    is_web,
    link_to,
    section,
    text_of,
)
from shared.slack.tables import table_block
from shared.slack.words import words_of

HEADLINE = 1500
TENET = 600
MAX_FIELDS = 6
MAX_TENETS = 3
_FORMS = {
    "outcome_due": ("Record the outcome", RECORD_OUTCOME),
    "open_blocker": ("Close the blocker", CLOSE_BLOCKER),
    "shared_blocker": ("Close the blocker", CLOSE_BLOCKER),
    "missed_bet": ("Open a challenge", OPEN_CHALLENGE),
    "phase_unobserved": ("Propose an idea", PROPOSE_IDEA),
    "next_idea": ("Propose an idea", PROPOSE_IDEA),
}
"""By how the rule of an action begins, the form that does what it says."""


class Update(Struct, frozen=True):
    """The time of a correction, and the changes that it made, as far as they are known."""

    at: str
    changed: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """`, as the past was corrected: change fail rate is 50%, not 0%`."""
        return ", as the past was corrected" + (f": {'; '.join(self.changed)}" if self.changed else "")


def message_of(
    summary: Summary, updated: Update | None = None, *, held: str = "", card: str = "", interactive: bool = False
) -> Message:
    """A summary as a message, without as much of it as makes it longer than people read.

    `updated`: it had been posted, and showed something else; `held`: the line on what was not said; `card`: the address
    of the turn's card in Slack; `interactive`: somebody answers when a button is pressed.
    """
    shown, blocks = summary, _blocks_of(summary, updated, held, card, interactive=interactive)
    while words_of(blocks) > MOST_WORDS and (shorter := shorter_than(shown)) is not None:
        shown, blocks = shorter, _blocks_of(shorter, updated, held, card, interactive=interactive)
    if updated and words_of(blocks) > MOST_WORDS:
        blocks = _blocks_of(shown, Update(updated.at), held, card, interactive=interactive)
    return Message(fallback_of(summary, updated), blocks)


def withdrawn_message_of(summary: Summary, at: str) -> Message:
    """The message that stands for one whose transition turns out not to have happened: an event was retracted, say."""
    why = f"Withdrawn {at}: after a correction of the past this did not happen."
    blocks = [header(f"Withdrawn: {summary.heading}"), section(why), context(f"It said: {summary.headline}")]
    return Message(mrkdwn(f"{summary.heading}. {why}", FALLBACK), blocks)


def _blocks_of(summary: Summary, updated: Update | None, held: str, card: str, *, interactive: bool) -> list[Block]:
    """Finding, figures, table, chart, tenets, evidence, next best action, buttons, context; nothing else."""
    blocks = _opening(summary)
    if summary.figures:
        blocks.append({"type": "section", "fields": [_field(figure) for figure in summary.figures[:MAX_FIELDS]]})
    if summary.table:
        blocks.append(table_block(summary.table))
    if summary.chart:
        blocks.append(chart_block(summary.chart))
    if summary.tenets:
        blocks.append(section("\n".join(_tenet(each) for each in summary.tenets[:MAX_TENETS])))
    if summary.action:
        blocks.append(section(_action(summary.action)))
    if board := board_line(summary.link, interactive=interactive):
        blocks.append(section(board))
    blocks += buttons(_buttons(summary)) if interactive else []
    if card and is_web(card):
        blocks.append(section(f"<{card.replace('&', '&amp;')}|The card of this turn>"))
    return [*blocks, context(*_context_lines(summary, updated, held))]


def _opening(summary: Summary) -> list[Block]:
    """The finding of a digest is its heading, where it is no longer than one; of a turn what happened stands above."""
    if _is_headed_by_finding(summary):
        return [header(summary.headline.removesuffix("."))]
    return [header(summary.heading), section(f"*{mrkdwn(summary.headline, HEADLINE)}*")]


def _is_headed_by_finding(summary: Summary) -> bool:
    return summary.key == KEY and units(summary.headline) <= HEADER


def _buttons(summary: Summary) -> list[Button]:
    """What the action waits for, the board, and whether the message was of use."""
    phase_less = summary.key == KEY
    pressed = Pressed(
        flywheel=summary.flywheel,
        turn="" if phase_less else summary.turn,
        key="" if phase_less else summary.key,
        message=summary.id,
    )
    rule = "" if summary.action is None else summary.action.rule
    wanted = next((form for begins, form in _FORMS.items() if rule.startswith(begins)), None)
    return [
        *([Button(label=wanted[0], action=wanted[1], pressed=pressed, style="primary")] if wanted else []),
        *board(summary.link, pressed, interactive=True),
        Button(label="Useful", action=USEFUL, pressed=pressed),
        Button(label="Noise", action=NOISE, pressed=pressed),
    ]


def fallback_of(summary: Summary, updated: Update | None = None) -> str:
    """The message in one text: what a notification or a client without blocks shows."""
    parts = [plain(summary.heading, HEADER) + ".", summary.headline]
    parts += [f"{figure.label}: {figure.value}." for figure in summary.figures]
    if summary.table:
        parts += [f"{row[0]}: {summary.table.line_of(row)}." for row in summary.table.rows[:PAGE]]
    parts += [f"Next: {summary.action.text}"] if summary.action else []
    parts += [f"Updated {updated.at}{updated.reason}."] if updated else []
    return mrkdwn(" ".join(parts), FALLBACK)


def comparison(figure: Figure) -> str:
    """`↓ better, was 12 h`; empty for a first value."""
    if figure.previous is None:
        return ""
    if figure.trend == "same":
        return f"{figure.arrow} as before".strip()
    verdict = f"{figure.trend}, " if figure.trend else ""
    return f"{figure.arrow} {verdict}was {figure.previous}".strip()


def _field(figure: Figure) -> Block:
    value = f"*{mrkdwn(figure.label, FIELD)}*\n{mrkdwn(figure.value, FIELD)}"
    compared = comparison(figure)
    return text_of(f"{value}  {mrkdwn(compared, FIELD)}" if compared else value)


def _tenet(line: TenetLine) -> str:
    """`A data-informed north star: watch · inputs declared 2 (watch)` with the title in bold."""
    line_text = " · ".join([line.status, *line.signals])
    return f"*{mrkdwn(line.title, FIELD)}:* {mrkdwn(line_text, TENET)}"


def _context_lines(summary: Summary, updated: Update | None, held: str) -> list[str]:
    """The context lines: what a message stands on, and what is missing."""
    heading = summary.heading if _is_headed_by_finding(summary) else ""
    lines = ["; ".join(filter(None, [heading, summary.context, *summary.missing, held]))]
    if updated:
        lines.append(f"Updated {updated.at}{updated.reason}")
    return lines


def _action(action: Action) -> str:
    """The action: what to do, with where its things are, then why, and what became of what was advised before."""
    links = "".join(f" {link_to(link)}" for link in action.links if is_web(link.url))
    because = f" {_sentence(mrkdwn(action.because, HEADLINE))}." if action.because else ""
    before = f"\n{mrkdwn(action.before, HEADLINE)}" if action.before else ""
    return f"*Next:* {mrkdwn(action.text, HEADLINE)}{because}{links}{before}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
