"""The log: events appended once, their facts in segments, and reading them back."""
