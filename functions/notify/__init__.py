"""Messages that are ready or due: posted to Slack, or left in the ledger for later."""
