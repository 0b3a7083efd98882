"""Which signs cannot be said by a pattern?

One small function per sign: given the mail and what is known of it, the words that counted, or "" when the sign is not
there. Rules name them as ``detector``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from followupd.judging.term_tables import TermRules
from followupd.model import Message, Own, Terms
from followupd.reading.freemail import FREE_MAIL

DANGEROUS = frozenset(
    "exe scr com pif bat cmd js jse vbs vbe wsf hta lnk jar msi ps1 iso img vhd html htm shtml svg zip rar 7z ace gz cab "
    "docm xlsm pptm xlam one".split()
)
ARCHIVES = frozenset("zip rar 7z ace gz cab iso img html htm shtml".split())
LURE = re.compile(
    r"\b(?:PO|order|purchase|rfq|quot\w*|inquiry|enquiry|invoice|payment|swift|specification|contract|document|scan|proforma|"
    r"shipping|remittance|inv)\b|订单|询价|发票",
    re.IGNORECASE,
)
GREAT_NAMES = {
    "alibaba": "alibaba.com", "tesla": "tesla.com", "walmart": "walmart.com", "amazon": "amazon.com", "ikea": "ikea.com",
    "asda": "asda.com", "tesco": "tesco.com", "carrefour": "carrefour.com", "john lewis": "johnlewis.co.uk",
    "lidl": "lidl.com", "aldi": "aldi.com", "siemens": "siemens.com", "samsung": "samsung.com", "dhl": "dhl.com",
    "fedex": "fedex.com", "united nations": "un.org", "unicef": "unicef.org", "world bank": "worldbank.org",
    "sainsbury": "sainsburys.co.uk", "marks & spencer": "marksandspencer.com", "microsoft": "microsoft.com",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a detector may look at."""

    message: Message
    own: Own
    terms: Terms
    rules: TermRules
    first: bool


def model(seen: Seen) -> str:
    """A model or item number as written."""
    return ", ".join(seen.terms.models[:3])


def product(seen: Seen) -> str:
    """The goods in the buyer's words."""
    return seen.terms.product


def quantity(seen: Seen) -> str:
    """An amount with its unit; a bare count of one or two proves little and is left to other signs."""
    found = next((q for q in seen.terms.quantities if q.amount > 0), None)
    if found:
        return found.evidence or f"{found.amount} {found.unit}"
    match = re.search(
        r"\b\d[\d,. ]{0,9}\s?(?:pcs|pieces|sets?|units?|pairs|kgs?|tons?|tonnes|mt|cartons|containers?|rolls|boxes|stück|stk|"
        r"piezas|unidades|pièces|pezzi|peças|шт|adet|件|个|台|套|pcb.?s)\b",
        seen.message.new_text,
        re.IGNORECASE,
    )
    return match[0] if match else ""


def incoterm(seen: Seen) -> str:
    """A delivery term with its place."""
    term = seen.terms.incoterm
    return f"{term.term} {term.place}" if term and term.place else ""


def payment(seen: Seen) -> str:
    """Payment terms, or a question after them."""
    match = re.search(r"\bpayment\s+terms?\b|\bterms\s+of\s+payment\b|付款方式|\bzahlungsbedingungen\b", seen.message.new_text, re.I)
    return seen.terms.payment or (match[0] if match else "")


def destination(seen: Seen) -> str:
    """A country or town in the text itself."""
    for line in seen.message.new_text.splitlines()[:40]:
        if seen.rules.places.country_in(line):
            return line.strip()[:100]
    return ""


def questions(seen: Seen) -> str:
    """At least two questions, or a question with a figure or a technical word in it."""
    asked = [q.strip() for q in re.findall(r"[^.?!\n？]{8,200}[?？]", seen.message.new_text)]
    technical = [q for q in asked if re.search(r"\d|\b(?:support|include|compatible|voltage|size|version|certif\w+|ship|warranty)\b", q, re.I)]
    return technical[0] if technical else (asked[0] if len(asked) >= 3 else "")


def business_domain(seen: Seen) -> str:
    """The sender's domain is that of the company in the signature or in the text."""
    domain = seen.message.sender.domain
    if not domain or domain in FREE_MAIL:
        return ""
    name = re.sub(r"[^a-z0-9]", "", domain.rsplit(".", 1)[0].removesuffix(".co").removesuffix(".com"))
    text = re.sub(r"[^a-z0-9]", "", f"{seen.message.signature} {seen.message.new_text[-400:]}".lower().replace(domain, ""))
    stems = {name, *(s for s in re.split(r"[^a-z0-9]+", domain.rsplit(".", 1)[0]) if len(s) >= 5)}
    shown = domain in seen.message.signature.lower()
    return domain if shown or any(len(s) >= 4 and s in text for s in stems) else ""


def free_mail(seen: Seen) -> str:
    """An address at a free-mail provider."""
    return seen.message.sender.domain if seen.message.sender.domain in FREE_MAIL else ""


_SIGNED = (
    re.compile(r"(?:\+|00)\d[\d ()./-]{6,18}\d|\b(?:tel|phone|mobile|mob|fax|whatsapp)\b", re.IGNORECASE),
    re.compile(r"\b(?:ltd|llc|inc|gmbh|s\.?a\.?r?l?|s\.?l|s\.?p\.?a|co\.|company|corp\w*|bv|ag|pvt|trading|import\w*|group|ltda|a\.?ş|ооо|公司)\b", re.IGNORECASE),
    re.compile(r"\bwww\.[\w.-]+|\bhttps?://", re.IGNORECASE),
    re.compile(r"\b(?:street|st\.|road|rd\.|avenue|ave|str\.|straße|calle|rua|via|no\.\s?\d|p\.?o\.?\s?box|\d{4,6}\s+\w+)\b", re.IGNORECASE),
    re.compile(r"\b(?:manager|director|purchas\w+|procurement|buyer|engineer|ceo|owner|einkauf|compras|achats)\b", re.IGNORECASE),
)  # fmt: skip


