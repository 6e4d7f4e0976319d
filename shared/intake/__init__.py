"""Intake: a webhook's delivery, proven, understood, published; and what its sender is answered."""
