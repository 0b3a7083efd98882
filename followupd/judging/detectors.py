"""Which signs cannot be said by a pattern?

One small function per sign: given the mail and what is known of it, the words that counted, or "" when the sign is not
there. Rules name them as ``detector``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import regex

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


_POSTCODE = re.compile(r"[A-Z]{1,3}-\d{3,5}")


def model(seen: Seen) -> str:
    """A model or item number as written; a post code with its country (SE-534, D-70173) is none."""
    return ", ".join([m for m in seen.terms.models if not _POSTCODE.fullmatch(m)][:3])


_GOODS = regex.compile(
    r"\b(?:interested\s+in|need|require|want|buy|purchas(?:e|ing)|order|import(?:ing)?|looking\s+for|in\s+search\s+of|sourcing|"
    r"(?:suppliers?|manufacturers?|importers?|distributors?|range|types?|kinds?|samples?|catalog(?:ue)?s?|details)\s+(?:of|for)|"
    r"(?:quot\w+|prices?|pric\w+|offer|price\s*list|cost)\s+(?:us\s+|me\s+)?(?:of|for|on)?|do\s+you\s+(?:have|sell|make|stock|supply))"
    r"\s+(?P<goods>(?:[\p{L}\d][\p{L}\d./\"'-]*[ ]?){1,6})",
    regex.IGNORECASE,
)
_GOODS_ZH = regex.compile(
    r"(?:需要|需|采购|购买|求购|订购|订|询价|寻找|关于|有关|进口|想要|想买|报价|询)[:：\s]*"
    r"(?:\d+\s*(?:个|件|台|套|只|吨|米|双|箱|公斤|kg|pcs)?的?)?(?P<goods>[\p{Han}A-Za-z0-9]{2,16})"
)
_GENERIC_ZH = regex.compile(r"产品|目录|价格|报价|贵司|贵公司|你们|您|合作|订单|供应商|厂家|^(?:一下|一些|信息|资料|了解|更多)")
_GENERIC = frozenset(
    """
    hello hi hey dear sir sirs madam friend day nice morning afternoon evening manager purchasing greetings thank thanks
    a about above accept account add additional advance advise again agent all also am an and any are as asap at available be best
    better both bulk business but buy buyer by can catalog catalogs catalogue catalogues cheap client clients collaborate come
    company companies competitive complete contact continue cooperate cooperating cooperation could country current customer
    customers data date delivery deliver demand detail detailed details different discuss do doing email establish establishing
    etc every few first following for from full further general get give go good goods great have having hear help here high hot
    how i if immediate import in info information inquiry interest interested into is it item items its kind kindly know large
    last latest lead learn let list lists long look looking lot lots low make making manufacturer manufacturers many market may
    me meet minimum moq more most much my name need needs new next no not now of offer offers office on once one only or order
    ordered ordering orders other our out partner partners partnership payment per perusal please pls po possible potential present price
    priced prices pricing product production products project prompt proposal provide purchase purchasing qty quality quantities
    quantity quick quotation quotations quote range reference regards regular relation relations relationship reliable reply request required
    requirement requirements response sale sales same sample samples see seem sell seller sellers selling send sending several share ship shipment
    shipping shop since so some soon sort source specification specifications start stock sub such suitable supplier suppliers
    supply supplying sure talk terms that the their them then there these they this those time to today trade trial types type under
    up urgent urgently us use useful various vendor vendors very via want was way we website well what when which who whole
    wholesale whom why will wish with within work working would year years you your yours soonest earliest convenience
    """.split()
)


def product(seen: Seen) -> str:
    """The goods in the buyer's words; "your products", "an order" and the like name none."""
    if _names(seen.terms.product):
        return seen.terms.product
    text = f"{seen.message.subject}\n{seen.message.new_text[:4000]}"
    pattern = _GOODS_ZH if seen.message.language == "zh" else _GOODS
    return next((" ".join(m["goods"].split()) for m in pattern.finditer(text) if _names(m["goods"])), "")


