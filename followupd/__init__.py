"""followupd: follow up export quotes by draft, never push.

One way through the house, downwards only (docs/architecture.md is the map):
cli > daemon > turn > mailbox, store, notify > drafting > deciding > judging > reading > config, errors, model.
"""

__version__ = "0.1.0"
