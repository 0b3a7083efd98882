"""Which signs of a serious buyer cannot be said by a pattern?

One small function per sign (DOMAIN 1.2): the words that counted, or "" when the sign is not there.
"""

from __future__ import annotations

import re

import regex

from followupd.freemail import FREE_MAIL
from followupd.judging.seen import Seen, once

_POSTCODE = re.compile(r"(?:A|B|CH|CZ|D|DK|F|FI|FIN|H|HR|I|L|LT|LV|N|NL|PL|P|RO|S|SE|SI|SK)-\d{3,5}")


@once
def model(seen: Seen) -> str:
    """A model or item number as written; a post code with its country (SE-534, D-70173) is none."""
    return ", ".join([m for m in seen.terms.models if not _POSTCODE.fullmatch(m)][:3])


_GOODS = regex.compile(
    r"\b(?:interested\s+in|need|require|want|buy|purchas(?:e|ing)|order|import(?:ing|ed|s)?|looking\s+(?:for|at)|in\s+search\s+of|sourcing|"
    r"(?:suppliers?|manufacturers?|importers?|distributors?|range|types?|kinds?|samples?|catalog(?:ue)?s?|details)\s+(?:of|for)|"
    r"(?:quot\w+|prices?|pric\w+|offer|price\s*list|cost|moq|minimum|lead\s+time|availability|would\s+love|take)\s+(?:us\s+|me\s+)?(?:of|for|on)?|do\s+you\s+(?:have|sell|make|stock|supply))"
    r"\s+(?P<goods>(?:[\p{L}\d][\p{L}\d./\"'-]*[ ]?){1,6})",
    regex.IGNORECASE,
)
_GOODS_ROMANCE = regex.compile(
    r"\b(?:catalogue|échantillons?|prix|devis|tarifs?|fournisseur|commande|offre|cat[aá]logo|muestras?|precios?|cotizaci[oó]n|pedido|"
    r"compra|cotação|preços?|orçamento|amostras?|preventivo|prezz[oi]|campion[ei]|listino|offerta|fornitura|distribu\w+|import\w+)\s+"
    r"(?:pour\s+|para\s+|per\s+|di\s+|de\s+|des\s+|do\s+|da\s+|dei\s+|delle\s+|d['’]\s?|sus\s+|vos\s+|los\s+|las\s+|les\s+|\d+\s+\p{L}*\s*)+"
    r"(?P<goods>(?:[\p{L}][\p{L}'-]*[ ]?){1,4})",
    regex.IGNORECASE,
)
_GOODS_DE = regex.compile(
    r"\b(?i:angebot|preise?|muster|katalog|interesse|benötigen|brauchen|suchen|bestellen|lieferung|anfrage|kosten|stück|m)\b"
    r"(?:\s+(?i:für|an|über|von|zu|den|die|das|dem|der|einen?|eine|\d[\d.]*|stück|stk\.?|m|kg|folgende\w*|ihre[rnm]?))*\s+(?P<goods>\p{Lu}[\p{L}-]{3,})",
)
_BY_LANGUAGE = {"fr": _GOODS_ROMANCE, "es": _GOODS_ROMANCE, "pt": _GOODS_ROMANCE, "it": _GOODS_ROMANCE, "de": _GOODS_DE}
_GENERIC_ELSEWHERE = frozenset(
    """
    produits produit articles société entreprise conditions vente gamme tous toute commande prix collaboration productos producto
    empresa compañía todos precios catálogo nuestra sus produtos empresa todos prodotti prodotto azienda tutti vostra vostri ihre
    ihren produkte produkt produkten katalog preisliste preise angebot lieferzeit firma unternehmen zusammenarbeit anfrage muster
    artikel artikeln waren sortiment
    articoli artigos artículos articles informação informações información informations informazioni negozio loja tienda magasin laden
    siguiente siguientes
    mindestbestellmenge grüßen grüße damen herren ordre meilleurs cordialement commande nuevo nueva cliente clientes proveedor
    """.split()
)
_GOODS_ZH = regex.compile(
    r"(?:需要|需|采购|购买|求购|订购|订|询价|寻找|关于|有关|进口|想要|想买|报价|报|询)[:：\s]*"
    r"(?:\d+\s*(?:个|件|台|套|只|吨|米|双|箱|公斤|kg|pcs)?的?)?(?P<goods>[\p{Han}A-Za-z0-9]{2,16})"
)
_OFFICE = regex.compile(
    r"(?:\w+\s+)?(?:manager|department|director|team|officer|head|group|looking\s+forward)\b", regex.IGNORECASE
)
_GENERIC_ZH = regex.compile(
    r"产品|目录|价格|报价|贵司|贵公司|你们|您|你好|合作|订单|供应商|厂家|收到|过来|议价|经理|先生|小姐|^(?:一下|一些|信息|资料|了解|更多|单)"
)
_GENERIC = frozenset(
    """
    starting starts begin forward feedback department director officer head team manager managers esteemed corp inc llc
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


@once
def product(seen: Seen) -> str:
    """The goods in the buyer's words; "your products", "an order" and the like name none."""
    if _names(seen.terms.product):
        return seen.terms.product
    text = f"{seen.message.subject}\n{seen.words[:4000]}"
    own = _GOODS_ZH if seen.message.language == "zh" else _BY_LANGUAGE.get(seen.message.language)
    found = (m["goods"] for pattern in (_GOODS, own) if pattern for m in pattern.finditer(text))
    return next((" ".join(goods.split()) for goods in found if _names(goods) and not _a_place(goods, seen)), "")


def _a_place(goods: str, seen: Seen) -> bool:
    """Is it only where something comes from? ("importer de Chine")."""
    return len(goods.split()) == 1 and bool(seen.rules.places.country_in(goods))


_HAN, _OTHER_SCRIPT = regex.compile(r"\p{Han}"), regex.compile(r"[\p{Hangul}\p{Arabic}\p{Cyrillic}]")
_THEN = regex.compile(r"\b(?:from|in|at|to|and|so|because|if|by|with)\b", regex.IGNORECASE)
_WORD = regex.compile(r"\p{L}[\p{L}'-]{2,}")


def _names(goods: str) -> bool:
    """Is there a word among them that could be the name of goods?"""
    if _HAN.search(goods):
        return not _GENERIC_ZH.search(goods)
    if _OTHER_SCRIPT.search(goods):
        return True
    if _OFFICE.match(goods):
        return False
    words = _WORD.findall(_THEN.split(goods, maxsplit=1)[0])
    return any(w.lower() not in _GENERIC and w.lower() not in _GENERIC_ELSEWHERE for w in words)


_ASKS = re.compile(r"(?i)\b(?:price\s*list|prices?|quot\w+|catalog\w*|order|products?|inquir\w+|enquir\w+)\b")
SPECIFIC = re.compile(
    r"(?i)\b(?:\d+(?:[.,]\d+)?\s?(?:mm|cm|kg|kw|w|v|inch|ml|gsm)\b|stainless|drawings?|cotton|steel|plastic|wood\w*|DN\d+|size)"
)


def nothing_named(seen: Seen) -> str:
    """Wants a price, a list or to order, and no goods, model, quantity or specification is named."""
    if product(seen) or model(seen) or quantity(seen):
        return ""
    match = _ASKS.search(f"{seen.message.subject}\n{seen.words}")
    return match[0] if match and not SPECIFIC.search(seen.words) else ""


_COUNTED = re.compile(
    r"(?<![\d.,A-Za-z])\d[\d,. ]{0,9}[^\S\n]?(?:(?:pcs|pieces|sets?|units?|pairs|kgs?|tons?|tonnes|mt|cartons|containers?|rolls|boxes|pallets|bags|"
    r"met(?:re|er)s|stück|stk|paletten|piezas|unidades|pièces|pezzi|peças|шт|adet|szt|stuks|m2|m²|pcb.?s)\b|قطعة|قطع|حبة|طن|كرتون|[件个台套吨条双箱米把张瓶辆部根卷块片支桶袋对打只匹枚개]|公斤|平方米)",
    re.IGNORECASE,
)
_NO_GOODS = (
    r"mm|cm|kg|usd|eur|days?|weeks?|months?|years?|hours?|minutes?|times?|percent|euros?|dollars?|countries|people|employees|workers|"
    r"million|am|pm|nov|dec|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|reasons?|things?|calls?|questions?|meetings?|more|other"
)
_BARE = re.compile(
    r"(?i)\b\d{2,3}(?:[,. ]?\d{3})*\s+(?:to\s+start(?:\s+with)?|for\s+(?:a|the)\s+(?:pilot|first|trial)|first\b)|"
    r"\b(?:need|want|like|order|buy|quote|requires?|purchase|offer|price\s+(?:for|of)|supply|send|plan|for|take|try|"
    r"start\s+with|include)\s+(?:to\s+\w+\s+)?(?:about\s+|around\s+)?"
    r"(?:\d{1,3}(?:[,. ]?\d{3})*|one|two|three|four|five|six|ten|a\s+(?:couple|dozen|pair)(?:\s+of)?)"
    rf"(?:\s+|(?=[.,;!]))(?!(?:{_NO_GOODS})\b)(?:[a-z]\w{{1,}}[^.\n]{{0,40}}|[.,;!])|"
    r"\b(?:preciso|precisamos|necesito|quiero|busco|brauche|benötige|suche|cherche|voudrais|veux|prends|cerco|servono|нужн[аоы]|нужен|arıyorum|اريد|أريد|نحتاج|احتاج)"
    rf"\s+(?:de\s+)?\d{{2,6}}\s+(?!(?:{_NO_GOODS}|dias|días|jours|tage|giorni|дней|gün|minut\w*)\b)[^\W\d]{{3,}}"
)
"""As in "need 200 garden gnomes": the goods stand where a unit would."""


@once
def quantity(seen: Seen) -> str:
    """An amount with its unit; a bare count of one or two proves little and is left to other signs."""
    found = next((q for q in seen.terms.quantities if q.amount > 0), None)
    if found:
        return found.evidence or f"{found.amount} {found.unit}"
    match = _COUNTED.search(seen.words) or _BARE.search(seen.words)
    return match[0] if match else ""


def incoterm(seen: Seen) -> str:
    """A delivery term with its place."""
    term = seen.terms.incoterm
    return f"{term.term} {term.place}" if term and term.place else ""


_PAYMENT = re.compile(r"\bpayment\s+terms?\b|\bterms\s+of\s+payment\b|付款方式|\bzahlungsbedingungen\b", re.IGNORECASE)


def payment(seen: Seen) -> str:
    """Payment terms, or a question after them."""
    match = _PAYMENT.search(seen.words)
    return seen.terms.payment or (match[0] if match else "")


def destination(seen: Seen) -> str:
    """A country or town in the text itself."""
    lines = (line.strip()[:200] for line in seen.words.splitlines()[:40])
    return next((line[:100] for line in lines if line and seen.rules.places.country_in(line)), "")


_QUESTION = re.compile(r"(?:[^.?!。！？\n]|\.(?=\d)){4,200}+[?？]")
_TECHNICAL = re.compile(
    r"(?i)\d|\b(?:support\w*|includ\w+|compatib\w+|voltage|sizes?|version|certif\w+|warranty|material|colou?rs?|thickness|"
    r"capacity|accuracy|fits?|part\s+number|printed|emboss\w*|washable|waterproof)\b"
)


def questions(seen: Seen) -> str:
    """A question with a figure or a technical word in it, or at least three questions."""
    asked = [q.strip() for q in _QUESTION.findall(seen.words)] if "?" in seen.words or "？" in seen.words else []
    technical = next((q for q in asked if _TECHNICAL.search(q)), "")
    return technical or (asked[0] if len(asked) >= 3 else "")


def business_domain(seen: Seen) -> str:
    """The sender's domain is that of the company that signs, below the mail or in its last lines."""
    domain = seen.message.sender.domain
    if not domain or domain in FREE_MAIL:
        return ""
    lines = [line for line in seen.words.splitlines() if line.strip()]
    signed = f"{seen.message.signature}\n" + "\n".join(lines[3:][-5:])
    name = domain.rsplit(".", 1)[0].removesuffix(".co").removesuffix(".com")
    stems = {re.sub(r"[^a-z0-9]", "", name), *(s for s in re.split(r"[^a-z0-9]+", name) if len(s) >= 5)}
    text = re.sub(r"[^a-z0-9]", "", signed[:2_000].lower().replace(domain, ""))
    shown = domain in seen.message.signature.lower()
    return domain if shown or any(len(s) >= 4 and s in text for s in stems) else ""


def free_mail(seen: Seen) -> str:
    """An address at a free-mail provider."""
    return seen.message.sender.domain if seen.message.sender.domain in FREE_MAIL else ""


_SIGNED = tuple(
    regex.compile(pattern, regex.IGNORECASE)
    for pattern in (
        r"(?:\+|00)\d[\d ()./-]{6,18}\d|(?:\b(?:tel|phone|mobile|mob|fax|whatsapp)\b|тел|هاتف|جوال|واتس\w*|电话|手机)[^\d\n]{0,12}\d|"
        r"(?<![\d.,])0?\d{2,5}[ /-]\d{2,4}[ -]?\d{2,4}(?:[ -]\d{2,4})?(?![\d.,])",
        r"\b(?:ltd|llc|inc|gmbh|s\.?a\.?r?l?|s\.?l|s\.?p\.?a|co\.|company|corp\w*|bv|ag|ab|as|oy|aps|pvt|trading|import\w*|group|ltda|"
        r"a\.?ş|şti|e\.?k|kg|srl|s\.?c\.?a|cía|hermanos|hnos|ооо|оао|зао|тоо|ип|чп|кх|пк|завод|фабрика|комбинат)\b|公司|工厂|加工厂|[\p{Han}]{2,}[厂店行]\b|شركة|مؤسسة|مصنع|للتجارة",
        r"\bwww\.[\w.-]+|\bhttps?://",
        r"\b(?:street|st\.|road|rd\.|avenue|ave|str\.|straße|calle|rua|via|no\.\s?\d|p\.?o\.?\s?box|\d{4,6}\s+\w+)\b",
        r"\b(?:manager|director|purchas\w+|procurement|buyer|engineer|ceo|owner|stores|einkauf|inhaber|leiter\w*|compras|log[ií]stica|gerente|jefe|maestro|achats|responsable|directeur|"
        r"acquisti|ufficio|titolare|diretor|comprador|снабжени\w*|закуп\w+|директор|механик|инженер|менеджер|müdür\w*|satın\s+alma)\b|مدير|المشتريات|经理|采购|厂长",
    )
)
"""Phone, company, web, address, title."""


CARD_LINE = 70
"""Below a name, what is no longer than this may stand on a card though nothing says so."""


def _signs(seen: Seen) -> list[str]:
    last = [line for line in seen.words.splitlines() if line.strip()][-6:]
    card = last if not seen.message.signature else [line for line in last if len(line) <= CARD_LINE and not line.rstrip().endswith(("?", "!", "。"))]
    area = "\n".join([seen.message.signature, *card])[:2_000]
    return [m[0].strip() for pattern in _SIGNED if (m := pattern.search(area))]


def signature(seen: Seen) -> str:
    """At least two of: phone, company, web, address, title."""
    found = _signs(seen)
    return ", ".join(found) if len(found) >= 2 else ""


def no_signature(seen: Seen) -> str:
    """None of them, and no name in the From either."""
    return "no phone, company or web below the mail" if not _signs(seen) else ""


@once
def addresses_us(seen: Seen) -> str:
    """The first lines name our company or one of us; a first name alone counts behind a greeting."""
    opening = " ".join(seen.message.new_text[:400].split())[:120].lower()
    for name in (n.lower() for n in seen.own.names if len(n) >= 3):
        first = re.escape(name.split()[0])
        greeted = rf"(?:dear|hi|hello|hey|attn\.?:?|mrs?\.?|ms\.?|miss)\s+(?:mrs?\.?\s|ms\.?\s|miss\s)?{first}(?!\w)"
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)|\b{greeted}", opening)
        if match:
            return match[0]
    return ""


def many_suppliers(seen: Seen) -> str:
    """None of our addresses in To or Cc, or many others beside us."""
    people = [*seen.message.to, *seen.message.cc]
    if not seen.own.addresses:
        return ""
    if not people:
        return "undisclosed recipients" if seen.message.header("return-path") else ""
    if not any(seen.own.holds(a.email) for a in people):
        return "we are in Bcc only"
    others = {a.domain for a in people if not seen.own.holds(a.email)} - {seen.message.sender.domain}
    return f"{len(others)} other companies in To and Cc" if len(others) >= 5 else ""


def subject_empty(seen: Seen) -> str:
    """No subject at all."""
    return "no subject" if not seen.message.subject.strip() and seen.message.header("return-path") else ""
