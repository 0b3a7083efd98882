"""A salesperson's mailbox as the stores hold it: conversations written in days, judged by the real rules, put into a real index.

``Talk`` writes one conversation; ``fill`` puts many into the state of an account. ``year`` invents a whole year for a seed: buyers of many
countries who are silent for a time, answer by themselves or after a follow-up, ask for samples, order, or are never heard of again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from followupd.config import load_config
from followupd.deciding.clock import Calendar, Office
from followupd.judging.tables import JudgingRules
from followupd.judging.thread import judge_thread
from followupd.lab.case import Case, case_of
from followupd.model import Address, Direction, DraftRecord, DraftState, Message, Own, Thread, Word, WordKind
from followupd.rulesource import read_rules
from followupd.store.index import Cursor, Index, Location
from followupd.store.ledger import Ledger
from followupd.store.paths import prepare

US = Address("lily@brightway.example", "Lily Chen")
OWN = Own(frozenset({US.email}))
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Ten in the morning in Ningbo, on a Monday without a holiday near it."""
QUOTE = (
    "Dear {name},\n\nthank you for your inquiry. Our price for the cordless drill 20V is USD 23.50/pc FOB Ningbo, MOQ 500 pcs, lead time 30 days, "
    "payment 30% deposit, balance before shipment. This offer is valid for 60 days.\n\nBest regards\nLily Chen"
)
ASK = (
    "Dear Lily,\n\nwe import tools for hardware shops in {town}. Please quote 1,200 pcs of cordless drill 20V with two batteries, packed in colour boxes, "
    "delivery FOB Ningbo.\n\nBest regards\n{name}\n{firm}\n{phone}"
)
TEXTS = {
    "ask": ASK, "quote": QUOTE,
    "vague": "Hi, send me your catalogue and price list of all products.",
    "note": "Dear {name},\n\none more thing on the drill: the charger now comes with the plug of your country. Would that help you?\n\nBest regards\nLily Chen",
    "question": "Dear Lily,\n\nthank you for the offer. Could you tell me how long the guarantee of the battery is?\n\nBest regards\n{name}",
    "waits": "Dear Lily,\n\nthank you. We wait for the decision of our client and will come back to you.\n\nBest regards\n{name}",
    "wants sample": "Dear Lily,\n\nplease send us two samples of the drill first.\n\nBest regards\n{name}",
    "sample": "Dear {name},\n\nthe samples were sent today by DHL, tracking number 4412345678.\n\nBest regards\nLily Chen",
    "orders": "Dear Lily,\n\nwe would like to order 1,200 pcs. Please send the proforma invoice.\n\nBest regards\n{name}",
    "pi": "Dear {name},\n\nplease find attached our proforma invoice PI-2231.\n\nBest regards\nLily Chen",
    "paid": "Dear Lily,\n\nwe have paid the deposit today, the bank slip is attached.\n\nBest regards\n{name}",
    "starts": "Dear {name},\n\nwe received your deposit, thank you. Production has started.\n\nBest regards\nLily Chen",
    "answer": "Dear {name},\n\nthe guarantee is twelve months.\n\nBest regards\nLily Chen",
}  # fmt: skip
SURNAMES = "Baker Carver Dyer Fletcher Glover Hooper Mason Miller Porter Sadler Turner Weaver".split()
OURS = frozenset({"quote", "note", "sample", "pi", "starts", "answer"})
PLACES = (
    ("de", "Berlin", "+49 30 5550{n:03d}"), ("us", "Chicago", "+1 312 555 0{n:03d}"), ("fr", "Lyon", "+33 4 7255 5{n:03d}"),
    ("pl", "Poznan", "+48 61 555 0{n:03d}"), ("it", "Torino", "+39 011 555 0{n:03d}"), ("es", "Valencia", "+34 96 555 0{n:03d}"),
    ("br", "Curitiba", "+55 41 5550 0{n:03d}"), ("tr", "Izmir", "+90 232 555 0{n:03d}"), ("ae", "Dubai", "+971 4 555 0{n:03d}"),
    ("sa", "Jeddah", "+966 12 555 0{n:03d}"), ("mx", "Puebla", "+52 222 555 0{n:03d}"), ("nl", "Utrecht", "+31 30 555 0{n:03d}"),
    ("za", "Durban", "+27 31 555 0{n:03d}"), ("au", "Perth", "+61 8 5550 0{n:03d}"),
)  # fmt: skip


