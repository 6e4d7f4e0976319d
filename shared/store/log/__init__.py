"""The log: events appended once, whom that affects, and reading their facts back."""
