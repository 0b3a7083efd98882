"""Who is the counterpart?

Name as they sign, title only if they say so, country from signature, phone code or ccTLD in that order, never from
``.com`` (DOMAIN 2.6, 2.7). Only the buyer's own mails are read, latest first; what is unknown stays empty.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from followupd.freemail import FREE_MAIL
from followupd.judging.places import Places
from followupd.model import Address, Buyer, Direction, Message, Own, Reach, Thread
from followupd.reading.text import SIGN_OFF

MAX_CC = 20
_HANDLES = {
    "whatsapp": regex.compile(r"(?i)\bwhats\s?app\b[^\d+\n]{0,12}(?P<v>\+?\d[\d ().-]{6,18}\d)"),
    "wechat": regex.compile(r"(?i)(?:\b(?:we\s?chat|weixin)\b|微信号?)(?:\s?id)?\s?[:：/-]?\s{0,3}(?P<v>\+?[\w-]{5,20})"),
    "telegram": regex.compile(r"(?i)(?:\btelegram\b\s?[:：/-]?\s{0,3}|\bt\.me/)(?P<v>@?[a-z]\w{4,31}|\+\d{8,15})"),
    "website": regex.compile(
        r"(?i)(?:\b(?:web(?:site)?|url)\s?[:：]\s{0,3}|https?://|(?=\bwww\.))(?:https?://)?"
        r"(?P<v>(?:[a-z\d-]{1,63}\.){1,4}[a-z]{2,12}(?:/[\w./-]{0,60})?)(?![\w@])"
    ),
}  # fmt: skip
MAX_CARD = 8
MAX_CARD_LINE = 70
_SENTENCE = regex.compile(r"[?!？！。]|[\p{Ll}\p{Lo}]{4,}[.,;:]$")
_DIALLED = regex.compile(r"\+\s?\d[\d\s().-]{6,}")
_CASELESS = regex.compile(r"^(?:\p{Han}{2,4}|\p{Arabic}+(?:\s\p{Arabic}+){0,3})$")
"""Names in scripts without capitals; only the one beside the address tells that such words are a name."""
_TITLE = regex.compile(
    r"(?<!\w)(?P<t>Mr|Mrs|Ms|Miss|Dr|Prof|Eng|Engr|Ing|Dipl\.-Ing|Herr|Frau|Sr|Sra|M|"
    r"Mme|Dott(?:\.?ssa)?)\.?(?=\s|\)|$)"
)
_TITLES = {
    "mr": "Mr.", "mrs": "Mrs.", "ms": "Ms.", "miss": "Ms.", "dr": "Dr.", "prof": "Prof.", "eng": "Eng.", "engr": "Eng.",
    "herr": "Mr.", "frau": "Ms.", "dott": "Dott.", "dott.ssa": "Dott.ssa", "dottssa": "Dott.ssa",
    "mme": "Mme",
}  # fmt: skip
_IN_FRONT = {"sr": "Sr.", "sra": "Sra."}
"""Titles only at the beginning: behind a name or before a post "Sr" is Senior."""
_COMPANY = regex.compile(
    r"(?<!\w)(?:ltd|limited|llc|l\.l\.c|inc|corp(?:oration)?|gmbh|ag|kg|co\.?\s?kg|s\.?r\.?l|s\.?p\.?a|s\.?a|"
    r"s\.?a\.?s|s\.?a\.?r\.?l|b\.?v|n\.?v|oy|"
    r"ab|a/?s|aps|plc|pty|pvt|s\.?l|lda|ltda|sdn\.?\s?bhd|bhd|pte|a\.?ş|şti|d\.?o\.?o|s\.?r\.?o|kft|"
    r"sp\.?\s?z\s?o\.?o|ooo|ооо|ооо|fze|fzco|fzc|"
    r"w\.?l\.?l|est|co|company|group|trading|industries|enterprises?|international|imports?|holding|brothers|"
    r"bros|& sons|technologies|"
    r"engineering|solutions|supplies|electronics|distribution|wholesale)\.?(?!\w)",
    regex.IGNORECASE,
)  # fmt: skip
_NOT_COMPANY = regex.compile(
    r"@|https?:|www\.|\d{5}|^(?:tel|phone|fax|mobile|add(?:ress)?|e-?mail|web)\b|"
    r"^(?:sales|purchas\w+|export|import)\s+(?:manager|department|dept|director|team|engineer)\b",
    regex.IGNORECASE,
)
_NAME = regex.compile(
    r"^(?:\p{Lu}[\p{L}'’.-]*)(?:\s+(?:(?:van|von|de|del|della|da|dos|di|bin|al|el|la|le|der|"
    r"den)\s+)?\p{Lu}[\p{L}'’.-]*){0,3}$"
)
_NOT_NAME = regex.compile(
    r"\b(?:regards|best|kind|warm|thanks|thank|sincerely|yours|manager|director|sales|purchas\w*|department|"
    r"dept|team|buyer|engineer|"
    r"officer|ceo|cto|cfo|owner|president|assistant|procurement|sourcing|export|import|tel|phone|mobile|fax|mob|"
    r"cell|email|e-mail|web|"
    r"www|http|address|street|road|avenue|sent|from|my|iphone|skype|whatsapp|wechat|dear|hello|hi|the|office|"
    r"head|marketing|secretary|"
    r"coordinator|specialist|executive|founder|partner|info|admin|support|service|warehouse|logistics)\b|[@\d:/|]",
    regex.IGNORECASE,
)  # fmt: skip
_CLOSING = regex.compile(
    r"^\W*(?:(?:with\s+)?(?:best|kind|warm|kindest|many)?\s*(?:regards|wishes|greetings)|br|b\.?rgds|rgds|"
    r"sincerely|yours\s+\w+|cheers|"
    r"thanks(?:\s+(?:and|&)\s+(?:best\s+)?regards)?|thank\s+you|many\s+thanks|mit\s+freundlichen\s+grüßen|"
    r"cordialement|saludos|"
    r"atentamente|cordiali\s+saluti|с\s+уважением|saygılarımla)\W*$",
    regex.IGNORECASE,
)  # fmt: skip
_ROLE_BOX = regex.compile(
    r"^(?:info|sales|office|purchas\w*|procurement|contact|mail|admin|import|export|buyer|"
    r"enquir\w+|inquir\w+|orders?|support|service|hello|team|accounts?)\d*$"
)
_OFFSETS = {345: "NP", 210: "IR", 270: "AF", 390: "MM"}
"""Offsets from UTC in minutes that belong to one country alone."""


def buyer_of(thread: Thread, words: tuple[Message, ...], places: Places, own: Own) -> Buyer:
    """The counterpart as its human mails (``words``, oldest first) tell. Colleagues' mails count for country and Cc."""
    latest = tuple(reversed(words))
    mine = tuple(m for m in latest if m.sender.email == thread.buyer.email)
    name, title = _name(mine, thread.buyer)
    via = next((m.via for m in mine if m.via is not None), None)
    phone, region = _phone(latest)
    country, source = _country(thread.buyer, latest, region, places)
    return Buyer(
        address=thread.buyer,
        name=name,
        title=title,
        company=(via.company if via else "") or next((c for m in latest for c in _companies(m)), ""),
        country=country,
        country_source=source,
        timezone=places.timezone(country),
        phone=phone,
        language=next((m.language for m in latest if m.language not in {"", "und"}), "en"),
        **_elsewhere(latest),
        reach=via.reach if via else Reach.DIRECT,
        platform=(via.title or via.platform) if via else "",
        cc=_colleagues(thread, latest, own),
    )


