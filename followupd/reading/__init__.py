"""Reading: bytes > Message > Thread. Knows mail, not trade."""
