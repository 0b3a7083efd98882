"""The buyer's card as a page to read or to hand over (Markdown).

What came from mail is text and nothing else: marks that Markdown or HTML would act upon are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from followupd.deciding.reasons import text
from followupd.dossier.gather import Dossier
from followupd.model import Reason

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LINKED = re.compile(r"(?i)((?:https?|ftp|mailto|xmpp)|\bwww)([:.])")
"""What GitHub and others make a link of without any mark (GFM 6.9, autolinks)."""
LONGEST = 500


def plain(value: object, limit: int = LONGEST) -> str:
    """One line of text that no reader of Markdown takes for a mark, a link or HTML."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(value)[: limit * 4]).split())
    return _LINKED.sub(r"\1\\\2", _MARKS.sub(r"\\\1", line[:limit]))


def card(dossier: Dossier, particulars: Iterable[tuple[str, str]], zone: str, now: datetime) -> str:
    """The whole page. ``particulars``: label and value as the terminal shows them; ``zone``: the user's own clock."""
    buyer = dossier.buyer
    name = f"{buyer.title} {buyer.name or buyer.address.name}".strip()
    lines = [f"# {plain(name or buyer.address.email)}", "", f"{plain(buyer.company) or 'company unknown'} · {plain(buyer.address.email)}", ""]
    lines += [f"- **{label}**: {plain(value)}" for label, value in particulars]
    lines += _sections(dossier, zone)
    lines += ["", f"Written by followupd on {now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}. Times are those of {zone}.", ""]
    return "\n".join(lines)


def _sections(dossier: Dossier, zone: str) -> Iterator[str]:
    def at(instant: datetime | None) -> str:
        return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if instant else ""

    threads = [
        (c.id, c.subject, c.stage.replace("_", " "), text(Reason(c.decision)) if c.decision else "", at(c.next_due)) for c in dossier.conversations
    ]
    yield from _table("Threads", ("thread", "subject", "stage", "now", "next look"), threads)
    offers = [
        (o.number, at(o.sent)[:10], o.item, f"{o.amount} {o.currency}{f'/{o.unit}' if o.unit else ''}", o.incoterm, o.until or "", o.source)
        for o in dossier.offers
    ]
    yield from _table("Quotes", ("quote", "sent", "item", "price", "Incoterm", "valid until", "file"), offers)
    samples = [(s.stage.removeprefix("sample_"), s.parcel, s.arrives or "", s.told_by, s.thread) for s in dossier.samples]
    yield from _table("Samples", ("stage", "parcel", "arrives", "told by", "thread"), samples)
    words = [(at(w.at), w.kind.value, w.value, w.note, at(w.until), w.scope) for w in dossier.words]
    yield from _table("What you said", ("when", "what", "value", "note", "until", "for this"), words)
    yield from _table("Perhaps the same buyer", ("address", "thread", "same or like"), [(o.email, o.thread, o.by) for o in dossier.perhaps_same])
    events = [(at(e.at), f"{e.side} {e.what}", e.subject, e.detail) for e in dossier.timeline]
    yield from _table("Timeline", ("when", "what", "subject", "detail"), events)


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Nothing at all where there are no rows."""
    if not rows:
        return
    yield from ("", f"## {title}", "", f"| {' | '.join(names)} |", f"|{'---|' * len(names)}")
    yield from (f"| {' | '.join(plain(cell, 200) for cell in row)} |" for row in rows)
