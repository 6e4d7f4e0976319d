"""Facts: what the figures need of an event, which events exist, and whose each one is."""
