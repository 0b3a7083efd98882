"""What may a person do for a buyer beside writing? (DOMAIN 6, 8)

Three kinds, each told once, in the digest of the day on which it becomes true: two of our mails found no answer, so another way may help;
nobody was in touch with a buyer for 30 and for 60 days; a birthday that the user told is near.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from followupd.model import Address, Buyer, Facts, Reason, Risk, Side, WordKind
from followupd.notify.digest import Task
from followupd.store.index import ThreadRow
from followupd.work.desk import Desk

SILENT_MAILS = 2
GIVEN_UP_ON_MAIL = timedelta(days=5)
"""So long after the second mail without an answer."""
COLD = (timedelta(days=30), timedelta(days=60))
BIRTHDAY_AHEAD = timedelta(days=3)
OVER = frozenset(
    {
        Reason.SUPPRESSED, Reason.LOST, Reason.MUTED, Reason.SNOOZED, Reason.PAUSED, Reason.BOUNCED, Reason.RISKY, Reason.RISK_ALARM,
        Reason.VAGUE, Reason.NOT_A_BUYER, Reason.TOO_OLD, Reason.BUYER_AWAY,
    }
)  # fmt: skip
"""Where a decision says so, nobody is to be called either."""


def other_ways(desk: Desk, rows: Iterable[ThreadRow], since: datetime, now: datetime) -> tuple[Task, ...]:
    """Buyers whom the second mail in a row reached in vain, with the other ways to them that their signature tells."""
    found = []
    for row in rows:
        facts = row.facts
        if facts is None or facts.turn is None or facts.move is not Side.THEM or not _may_be_called(row, facts):
            continue
        moment = _second(desk, row.id, facts)
        if moment is not None and since < moment + GIVEN_UP_ON_MAIL <= now:
            found.append(_of(facts.buyer, f"call:{facts.turn.id}", facts.turn.last, facts.turn.id))
    return tuple(sorted(found, key=lambda t: t.since or now))


def _second(desk: Desk, thread_id: str, facts: Facts) -> datetime | None:
    """When the second of our mails in this turn went out."""
    thread = desk.index.thread(thread_id)
    if facts.turn is None or thread is None or len(facts.turn.followups) < SILENT_MAILS - 1:
        return None
    second = thread.message(facts.turn.followups[SILENT_MAILS - 2])
    return second.date if second else None


def _ways(buyer: Buyer) -> tuple[str, ...]:
    known = (("Tel", buyer.phone), ("WhatsApp", buyer.whatsapp), ("WeChat", buyer.wechat), ("Telegram", buyer.telegram))
    return tuple(f"{name} {value}" for name, value in known if value)


def cold(rows: Iterable[ThreadRow], since: datetime, now: datetime) -> tuple[Task, ...]:
    """Buyers to whom we made an offer and with whom nobody was in touch for so long; by buyer, the latest touch counts."""
    latest: dict[str, tuple[datetime, ThreadRow, Facts]] = {}
    for row in rows:
        if row.facts is None or not row.facts.quotes:
            continue
        touch = max(d for d in (row.facts.last_in, row.facts.last_out) if d is not None)
        buyer = row.facts.buyer.address.email
        if buyer not in latest or touch > latest[buyer][0]:
            latest[buyer] = (touch, row, row.facts)
    chosen = [(t, f) for t, row, f in latest.values() if _may_be_called(row, f) and any(since < t + span <= now for span in COLD)]
    return tuple(_of(f.buyer, f"cold:{t.isoformat()}", t, f.inquiry_id or "", sum(t + span <= now for span in COLD)) for t, f in sorted(chosen, key=lambda c: c[0]))


def _of(buyer: Buyer, key: str, since: datetime, message_id: str, age: int = 0) -> Task:
    """A task about this buyer, with the ways to him."""
    return Task(
        buyer=buyer.address, name=buyer.name, company=buyer.company, timezone=buyer.timezone, lines=_ways(buyer), since=since,
        message_id=message_id, key=f"{key}:{buyer.address.email}", age=age,
    )  # fmt: skip


def _may_be_called(row: ThreadRow, facts: Facts) -> bool:
    over = row.decision is not None and row.decision.reason in OVER
    return not over and facts.risk is Risk.NONE and not facts.stop_wish and facts.stage not in {"lost", "suppressed"}


def birthdays(desk: Desk, since: datetime, now: datetime) -> tuple[Task, ...]:
    """Birthdays that the user told (`followupd birthday`), three days ahead; of nobody who is to be left alone."""
    words = desk.ledger.words()
    alone = {word.target for word in words if word.kind in {WordKind.STOP, WordKind.MUTE}}
    zone = ZoneInfo(desk.identity.timezone)
    first, today = since.astimezone(zone).date(), now.astimezone(zone).date()
    found = []
    for word in words:
        day = next_birthday(word.value, first + BIRTHDAY_AHEAD) if word.kind is WordKind.BIRTHDAY and word.target not in alone else None
        if day is not None and first < day - BIRTHDAY_AHEAD <= today:
            found.append(Task(buyer=Address(word.target), name=word.note, day=day, key=f"birthday:{day}:{word.target}"))
    return tuple(found)


def next_birthday(told: str, after: date) -> date | None:
    """The next such day (``04-17``) after ``after``; the 29th of February is kept on the 28th in other years. None: no day."""
    for year in (after.year, after.year + 1):
        try:
            day = date.fromisoformat(f"{year}-{told}")
        except ValueError:
            if told != "02-29":
                return None
            day = date(year, 2, 28)
        if day > after:
            return day
    return None
