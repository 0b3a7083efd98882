"""Whose mail did a colleague pass on, and what did the colleague say of it?

A colleague (``Own``) who forwards a mail to us, in line or as a file, puts a header block above it in the words of his mail
program (rules/quoting.yaml). The mail below is the buyer's; what stands above it is a note. A stranger's forward stays a
mail of that stranger, and so does a forward of our own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from followupd.model import Address, Message, Own
from followupd.reading.history import Cut, field_of, find_cut
from followupd.reading.marks import Marks
from followupd.reading.normal import one_line
from followupd.reading.subject import is_forward_subject

MAX_DEPTH = 3
MAX_LINES = 4_000
OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"'|]{1,64}@[\w.-]{1,190}\w")
_YMD = re.compile(r"\b(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<![\d:.])(\d{1,2})(?![\d:])")
_TIME = re.compile(r"(?<!\d)(\d{1,2})\s?[:.h]\s?(\d\d)(?:[:.]\d\d)?(?!\d)")
_AFTERNOON = re.compile(r"\bp\.?\s?m\b|下午|晚上|مساء|(?<=\d)\s?م\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = (
    ("jan", "ene", "gen", "янв", "oca", "يناير"), ("feb", "fév", "fev", "фев", "şub", "فبراير"),
    ("mar", "mär", "мар", "مارس"), ("apr", "avr", "abr", "апр", "nis", "أبريل", "ابريل"), ("may", "mai", "mag", "май", "мая", "مايو"),
    ("jun", "juin", "giu", "июн", "haz", "يونيو"), ("jul", "juil", "lug", "июл", "tem", "يوليو"),
    ("aug", "aoû", "ago", "авг", "ağu", "أغسطس", "اغسطس"), ("sep", "set", "сен", "eyl", "سبتمبر"),
    ("oct", "okt", "out", "ott", "окт", "eki", "أكتوبر", "اكتوبر"), ("nov", "ноя", "kas", "نوفمبر"),
    ("dec", "dez", "déc", "dic", "дек", "ara", "ديسمبر"),
)  # fmt: skip
"""How the names of the months begin, in the languages of mail programs."""


@dataclass(frozen=True, slots=True)
class Inner:
    """The mail that was passed on. ``sender.email`` is empty where the header block names no address; ``date`` is UTC."""

    sender: Address
    subject: str
    date: datetime | None
    text: str
    note: str


def forwarded(message: Message, own: Own, marks: Marks) -> Inner | None:
    """The mail that a colleague passed on to us; None for every other mail."""
    if not own.holds(message.sender.email):
        return None
    text, subject, notes = message.text, message.subject, []
    for _ in range(MAX_DEPTH):
        lines = text.split("\n")[:MAX_LINES]
        cut = find_cut(lines, marks)
        if not _passes_on(cut, subject):
            return None
        notes.append("\n".join(lines[: cut.start]).strip())
        fields = _fields(lines[cut.start : cut.start + cut.header], marks)
        text = "\n".join(_bare(line) for line in lines[cut.start + cut.header :]).strip()
        sender, subject = _address(fields.get("from", "")), fields.get("subject", subject)
        if not (sender.email or sender.name):
            return None
        if not own.holds(sender.email):
            date = _moment(fields.get("sent", ""), message)
            return Inner(sender, one_line(subject, 1000), date, text, "\n\n".join(filter(None, notes)))
    return None


def _passes_on(cut: Cut, subject: str) -> bool:
    """A mark of forwarding, or a header block under a subject that says so; else it is an answer with its history."""
    return bool(cut.header) and (cut.forward or (cut.block and is_forward_subject(subject)))


def _bare(line: str) -> str:
    return re.sub(r"^\s{0,3}>\s?", "", line) if line.lstrip().startswith(">") else line


def _fields(lines: list[str], marks: Marks) -> dict[str, str]:
    """The header block by field; folded lines are joined."""
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        name = field_of(line, marks)
        if name:
            last = name
            found.setdefault(name, re.split(r"[:：|]", line, maxsplit=1)[-1].strip(" *\t"))
        elif last and line.strip():
            found[last] = f"{found[last]} {line.strip(' *>')}"[:1000]
    return found


def _address(value: str) -> Address:
    """``Anna Kern <a@b>``, ``Anna Kern [mailto:a@b]``, ``a@b (Anna Kern)``, ``"Anna"<a@b>;`` or a bare name."""
    value = value.replace("mailto:", "")
    found = _EMAIL.search(value[:500])
    name = _EMAIL.sub(" ", value[:500])
    name = " ".join(re.sub(r"[<>()\[\]\"'*;|]+", " ", name).split()).strip(" ,-")
    return Address(found[0].lower() if found else "", one_line(name, 200))


def _moment(value: str, message: Message) -> datetime | None:
    """When the inner mail was sent; None when the block does not tell it for sure, or it would be later than the forward.

    Without a zone the clock is the colleague's: mail programs show dates in the time of whoever reads.
    """
    told = _rfc(value) or _written(value, message.utc_offset or 0)
    return told if told and OLDEST < told <= message.date else None


def _rfc(value: str) -> datetime | None:
    """RFC 5322 with a zone, as a mail that hangs at another one has it."""
    try:
        parts = parsedate_tz(value[:100])
        if not parts or parts[9] is None or not re.search(r"[+-]\d{4}|GMT|UTC", value):
            return None
        return datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=parts[9])
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _written(value: str, offset: int) -> datetime | None:
    """A date in figures or with a month's name, in any of our languages; None where day and month cannot be told apart."""
    value = value[:200]
    day = _figures(value) or _named(value)
    clock = _TIME.search(value)
    if day is None or clock is None:
        return None
    hour = int(clock[1]) + (12 if _AFTERNOON.search(value) and int(clock[1]) < 12 else 0)
    try:
        return datetime(*day, hour % 24, int(clock[2]), tzinfo=UTC) - timedelta(minutes=offset)
    except (ValueError, OverflowError):
        return None


def _figures(value: str) -> tuple[int, int, int] | None:
    if found := _YMD.search(value):
        return int(found[1]), int(found[2]), int(found[3])
    found = _DMY.search(value)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if "." in found[0] or first > 12 or first == second:
        return year, second, first
    return (year, first, second) if second > 12 else None


def _named(value: str) -> tuple[int, int, int] | None:
    year = _YEAR.search(value)
    month = next((m for word in _WORD.findall(value.casefold()) if (m := _month(word))), 0)
    days = [int(d) for d in _DAY.findall(_TIME.sub(" ", value)) if 1 <= int(d) <= 31]
    return (int(year[0]), month, days[0]) if year and month and days else None


def _month(word: str) -> int:
    """1 to 12; 0 for other words. Days of the week that begin like a month do not count."""
    if word.startswith(("mart", "marz", "mär", "mars", "march", "março")) or word in ("mar", "маp"):
        return 3
    if word.startswith(("mard", "marte", "mont", "mond", "juev", "octop")):
        return 0
    return next((n for n, starts in enumerate(_MONTHS, start=1) if word.startswith(starts) and len(word) <= 10), 0)