@dataclass
class Talk:
    """One conversation being written. ``at`` is when its last mail was written."""

    n: int
    begin: datetime = MONDAY
    name: str = ""
    subject: str = ""
    place: tuple[str, str, str] = PLACES[0]
    mails: list[Message] = field(default_factory=list)
    drafts: list[DraftRecord] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    at: datetime = MONDAY

    def __post_init__(self) -> None:
        self.at = self.begin
        self.name = self.name or f"Alex {SURNAMES[self.n % len(SURNAMES)]}"
        self.subject = self.subject or f"Cordless drill {self.n}"

    @property
    def buyer(self) -> Address:
        """Who writes."""
        return Address(f"alex@firm{self.n}.{self.place[0]}", self.name)

    def say(self, what: str, after: timedelta = timedelta()) -> Talk:
        """The next mail, so long after the last one: a name of TEXTS."""
        self.at += after
        _, town, phone = self.place
        text = TEXTS[what].format(name=self.name, town=town, firm=f"Firm{self.n} Trading", phone=phone.format(n=self.n))
        ours = what in OURS
        ids = tuple(m.id for m in self.mails)
        self.mails.append(
            Message(
                id=f"m{len(ids)}.{self.n}@talk.example", direction=Direction.OUT if ours else Direction.IN, date=self.at, sender=US if ours else self.buyer,
                to=(self.buyer if ours else US,), subject=f"{'Re: ' if ids else ''}{self.subject}", base_subject=self.subject.casefold(), in_reply_to=ids[-1:],
                references=ids, text=text, new_text=text, language="en",
            )
        )  # fmt: skip
        return self

    def follow_up(self, topic: str, after: timedelta, *, sent: bool = True) -> Talk:
        """A draft of ours for this silence, sent as a note or deleted."""
        turn = next(m.id for m in reversed(self.mails) if m.direction is Direction.OUT)
        at = self.at + after
        if sent:
            self.say("note", after)
        token = f"t{self.n}.{len(self.drafts)}"
        self.drafts.append(
            DraftRecord(
                token=token, thread_id="", turn_id=turn, step=len(self.drafts), topic=topic, stage="quoted", buyer=self.buyer.email,
                message_id=f"{token}@x.example", subject=self.subject, body_sha256="0" * 64, created=at - timedelta(hours=1),
                state=DraftState.SENT if sent else DraftState.DELETED,
                sent_as=self.mails[-1].id if sent else "", closed=at,
            )
        )  # fmt: skip
        return self

    def verdict(self, value: str) -> Talk:
        """The user's word on the inquiry."""
        self.words.append(Word(kind=WordKind.VERDICT, scope="thread", target=self.mails[0].id, value=value, at=self.at))
        return self


@cache
def rules() -> JudgingRules:
    """The shipped rules."""
    return JudgingRules.build(read_rules())


HERE = Office(Calendar(ZoneInfo("Asia/Shanghai")), 9, 18)


def case(talk: Talk, until: datetime) -> Case:
    """The conversation as the report counts it; Monday to Friday are the buyer's working days."""
    thread = Thread(id=f"{talk.n:010x}", messages=tuple(talk.mails), buyer=talk.buyer, subject=talk.subject)
    judged: dict = {}
    facts = judge_thread(thread, rules(), OWN, frozenset(), judged)
    return case_of(
        thread, facts, judged, rules(), words=tuple(talk.words), drafts=tuple(talk.drafts), business=lambda day: day.weekday() < 5, office=HERE, until=until
    )


