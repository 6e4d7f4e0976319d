"""Slack's documented limits of Block Kit, as the loopback refuses what is beyond them."""
