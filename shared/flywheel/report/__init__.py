"""The report: every figure of one flywheel, as plain values for JSON."""
