"""The clock: what is due, and what a lost message left undone."""
