"""On which list of the digest does a thread stand?

A new inquiry is a card and on no other list; what is owed is owed until we answer; a draft that waits is told with its
reason; offers, samples and buyers at risk may come beside it. Whoever is muted, lost or no buyer stands on none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from followupd.deciding.arrivals import arrival
from followupd.deciding.chinese import detail_zh, names_in
from followupd.deciding.evidence import ambiguous
from followupd.deciding.in_force import offset_of, said_stage, stage_id
from followupd.deciding.reasons import text
from followupd.model import (
    Action,
    Decision,
    Direction,
    DraftRecord,
    DraftState,
    Facts,
    Hit,
    Kind,
    Quote,
    Reason,
    Risk,
    Side,
    Terms,
    Thread,
)
from followupd.notify.digest import AtRisk, Danger, Ending, InquiryCard, Item, Owed, SampleOut, WaitingDraft
from followupd.store.index import ThreadRow
from followupd.work.desk import Desk

OWED_AGE = timedelta(days=30)
SEEN_BACK = timedelta(days=120)
"""How far back a thread may have ended whose offer or sample is still told of."""
AGES = (3, 7, 14)
"""After so many days what waits is news again."""
ENDS_WITHIN, ENDED_WITHIN = timedelta(days=5), timedelta(days=2)
SAMPLE_DAYS, SAMPLE_UNTIL = timedelta(days=3), timedelta(days=60)
NOTHING_TO_SAY, GIVEN_UP = timedelta(days=7), timedelta(days=45)
"""How long a buyer must be quiet, and may be, to be told as at risk where there is nothing new to write."""
SALUTATION, BEGINS = 40, 200
"""Signs: a first line shorter than this is a salutation; so much of a mail is shown."""
WANTED = (("quantity", "数量"), ("delivery term", "贸易术语"), ("specification", "规格"))
OWING = frozenset({Reason.REPLY_OWED, Reason.OUR_MOVE, Reason.UNCLEAR_ANSWER})
SELLING = frozenset({"quoted", "negotiating", "target_accepted", "sample_pending", "sample_sent", "sample_delivered"})
OUT_OF_WORDS = frozenset({Reason.NO_FACT, Reason.NO_TOPIC, Reason.LIMIT_THREAD})
SILENT = frozenset(
    {Reason.LOST, Reason.SUPPRESSED, Reason.MUTED, Reason.SNOOZED, Reason.NOT_A_BUYER, Reason.VAGUE, Reason.TOO_OLD, Reason.PAUSED,
     Reason.BOUNCED, Reason.RISKY, Reason.RISK_ALARM, Reason.HUMAN_DECIDED}
)  # fmt: skip
"""Reasons for which nothing is told of an offer or a sample."""


@dataclass
class Lists:
    """The lists while they are being gathered."""

    dangers: list[Danger] = field(default_factory=list)
    inquiries: list[InquiryCard] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    drafts: list[WaitingDraft] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    samples: list[SampleOut] = field(default_factory=list)
    at_risk: list[AtRisk] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """One thread with what every list asks of it."""

    desk: Desk
    now: datetime
    row: ThreadRow
    facts: Facts
    decision: Decision
    drafted: bool
    """Does a draft of ours wait in it?"""

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.desk.identity.timezone)).date()

    @property
    def thread(self) -> Thread | None:
        return self.desk.index.thread(self.row.id)

    def subject(self) -> str:
        thread = self.thread
        return thread.subject if thread else ""

    def last_word(self) -> str:
        """The buyer's last mail, else what opened our turn, else the inquiry."""
        if self.facts.answer:
            return self.facts.answer.message_id
        return self.facts.inquiry_id or (self.facts.turn.id if self.facts.turn else "")

    def common(self, kind: str, since: datetime | None, about: str = "") -> dict[str, Any]:
        """What every item has."""
        return {
            **_who(self.desk, self.facts),
            "message_id": self.last_word(),
            "key": f"{kind}:{about or self.last_word() or self.row.id}",
            "age": _age(self.now, since) if since else 0,
        }


def lists(desk: Desk, now: datetime, since: datetime) -> Lists:
    """All lists. Inquiries are new from ``since`` on."""
    found, waiting = Lists(), desk.ledger.drafts((DraftState.PLACED, DraftState.EDITED))
    drafted = {desk.index.thread_of(r.turn_id) for r in waiting}
    for row in desk.index.rows(now - SEEN_BACK):
        if row.facts is None:
            continue
        card = _card(row, since, desk)
        if card is not None:
            found.inquiries.append(card)
        elif row.decision is not None:
            _sort(_Case(desk, now, row, row.facts, row.decision, row.id in drafted), since, found)
    found.drafts = list(_drafts(desk, waiting, now))
    return found


def _sort(case: _Case, since: datetime, found: Lists) -> None:
    """Onto the lists on which this thread belongs."""
    _put(found.dangers, _danger(case, since))
    _put(found.owed, _owed(case))
    _put(found.endings, _ending(case))
    _put(found.samples, _sample(case))
    _put(found.at_risk, _at_risk(case))


