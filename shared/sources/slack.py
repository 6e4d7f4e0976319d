"""What people tell in Slack: no vendor's delivery, and proven all the same, as Slack signs what they do."""

NAME = "slack"


def source_of(team: str) -> str:
    """The `source` of what is told in a workspace, by Slack's id of it: nobody else can take it back."""
    return f"{NAME}/{team}"
