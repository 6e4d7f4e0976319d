"""`flywheel board`: boards written to files, and served beside the embedded engine."""