def _lines(message: Message) -> list[str]:
    """Signature lines, or what follows the closing of the new text."""
    lines = [line.strip() for line in message.signature.splitlines() if line.strip()]
    body = [line.strip() for line in message.new_text.splitlines() if line.strip()]
    at = next((n for n, line in enumerate(body) if _CLOSING.match(line)), None)
    unsigned = [] if lines and at is not None else _last_block(message.new_text, signed=bool(lines))
    after = body[at + 1 : at + 8] if at is not None else unsigned
    return (lines + after if lines else after)[:20]


def _last_block(text: str, *, signed: bool) -> list[str]:
    """The lines below the last blank one where they read like a card: short, no sentences; else the last line alone.

    ``signed``: a signature was found above, so only a block that holds a phone number is part of it.
    """
    block = [line.strip() for line in text.rstrip().rpartition("\n\n")[2].splitlines() if line.strip()]
    if len(block) == len([line for line in text.splitlines() if line.strip()]):
        return [] if signed else block[-1:] if len(block) > 1 else []
    card = len(block) <= MAX_CARD and all(len(line) <= MAX_CARD_LINE and not _SENTENCE.search(line) for line in block)
    if signed:
        return block if card and any(_DIALLED.search(line) for line in block) else []
    return block if card else block[-1:]


def _name(mine: tuple[Message, ...], address: Address) -> tuple[str, str]:
    """The name as signed and the title they give themselves; else the name beside the address."""
    shown, shown_title = _split_title(_display(address.name))
    if _CASELESS.match(shown):
        return shown, shown_title
    known = _person(shown)
    for message in mine:
        for line in _lines(message)[:4]:
            name, title = _split_title(line)
            if _person(name) and (title or not known or _alike(name, shown)):
                return _case(name), title or _title_of(address.name)
    return (_case(shown), shown_title) if known else ("", "")


def _alike(name: str, shown: str) -> bool:
    """Do the signed name and the one beside the address share a word, or does one shorten the other?

    A line that shares nothing is a closing formula or a department; a wrong name is worse than a formal one.
    """
    mine, theirs = _bare_words(name), _bare_words(shown)
    return any(a == b or (len(a) >= 3 and b.startswith(a)) for a in mine for b in theirs) or not theirs


def _bare_words(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(c))
    return [w for w in regex.split(r"[^\p{L}]+", plain) if len(w) > 1]


