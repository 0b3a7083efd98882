"""How much is this buyer worth, and how often may he hear from us when there is no offer to speak of?

Grades A to E (DOMAIN 6): a customer who ordered, one who had samples, one who bargained or asked in earnest, the ordinary one, the
poor one. The user's word wins (``followupd grade``). Markets set limits of their own (DOMAIN 7): ``rules/markets.yaml``.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from followupd.deciding.tables import Span, SpanText
from followupd.model import Facts, LedgerView, Verdict, WordKind

GRADES = ("A", "B", "C", "D", "E")
Grade = Literal["A", "B", "C", "D", "E"]
_BARGAINED = frozenset({"price_high", "target_price", "send_pi", "paid"})
_ADDRESS = re.compile(r"(?i)\b\d{4,6}\b|\bp\.?\s?o\.?\s?box\b|\b(?:road|rd|street|str|st|avenue|ave|district|building|bldg|floor)\b|[路街道号区]")
"""A line of a postal address: a post code, a street, a district."""


class MarketEntry(BaseModel):
    """What a market's law asks of mails that no open offer explains. ``asked_until``: how long after the buyer's last word."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    zh: str
    en: str
    countries: tuple[str, ...] = Field(min_length=1)
    law: str
    asked_until: SpanText | None = None
    customers_until: SpanText | None = None
    """The same for who has ordered before."""
    postal_address: bool = False
    """Our signature must hold a postal address."""


def grade_of(facts: Facts, ledger: LedgerView) -> tuple[Grade, str]:
    """The grade and why."""
    said = max((w for w in ledger.words if w.kind is WordKind.GRADE and w.value in GRADES), key=lambda w: w.at, default=None)
    if said is not None:
        return said.value, "you said so"  # type: ignore[return-value]
    if facts.ordered:
        return "A", "ordered before"
    if facts.sampled:
        return "B", "had samples"
    answer = facts.answer.type if facts.answer else ""
    verdict = facts.inquiry.verdict if facts.inquiry else None
    if answer in _BARGAINED or verdict is Verdict.GENUINE:
        return "C", "bargained with us" if answer in _BARGAINED else "asked in earnest"
    if verdict is Verdict.VAGUE:
        return "E", "asked vaguely"
    return "D", "an ordinary inquiry"


def market_of(country: str, markets: dict[str, MarketEntry]) -> MarketEntry | None:
    """What the law of a country asks; None where nothing is known."""
    return next((m for m in markets.values() if country in m.countries), None)


def ends_after(market: MarketEntry | None, ordered: bool, usual: Span, customers: Span) -> Span:
    """How long after the buyer's last word he may still be asked: the shorter of our own limit and the law's."""
    own = customers if ordered else usual
    theirs = (market.customers_until if ordered else market.asked_until) if market else None
    return theirs if theirs is not None and theirs.calendar < own.calendar else own


def has_postal_address(signature: str) -> bool:
    """Does a signature hold a postal address?"""
    return bool(_ADDRESS.search(re.sub(r"(?:\+|00)\d[\d ()./-]{6,}", "", signature)))
