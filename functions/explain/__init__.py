"""Answers from the log to those whom IAM lets in: what became of an event, and which events stand behind a figure."""
