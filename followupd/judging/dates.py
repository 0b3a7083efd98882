"""Which days does a text name?

A small reader of its own, because what is needed is narrow and the traps are known (DOMAIN 3.4): day and month in
figures are two readings while both are at most 12; a date without a year lies ahead of the mail, unless it lies a few
weeks back and the next one most of a year away; "end of November", "next week", "in Q1" and "after Chinese New Year"
are days, too. All arithmetic is on calendar days of the writer; the caller says which day the mail was written.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import regex

from followupd.judging.calendar_tables import CalendarWords
from followupd.reading.normal import fold

CAP = 4000
MOST = {"day": 400, "week": 60, "month": 24}
"""Further off nobody plans; such a figure is something else."""
"""Characters read at most."""
NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "a couple of": 2, "couple of": 2, "three": 3, "a few": 3, "few": 3,
    "several": 4, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12,
}  # fmt: skip
NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + ")"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day named in a text. ``day`` is the later reading where ``ambiguous``; ``start`` and ``end`` are offsets."""

    day: date
    start: int
    end: int
    text: str
    ambiguous: bool = False
    other: date | None = None
    """The earlier reading of an ambiguous date."""
    vague: bool = False
    """A stretch of time rather than a day ("next month", "Q1"): ``day`` is its beginning."""
    feast: bool = False
    """A feast: ``day`` is when business is usual again after it, which is no day to deliver by."""


Reader = Callable[[Any, date, CalendarWords], "tuple[date, ...] | None"]


DAY_FIRST = frozenset({"de", "fr", "es", "pt", "it", "ru", "tr", "ar"})
"""Languages in which 10/01 is the tenth of January wherever they are spoken (DOMAIN 3.4)."""


_THIS_OR_NEXT = regex.compile(r"(?P<when>[本下])月(?=\s?\d)")
"""Such as 下月5号: the month has no figure of its own."""


def find_dates(text: str, base: date, words: CalendarWords, language: str = "") -> tuple[FoundDate, ...]:
    """All days named in ``text``, in order of appearance, relative to ``base``, the day the text was written.

    ``language``: where it is known and writes the day first, figures have one reading only.
    """
    text = text[:CAP].translate({0x2019: "'", 0x130: "i", 0x131: "i"}).replace("元月", "1月")
    text = _THIS_OR_NEXT.sub(lambda m: f"{base.month if m['when'] == '本' else base.month % 12 + 1}月", text)
    found: list[FoundDate] = []
    for pattern, usual, vague in _readers(words):
        read = _day_first if usual is _slashed and language in DAY_FIRST else usual
        for match in pattern.finditer(text):
            if any(f.start < match.end() and match.start() < f.end for f in found):
                continue
            days = read(match, base, words)
            if days:
                found.append(_found(match, days, vague, read is _feast))
    return tuple(sorted(found, key=lambda f: f.start))


def last_day(text: str, base: date, words: CalendarWords) -> FoundDate | None:
    """The latest day named in ``text``."""
    return max(find_dates(text, base, words), key=lambda f: f.day, default=None)


def first_date(text: str, base: date, words: CalendarWords) -> FoundDate | None:
    """The day named first in ``text``."""
    return next(iter(find_dates(text, base, words)), None)


def number_of(word: str) -> int | None:
    """``"20"``, ``"two"`` or ``"a couple of"`` as a number."""
    word = " ".join(fold(word).split())
    return int(word) if word.isdecimal() else NUMBER_WORDS.get(word)


