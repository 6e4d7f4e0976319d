"""Trends: figures beside themselves one window earlier, and which changes are real."""
