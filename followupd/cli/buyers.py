"""Who is this buyer, over all his threads? (the card of ``show BUYER``)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from followupd.cli.at_hand import View
from followupd.cli.output import ago, at_home, clean, complain, say, table, when
from followupd.cli.terms import detail_text, named, named_in_rules, reason_text, stage_name, term
from followupd.cli.tongue import chinese, colon, comma, later, said, shown
from followupd.cli.words import word_line
from followupd.config import Config
from followupd.dossier.gather import Dossier, Event, Offer, gather, reaches
from followupd.dossier.people import Others, Person, matching, people_of
from followupd.drafting.tables import DraftingRules
from followupd.errors import Problem, UserError
from followupd.model import Buyer, Reason
from followupd.rulesource import read_rules

MOST_NAMED = 12
LAST_EVENTS = 12


@dataclass(frozen=True)
class Meant:
    """A buyer in one account."""

    view: View
    email: str


def meant(opened: list[View], said: str) -> list[Meant]:
    """The one buyer that ``said`` fits, in each account that knows him. Raises UserError naming the candidates."""
    found = [(view, person) for view in opened for person in matching(people_of(view.index), said)]
    emails = list(dict.fromkeys(person.email for _, person in found))
    if len(emails) == 1:
        return [Meant(view, emails[0]) for view, _ in found]
    if not found:
        hint = later("an address, a domain or a name; `followupd list threads` shows buyers")
        raise UserError(Problem(said, later("no thread's id begins so, and no buyer fits"), hint))
    people = {person.email: person for _, person in reversed(found)}
    for email in emails[:MOST_NAMED]:
        complain(_named(people[email]))
    hint = later("the {count} last moved are above", count=MOST_NAMED) if len(emails) > MOST_NAMED else later("give one address")
    raise UserError(Problem(said, later("{count} buyers fit", count=len(emails)), hint))


def _named(person: Person) -> str:
    what = ", ".join(clean(part, 40) for part in (person.name, person.company) if part)
    return said("{buyer} (last {ago})", buyer=comma().join(filter(None, (clean(person.email), what))), ago=ago(person.last_at))


def drafting_rules(config: Config) -> DraftingRules:
    """The customs of addressing people, the user's own laid over ours. Raises ConfigError."""
    return DraftingRules.build(read_rules(*config.overlays))


def dossier_of(one: Meant, rules: DraftingRules, now: datetime, others: Others | None = None) -> Dossier | None:
    """What is known of him now; None when a running daemon has just forgotten him. ``others``: all buyers of his account."""
    return gather(one.view.account.title, one.email, one.view.index, one.view.ledger, rules, now, others, zone=one.view.account.timezone)


def as_plain(dossier: Dossier) -> dict[str, Any]:
    """For ``--json``: everything but the texts of the mails, which `show THREAD --json` gives."""
    told = {f.name: getattr(dossier, f.name) for f in fields(dossier) if f.name != "messages"}
    return {**told, "last_contact": dossier.last_contact, "mails": len(dossier.messages)}


# ---- for the terminal -----------------------------------------------------------------------------


def show_dossier(dossier: Dossier) -> None:
    """Print the card."""
    for line in _head(dossier):
        say(line)
    rows = [
        (c.id, c.subject, stage_name(c.stage, c.stage.replace("_", " ")), _decided(c.decision), when(c.next_due))
        for c in dossier.conversations
    ]
    table(said("Threads"), ("thread", "subject", "stage", "now", "next look"), rows, fixed=("thread",))
    if dossier.offers:
        names = ("quote", "sent", "item", "price", "term", "valid until")
        table(said("Quotes"), names, [_offer(o) for o in dossier.offers], fixed=("valid until",))
    if dossier.samples:
        samples = [(s.thread, stage_name(s.stage, s.stage.removeprefix("sample_")), s.parcel, s.arrives or "-", term(s.told_by)) for s in dossier.samples]
        table(said("Samples"), ("thread", "stage", "parcel", "arrives", "told by"), samples, fixed=("thread",))
    for word in dossier.words:
        say(word_line(word))
    for other in dossier.perhaps_same:
        say(perhaps_same_line(other.email, other.thread, other.by))
    _show_timeline(dossier)


def perhaps_same_line(buyer: str, thread: str, by: str) -> str:
    """Another buyer who is perhaps this one, and what tells so."""
    return said("Perhaps the same buyer: {buyer} (thread {thread}): same or like {by}", buyer=clean(buyer), thread=thread, by=clean(by, 120))


