"""Which signs lie in the goods that are asked for together?"""

from __future__ import annotations

from followupd.judging.families import ENOUGH
from followupd.judging.seen import Seen, once


@once
def unrelated_goods(seen: Seen) -> str:
    """Goods of four trades at least (rules/families.yaml), in what a stranger asks for."""
    found = seen.families.named(seen.words, seen.message.language)
    return ", ".join(found) if len(found) >= ENOUGH else ""
