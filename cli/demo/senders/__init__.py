"""Stand-ins for vendors: each sends in its own format, with the fields that those who read it look at."""
