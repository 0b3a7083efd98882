"""What is known of one buyer, over all his threads?

Everything comes from the index (what mail tells) and the ledger (what the user said); nothing is decided here. Two buyers who are
perhaps one are named and never merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from followupd.deciding.grade import grade_of
from followupd.dossier.people import Others, goods_of
from followupd.dossier.samples import Sample, sample_of
from followupd.drafting.earlier import address_used_before
from followupd.drafting.greetings import salutation
from followupd.drafting.tables import DraftingRules
from followupd.model import Buyer, Direction, DraftRecord, Facts, LedgerView, Message, Quote, Reach, Risk, Thread, Word
from followupd.store.index import Index, ThreadRow
from followupd.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One thread as the card shows it. Instants are UTC."""

    id: str
    subject: str
    stage: str = ""
    decision: str = ""
    """Why something is done or not; a word of Reason."""
    next_due: datetime | None = None
    last_at: datetime | None = None
    mails: int = 0
    verdict: str = ""
    risk: str = "none"
    goods: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One price of one quote of ours. ``until``: the last day on which it holds."""

    number: str
    sent: datetime
    item: str
    amount: Decimal
    currency: str
    unit: str
    incoterm: str
    until: date | None
    moq: str
    lead_time: str
    payment: str
    missing: tuple[str, ...]
    source: str
    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, for the timeline. ``side``: ``buyer``, ``us``, ``you`` or ``followupd``."""

    at: datetime
    what: str
    side: str
    who: str
    subject: str
    detail: str
    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """Another counterpart who is perhaps the same buyer, and what speaks for it."""

    email: str
    thread: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of one buyer in one account. Texts come from mail: each printer makes them harmless."""

    account: str
    buyer: Buyer
    greeting: str
    grade: str
    grade_why: str
    role: str
    local_time: datetime | None
    """Now, at the buyer's; None where his zone is unknown."""
    conversations: tuple[Conversation, ...]
    offers: tuple[Offer, ...]
    samples: tuple[Sample, ...]
    words: tuple[Word, ...]
    drafts: tuple[DraftRecord, ...]
    perhaps_same: tuple[Namesake, ...]
    first_at: datetime | None
    last_in: datetime | None
    last_out: datetime | None
    timeline: tuple[Event, ...]
    messages: tuple[Message, ...]
    """All mails of his threads, oldest first."""

    @property
    def last_contact(self) -> datetime | None:
        """When either side wrote last."""
        return max((d for d in (self.last_in, self.last_out) if d), default=None)


@dataclass(frozen=True, slots=True)
class _Known:
    """A thread with all that is known of it."""

    thread: Thread
    row: ThreadRow
    view: LedgerView


def gather(
    account: str, email: str, index: Index, ledger: Ledger, rules: DraftingRules, now: datetime, others: Others | None = None, *, zone: str
) -> Dossier | None:
    """The dossier of a buyer; None when no thread has this counterpart. ``others`` is made anew where it is not given; ``zone``: the user's."""
    known = sorted(_threads(email, index, ledger), key=lambda k: (k.thread.messages[-1].date, k.thread.id), reverse=True)
    if not known:
        return None
    judged = [k for k in known if k.row.facts is not None]
    buyer = _buyer(email, known)
    messages = _messages(known)
    grade, why = _grade(judged)
    return Dossier(
        account=account,
        buyer=buyer,
        greeting=_greeting(buyer, known, rules),
        grade=grade,
        grade_why=why,
        role=next((f.inquiry.role for f in _facts(judged) if f.inquiry and f.inquiry.role), ""),
        local_time=now.astimezone(ZoneInfo(buyer.timezone)) if buyer.timezone else None,
        conversations=tuple(_conversation(k) for k in known),
        offers=tuple(sorted((o for f in _facts(judged) for o in _offers(f)), key=lambda o: (o.sent, o.number))),
        samples=tuple(s for k in judged if k.row.facts and (s := sample_of(k.thread, k.row.facts, k.view.words, zone))),
        words=tuple(sorted({w for k in known for w in k.view.words}, key=lambda w: (w.at, w.kind, w.target))),
        drafts=_drafts(known),
        perhaps_same=tuple(Namesake(email=b.address.email, thread=t, by=by) for t, b, by in (others or Others(index)).like(buyer)),
        first_at=messages[0].date if messages else None,
        last_in=max((m.date for m in messages if m.direction is Direction.IN), default=None),
        last_out=max((m.date for m in messages if m.direction is Direction.OUT), default=None),
        timeline=tuple(sorted(_events(known, buyer), key=lambda e: (e.at, e.what, e.thread))),
        messages=messages,
    )


def _threads(email: str, index: Index, ledger: Ledger) -> Iterator[_Known]:
    for id in index.threads_of_buyer(email):
        thread, row = index.thread(id), index.row(id)
        if thread is not None and row is not None:
            yield _Known(thread, row, ledger.view(thread))


def _facts(known: Sequence[_Known]) -> list[Facts]:
    return [k.row.facts for k in known if k.row.facts is not None]


def _messages(known: Sequence[_Known]) -> tuple[Message, ...]:
    return tuple(sorted({m.id: m for k in known for m in k.thread.messages}.values(), key=lambda m: (m.date, m.id)))


