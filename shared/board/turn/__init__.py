"""The page of one turn: did it win, is that real, what held it, what next; its way, and what it can be traced to."""
