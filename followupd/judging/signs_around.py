"""What do the headers of a mail, and what is known around it, say of its writer?

One small function per sign (DOMAIN 1.2 and 1.3): the words that counted, or "" when the sign is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import regex

from followupd.freemail import FREE_MAIL
from followupd.judging.lookalike import lookalike_of
from followupd.judging.seen import Seen
from followupd.judging.signs_of_danger import GREAT_NAMES
from followupd.model import Own

_ROLE = re.compile(
    r"^(?:info|sales|office|contact|admin|export|import|purchas\w*|procurement|buyer|order|orders|inquiry|enquiry|mail)@"
)
WORKDAY = range(7, 20)
SLACK = timedelta(hours=2)
"""Summer time and neighbours: offsets nearer than this do not contradict."""
MIXED_ENOUGH = 3


def role_mailbox(seen: Seen) -> str:
    """An address of an office, not of a person: no sign for or against, worth knowing."""
    match = _ROLE.match(seen.message.sender.email)
    return match[0] if match else ""


_SENT_FROM = re.compile(r"(?:sent|gesendet|envoyé|enviado|inviato|отправлено|发自)[^\n]{0,60}")
"""The telephone's own line names its maker."""


def free_mail_great_name(seen: Seen) -> str:
    """Writes from a free-mail address and says to be of a great company."""
    if seen.message.sender.domain not in FREE_MAIL:
        return ""
    signed = _SENT_FROM.sub("", seen.message.signature[:1_000].lower()).replace(seen.message.sender.name.lower() or "\n", "")
    found = (n for n in sorted(GREAT_NAMES) if n in signed and re.search(rf"\b{re.escape(n)}\b", signed))
    return next((f"{n} from {seen.message.sender.domain}" for n in found), "")


def working_hours(seen: Seen) -> str:
    """Sent on a working day between seven and eight by the writer's own clock (the Date header's)."""
    if seen.message.utc_offset is None:
        return ""
    there = seen.message.date + timedelta(minutes=seen.message.utc_offset)
    return there.strftime("%a %H:%M") if there.weekday() < 5 and there.hour in WORKDAY else ""


def known_writer(seen: Seen) -> str:
    """Somebody whom we wrote to before."""
    email = seen.message.sender.email
    return email if email in seen.known else ""


def same_letter(seen: Seen) -> str:
    """Nearly the same text came from somebody else before."""
    return ", ".join(sorted(seen.same_letter)[:3])


# ---- who really sent it ---------------------------------------------------------------------------


def _results(seen: Seen) -> str:
    """What the receiving server found out (RFC 8601): its own header only, the topmost where its name is not configured.

    A sender can put such a header into his mail, but not above that of the server that received it.
    """
    found = [v for n, v in seen.message.headers if n == "authentication-results"]
    if seen.own.authservs:
        return next(
            (
                v
                for v in found
                if v.split(";")[0].split()[:1] and v.split(";")[0].split()[0].lower() in seen.own.authservs
            ),
            "",
        )
    return found[0] if found else ""


def dmarc(seen: Seen) -> str:
    """The receiving server says that the domain in From did not send this (RFC 7489)."""
    match = re.search(r"(?i)\bdmarc\s*=\s*fail\b[^;]{0,80}", _results(seen))
    return match[0] if match else ""


def unauthenticated(seen: Seen) -> str:
    """The receiving server found neither SPF nor DKIM right; lists and forwarders break them, so weak by itself."""
    results = _results(seen)
    if seen.message.header("list-id") or re.search(r"(?i)\b(?:dmarc|dkim)\s*=\s*pass\b", results):
        return ""
    found = re.findall(r"(?i)\b(?:spf|dkim)\s*=\s*(?:fail|softfail|permerror)\b", results)
    return ", ".join(found) if found and not re.search(r"(?i)\bspf\s*=\s*pass\b", results) else ""


@lru_cache(maxsize=4)
def _domains(known: frozenset[str], own: Own) -> frozenset[str]:
    """Domains of people whom we wrote to, and our own; made once for all mails that know the same people."""
    return frozenset(e.rpartition("@")[2] for e in known | own.addresses) | own.domains


def lookalike(seen: Seen) -> str:
    """A domain made to look like that of somebody we know, or like ours."""
    return _imitates(seen, "letters")


