"""What the owner is told by mail, and how it gets there. Nobody else is ever written to."""
