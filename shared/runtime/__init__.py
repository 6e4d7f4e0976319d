"""The surroundings of a running function: its settings, its environment, its deadline, its failures."""