def _display(name: str) -> str:
    """Turn "Kern, Anna" into "Anna Kern"; what stands in brackets or after a bar is no name."""
    name = regex.split(r"\s[|/–-]\s|\s\(|\svia\s", name.strip(" \"'"))[0]
    parts = [p.strip() for p in name.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) and not _COMPANY.search(parts[1]) else name


def _title_of(text: str) -> str:
    return _split_title(text)[1]


def _split_title(line: str) -> tuple[str, str]:
    line = regex.split(r"\s[|–/]\s|,|\s-\s", line)[0].strip(" *_-")
    known = ((m, m["t"].casefold()) for m in _TITLE.finditer(line[:60]))
    found = [_TITLES.get(t, _IN_FRONT.get(t, "") if m.start() == 0 else "") for m, t in known]
    name = " ".join(
        regex.sub(r"\(\s*\)", " ", _TITLE.sub(" ", line).replace(". ", " ", 1) if found else line).split()
    ).strip(" .()")
    return name, next((t for t in found if t), "")


def _person(name: str) -> bool:
    return bool(
        2 <= len(name) <= 40 and _NAME.match(name) and not _NOT_NAME.search(name) and not _COMPANY.search(name)
        and not _ROLE_BOX.match(name.casefold()) and not SIGN_OFF.match(name)
    )  # fmt: skip


def _case(name: str) -> str:
    """Turn "ANNA KERN" into "Anna Kern"; mixed case is the owner's own."""
    return " ".join(w.capitalize() if w.isupper() and len(w) > 2 else w for w in name.split())


def _companies(message: Message) -> Iterator[str]:
    for line in _lines(message):
        part = _without_post(regex.split(r"\s\|\s|\t", line)[0].strip(" *_|-"))
        if 3 <= len(part) <= 70 and part[:1].isupper() and _COMPANY.search(part) and not _NOT_COMPANY.search(part):
            yield part


def _without_post(line: str) -> str:
    """The firm of "Buyer, Turner Hardware Inc.": the post ahead of it belongs to the person."""
    post, comma, firm = line.partition(",")
    return firm.strip() if comma and _NOT_NAME.search(post) and not _COMPANY.search(post) and _COMPANY.search(firm) else line


def _elsewhere(messages: tuple[Message, ...]) -> dict[str, str]:
    """Where else the buyer is found, by what the signatures say, the latest first."""
    found: dict[str, str] = {}
    for message in messages:
        for line in _lines(message):
            for name, pattern in _HANDLES.items():
                if name not in found and (match := pattern.search(line[:200])):
                    value = match["v"].strip(" .,/")
                    found[name] = regex.sub(r"[^\d+]", "", value) if name == "whatsapp" else value
    return found


def _phone(messages: tuple[Message, ...]) -> tuple[str, str]:
    """The first international number of a signature as E.164 and its country; DOMAIN 2.6: GG, JE, IM are GB."""
    for message in messages:
        told = [message.via.phone] if message.via else []
        text = "\n".join([*told, *_lines(message)])[:1500]
        if "+" not in text and "00" not in text:
            continue
        import phonenumbers  # heavy; only where a number is likely

        for match in phonenumbers.PhoneNumberMatcher(regex.sub(r"(?<!\d)00(?=[1-9])", "+", text), None, max_tries=20):
            region = phonenumbers.region_code_for_number(match.number) or ""
            written = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            return written, {"GG": "GB", "JE": "GB", "IM": "GB"}.get(region, region if region.isalpha() else "")
    return "", ""


def _country(address: Address, messages: tuple[Message, ...], region: str, places: Places) -> tuple[str, str]:
    """What the form or platform says, signature, then phone code, then ccTLD, then an offset that one country alone has."""
    told = next((m.via.country for m in messages if m.via and m.via.country), "")
    if found := places.country_in(told) or (told if told in places.zones else ""):
        return found, "form"
    for message in messages:
        for line in reversed(_lines(message)):
            if found := places.country_in(line):
                return found, "signature"
    if region:
        return region, "phone"
    if found := places.country_of_domain(address.domain):
        return found, "tld"
    for message in messages:
        if message.utc_offset in _OFFSETS:
            return _OFFSETS[message.utc_offset], "offset"
    return "", ""


def _colleagues(thread: Thread, latest: tuple[Message, ...], own: Own) -> tuple[Address, ...]:
    """Who was in Cc (or To) of the buyer's own last mail on the buyer's side; never ours, never the buyer again."""
    if not latest or latest[0].direction is not Direction.IN:
        return ()
    domain = thread.buyer.domain
    seen: dict[str, Address] = {}
    for address in latest[0].cc:
        email = address.email
        same_side = address.domain == domain and domain not in FREE_MAIL
        private = domain in FREE_MAIL and address.domain not in own.domains
        if email and not own.holds(email) and email != thread.buyer.email and (same_side or private):
            seen.setdefault(email, address)
    return tuple(seen.values())[:MAX_CC]
