"""New segments of the log: the flywheels that they concern, advanced."""
