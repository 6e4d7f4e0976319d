"""What people do in Slack: answered at once, and told to the bus where it tells something."""