def add_working_days(start: date, days: int) -> date:
    """``days`` days later, Saturdays and Sundays not counted."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def _found(match: Any, days: tuple[date, ...], vague: bool, feast: bool) -> FoundDate:
    day, other = max(days), min(days)
    two = other != day
    return FoundDate(day, match.start(), match.end(), match.group(0).strip(), two, other if two else None, vague, feast)


# ---- readings ------------------------------------------------------------------------------------


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    return year + 2000 if year < 100 else year


def _forward(month: int, day: int, base: date) -> date | None:
    """The next such day from ``base`` on; the last one where that was weeks ago and the next is most of a year away."""
    options = [d for y in range(base.year - 1, base.year + 5) if (d := _make(y, month, day))]
    ahead = next((d for d in options if d >= base), None)
    behind = max((d for d in options if d < base), default=None)
    if ahead and behind and (ahead - base).days > 270 and (base - behind).days <= 31:
        return behind
    return ahead


def _dated(month: int, day: int, year: str | None, base: date) -> date | None:
    return _make(_year(year), month, day) if year else _forward(month, day, base)


def _iso(match: Any, _base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    return _some(_make(int(match["y"]), int(match["m"]), int(match["d"])))


def _named(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    month = words.months[fold(match["mon"]).rstrip(".")]
    return _some(_dated(month, int(match["d"]), match["y"], base))


def _dotted(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    return _some(_dated(int(match["m"]), int(match["d"]), match["y"], base))


def _slashed(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    """Day and month in figures: both readings where both are possible (DOMAIN 3.4)."""
    one, two = int(match["d"]), int(match["m"])
    options = {_dated(two, one, match["y"], base), _dated(one, two, match["y"], base)} - {None}
    return tuple(sorted(d for d in options if d)) or None


def _day_first(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """As :func:`_slashed`, the day first; month first only where that alone is a day."""
    found = _dated(int(match["m"]), int(match["d"]), match["y"], base)
    return (found,) if found else _slashed(match, base, words)


def _chinese(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    return _some(_dated(_chinese_month(match["m"]), int(match["d"]), match["y"], base))


_MONTHS_IN_CHINESE = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()


def _chinese_month(said: str) -> int:
    return int(said) if said.isdecimal() else _MONTHS_IN_CHINESE.index(said) + 1


_END = ("end", "late", "ende", "fin", "fim", "кон", "نهاي", "أواخ", "son", "底", "末", "下")
_MIDDLE = ("mid", "mit", "mi", "med", "mea", "met", "сер", "منتص", "orta", "中")


def _month_of_next_year(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    """Such as "明年3月10日"."""
    return _some(_make(base.year + (match["when"] == "明"), int(match["m"]), int(match["d"])))


def _chinese_part(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    """Such as "11月底", "2027年3月中旬", "本月底"."""
    month = _chinese_month(match["m"]) if match["m"] else base.month
    start = _dated(month, 1, match["y"], base.replace(day=1))
    if not start:
        return None
    part = match["part"]
    day = 15 if part.startswith(_MIDDLE) else calendar.monthrange(start.year, start.month)[1] if part.startswith(_END) else 1
    return (start.replace(day=day),)


def _part_of_month(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """Such as "end of November", "mid March 2027", "beginning of the month"."""
    if match["mon"]:
        month, year = words.months[fold(match["mon"])], match["y"]
    else:
        first = _next_month(base) if match["next"] else base
        month, year = first.month, str(first.year)
    part = fold(match["part"])
    day = 15 if part.startswith(_MIDDLE) else 31 if part.startswith(_END) else 1
    if day == 31:
        start = _dated(month, 1, year, base.replace(day=1))
        return _some(start and start.replace(day=calendar.monthrange(start.year, start.month)[1]))
    found = _dated(month, day, year, base.replace(day=1))
    return _some(found)


_NTH = {
    "first": 1, "erste": 1, "prem": 1, "prim": 1, "перв": 1, "second": 2, "zweite": 2, "deux": 2, "segund": 2, "втор": 2,
    "third": 3, "dritte": 3, "trois": 3, "terc": 3, "terz": 3,
}  # fmt: skip


def _nth_week(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """Such as "the first week of April", "segunda quincena de enero": its last day, or the first of the month "before the first week"."""
    start = _dated(words.months[fold(match["mon"])], 1, match["y"], base.replace(day=1))
    if start is None:
        return None
    nth = next((n for word, n in _NTH.items() if fold(match["nth"]).startswith(word)), 0)
    last = calendar.monthrange(start.year, start.month)[1]
    days = 7 if fold(match["stretch"]).startswith(("week", "woche", "sem", "sett", "недел")) else 15
    if match["before"]:
        return (start.replace(day=max(1, (nth or 4) * days - days + 1)),)
    return (start.replace(day=last if not nth or nth * days >= 28 else nth * days),)


def _end_of(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    """Such as "end of the week", "end of this year", "year-end", "end of next quarter"."""
    unit, later = fold(match["unit"]), bool(match["next"])
    if unit == "week":
        return (base + timedelta(days=(4 - base.weekday()) % 7 + 7 * later),)
    if unit == "year":
        return (date(base.year + later, 12, 31),)
    quarter = (base.month - 1) // 3 + 1 + later
    year, quarter = base.year + (quarter > 4), (quarter - 1) % 4 + 1
    return (date(year, quarter * 3, calendar.monthrange(year, quarter * 3)[1]),)


def _quarter(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    names = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
    number = int(match["q"]) if match["q"] else names[fold(match["qw"])]
    return _some(_dated(number * 3 - 2, 1, match["y"], base.replace(day=1)))


def _next_unit(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    unit = fold(match["unit"])
    if unit.startswith("week"):
        return (base + timedelta(days=7 - base.weekday()),)
    if unit == "month":
        return (_next_month(base),)
    if unit == "year":
        return (date(base.year + 1, 1, 1),)
    month = (base.month - 1) // 3 * 3 + 4
    return (date(base.year + (month > 12), (month - 1) % 12 + 1, 1),)


def _distance(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    count = number_of(match["n"])
    if count is None:
        return None
    unit = fold(match["unit"])
    if unit.startswith("month"):
        month = base.month - 1 + count
        year = base.year + month // 12
        return (date(year, month % 12 + 1, min(base.day, calendar.monthrange(year, month % 12 + 1)[1])),)
    if match["work"]:
        return (add_working_days(base, count),)
    return (base + timedelta(days=count * (7 if unit.startswith("week") else 1)),)


def _weekday(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """The next such day after ``base``; ``next Monday`` is the Monday of next week."""
    target = words.weekdays[fold(match["wd"])]
    ahead = (target - base.weekday() - 1) % 7 + 1
    if match["next"] and ahead < 7 - base.weekday():
        ahead += 7
    return (base + timedelta(days=ahead),)


def _tomorrow(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    return (base + timedelta(days=2 if match["after"] else 1),)


def _month_only(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    month = words.months[fold(match["mon"])]
    year = match["y"]
    found = _dated(month, 1, year, base.replace(day=1)) if year else _forward(month, 1, base.replace(day=1))
    if found and not year and found < base and month == base.month:
        return (base,)
    return _some(found)


def _feast(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    for day in words.feasts[" ".join(fold(match["feast"]).split())]:
        found = day if isinstance(day, date) else _forward(*day, base)
        if found and found >= base:
            return (found,)
    return None


def _half(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    return _some(_dated(7, 1, match["y"], base))


def _year_only(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    year = int(match["y"])
    return (date(year, 1, 1),) if base.year < year <= base.year + 3 else None


def _span(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """A stretch of time by its name in any language: its first day, or its last where the end is named."""
    monday = base + timedelta(days=7 - base.weekday())
    quarter = (base.month - 1) // 3 * 3 + 4
    days = {
        "tomorrow": base + timedelta(days=1),
        "next_week": monday,
        "next_month": _next_month(base),
        "next_quarter": date(base.year + (quarter > 12), (quarter - 1) % 12 + 1, 1),
        "next_year": date(base.year + 1, 1, 1),
        "end_of_next_week": monday + timedelta(days=4),
        "end_of_week": base + timedelta(days=(4 - base.weekday()) % 7),
        "end_of_month": base.replace(day=calendar.monthrange(base.year, base.month)[1]),
        "end_of_year": date(base.year, 12, 31),
        "second_half": date(base.year + (base.month >= 7), 7, 1),
    }
    return (days[words.spans[" ".join(fold(match["span"]).split())]],)


def _far(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """So many days, weeks or months from now, in any language."""
    said = " ".join(fold(match["n"]).split())
    count = int(said) if said.isdecimal() else words.numbers.get(said)
    unit = words.units[fold(match["unit"])]
    if count is None or count > MOST[unit]:
        return None
    if unit == "month":
        month = base.month - 1 + count
        year = base.year + month // 12
        return (date(year, month % 12 + 1, min(base.day, calendar.monthrange(year, month % 12 + 1)[1])),)
    return (base + timedelta(days=count * (7 if unit == "week" else 1)),)


def _part(match: Any, base: date, words: CalendarWords) -> tuple[date, ...] | None:
    """The beginning, middle or end of a month, in any language."""
    month = words.months[fold(match["mon"])]
    start = _dated(month, 1, match["y"], base.replace(day=1))
    if start is None:
        return None
    last = calendar.monthrange(start.year, start.month)[1]
    return (start.replace(day={"early": 1, "mid": 15, "late": last}[words.parts[fold(match["part"])]]),)


def _week_number(match: Any, base: date, _words: CalendarWords) -> tuple[date, ...] | None:
    """KW 3, week 3: the Monday of that week (ISO 8601), the next one to come."""
    for year in (base.year, base.year + 1):
        try:
            monday = date.fromisocalendar(year, int(match["w"]), 1)
        except ValueError:
            continue
        if monday + timedelta(days=6) >= base:
            return (monday,)
    return None


def _next_month(base: date) -> date:
    return date(base.year + base.month // 12, base.month % 12 + 1, 1)


def _some(day: date | None) -> tuple[date, ...] | None:
    return (day,) if day and 2000 <= day.year <= 2099 else None


# ---- the patterns, most telling first ------------------------------------------------------------

_Y = r"(?P<y>20\d\d|\d\d)"


@lru_cache(maxsize=8)
def _readers_of(key: tuple[str, ...]) -> tuple[tuple[Any, Reader, bool], ...]:
    months, weekdays, feasts, spans, units, numbers, before, later, month_in, month_suffix, parts = key
    mon = rf"(?P<mon>{months})"
    count = rf"(?P<n>\d{{1,3}}|{numbers})"
    year = rf"(?:(?:[\s,.'’\-/]{{1,3}}|\s+de\s+){_Y}(?![\d:]))?"
    rows: tuple[tuple[str, Reader, bool], ...] = (
        (r"(?P<when>[明今])年\s?(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})[日号]", _month_of_next_year, False),
        (r"(?<!\d)(?P<y>20\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})(?!\d)日?", _iso, False),
        (r"(?<![\d一二三四五六七八九十])(?:(?P<y>20\d\d)\s?年\s?)?(?P<m>\d{1,2}|十[一二]?|[一二三四五六七八九])\s?月\s?(?P<d>\d{1,2})\s?[日号]", _chinese, False),
        (rf"\b(?P<part>{parts})[\s\-]{{0,2}}{mon}(?!\w)(?:[\s,]{{1,2}}(?P<y>20\d\d))?", _part, False),
        (rf"(?P<before>\b(?:before|vor|avant|antes\s+de|prima\s+del\w*)\s+)?(?:the\s+|der\s+|la\s+|il\s+|a\s+)?\b"
         rf"(?P<nth>first|second|third|last|erste\w*|zweite\w*|dritte\w*|letzte\w*|"
         rf"première|deuxième|troisième|dernière|primera|segunda|tercera|última|primeira|terceira|prima|seconda|terza|ultima|перв\w+|втор\w+|последн\w+)\s+"
         rf"(?P<stretch>week|half|fortnight|Woche|Hälfte|Monatshälfte|semaine|quinzaine|moitié|semana|quincena|mitad|quinzena|metade|settimana|quindicina|metà|недел\w+|половин\w+)\s+"
         rf"(?:of\s+|in\s+|im\s+|des\s+|de\s+|d['’]|di\s+|do\s+)?{mon}(?!\w)(?:[\s,]{{1,2}}(?P<y>20\d\d))?", _nth_week, False),
        (r"\b(?:kw|week|woche|semaine|semana|settimana|неделя)\s?(?:no\.?\s?|nr\.?\s?)?(?P<w>\d{1,2})\b(?!\s*(?:days?|tage))", _week_number, True),
        (r"(?<!\d)(?:(?:(?P<y>20\d\d)\s?年\s?)?(?P<m>\d{1,2}|十[一二]?|[一二三四五六七八九])\s?月|本月)(?P<part>底|末|中旬|中|初|上旬|下旬)", _chinese_part, False),
        (rf"\b{mon}(?:['’]\w{{1,3}})?\s+(?:ayinin\s+)?(?P<part>sonu|orta(?:si)?|başi)(?:na|nda|ndan|ni|nin)?\b(?P<y>)(?P<next>)", _part_of_month, False),
        (rf"(?<![\d.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?[\s\-/]{{0,2}}(?:of\s+|de\s+|"
         rf"day\s+of\s+)?{mon}\b\.?{year}", _named, False),
        (rf"\b{mon}\b\.?[\s\-]{{0,2}}(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|\s?(?:days|pcs|%)|[.,]\d)"
         rf"(?:(?:\s*,\s*|\s+|['’\-/]){_Y}(?![\d:]))?", _named, False),
        (rf"(?<![\d.])(?P<d>\d{{1,2}})\.\s?(?P<m>0?[1-9]|1[0-2])\.\s?(?:{_Y}(?!\d))?(?!\d)", _dotted, False),
        (r"(?<![\d.])(?P<d>\d{1,2})\.(?P<m>0[1-9]|1[0-2])\.(?P<y>20\d\d)(?!\d)", _dotted, False),
        (rf"(?<![\d/\-.])(?P<d>\d{{1,2}})[/\-](?P<m>\d{{1,2}})[/\-]{_Y}(?![\d/])", _slashed, False),
        (r"(?:\b(?:on|until|till|til|to|by|from|before|after|through|is|am|au|le|el|al|em|até|bis|до|"
         r"с)\b\s*:?\s*(?:the\s+)?)"
         r"(?P<d>\d{1,2})/(?P<m>\d{1,2})(?P<y>)(?![\d/%])", _slashed, False),
        (rf"\b(?P<part>end|late|mid|middle|beginning|begin|start|early|ende|anfang|mitte|fin|début|mi|finales|fines|"
         rf"final|fim|fine|metà|mediados|meados|inizio|principios|início|конц[аеу]|конец|середин[аеы]|начал[аеу]|نهاية|أواخر|منتصف|بداية)[\s\-]{{1,2}}"
         rf"(?:of\s+|de\s+)?(?:{mon}\b(?:[\s,]{{1,2}}(?P<y>20\d\d))?|(?:the|this|"
         rf"(?P<next>next))\s+month)", _part_of_month, False),
        (r"\b(?:(?:the\s+)?end\s+of\s+(?:the|this|(?P<next>next)|der|des)?\s*(?P<unit>week|year|quarter)|"
         r"(?P<next>)(?P<unit>year|quarter)[\s\-]end)\b", _end_of, False),
        (r"\b(?:the\s+)?(?:q(?P<q>[1-4])|(?P<qw>first|second|third|fourth|last)\s+quarter)(?:\s*(?:of|,|/|'|"
         r"-)?\s*(?P<y>20\d\d))?\b",
         _quarter, True),
        (r"\b(?:second\s+half|h2)(?:\s+(?:of\s+)?(?:the\s+year|(?P<y>20\d\d)))?\b", _half, True),
        (r"\b(?:next|following|coming|the\s+new)\s+(?P<unit>week|month|quarter|year)\b", _next_unit, True),
        (rf"\b(?:in|after|within|for|another|next)\s+(?:about\s+|around\s+|approx\.?\s+|another\s+|"
         rf"the\s+next\s+|at\s+least\s+)?"
         rf"(?P<n>{NUMBER})(?:\s*(?:-|–|to|or)\s*{NUMBER})?\s+(?:more\s+)?(?P<work>working\s+|"
         rf"business\s+)?(?P<unit>days?|weeks?|months?)\b"
         r"(?:['’]?\s*time)?(?!\s+ago)", _distance, False),
        (rf"\b(?P<n>{NUMBER})\s+(?P<work>working\s+|business\s+)?(?P<unit>days?|weeks?|months?)(?:\s+(?:later|"
         rf"from\s+now)|['’]\s*time)",
         _distance, False),
        (rf"\b(?:(?P<next>next|coming|following)\s+)?(?P<wd>{weekdays})\b\.?(?!\s*(?:to|through|-|"
         rf"–)\s*(?:{weekdays})\b)", _weekday, False),
        (r"\b(?P<after>the\s+day\s+after\s+)?tomorrow\b", _tomorrow, False),
        (rf"(?:(?<=下)|(?<=本)|(?<=这)|(?<!\w)|(?<=至)|(?<=到)|(?<=前))(?P<next>下)?(?P<wd>{weekdays})(?!\w)|(?P<next>下)(?P<wd>{weekdays})", _weekday, False),
        (rf"(?P<span>{spans})(?!\p{{Latin}})", _span, True),
        (rf"(?<!\w)(?:{before})\s+(?:about\s+)?{count}\s*(?P<unit>{units})(?!\p{{Latin}})", _far, False),
        (rf"(?<![\w.,]){count}\s*(?P<unit>{units})\s*(?:{later})", _far, False),
        (rf"(?<!\w)(?P<feast>{feasts})(?!\p{{Latin}})", _feast, False),
        (rf"(?<!\w)(?:{month_in})\s+{mon}(?!\w)\.?(?:[\s,]{{1,2}}(?P<y>20\d\d))?(?!\s*\d)", _month_only, True),
        (rf"(?<![\w\d])(?P<y>){mon}(?:{month_suffix}|(?<=月))(?![\d日号]|\p{{Latin}})", _month_only, True),
        (rf"\b(?:in|until|till|til|by|before|after|from|since|of|for|during|im|en|em|in\s+late|around|next|bis|"
         rf"до|w)\s+{mon}\b\.?"
         r"(?:[\s,]{1,2}(?P<y>20\d\d))?(?!\s*\d)", _month_only, True),
        (r"\b(?:in|until|till|before|for|from|during)\s+(?P<y>20\d\d)\b(?![\-/.]\d)", _year_only, True),
    )  # fmt: skip
    return tuple((regex.compile(p, regex.IGNORECASE), read, vague) for p, read, vague in rows)


_KINDS = ("months", "weekdays", "feasts", "spans", "units", "numbers", "before", "later", "month_in", "month_suffix", "parts")


def _readers(words: CalendarWords) -> Iterator[tuple[Any, Reader, bool]]:
    yield from _readers_of(words.key(_KINDS))