def _names(goods: str) -> bool:
    """Is there a word among them that could be the name of goods?"""
    if regex.search(r"\p{Han}", goods):
        return not _GENERIC_ZH.search(goods)
    if regex.search(r"[\p{Hangul}\p{Arabic}\p{Cyrillic}]", goods):
        return True
    before = regex.split(r"\b(?:from|in|at|to|and|so|because|if|by|with)\b", goods, maxsplit=1, flags=regex.IGNORECASE)[0]
    words = regex.findall(r"\p{L}[\p{L}'-]{2,}", before)
    return any(w.lower() not in _GENERIC for w in words)


def nothing_named(seen: Seen) -> str:
    """Wants a price, a list or to order, and no goods, model, quantity or specification is named."""
    if product(seen) or model(seen) or quantity(seen):
        return ""
    match = _ASKS.search(f"{seen.message.subject}\n{seen.message.new_text}")
    return match[0] if match and not _SPECIFIC.search(seen.message.new_text) else ""


_ASKS = re.compile(r"(?i)\b(?:price\s*list|prices?|quot\w+|catalog\w*|order|products?|inquir\w+|enquir\w+)\b")
_SPECIFIC = re.compile(
    r"(?i)\b(?:\d+(?:[.,]\d+)?\s?(?:mm|cm|kg|kw|w|v|inch|ml|gsm)\b|stainless|drawings?|cotton|steel|plastic|wood\w*|DN\d+|size)"
)


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


def dangerous_link(seen: Seen) -> str:
    """A link to an archive or a program, where an order or invoice is promised."""
    match = re.search(r"(?i)https?://[^\s<>\"]{1,300}\.(?:rar|zip|7z|ace|iso|img|exe|scr|js|vbs|lnk|msi|html?\?)(?![\w.])", seen.message.text[:20_000])
    return match[0][:160] if match and LURE.search(f"{seen.message.subject}\n{seen.message.new_text}") else ""


_ATTACHED = re.compile(
    r"\b(?:attach\w*|enclosed|(?:find|see|check|view|open|kindly)\s+(?:\w+\s+){0,2}(?:below|required|our|order)|adjunt\w*|anexo|ci-joint\w*|anbei|"
    r"beigefügt\w*|allegat\w*|во\s+вложении|ekte\w*)\b|附件",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:purchase\s*[_-]?\s*orders?|purchase_order\w*|(?:new|final|urgent|our|my|the)\s+orders?|P\.?O\.?\b(?!\s*box)|RFQ|quotation|quote|inquiry|enquiry|invoice|"
    r"contract|bid|orden\s+de\s+(?:compra|venta)|pedido|bon\s+de\s+commande|bestellung|ordine|заказ\w*|sipariş)|订单|询价|发票",
    re.IGNORECASE,
)
_LOOK_AT = re.compile(
    r"(?i)\b(?:link|click|view|see|check|open|download|pictures?|photos?|specifications?|samples?|design|follow)\b[^\n]{0,120}\s*(?:\n\s*)*https?://"
)
LURE_LENGTH = 800


def _concrete(seen: Seen) -> bool:
    """Does the mail itself say what is ordered? Then its attachment is no bait."""
    return bool(model(seen) or seen.terms.incoterm or (quantity(seen) and product(seen)) or _SPECIFIC.search(seen.message.new_text))


def order_lure(seen: Seen) -> str:
    """"Find our order attached" and next to nothing on what is ordered, to nobody by name."""
    message = seen.message
    if len(message.new_text) > LURE_LENGTH or _concrete(seen) or addresses_us(seen):
        return ""
    attached, order = _ATTACHED.search(message.new_text), _ORDER.search(f"{message.subject}\n{message.new_text}")
    return f"{order[0]}: {attached[0]}" if attached and order else ""


def order_link(seen: Seen) -> str:
    """The specification or the order is not in the mail but behind a link."""
    if _concrete(seen) or addresses_us(seen):
        return ""
    match = _LOOK_AT.search(seen.message.text[:6000])
    return " ".join(match[0].split())[:120] if match and _ORDER.search(f"{seen.message.subject}\n{seen.message.new_text}") else ""


