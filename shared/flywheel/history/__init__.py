"""History: the last 26 weeks of a flywheel as its board draws them, plain values to be stored beside the report."""
