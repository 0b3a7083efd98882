"""How are ids of the rules said to a salesperson? In the words of the trade; a reason is read by people."""

from __future__ import annotations

from collections.abc import Iterable

WORDS = {
    "incoterm": "the delivery term",
    "moq": "the minimum quantity",
    "lead_time": "the lead time",
    "payment": "the payment terms",
    "goods": "which goods",
    "destination": "the port or place of delivery",
}


def named(ids: Iterable[str]) -> str:
    """``lead_time, moq`` as "the lead time, the minimum quantity"; an id that needs no other words stands as it is."""
    return ", ".join(WORDS.get(id, f"the {id.replace('_', ' ')}") for id in ids)
