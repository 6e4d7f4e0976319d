"""AWS services at the edge, one module each."""
