"""Slack's Web API on the loopback, with Slack's limits and with faults that can be scripted."""
