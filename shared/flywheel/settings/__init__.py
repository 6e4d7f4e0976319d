"""Settings: `flywheel.toml` read, checked, and as plain typed values."""
