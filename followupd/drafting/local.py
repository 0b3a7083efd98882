"""How does a value from evidence read in the buyer's language and country?

Evidence is canonical: ``USD 2.35 per pc``, ``2026-11-30``, ``March 2027``, ``25-30 days after deposit``. What is not canonical
is the words of a person and stays as it was written.
"""

from __future__ import annotations

import re
from datetime import date

from followupd.drafting.languages import Language, filled

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_PLAIN = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")
_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = re.compile(r"([A-Z][a-z]{2,8}) (\d{4})")
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PRICE = re.compile(rf"([A-Z]{{3}}|[$€£¥₹₽₺₩]) ?({_FIGURE})(?: ?(?:per|/) ?(\w+))?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_AMOUNT = re.compile(rf"({_FIGURE}) ?([A-Za-z]+)")
_LEAD = re.compile(r"(\d{1,3})(?:-(\d{1,3}))? days(?: after (.+))?")


def written(day: date) -> str:
    """A day in evidence and in English, the same for all readers: ``30 Nov 2026`` (DOMAIN 3.4)."""
    return f"{day.day} {_SHORT[day.month - 1]} {day.year}"


def day_of(text: str) -> date | None:
    """The day in ``2026-11-30`` or ``30 Nov 2026``."""
    try:
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if (match := _PLAIN.fullmatch(text)) and match[2] in _SHORT:
            return date(int(match[3]), _SHORT.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None
    return None


def local(value: str, language: Language, country: str = "") -> str:
    """A value of evidence as a reader in that language and country expects it; English figures as they stand."""
    if day := day_of(value):
        return language.day(day)
    if language.numbers.as_written:
        return value
    if (month := _MONTH.fullmatch(value)) and month[1][:3] in _SHORT:
        return language.month(_SHORT.index(month[1][:3]) + 1, int(month[2]))
    if lead := _LEAD.fullmatch(value):
        return _lead_time(lead[1], lead[2] or "", lead[3] or "", language)
    return _priced(value, language, country) or _counted(value, language, country) or _isolated(value, language)


def _isolated(value: str, language: Language) -> str:
    """A number such as 2026-0815, which runs backwards among Arabic words, kept together by isolates (UAX 9, 2.4.2)."""
    turned = language.text.right_to_left and re.match(r"\d+[^\w\s]+\w", value)
    return f"\u2066{value}\u2069" if turned else value


def _counted(value: str, language: Language, country: str) -> str:
    """``5,000 pcs`` with the language's own unit; empty where that is not known."""
    amount = _AMOUNT.fullmatch(value)
    unit = language.numbers.units.get(amount[2].casefold()) if amount else None
    if amount is None or unit is None:
        return ""
    unsure = re.fullmatch(r"\d{1,3}\.\d{3}", amount[1])  # five thousand or five? as its writer has it
    number = amount[1] if unsure else figure(amount[1], language, country)
    return filled(language.numbers.amount, number=number, unit=unit)


def figure(text: str, language: Language, country: str = "") -> str:
    """A figure with a decimal point (``1,250.00``) by the custom of the language, or of the country within it."""
    whole, point, rest = text.replace(",", "").partition(".")
    marks = (language.numbers.group, language.numbers.decimal)
    group, decimal = reversed(marks) if country.upper() in language.numbers.swapped else marks
    grouped = f"{int(whole):,}".replace(",", group) if len(whole) > 4 or "," in text else whole
    return f"{grouped}{decimal}{rest}" if point else grouped


def _priced(value: str, language: Language, country: str) -> str:
    """``USD 2.35 per pc`` or ``4.5%``; empty where the value is neither."""
    found, numbers = _PRICE.fullmatch(value), language.numbers
    if share := _SHARE.fullmatch(value):
        return filled(numbers.percent, amount=figure(share[1], language, country))
    if found is None:
        return ""
    price = filled(numbers.price, currency=found[1], amount=figure(found[2], language, country))
    unit = (found[3] or "").casefold()
    return filled(numbers.per, price=price, unit=numbers.units.get(unit, found[3])) if unit else price


def _lead_time(low: str, high: str, event: str, language: Language) -> str:
    """``25-30 days after deposit``; an event that the language has no word for stays away rather than mixed in."""
    days = filled(language.numbers.span, low=low, high=high) if high else low
    span = filled(language.numbers.days, days=days)
    known = language.numbers.events.get(event.casefold(), "")
    return filled(language.numbers.after, days=span, event=known) if known else span
