"""EventBridge: event patterns, rules and their targets, archives, and the schedules of EventBridge Scheduler."""
