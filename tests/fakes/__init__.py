"""Stand-ins for what is outside: Lambda's context, the bus, SSM, Slack. Each once, for all tests."""
