"""What is remembered between two turns: the ledger (precious) and the index (disposable)."""
