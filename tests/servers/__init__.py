"""Servers that only tests know: a real Dovecot, a proxy that breaks things, a fake that plays odd providers."""
