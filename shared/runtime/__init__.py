"""What a function finds where it runs."""
