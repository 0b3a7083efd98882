"""Who is this buyer, over all his threads? (the card of ``show BUYER``)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from followupd.cli.at_hand import View
from followupd.cli.output import ago, clean, complain, say, table, when
from followupd.cli.tongue import later
from followupd.config import Config
from followupd.deciding.reasons import text
from followupd.dossier.gather import Dossier, Offer, gather, reaches
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
    return f"{clean(person.email)}{f', {what}' if what else ''} (last {ago(person.last_at)})"


def drafting_rules(config: Config) -> DraftingRules:
    """The customs of addressing people, the user's own laid over ours. Raises ConfigError."""
    return DraftingRules.build(read_rules(*config.overlays))


def dossier_of(one: Meant, rules: DraftingRules, now: datetime, others: Others | None = None) -> Dossier | None:
    """What is known of him now; None when a running daemon has just forgotten him. ``others``: all buyers of his account."""
    return gather(one.view.account.title, one.email, one.view.index, one.view.ledger, rules, now, others)


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
        (c.id, c.subject, c.stage.replace("_", " "), text(Reason(c.decision)) if c.decision else "not decided yet", when(c.next_due))
        for c in dossier.conversations
    ]
    table("Threads", ("thread", "subject", "stage", "now", "next look"), rows, fixed=("thread",))
    if dossier.offers:
        names = ("quote", "sent", "item", "price", "term", "valid until")
        table("Quotes", names, [_offer(o) for o in dossier.offers], fixed=("valid until",))
    if dossier.samples:
        samples = [(s.thread, s.stage.removeprefix("sample_"), s.parcel, s.arrives or "-", s.told_by) for s in dossier.samples]
        table("Samples", ("thread", "stage", "parcel", "arrives", "told by"), samples, fixed=("thread",))
    for word in dossier.words:
        until = f"until {when(word.until)}" if word.until else ""
        what = " ".join(filter(None, (word.kind.value, clean(word.value), clean(word.note), until)))
        say(f"You said on {when(word.at)}: {what} (for this {clean(word.scope)})")
    for other in dossier.perhaps_same:
        say(f"Perhaps the same buyer: {clean(other.email)} (thread {other.thread}): same or like {clean(other.by, 120)}")
    _show_timeline(dossier)


def _head(dossier: Dossier) -> Iterator[str]:
    buyer = dossier.buyer
    name = f"{buyer.title} {buyer.name or buyer.address.name}".strip()
    yield f"{clean(name) or '-'}, {clean(buyer.company) or 'company unknown'} <{clean(buyer.address.email)}>"
    for label, value in particulars(dossier):
        yield f"  {label}: {clean(value, 200)}"


def particulars(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Label and value of what is known, in the order of a card; not yet fit for a terminal."""
    buyer = dossier.buyer
    yield "account", dossier.account
    source = f" (from its {buyer.country_source})" if buyer.country_source else ""
    yield from ((label, value) for label, value in _reachable(buyer, source) if value)
    if dossier.local_time is not None:
        yield "local time", f"{dossier.local_time:%a %d %b %H:%M} ({buyer.timezone})"
    yield "address him as", dossier.greeting
    if dossier.grade:
        yield "grade", f"{dossier.grade}: {dossier.grade_why}"
    if dossier.role:
        yield "role", dossier.role.replace("_", " ")
    if buyer.cc:
        yield "with in Cc", ", ".join(a.email for a in buyer.cc)
    yield "last contact", _last(dossier)


def _reachable(buyer: Buyer, source: str) -> tuple[tuple[str, str], ...]:
    return (
        ("country", f"{buyer.country}{source}" if buyer.country else ""),
        ("phone", buyer.phone),
        ("WhatsApp", buyer.whatsapp),
        ("WeChat", buyer.wechat),
        ("Telegram", buyer.telegram),
        ("web", buyer.website),
        ("writes", buyer.language),
        ("came through", ", ".join(filter(None, (buyer.platform, reaches(buyer))))),
    )


def _last(dossier: Dossier) -> str:
    theirs = f"they wrote {_day(dossier.last_in)}" if dossier.last_in else "they never wrote"
    ours = f"we wrote {_day(dossier.last_out)}" if dossier.last_out else "we never wrote"
    return f"{theirs}, {ours}; {len(dossier.messages)} mails since {_day(dossier.first_at)}"


def _day(instant: datetime | None) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d") if instant else "-"


def _offer(offer: Offer) -> tuple[object, ...]:
    unit = f"/{offer.unit}" if offer.unit else ""
    return (offer.number or "-", _day(offer.sent), offer.item, f"{offer.amount} {offer.currency}{unit}", offer.incoterm, offer.until or "-")


def _show_timeline(dossier: Dossier) -> None:
    events = dossier.timeline[-LAST_EVENTS:]
    earlier = len(dossier.timeline) - len(events)
    title = f"Timeline (the last {len(events)} of {len(dossier.timeline)})" if earlier else "Timeline"
    rows = [(f"{e.at.astimezone():%Y-%m-%d %H:%M}", f"{e.side} {e.what}", e.detail or e.subject) for e in events]
    table(title, ("when", "what", "about"), rows, fixed=("when",))
    say("`followupd show THREAD` shows a thread with its mails; `followupd export` writes all of it to files.")
