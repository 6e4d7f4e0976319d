"""The way of an event: recorded, projected, digested; and in `upkeep` what is done to what that leaves in the store."""
