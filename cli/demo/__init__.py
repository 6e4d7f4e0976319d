"""The story that `flywheel demo` tells."""
