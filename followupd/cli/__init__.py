"""What does a person type, and what do they see? One file per command group; the only room that prints."""