def other_ending(seen: Seen) -> str:
    """The name of somebody we know under another ending (.co for .com)."""
    return _imitates(seen, "ending")


def _imitates(seen: Seen, how: str) -> str:
    domain = seen.message.sender.domain
    if (
        not domain
        or domain in FREE_MAIL
        or seen.message.sender.email in seen.known
        or seen.own.holds(seen.message.sender.email)
    ):
        return ""
    known = _domains(seen.known, seen.own)
    other, found = lookalike_of(domain, known) if domain not in known else ("", "")
    return f"{domain} looks like {other}" if found == how else ""


# ---- what does not fit together -------------------------------------------------------------------


def places_differ(seen: Seen) -> str:
    """The country in the text, the phone's code, the address's ending and the clock name different places, twice at least."""
    said = _country_said(seen)
    if not said or seen.own.holds(seen.message.sender.email):
        return ""
    others = [f"{what} {where}" for what, where in _countries(seen, said) if where != said]
    return f"{said} in the text, but {', '.join(others)}" if len(others) >= 2 else ""


def _country_said(seen: Seen) -> str:
    lines = (seen.message.signature or "\n".join(seen.words.splitlines()[-8:]))[:1_500].splitlines()
    return next((c for line in reversed(lines) if line.strip() and (c := seen.rules.places.country_in(line))), "")


def _countries(seen: Seen, said: str) -> Iterator[tuple[str, str]]:
    phone = regex.search(r"(?:\+|\b00)[1-9][\d ()./-]{6,18}\d", f"{seen.message.signature}\n{seen.words[-800:]}")
    if phone and (code := _country_of_phone(phone[0])):
        yield "phone", code
    if tld := seen.rules.places.country_of_domain(seen.message.sender.domain):
        yield "address", tld
    if seen.message.utc_offset is not None and (zone := seen.rules.places.timezone(said)):
        away = timedelta(minutes=seen.message.utc_offset) - _offset(zone, seen.message.date)
        if abs(away) > SLACK and said not in WIDE:
            yield "clock", f"UTC{seen.message.utc_offset / 60:+g}"


WIDE = frozenset({"US", "CA", "RU", "AU", "BR", "MX", "ID", "KZ"})
"""Countries of many time zones: the clock says nothing of them."""


def _country_of_phone(written: str) -> str:
    import phonenumbers  # heavy; only where a number is written

    try:
        number = phonenumbers.parse(regex.sub(r"^00", "+", written.strip()), None)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.region_code_for_number(number) or "")


def _offset(zone: str, at: datetime) -> timedelta:
    try:
        return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    except (ZoneInfoNotFoundError, ValueError):
        return timedelta()


_WORD = regex.compile(r"\p{L}{3,}")
_LATIN, _TWIN = regex.compile(r"\p{Latin}"), regex.compile(r"[\p{Cyrillic}\p{Greek}]")


def mixed_letters(seen: Seen) -> str:
    """Words of Latin letters with Cyrillic or Greek twins among them, as nobody types them: made to pass filters."""
    text = f"{seen.message.subject}\n{seen.words[:4_000]}"
    if text.isascii():
        return ""
    mixed = [w for w in _WORD.findall(text) if _LATIN.search(w) and _TWIN.search(w)]
    return ", ".join(dict.fromkeys(mixed)) if len(mixed) >= MIXED_ENOUGH else ""


_GREETED = regex.compile(
    r"(?m)^\W*(?:(?:dear|hi|hello|hola|hey|attn|attention|estimad[oa]s?|caro|cara|prezado|bonjour|hallo|lieber?|guten\s+tag|sehr\s+geehrte\w*|你好|您好|尊敬的|亲爱的)"
    r"[\s,:：]*)[\w.%+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}\W{0,3}(?:user|用户|先生)?\W*$|"
    r"\b(?:dear|hello|hi)[ :,]+(?:webmail|e-?mail|mailbox|account|valued)\s+(?:user|owner|holder|customer)\b",
    regex.IGNORECASE,
)


def greets_address(seen: Seen) -> str:
    """Greets a mail address where a name belongs: a program wrote it, to whoever is on a list."""
    match = _GREETED.search(seen.words[:1_200])
    return " ".join(match[0].split())[:120] if match else ""
