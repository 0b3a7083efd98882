"""Which values may a draft print, and where does each come from?

Every value traces to a message of the thread, a rule or the clock (law 6). Names are those of drafting (EVIDENCE_NAMES).
What is not certain (several prices, an ambiguous date) is left out rather than chosen.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from followupd.deciding.case import Case
from followupd.model import Evidence, LeadTime, Quote

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def of_thread(case: Case) -> tuple[Evidence, ...]:
    """What the thread says: goods, quantity, and the offer in force."""
    facts, found = case.facts, []
    inquiry = facts.inquiry_id or facts.thread_id
    if facts.product:
        found.append(Evidence("product", facts.product, inquiry))
    if facts.quantity:
        found.append(Evidence("quantity", facts.quantity, inquiry))
    if case.quote:
        found += _of_quote(case.quote, case)
    return tuple(e for e in found if e.value)


def _of_quote(quote: Quote, case: Case) -> list[Evidence]:
    terms, source = quote.terms, quote.message_id
    prices = {(p.currency, p.amount, p.unit) for p in terms.prices}
    found = [
        Evidence("quote_date", case.calendar.day(quote.sent).isoformat(), source),
        Evidence("quote_number", quote.number, source),
    ]
    if len(prices) == 1 and terms.prices[0].currency:
        currency, amount, unit = next(iter(prices))
        found.append(Evidence("price", f"{currency} {_amount(amount)}" + (f" per {unit}" if unit else ""), source))
    if terms.incoterm:
        found.append(Evidence("incoterm", f"{terms.incoterm.term} {terms.incoterm.place}".strip(), source))
    if quote.valid_until and not ambiguous(quote):
        found.append(Evidence("valid_until", quote.valid_until.isoformat(), source))
    if terms.moq:
        found.append(Evidence("moq", terms.moq.evidence or f"{terms.moq.amount} {terms.moq.unit}".strip(), source))
    if terms.lead_time:
        found.append(Evidence("lead_time", _lead_time(terms.lead_time), source))
    if terms.payment:
        found.append(Evidence("payment", terms.payment, source))
    if quote.missing:
        found.append(Evidence("missing", ", ".join(quote.missing), source))
    return found


def ambiguous(quote: Quote) -> bool:
    """Can the offer's last day be read in two ways? Then no draft may speak of it (DOMAIN 3.4)."""
    return bool(quote.terms.validity and quote.terms.validity.ambiguous)


def _amount(amount: Decimal) -> str:
    text = f"{amount:f}"
    return f"{amount:.2f}" if "." in text and len(text.rpartition(".")[2]) < 2 else text


def _lead_time(lead: LeadTime) -> str:
    days = f"{lead.min_days}-{lead.max_days}" if lead.max_days != lead.min_days else f"{lead.min_days}"
    return f"{days} days" + (f" after {lead.after}" if lead.after else "")


def month_later(day: date, months: int = 3) -> Evidence:
    """A month for looking again, counted from the clock: ``March 2027``."""
    index = day.year * 12 + day.month - 1 + months
    return Evidence("month_later", f"{MONTHS[index % 12]} {index // 12}", "clock")
