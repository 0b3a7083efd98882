"""Deciding: Facts + Rulebook + ledger entries + now > Decision. Pure; every answer has a reason."""