def fill(config: Path, talks: Iterable[Talk], until: datetime) -> None:
    """Put the conversations into the state of the first account; its mailbox was last looked at ``until``."""
    loaded = load_config(config)
    account = loaded.accounts[0]
    paths = prepare(account.title, loaded.state_root)
    ledger, index = Ledger(paths.ledger), Index(paths.index, account.own())
    uid = 0
    with index.transaction():
        for talk in talks:
            thread_id = ""
            for mail in talk.mails:
                uid += 1
                thread_id = index.add_message(mail, Location("INBOX", 1, uid), (thread_id,) if thread_id else ())
            thread = index.thread(thread_id)
            assert thread is not None
            judged: dict = {}
            index.put_facts(judge_thread(thread, rules(), account.own(), frozenset(), judged))
            index.put_judgements(thread, judged)
            for record in talk.drafts:
                ledger.put_draft(record)
            for word in talk.words:
                ledger.add_word(word)
        index.set_cursor("INBOX", Cursor(uidvalidity=1, last_uid=uid, seen_at=until))
    ledger.close()
    index.close()


# ---- an invented year -----------------------------------------------------------------------------


TOPICS = ("complete_quote", "validity_ending", "forwardable_help", "ask_demand")


def year(seed: int = 11, buyers: int = 170) -> list[Talk]:
    """Conversations of ten months; the same for the same seed."""
    lot = random.Random(seed)
    weights = [max(1, 15 - n) for n in range(len(PLACES))]
    return [_invented(lot, n, lot.choices(PLACES, weights)[0]) for n in range(buyers)]


def _invented(lot: random.Random, n: int, place: tuple[str, str, str]) -> Talk:
    begin = MONDAY - timedelta(days=50) + timedelta(days=lot.randrange(300), hours=lot.randrange(24), minutes=lot.randrange(60))
    talk = Talk(n, begin, place=place)
    if lot.random() < 0.12:
        talk.say("vague")
        return talk.verdict("vague" if lot.random() < 0.8 else "genuine") if lot.random() < 0.5 else talk
    talk.say("ask")
    if lot.random() < 0.12:
        talk.verdict(lot.choice(["genuine", "genuine", "genuine", "likely", "unsure"]))
    if lot.random() < 0.06:
        return talk
    talk.say("quote", timedelta(hours=lot.choice([0.6, 2, 3, 5, 8, 16, 20, 26, 44, 70])))
    for step in range(3):
        waits, pushed = (4, 6, 9)[step], step > 0
        own = lot.expovariate(1 / 5) if lot.random() < (0.55, 0.34, 0.2)[step] + 0.1 * pushed else 99.0
        if own < waits * 1.4:
            return _goes_on(lot, talk, timedelta(days=own))
        if lot.random() < 0.34:
            return _goes_on(lot, talk, timedelta(days=own)) if own < 60 else talk
        topic = lot.choices(TOPICS, (8, 5, 2, 2))[0]
        talk.follow_up(topic, timedelta(days=waits * 1.4), sent=lot.random() < 0.8)
        if not talk.drafts[-1].sent_as:
            return _goes_on(lot, talk, timedelta(days=own)) if own < 60 else talk
    return talk


def _goes_on(lot: random.Random, talk: Talk, after: timedelta) -> Talk:
    fate = lot.random()
    if fate < 0.3:
        talk.say("wants sample", after).say("sample", timedelta(days=2))
        if lot.random() < 0.5:
            return talk
        talk.say("orders", timedelta(days=14 + lot.randrange(10)))
    elif fate < 0.5:
        talk.say("orders", after)
    elif fate < 0.7:
        return talk.say("waits", after)
    else:
        talk.say("question", after).say("answer", timedelta(hours=5))
        return talk.say("question", timedelta(days=1 + lot.randrange(6))).say("answer", timedelta(hours=3)) if lot.random() < 0.4 else talk
    talk.say("pi", timedelta(hours=6))
    if lot.random() < 0.6:
        talk.say("paid", timedelta(days=1 + lot.randrange(9))).say("starts", timedelta(hours=4))
    return talk