A = TypeVar("A", bound=Item)


def _put(goal: list[A], item: A | None) -> None:
    if item is not None:
        goal.append(item)


def _age(now: datetime, since: datetime) -> int:
    """How many of AGES have passed."""
    return sum((now - since).days >= days for days in AGES)


def _who(desk: Desk, facts: Facts) -> dict[str, Any]:
    buyer = facts.buyer
    entry = desk.rules.book.countries.get(buyer.country)
    named = (entry.zh if desk.language == "zh" else entry.en) if entry else ""
    return {
        "buyer": buyer.address, "name": buyer.name, "company": buyer.company, "country": named or buyer.country,
        "timezone": buyer.timezone or (entry.timezone if entry else ""),
    }  # fmt: skip


def _card(row: ThreadRow, since: datetime, desk: Desk) -> InquiryCard | None:
    """A card for an inquiry that came in since, whatever its verdict: nothing is hidden."""
    facts = row.facts
    if facts is None or facts.inquiry is None or facts.inquiry_id is None or facts.last_in is None:
        return None
    if facts.inquiry.kind is not Kind.INQUIRY or facts.last_in < since or facts.turn is not None:
        return None
    hits = [h for h in (*facts.risk_hits, *facts.inquiry.hits) if h.points]
    return InquiryCard(
        **_who(desk, facts),
        asked=", ".join(filter(None, (facts.quantity, facts.product))),
        missing=_missing(facts, desk.language),
        verdict=facts.inquiry.verdict,
        risk=facts.risk,
        reasons=_said(hits, desk.language),
        message_id=facts.inquiry_id,
        key=f"inquiry:{facts.inquiry_id}",
        reach=facts.buyer.reach,
        platform=facts.buyer.platform,
    )


def _said(hits: list[Hit], language: str) -> tuple[str, ...]:
    """The reasons of signals in the owner's language, the weightiest first, each once."""
    weighty = sorted(hits, key=lambda h: -abs(h.points))
    return tuple(dict.fromkeys((h.zh if language == "zh" else h.en) or h.signal for h in weighty))


def _missing(facts: Facts, language: str) -> tuple[str, ...]:
    terms = facts.inquiry.terms if facts.inquiry else Terms()
    has = (bool(facts.quantity), terms.incoterm is not None, bool(terms.models or facts.product))
    return tuple(words[language == "zh"] for words, present in zip(WANTED, has, strict=True) if not present)


def _danger(case: _Case, since: datetime) -> Danger | None:
    """Signs of fraud in a mail that came since."""
    facts = case.facts
    if facts.risk is Risk.NONE or case.decision.reason not in {Reason.RISK_ALARM, Reason.RISKY} or facts.last_in is None or facts.last_in < since:
        return None
    return Danger(**case.common("danger", None), subject=case.subject(), reasons=_said(list(facts.risk_hits), case.desk.language))


def _owed(case: _Case) -> Owed | None:
    """The buyer wrote last and waits, or we said that we would do something next."""
    facts = case.facts
    if case.decision.reason not in OWING or facts.move is not Side.US or facts.last_in is None:
        return None
    if case.now - facts.last_in > OWED_AGE:
        return None
    answer = facts.answer
    return Owed(
        **case.common("owed", facts.last_in),
        subject=case.subject(),
        since=facts.last_in,
        answer=answer.type if answer else "",
        wrote=(answer.evidence if answer else "") or _begins(case.thread),
        reach=facts.buyer.reach,
        platform=facts.buyer.platform,
    )


def _begins(thread: Thread | None) -> str:
    """How the buyer's last mail begins, without its salutation where there is more."""
    last = next((m for m in reversed(thread.messages) if m.direction is Direction.IN), None) if thread else None
    lines = [line.strip() for line in last.new_text.splitlines() if line.strip()] if last else []
    return " ".join(lines[1:] if len(lines) > 1 and len(lines[0]) < SALUTATION else lines)[:BEGINS]


def _offer(quote: Quote | None) -> str:
    """``Q-3084, USD 21.40/pc, CFR Dammam``; several prices are left out rather than one chosen."""
    if quote is None:
        return ""
    prices = {(p.currency, p.amount, p.unit) for p in quote.terms.prices}
    price = ""
    if len(prices) == 1:
        currency, amount, unit = next(iter(prices))
        price = f"{currency} {amount}{'/' + unit if unit else ''}".strip()
    term = quote.terms.incoterm
    return ", ".join(filter(None, (quote.number, price, f"{term.term} {term.place}".strip() if term else "")))


