"""Summaries and digests: what the personas read."""
