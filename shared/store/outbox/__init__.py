"""The outbox: what is to be said, to whom it was said, and how fast."""
