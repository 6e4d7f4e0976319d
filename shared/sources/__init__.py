"""Sources: what vendors and tools send, verified and translated to canonical events. Pure: nothing is looked up."""
