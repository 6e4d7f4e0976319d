"""Lambda: invoking handlers in this process or in one of their own, synchronously or from a queue."""
