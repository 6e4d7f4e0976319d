"""The git client at the edge: one clone, read without trust in its settings, its objects or its surroundings."""
