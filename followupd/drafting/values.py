"""Which true values may a template print?

Evidence becomes template values: cleaned, bounded, dates and figures in the buyer's language. From them come a few phrases
(``offer``, ``offer_for``, ``price_terms``, ``missing_text``) so that a template need not care what is known; a language that
has cases names them behind (``offer_for_dat``). Whatever looks like a trick (a link, a brace, a shout) counts as missing: a follow-up can do without it.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from followupd.drafting.clean import has_link, one_line
from followupd.drafting.languages import Language, cased, filled
from followupd.drafting.local import day_of, local, written
from followupd.drafting.tables import ALIASES, DERIVED_NAMES, DraftingRules
from followupd.model import Evidence

_ODD = re.compile(r"[{}<>\[\]|\\!?\"*=`^~]|\.\s")
_DATES = ("quote_date", "valid_until")
SENTENCE = 240
"""An event is told in a sentence of the user's own."""
_UNPRINTED = frozenset({"waiting_for", "missing", "wanted"})
"""Searched for known words only."""
NAMED_FIELDS = 3
"""Missing fields named at most; a longer list would read like a form."""


def clean_evidence(evidence: tuple[Evidence, ...], rules: DraftingRules) -> dict[str, str]:
    """Evidence by name, the first of a name wins; odd names, unusable values and non-dates are left out."""
    found: dict[str, str] = {}
    for item in evidence:
        name = item.what.strip().casefold().replace(" ", "_")
        name = ALIASES.get(name, name)
        value = _usable(name, one_line(item.value, 400), rules.limits.value_chars)
        if value and _plain_name(name, rules):
            found.setdefault(name, value)
    return found


def _plain_name(name: str, rules: DraftingRules) -> bool:
    """May evidence of this name reach a template?"""
    made = name in DERIVED_NAMES or any(name in language.names for language in rules.languages.values())
    return re.fullmatch(r"[a-z][a-z_]{1,30}", name) is not None and not made and not name.startswith("missing_")


def template_values(
    evidence: dict[str, str], rules: DraftingRules, language: str, today: date, country: str = ""
) -> dict[str, str]:
    """Evidence plus the phrases made from it; what cannot be said truthfully is absent.

    ``today`` in our own zone; ``country`` (ISO alpha-2) is the buyer's, for the way figures are written there.
    """
    tongue, values = rules.languages[language], dict(evidence)
    values.update(_price(values))
    values.update(_validity(values, today))
    spoken = {name: local(value, tongue, country) for name, value in values.items() if name not in _UNPRINTED}
    spoken["price_terms"] = f"{spoken['price']} {values['incoterm']}".strip() if values["price"] else ""
    spoken.update(_offer(spoken, tongue))
    spoken.update(_missing(values, rules, tongue))
    spoken.update(_wanted(values, tongue))
    spoken.update(_decider(values, rules, tongue))
    spoken.update(_moved(values, tongue))
    return {name: value for name, value in spoken.items() if value}


def _usable(name: str, value: str, limit: int) -> str:
    if name in _UNPRINTED:
        return value
    day = day_of(value)
    if day or name in _DATES:
        return written(day) if day else ""
    value = value.rstrip(" .,;:")
    if len(value) > (SENTENCE if name.startswith(("event_", "wish_")) else limit) or _ODD.search(value) or has_link(value):
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
    return {"price": price, "incoterm": incoterm}


def _offer(values: dict[str, str], language: Language) -> dict[str, str]:
    """``offer``: our offer Q-118, or by its date; ``offer_for`` with the goods. Both absent where nothing is known."""
    number, day, product = values.get("quote_number", ""), values.get("quote_date", ""), values.get("product", "")
    if not (number or day or product):
        return {}
    found = {}
    for case, said in language.offers.items():
        offer = filled(said.number if number else said.date if day else said.bare, number=number, day=day)
        found[cased("offer", case)] = offer
        found[cased("offer_for", case)] = filled(said.goods, offer=offer, product=product) if product else offer
    return found


def _validity(values: dict[str, str], today: date) -> dict[str, str]:
    """``valid_ahead`` while the price holds (the last day included), ``valid_past`` afterwards."""
    until = day_of(values.get("valid_until", ""))
    if until is None:
        return {}
    return {"valid_ahead" if until >= today else "valid_past": written(until)}


def _missing(values: dict[str, str], rules: DraftingRules, language: Language) -> dict[str, str]:
    """``missing_text``: the most important missing fields in words; ``missing_<field>`` for each of them."""
    ids = [id for id in re.split(r"[,;\s]+", values.get("missing", "")) if id in rules.fields]
    ids = sorted(dict.fromkeys(ids), key=lambda id: (rules.fields[id].rank, id))
    named = {
        cased("missing_text", case): language.listed([words[id] for id in ids if id in words][:NAMED_FIELDS])
        for case, words in language.fields.items()
    }
    return {**named, **{f"missing_{id}": id for id in ids}}


def _wanted(values: dict[str, str], language: Language) -> dict[str, str]:
    """``wanted_text``: what an inquiry does not say, in words, as it stands behind "could you tell me"."""
    ids = re.split(r"[,;\s]+", values.get("wanted", ""))
    return {"wanted_text": language.listed([language.asks[id] for id in ids if id in language.asks])}


def _moved(values: dict[str, str], language: Language) -> dict[str, str]:
    """``moved_cost``: what became cheaper or dearer, in the buyer's language; "one of our costs" where that is all we know."""
    if not values.keys() & {"moved_up", "moved_down"}:
        return {}
    return {"moved_cost": language.costs.get(values.get("moved_cost", ""), language.costs.get("other", ""))}


def _decider(values: dict[str, str], rules: DraftingRules, language: Language) -> dict[str, str]:
    """``client`` (your client) or ``inside`` (your boss): who decides, by the first word the buyer used for him."""
    heard = values.get("waiting_for", "").casefold()
    found = [
        (match.start(), -len(match[0]), id, entry.kind)
        for id, entry in rules.deciders.items()
        for pattern in entry.patterns
        if (match := pattern.search(heard))
    ]
    first = min(found, default=None)
    if first is None:
        return {}
    return {cased(first[3], case): words.get(first[2], "") for case, words in language.said.items()}


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
