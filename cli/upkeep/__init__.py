"""What keeps a stack in order: its messages looked through, dead letters put back, projections made anew."""
