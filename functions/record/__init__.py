"""Deliveries from the inbox: translated, validated, appended once."""
