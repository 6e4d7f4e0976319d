"""The trace of one event: from files, or from a stack's table."""
