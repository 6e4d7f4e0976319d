"""What was looked at, how it is, and what mends it: what the doctor and the set-up of Slack find."""
