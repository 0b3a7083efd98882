"""Which true values may a template print?

Evidence becomes template values: cleaned, bounded, dates written as ``30 Nov 2026``. From them come a few phrases
(``offer``, ``offer_for``, ``price_terms``, ``missing_text``) so that a template need not care what is known. Whatever
looks like a trick (a link, a brace, a shout) counts as missing: a follow-up can do without it.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from followupd.drafting.clean import has_link, one_line
from followupd.drafting.tables import ALIASES, DERIVED_NAMES, DraftingRules
from followupd.model import Evidence

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_PLAIN = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ODD = re.compile(r"[{}<>\[\]|\\!?\"*=`^~]|\.\s")
_DATES = ("quote_date", "valid_until")
_UNPRINTED = frozenset({"waiting_for", "missing"})
"""Searched for known words only."""
NAMED_FIELDS = 3
"""Missing fields named at most; a longer list would read like a form."""


def written(day: date) -> str:
    """A day as every draft writes it, the same for all readers: ``30 Nov 2026`` (DOMAIN 3.4)."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_of(text: str) -> date | None:
    """The day in ``2026-11-30`` or ``30 Nov 2026``."""
    try:
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if (match := _PLAIN.fullmatch(text)) and match[2] in _MONTHS:
            return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None
    return None


def clean_evidence(evidence: tuple[Evidence, ...], rules: DraftingRules) -> dict[str, str]:
    """Evidence by name, the first of a name wins; odd names, unusable values and non-dates are left out."""
    found: dict[str, str] = {}
    for item in evidence:
        name = item.what.strip().casefold().replace(" ", "_")
        name = ALIASES.get(name, name)
        value = _usable(name, one_line(item.value, 400), rules.limits.value_chars)
        if value and _plain_name(name):
            found.setdefault(name, value)
    return found


def _plain_name(name: str) -> bool:
    """May evidence of this name reach a template?"""
    return re.fullmatch(r"[a-z][a-z_]{1,30}", name) is not None and not (
        name in DERIVED_NAMES or name.startswith("missing_")
    )


def template_values(evidence: dict[str, str], rules: DraftingRules, language: str, today: date) -> dict[str, str]:
    """Evidence plus the phrases made from it; what cannot be said truthfully is absent. ``today`` in our own zone."""
    values = dict(evidence)
    values.update(_price(values))
    values.update(_offer(values))
    values.update(_validity(values, today))
    values.update(_missing(values, rules, language))
    values.update(_decider(values, rules))
    return {name: value for name, value in values.items() if value and name not in _UNPRINTED}


def _usable(name: str, value: str, limit: int) -> str:
    if name in _UNPRINTED:
        return value
    day = day_of(value)
    if day or name in _DATES:
        return written(day) if day else ""
    value = value.rstrip(" .,;:")
    if len(value) > limit or _ODD.search(value) or has_link(value):
        return ""
    return value


def _price(values: dict[str, str]) -> dict[str, str]:
    """``price`` with its currency, ``incoterm`` with its place, and ``price_terms``, both in one."""
    price, currency = values.get("price", ""), values.get("currency", "")
    if price and currency and currency.casefold() not in price.casefold():
        price = f"{currency} {price}"
    if price and not re.search(r"[A-Z]{3}|[^\w\s.,/%-]", price):
        price = ""  # a bare figure without a currency says nothing
    incoterm, place = values.get("incoterm", ""), values.get("place", "")
    if incoterm and place and place.casefold() not in incoterm.casefold():
        incoterm = f"{incoterm} {place}"
    return {"price": price, "incoterm": incoterm, "price_terms": f"{price} {incoterm}".strip() if price else ""}


def _offer(values: dict[str, str]) -> dict[str, str]:
    """``offer``: our offer Q-118, or by its date; ``offer_for`` with the goods. Both absent where nothing is known."""
    number, day, product = values.get("quote_number", ""), values.get("quote_date", ""), values.get("product", "")
    if not (number or day or product):
        return {}
    offer = f"our offer {number}" if number else f"our offer of {day}" if day else "our offer"
    return {"offer": offer, "offer_for": f"{offer} for {product}" if product else offer}


def _validity(values: dict[str, str], today: date) -> dict[str, str]:
    """``valid_ahead`` while the price holds (the last day included), ``valid_past`` afterwards."""
    until = day_of(values.get("valid_until", ""))
    if until is None:
        return {}
    return {"valid_ahead" if until >= today else "valid_past": written(until)}


def _missing(values: dict[str, str], rules: DraftingRules, language: str) -> dict[str, str]:
    """``missing_text``: the most important missing fields in words; ``missing_<field>`` for each of them."""
    ids = [id for id in re.split(r"[,;\s]+", values.get("missing", "")) if id in rules.fields]
    ids = sorted(dict.fromkeys(ids), key=lambda id: (rules.fields[id].rank, id))
    words = [getattr(rules.fields[id], language, rules.fields[id].en) for id in ids[:NAMED_FIELDS]]
    text = " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
    return {"missing_text": text, **{f"missing_{id}": id for id in ids}}


def _decider(values: dict[str, str], rules: DraftingRules) -> dict[str, str]:
    """``client`` (your client) or ``inside`` (your boss): who decides, by the first word the buyer used for him."""
    heard = values.get("waiting_for", "").casefold()
    found = [
        (match.start(), entry)
        for entry in rules.deciders.values()
        for word in entry.words
        if (match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", heard))
    ]
    first = min(found, key=lambda pair: pair[0], default=None)
    return {first[1].kind: first[1].said} if first else {}


def today_of(now: datetime, zone: str) -> date:
    """The calendar day of ``now`` in an IANA zone; UTC where the zone is unknown."""
    return in_zone(now, zone).date()


def in_zone(moment: datetime, zone: str) -> datetime:
    """``moment`` in an IANA zone; UTC where the zone is unknown."""
    from datetime import UTC
    from zoneinfo import ZoneInfo

    try:
        return moment.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return moment.astimezone(UTC)
