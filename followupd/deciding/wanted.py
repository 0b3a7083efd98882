"""What does an inquiry not say that a price needs? (DOMAIN 1.1, 1.2)

The digest shows it beside a new inquiry; the first reply asks for it.
"""

from __future__ import annotations

from followupd.model import Facts, Incoterm

MOST = 3
"""More questions than these read like a form, and are not answered."""
FROM_OUR_SIDE = frozenset({"EXW", "FCA", "FAS", "FOB"})
"""Terms that end on our side: the price does not depend on where the goods go then."""
PLACED = frozenset({"incoterm", "ships_to"})
COUNTED = frozenset({"quantity", "ready_to_buy"})
"""Signals (rules/signals.yaml) that tell where the goods go, and how many: "we would like to buy one" has no unit. A country
that the buyer names as his market is no port."""


def wanted(facts: Facts, *, drawing: bool = False) -> tuple[str, ...]:
    """Ids of what is missing, the most needed first: goods, specification, quantity, destination.

    ``drawing``: something is attached, which may be the specification. Empty where nothing was asked or nothing is missing.
    """
    if facts.inquiry is None:
        return ()
    terms, said = facts.inquiry.terms, {h.signal for h in facts.inquiry.hits}
    goods = bool(facts.product or terms.models or "model" in said)
    known = {
        "goods": goods or drawing,
        "specification": not goods or bool(terms.models) or drawing or bool(said & {"model", "specification"}),
        "quantity": bool(facts.quantity) or bool(said & COUNTED),
        "destination": _placed(terms.incoterm) or bool(said & PLACED),
    }
    return tuple(id for id, there in known.items() if not there)


def to_ask(facts: Facts, *, drawing: bool = False) -> tuple[str, ...]:
    """The same with the certificates behind, where there is room and something else is missing; at most ``MOST``."""
    missing = wanted(facts, drawing=drawing)
    asked = facts.inquiry is not None and any(h.signal == "certification" for h in facts.inquiry.hits)
    return (*missing, *(() if asked or not missing else ("certificates",)))[:MOST]


def _placed(incoterm: Incoterm | None) -> bool:
    return incoterm is not None and (bool(incoterm.place) or incoterm.term in FROM_OUR_SIDE)
