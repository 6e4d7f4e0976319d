"""What is chance and what is not: exact tests, rank tests, false discoveries, slopes."""