def _ending(case: _Case) -> Ending | None:
    """An offer that binds for a few days more, or ended lately, while the buyer is silent."""
    quote = case.facts.quotes[-1] if case.facts.quotes else None
    if quote is None or quote.valid_until is None or ambiguous(quote) or case.facts.ordered:
        return None
    if case.decision.reason in SILENT or case.decision.stage not in SELLING:
        return None
    left = quote.valid_until - case.today
    if not -ENDED_WITHIN <= left <= ENDS_WITHIN:
        return None
    common = case.common("ending", None, quote.message_id) | {"age": int(left < timedelta())}
    return Ending(**common, subject=case.subject(), offer=_offer(quote), until=quote.valid_until, draft=case.drafted)


def _sample(case: _Case) -> SampleOut | None:
    """A sample that arrived, and the buyer has not said a word since."""
    if case.decision.stage != "sample_delivered" or case.decision.reason in SILENT or case.facts.move is not Side.THEM:
        return None
    arrived, told = _arrived(case)
    if arrived is None or not SAMPLE_DAYS <= case.now - arrived <= SAMPLE_UNTIL:
        return None
    day = arrived.astimezone(ZoneInfo(case.desk.identity.timezone)).date()
    return SampleOut(**case.common("sample", arrived), subject=case.subject(), arrived=day, told=told, draft=case.drafted)


def _arrived(case: _Case) -> tuple[datetime | None, bool]:
    """When the sample came to the buyer, and whether that day was told."""
    thread, book = case.thread, case.desk.rules.book
    if thread is None:
        return None, False
    ledger = case.desk.ledger.view(thread)
    said = said_stage(case.facts, ledger, book)
    stage = book.stage(stage_id(case.facts, ledger, book, said))
    calendar = book.calendar(case.facts.buyer, case.desk.identity, offset_of(thread, case.facts))
    coming = arrival(stage, case.facts, said, book, calendar)
    if coming is not None:
        return coming.at, coming.told
    return (said.at, True) if said is not None else (case.facts.last_out, True)


def _at_risk(case: _Case) -> AtRisk | None:
    """A buyer with an offer of ours whom only a person can win back."""
    facts, decision = case.facts, case.decision
    quiet = facts.turn.last if facts.turn else facts.last_out
    if not facts.quotes or quiet is None or case.drafted or case.now - quiet > GIVEN_UP:
        return None
    wordless = decision.reason in OUT_OF_WORDS and decision.stage in SELLING and case.now - quiet >= NOTHING_TO_SAY
    if decision.reason not in {Reason.ASK_HUMAN, Reason.BOUNCED} and not wordless:
        return None
    return AtRisk(
        **case.common("at_risk", quiet),
        subject=case.subject(),
        offer=_offer(facts.quotes[-1]),
        reason=decision.reason,
        why=text(decision.reason, case.desk.language),
        quiet_since=quiet,
    )


def _drafts(desk: Desk, waiting: tuple[DraftRecord, ...], now: datetime) -> Iterator[WaitingDraft]:
    """Drafts of ours that stand in Drafts, with the reason for which they were made."""
    standing = {seen.thread_id for seen in desk.index.drafts()}
    for record in waiting:
        thread_id = desk.index.thread_of(record.turn_id) or ""
        row = desk.index.row(thread_id) if thread_id else None
        edited = record.state is DraftState.EDITED
        if row is None or row.facts is None or (edited and thread_id not in standing):
            continue
        facts, topic = row.facts, next((t.rule for t in desk.rules.book.topics if t.id == record.topic), None)
        yield WaitingDraft(
            **_who(desk, facts),
            subject=record.subject,
            topic=(topic.zh if desk.language == "zh" else topic.en) if topic else record.topic,
            why=_why(desk, record),
            rests_on=_rests_on(row, record),
            calendar=facts.buyer.country_source,
            quiet_since=facts.turn.last if facts.turn else None,
            message_id=facts.answer.message_id if facts.answer else record.turn_id,
            draft_id=_standing_as(desk, record, thread_id),
            edited=edited,
            key=f"draft:{record.token}",
            age=_age(now, record.created),
        )


def _standing_as(desk: Desk, record: DraftRecord, thread_id: str) -> str:
    """Under which Message-ID the draft stands now: mail programs give it another one when they save it."""
    ids = [seen.message.id for seen in desk.index.drafts_of(thread_id)]
    return record.message_id if record.message_id in ids or not ids else ids[0]


def _why(desk: Desk, record: DraftRecord) -> str:
    """The reason with its figures; what they are said by in Chinese is told by the reason alone where the table lacks it."""
    if record.reason is None:
        return record.detail
    told = detail_zh(record.detail, names_in(desk.rules.book)) if desk.language == "zh" else record.detail
    return told or text(record.reason, desk.language)


def _rests_on(row: ThreadRow, record: DraftRecord) -> tuple[tuple[str, str], ...]:
    """The values that the decision traced; a newly built index does not know them any more."""
    for decision in (row.acted, row.decision):
        if decision and decision.action is Action.DRAFT and (decision.turn_id, decision.step) == (record.turn_id, record.step):
            return tuple((e.what, e.value) for e in decision.evidence)
    return ()
