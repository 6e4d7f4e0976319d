"""A webhook's delivery: proven, understood, published."""
