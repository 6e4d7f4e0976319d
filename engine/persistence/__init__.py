"""A journal on disk, so that what an engine accepted outlives `kill -9`."""
