"""Explanations: the events, links and exclusions behind a figure, and what became of one event."""
