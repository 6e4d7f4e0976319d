"""One event from a pipeline's step to the bus: `flywheel emit`."""
