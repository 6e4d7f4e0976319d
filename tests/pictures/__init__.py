"""Messages as Slack shows them, drawn from their real blocks: what docs/slack.md shows, made by `make pictures`."""