def false_answer(seen: Seen) -> str:
    """"Re:" on an order or payment, from somebody whom we never wrote to and without a word of ours in it."""
    message = seen.message
    answers = re.match(r"(?i)\s*(?:re|aw|sv|回复|答复)\s*[:：]", message.subject)
    if not answers or message.quoted or message.in_reply_to or _concrete(seen):
        return ""
    order = _ORDER.search(message.subject) or re.search(r"(?i)\b(?:payment|invoice|shipment|goods|products?|contract)\b", message.subject)
    return message.subject if order else ""


def address_in_link(seen: Seen) -> str:
    """A link with a mail address in it, as pages have that ask for its password; unsubscribe links have it as well."""
    for match in re.finditer(r"https?://[^\s<>\"]*[?#&=/][\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+", seen.message.text[:20_000]):
        if not re.search(r"(?i)unsub|opt-?out|abmeld|baja|preferences|subscri|maps\.|linkedin|medium\.com/@", match[0]):
            return match[0][:120]
    return ""


_VOLUME = re.compile(
    r"(?i)\b(?:monthly|several|many|\d+)\s+(?:x\s*)?(?:40|20)?\W{0,3}(?:HQ|HC|FCL|containers?)\b|"
    r"\b(?:large|huge|bulk)\s+(?:scale\s+)?(?:quantit(?:y|ies)|orders?|purchase|volumes?)\b"
)


def volume_without_goods(seen: Seen) -> str:
    """Containers or great quantities, and no goods named."""
    match = _VOLUME.search(seen.message.new_text)
    return match[0] if match and not product(seen) and not model(seen) else ""


def _other_answer(seen: Seen) -> str:
    """The address that answers would go to, where that is not the sender's company."""
    message = seen.message
    domain = message.sender.domain
    if message.header("list-id") or not domain or seen.own.holds(message.sender.email):
        return ""
    return next((a.email for a in message.reply_to if a.domain and not _related(a.domain, domain)), "")


def reply_to_free(seen: Seen) -> str:
    """Answers would go to a free-mail address that is not the sender's own provider."""
    other = _other_answer(seen)
    return f"{seen.message.sender.email}, answers to {other}" if other.rpartition("@")[2] in FREE_MAIL else ""


def reply_to(seen: Seen) -> str:
    """Answers would go to another domain; ordinary on mailing lists, so not there."""
    other = _other_answer(seen)
    return f"{seen.message.sender.email}, answers to {other}" if other and other.rpartition("@")[2] not in FREE_MAIL else ""


def written_address(seen: Seen) -> str:
    """A company's address in the text, or a free-mail one, while the mail comes from a third company."""
    domain = seen.message.sender.domain
    if not domain or domain in FREE_MAIL or not seen.first or seen.own.holds(seen.message.sender.email):
        return ""
    written = re.findall(r"[\w.+-]{1,64}@([\w-]+(?:\.[\w-]+)+)", f"{seen.message.new_text[:6000]}\n{seen.message.signature}".lower())
    people = {a.domain for a in (*seen.message.to, *seen.message.cc)}
    others = [d.rstrip(".") for d in written if d.rstrip(".") not in people and d.rstrip(".") not in seen.own.domains]
    if not others or any(_related(d, domain) for d in others):
        return ""
    return f"{domain}, but writes {others[0]}"


def _related(a: str, b: str) -> bool:
    """One company: the same registered domain, or the same name under another ending."""

    def company(domain: str) -> str:
        parts = domain.split(".")
        return parts[-3] if len(parts) > 2 and len(parts[-2]) <= 3 else parts[-2] if len(parts) > 1 else domain

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
        no_signature, addresses_us, many_suppliers, dangerous_attachment, brand, order_lure, order_link, false_answer,
        address_in_link, dangerous_link, volume_without_goods, reply_to_free, reply_to, written_address, nothing_named, dmarc,
    )
}  # fmt: skip
