"""Written turns and transitions: their summaries stored, and announced on the bus."""
