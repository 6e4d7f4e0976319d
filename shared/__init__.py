"""Everything that several functions, or the command line, use."""
