"""The mailbox: what stands on the server, and the few things we may do there."""
