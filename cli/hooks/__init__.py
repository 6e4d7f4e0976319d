"""`flywheel hook`: addresses for webhooks and their secrets."""
