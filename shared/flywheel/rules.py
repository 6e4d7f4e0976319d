"""The number of the rules by which figures are made, and what each of them changed.

It is raised with every change of a rule that changes a number. A summary records the number that made it: what was told
by older rules is neither edited nor told again because of newer ones, and the next digest says once what changed.
"""

RULES = 4

FIRST = 1
"""The rules of what was stored before their number was."""

CHANGED: dict[int, str] = {
    2: "incidents and blockers are runs; unknown is not 0; chance is no change",
    3: "answer sheets are final",
    4: "net lines count once",
}
"""By number, what these rules count otherwise than those before them: within a sentence, for readers of a digest."""


def changed_since(older: int) -> tuple[str, ...]:
    """The sentences of a digest on rules that came after older ones; none where there are none."""
    changes = [CHANGED[number] for number in range(older + 1, RULES + 1)]
    return (f"counted by newer rules from here on: {'; '.join(changes)}",) if changes else ()
