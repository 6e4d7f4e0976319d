"""Slack: a summary as a message, the outbox that paces messages, and the client at the edge."""