def _signs(seen: Seen) -> list[str]:
    area = seen.message.signature or "\n".join(seen.message.new_text.splitlines()[-6:])
    return [m[0].strip() for pattern in _SIGNED if (m := pattern.search(area))]


def signature(seen: Seen) -> str:
    """At least two of: phone, company, web, address, title."""
    found = _signs(seen)
    return ", ".join(found) if len(found) >= 2 else ""


def no_signature(seen: Seen) -> str:
    """None of them, and no name in the From either."""
    return "no phone, company or web below the mail" if not _signs(seen) else ""


def addresses_us(seen: Seen) -> str:
    """The first lines name one of us or our company."""
    opening = " ".join(seen.message.new_text.split())[:120].lower()
    for name in seen.own.names:
        for word in (name, name.split()[0] if name.split() else ""):
            if len(word) >= 3 and re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", opening):
                return word
    return ""


def many_suppliers(seen: Seen) -> str:
    """None of our addresses in To or Cc, or many others beside us."""
    people = [*seen.message.to, *seen.message.cc]
    if not people:
        return "undisclosed recipients" if seen.own.addresses and seen.message.header("return-path") else ""
    if seen.own.addresses and not any(seen.own.holds(a.email) for a in people):
        return "we are in Bcc only"
    others = {a.domain for a in people if not seen.own.holds(a.email)} - {seen.message.sender.domain}
    return f"{len(others)} other companies in To and Cc" if len(others) >= 5 else ""


def dangerous_attachment(seen: Seen) -> str:
    """An order or the like in a file that can run or hides one; a double extension; from somebody unknown."""
    for attachment in seen.message.attachments:
        name = attachment.filename.lower().strip()
        parts = name.split(".")
        last = parts[-1] if len(parts) > 1 else ""
        doubled = len(parts) > 2 and last in DANGEROUS and parts[-2] in {"pdf", "doc", "docx", "xls", "xlsx", "jpg", "png"}
        lure = bool(LURE.search(name) or LURE.search(seen.message.subject))
        if doubled or (last in DANGEROUS - ARCHIVES) or (last in ARCHIVES and lure and seen.first):
            return attachment.filename
    return ""


def brand(seen: Seen) -> str:
    """A great name in the display name or the text, from a domain that is not theirs."""
    domain = seen.message.sender.domain
    shown = f"{seen.message.sender.name}\n{seen.message.subject}\n{seen.message.new_text[:600]}".lower()
    for name, real in GREAT_NAMES.items():
        stem = real.split(".")[0]
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", seen.message.sender.name.lower()) and not domain.endswith(real):
            return f"{name} from {domain}"
        claims = rf"\b(?:(?:we|i)\s+(?:are|am)|this\s+is|on\s+behalf\s+of|from)\s+(?:\w+\s+){{0,4}}{re.escape(name)}\b|\bbrand\s+{re.escape(name)}"
        if stem not in domain and re.search(claims, shown):
            return f"{name} from {domain}"
    return ""


_ATTACHED = re.compile(
    r"\b(?:attach\w*|enclosed|see\s+(?:required|our)|find\s+(?:below|our)|link\s+below|click\s+(?:here|below|the\s+link)|follow\s+the\s+link)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b(?:purchase\s*[_ ]?order|new\s+order|P\.?O\.?\b|RFQ|quotation|quote|order|inquiry|invoice|contract|bid)", re.IGNORECASE)


def order_lure(seen: Seen) -> str:
    """"Find our order attached" and next to nothing on what is ordered; or a Re: to a mail we never wrote."""
    text = seen.message.new_text
    concrete = bool(seen.terms.models or quantity(seen) or seen.terms.incoterm)
    attached, order = _ATTACHED.search(text), _ORDER.search(f"{seen.message.subject}\n{text}")
    if seen.first and re.match(r"(?i)\s*re\s*:", seen.message.subject) and order and len(text) < 700 and not concrete:
        return f"{seen.message.subject}: an answer to a mail that we never wrote"
    if seen.first and attached and order and len(text) < 700 and not (quantity(seen) and seen.terms.product):
        return attached[0]
    return ""


def reply_to(seen: Seen) -> str:
    """Answers would go to another domain; ordinary on mailing lists, so not there."""
    if seen.message.header("list-id") or not seen.message.sender.domain:
        return ""
    other = next((a for a in seen.message.reply_to if a.domain and not _related(a.domain, seen.message.sender.domain)), None)
    return f"{seen.message.sender.email}, answers to {other.email}" if other else ""


def _related(a: str, b: str) -> bool:
    def company(domain: str) -> str:
        parts = domain.split(".")
        return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 else parts[-2:])

    return company(a) == company(b)


def dmarc(seen: Seen) -> str:
    """The topmost Authentication-Results, the receiving server's own, says dmarc=fail (RFC 8601)."""
    match = re.search(r"\bdmarc\s*=\s*fail\b[^;]{0,80}", seen.message.header("authentication-results"), re.IGNORECASE)
    return match[0] if match else ""


Detector = Callable[[Seen], str]
DETECTORS: dict[str, Detector] = {
    f.__name__: f
    for f in (
        model, product, quantity, incoterm, payment, destination, questions, business_domain, free_mail, signature,
        no_signature, addresses_us, many_suppliers, dangerous_attachment, brand, order_lure, reply_to, dmarc,
    )
}  # fmt: skip
