"""Which of our mails are quotes, and what does each of them say and lack?

A mail of ours whose new text names a unit price is a quote. A later mail of ours in the same run (no human word of the
buyer between) that only restates prices already named, with no other validity, is a follow-up and no new quote.
"""

from __future__ import annotations

from collections.abc import Callable

import regex

from followupd.model import Direction, Incoterm, Message, Price, Quote, Terms

FIELDS = ("price", "incoterm", "moq", "validity", "lead_time", "payment", "packing", "sample")
"""What a complete quote says (DOMAIN 2.3, topic 1), in the order in which a reader misses it."""


def quote_of(message: Message, terms: Terms) -> Quote | None:
    """The quote that a mail of ours makes; None where it names no unit price."""
    if message.direction is not Direction.OUT or not terms.prices:
        return None
    number = next((d.number for d in terms.doc_numbers if d.kind in {"quote", "pi"}), "")
    until = terms.validity.until if terms.validity else None
    return Quote(
        message_id=message.id,
        sent=message.date,
        terms=terms,
        number=number,
        valid_until=until,
        source=_source(message, terms.prices),
        missing=_missing(terms),
    )


def _source(message: Message, prices: tuple[Price, ...]) -> str:
    """The attached file that a price stands in, where the mail itself names none."""
    evidence = [_bare(p.evidence) for p in prices]
    texts = [("", message.new_text), *((a.filename, a.text) for a in message.attachments if a.text)]
    if len(texts) < 2:
        return ""
    return next((name for name, text in texts if any(e in _bare(text) for e in evidence)), "")


def _bare(text: str) -> str:
    return str(regex.sub(r"[\s|]+", "", text))


def quotes_of(
    messages: tuple[Message, ...], human: frozenset[str], terms_of: Callable[[Message], Terms]
) -> tuple[Quote, ...]:
    """The quotes of a thread, oldest first. ``human`` holds the ids of the buyer's human mails, which end a run."""
    found: list[Quote] = []
    run: list[Quote] = []
    for message in messages:
        if message.id in human:
            run = []
        quote = quote_of(message, terms_of(message)) if message.direction is Direction.OUT else None
        if quote and not _restates(quote, run):
            found.append(quote)
            run.append(quote)
    return tuple(found)


def _missing(terms: Terms) -> tuple[str, ...]:
    dated = terms.validity is not None and terms.validity.until is not None
    has = (
        bool(terms.prices),
        terms.incoterm is not None,
        terms.moq is not None,
        dated,
        terms.lead_time is not None,
        bool(terms.payment),
        bool(terms.packing),
        bool(terms.sample),
    )
    return tuple(name for name, there in zip(FIELDS, has, strict=True) if not there)


def _restates(quote: Quote, run: list[Quote]) -> bool:
    """Does it only repeat what the run already offers: no new price, and no validity that was not there?"""
    known = {_price(p) for q in run for p in q.terms.prices}
    if not run or not {_price(p) for p in quote.terms.prices} <= known:
        return False
    before = run[-1]
    if quote.number and before.number and quote.number != before.number:
        return False
    if quote.valid_until is None or quote.valid_until == before.valid_until:
        return _same_place(quote.terms.incoterm, before.terms.incoterm)
    return False


def _same_place(new: Incoterm | None, old: Incoterm | None) -> bool:
    return new is None or old is None or new.term == old.term


def _price(price: Price) -> tuple[str, str]:
    return str(price.amount.normalize()), price.currency
