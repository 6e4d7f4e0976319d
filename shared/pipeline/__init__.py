"""The way of an event: recorded, projected, ticked, digested; and the upkeep of what that leaves in the store."""