def _buyer(email: str, known: Sequence[_Known]) -> Buyer:
    """The newest thread tells; what it does not know, older ones do."""
    told = [f.buyer for f in _facts(known)] or [Buyer(address=next(k.thread.buyer for k in known))]
    gaps = {f.name: next((v for b in told if (v := getattr(b, f.name))), getattr(told[0], f.name)) for f in fields(Buyer)}
    gaps["address"] = next((b.address for b in told if b.address.name), told[0].address)
    gaps["reach"] = told[0].reach
    place = next((b for b in told if b.country), told[0])  # not the country of one thread with the zone of another
    gaps |= {name: getattr(place, name) for name in ("country", "country_source", "timezone")}
    return Buyer(**{**gaps, "address": replace(gaps["address"], email=email)})


def _grade(known: Sequence[_Known]) -> tuple[str, str]:
    """The best grade of his threads; the user's word is the same in all of them."""
    grades = [grade_of(k.row.facts, k.view) for k in known if k.row.facts is not None]
    return min(grades, default=("", ""))


def _greeting(buyer: Buyer, known: Sequence[_Known], rules: DraftingRules) -> str:
    """As a person of ours addressed him last, else by the custom of the language we write to him in."""
    spoken = next((f.spoken for f in _facts(known) if f.spoken), "") or buyer.language
    language = spoken if spoken in rules.languages else "en"
    used = (address_used_before(k.thread, buyer, rules.languages[language]) for k in known)
    return next((u for u in used if u), "") or salutation(buyer.name or buyer.address.name, buyer.title, buyer.country, rules, language)


def _conversation(known: _Known) -> Conversation:
    thread, row, facts = known.thread, known.row, known.row.facts
    return Conversation(
        id=thread.id,
        subject=thread.subject,
        stage=(row.decision.stage if row.decision else "") or (facts.stage if facts else ""),
        decision=row.decision.reason.value if row.decision else "",
        next_due=row.next_due,
        last_at=row.last_at,
        mails=len(thread.messages),
        verdict=(facts.inquiry.verdict or "") if facts and facts.inquiry else "",
        risk=facts.risk.value if facts else Risk.NONE.value,
        goods=goods_of(facts) if facts else "",
    )


def _offers(facts: Facts) -> Iterator[Offer]:
    for quote in facts.quotes:
        for price in quote.terms.prices:
            yield Offer(
                number=quote.number,
                sent=quote.sent,
                item=_item(quote, facts),
                amount=price.amount,
                currency=price.currency,
                unit=price.unit,
                incoterm=_incoterm(quote),
                until=quote.valid_until,
                moq=_quantity(quote),
                lead_time=_lead_time(quote),
                payment=quote.terms.payment,
                missing=quote.missing,
                source=quote.source,
                thread=facts.thread_id,
            )


def _item(quote: Quote, facts: Facts) -> str:
    return " ".join(dict.fromkeys(filter(None, (*quote.terms.models, quote.terms.product or facts.product))))


def _incoterm(quote: Quote) -> str:
    term = quote.terms.incoterm
    return f"{term.term} {term.place}".strip() if term else ""


def _quantity(quote: Quote) -> str:
    moq = quote.terms.moq
    return f"{moq.amount} {moq.unit}".strip() if moq else ""


def _lead_time(quote: Quote) -> str:
    lead = quote.terms.lead_time
    if lead is None:
        return ""
    days = f"{lead.min_days}" if lead.min_days == lead.max_days else f"{lead.min_days}-{lead.max_days}"
    return f"{days} days" + (f" after {lead.after}" if lead.after else "")


def _drafts(known: Sequence[_Known]) -> tuple[DraftRecord, ...]:
    found = {d.token: d for k in known for d in (*k.view.drafts, *k.view.buyer_drafts)}
    return tuple(sorted(found.values(), key=lambda d: (d.created, d.token)))


def _events(known: Sequence[_Known], buyer: Buyer) -> Iterator[Event]:
    for one in known:
        thread, facts = one.thread, one.row.facts
        for message in thread.messages:
            yield _mail(message, thread)
        for quote in facts.quotes if facts else ():
            yield Event(
                at=quote.sent, what="quote", side="us", who="", subject=thread.subject, detail=_told(quote), thread=thread.id
            )
        for word in one.view.words:
            detail = " ".join(filter(None, (word.kind.value, word.value, word.note)))
            yield Event(at=word.at, what="word", side="you", who="", subject=thread.subject, detail=detail, thread=thread.id)
        for draft in one.view.drafts:
            detail = f"{draft.topic.replace('_', ' ')}, now {draft.state.value}"
            yield Event(
                at=draft.created, what="draft", side="followupd", who=buyer.address.email, subject=draft.subject, detail=detail,
                thread=thread.id,
            )  # fmt: skip


def _mail(message: Message, thread: Thread) -> Event:
    attached = "; ".join(a.filename or a.content_type for a in message.attachments)
    side = "us" if message.direction is Direction.OUT else "buyer"
    return Event(
        at=message.date, what="mail", side=side, who=message.sender.email, subject=message.subject,
        detail=f"attached: {attached}" if attached else "", thread=thread.id,
    )  # fmt: skip


def _told(quote: Quote) -> str:
    """``Q-7: 2.30 USD/pc, FOB Ningbo, until 2026-12-01``."""
    prices = ", ".join(f"{p.amount} {p.currency}{f'/{p.unit}' if p.unit else ''}" for p in quote.terms.prices[:5])
    until = f"until {quote.valid_until}" if quote.valid_until else ""
    told = ", ".join(filter(None, (prices, _incoterm(quote), until)))
    return f"{quote.number}: {told}" if quote.number else told


def reaches(buyer: Buyer) -> str:
    """How an answer gets to him, where it is not simply by mail."""
    ways = {Reach.RELAY: "answers are passed on by the platform", Reach.SITE: "answer on the platform's site", Reach.ASK: "address unknown"}
    return ways.get(buyer.reach, "")
