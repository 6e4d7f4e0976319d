"""`flywheel slack`: the app made, its secret filled, a channel tried out."""
