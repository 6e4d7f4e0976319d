"""The commits of a clone as a graph in memory: times, ancestry, idea keys, and which part of the tree each touches."""