def event_name(side: str, what: str) -> str:
    """``buyer mail``, ``us quote``: who did what, in the timeline."""
    return shown(later("{side} {what}", side=term(side), what=term(what)))


def event_detail(event: Event) -> str:
    """What is said of an event beside its name."""
    if not chinese() or not event.detail:
        return event.detail or event.subject
    from followupd.cli.chinese.cards import EVENTS

    if event.what == "word":
        kind, _, rest = event.detail.partition(" ")
        value, _, note = rest.partition(" ")
        return " ".join(filter(None, (shown(term(kind)), shown(stage_name(value) if kind == "stage" else term(value)), note)))
    return EVENTS.told(event.detail, named_in_rules) or event.detail


def role_name(role: str) -> str:
    """What kind of company writes."""
    return named("roles", role, role.replace("_", " "))


def _decided(reason: str) -> str:
    return reason_text(Reason(reason)) if reason else later("not decided yet")


def _head(dossier: Dossier) -> Iterator[str]:
    buyer = dossier.buyer
    name = f"{buyer.title} {buyer.name or buyer.address.name}".strip()
    company = clean(buyer.company) or said("company unknown")
    yield f"{clean(name) or '-'}{comma()}{company} <{clean(buyer.address.email)}>"
    for label, value in particulars(dossier):
        yield f"  {shown(label)}{colon()}{clean(shown(value), 200)}"


def particulars(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Label and value of what is known, in the order of a card; not yet fit for a terminal."""
    buyer = dossier.buyer
    yield later("account"), dossier.account
    source = later(" (from its {source})", source=term(buyer.country_source)) if buyer.country_source else ""
    yield from ((label, value) for label, value in _reachable(buyer, source) if value)
    if dossier.local_time is not None:
        yield later("local time"), later("{time} ({zone})", time=when(dossier.local_time, buyer.timezone), zone=buyer.timezone)
    yield later("address him as"), dossier.greeting
    if dossier.grade:
        yield later("grade"), later("{grade}: {why}", grade=dossier.grade, why=detail_text(dossier.grade_why))
    if dossier.role:
        yield later("role"), role_name(dossier.role)
    if buyer.cc:
        yield later("with in Cc"), ", ".join(a.email for a in buyer.cc)
    yield later("last contact"), _last(dossier)


def _reachable(buyer: Buyer, source: str) -> tuple[tuple[str, str], ...]:
    return (
        (later("country"), later("{country}{source}", country=buyer.country, source=source) if buyer.country else ""),
        (later("phone"), buyer.phone),
        ("WhatsApp", buyer.whatsapp),
        ("WeChat", buyer.wechat),
        ("Telegram", buyer.telegram),
        (later("web"), buyer.website),
        (later("writes"), buyer.language),
        (later("came through"), _through(buyer)),
    )


def _through(buyer: Buyer) -> str:
    """The platform, and where an answer goes."""
    way = reaches(buyer)
    if not buyer.platform or not way:
        return buyer.platform or term(way)
    return later("{platform}, {way}", platform=buyer.platform, way=term(way))


def _last(dossier: Dossier) -> str:
    theirs = later("they wrote {day}", day=_day(dossier.last_in)) if dossier.last_in else later("they never wrote")
    ours = later("we wrote {day}", day=_day(dossier.last_out)) if dossier.last_out else later("we never wrote")
    return later("{theirs}, {ours}; {count} mails since {day}", theirs=theirs, ours=ours, count=len(dossier.messages), day=_day(dossier.first_at))


def _day(instant: datetime | None) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d") if instant else "-"


def _offer(offer: Offer) -> tuple[object, ...]:
    unit = f"/{offer.unit}" if offer.unit else ""
    return (offer.number or "-", _day(offer.sent), offer.item, f"{offer.amount} {offer.currency}{unit}", offer.incoterm, offer.until or "-")


def _show_timeline(dossier: Dossier) -> None:
    events = dossier.timeline[-LAST_EVENTS:]
    earlier = len(dossier.timeline) - len(events)
    title = said("Timeline (the last {count} of {all})", count=len(events), all=len(dossier.timeline)) if earlier else said("Timeline")
    rows = [(f"{at_home(e.at):%Y-%m-%d %H:%M}", event_name(e.side, e.what), event_detail(e)) for e in events]
    table(title, ("when", "what", "about"), rows, fixed=("when",))
    say(said("`followupd show THREAD` shows a thread with its mails; `followupd export` writes all of it to files."))
