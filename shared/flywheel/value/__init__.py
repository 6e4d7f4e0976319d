"""Value: whether the turns mattered: outcomes, metrics, bets and what they lead to."""
