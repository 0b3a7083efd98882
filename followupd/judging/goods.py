"""Which goods, how many, and delivered where?

Quantities, model numbers, the goods in the writer's own words, and the Incoterm with its place. What is printed in a
draft must be clean: a product that cannot be told for sure is empty.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import regex

from followupd.judging.counts import COUNT_UNITS, MAX_FOUND
from followupd.judging.money import COMMA_DECIMAL, parse_amount
from followupd.model import Incoterm, Quantity

if TYPE_CHECKING:
    from followupd.judging.places import Places
    from followupd.judging.term_tables import TermRules
    from followupd.judging.trade_words import TradeWords

_TERMS = "EXW|FCA|FAS|FOB|CFR|CNF|C&F|C\\+F|CIF|CPT|CIP|DAP|DPU|DDP|DAT|DDU|DAF|DES|DEQ"
_ARABIC_PLACE = r"(?:ميناء\s+)?(?:(?:جبل|بور|أبو|دار|رأس|أم)\s+)?[\p{Arabic}\p{M}]{3,}"
_HAN_PLACE = r"\p{Han}{2,6}?(?=价|报|的|条款|港|起|交|条|每|单|[^\p{Han}]|$)"
_PLACE = r"\p{Lu}[\p{L}'’.-]+(?:[ ]\p{Lu}[\p{L}'’-]+){0,2}(?:,\s?\p{Lu}[\p{L}]+(?:\s\p{Lu}\p{L}+)?)?"
_INCOTERM = regex.compile(
    rf"(?<![A-Za-z&])(?P<term>{_TERMS})(?![A-Za-z&])(?:\s*(?i:prices?|terms?|basis|cost|port|incoterms?®?)(?!\p{{L}}))*\s*(?:2010|2020|"
    rf"®)?\s*[:：,(（\-]?\s*"
    rf"(?:(?:to|in|at|from|for|port\s+of|port|ab|Hafen|porto|puerto|порт)\s+)?(?P<place>{_PLACE}|{_HAN_PLACE}|{_ARABIC_PLACE})?"
)
_LOWER = regex.compile(rf"\b(?P<term>(?i:EXW|FCA|FOB|CFR|CNF|CIF|CPT|DDP|DDU))\s*[:,(\-]?\s*(?:(?:to|port\s+of)\s+)?(?P<place>{_PLACE})")
_NO_PLACE = regex.compile(
    r"^(?:MOQ|USD|EUR|RMB|GBP|Price|Prices|Payment|Valid|Validity|The|We|Please|Delivery|Lead|Our|Your|"
    r"Incoterms?|Packing|Package|"
    r"Total|Unit|Qty|Quantity|And|Or|Terms?|TT|LC|L|T|Thanks|Thank|Dear|Sample|Samples|Product|Model|Item|For|"
    r"With|Based|If|"
    r"This|These|It|Can|Could|What|How|Is|Are|As|Not|Net|I|HS|Minimum|Production|Shipment|Best|In|On|By|Per|"
    r"Including|Excluding|"
    r"Incl|Excl|Basis|Cost|Offer|Quote|Quotation|EXW|FOB|CIF|CFR|DDP|DAP|FCA|CNF|CPT|CIP)$",
    regex.IGNORECASE,
)  # fmt: skip

_MODEL = regex.compile(
    r"(?<![\w./@#-])(?![A-Z]{2}\d{2}[ ]?(?:\d{4}[ ]?){2})(?P<m>\d{3,5}(?:-2?(?:RS|ZZ|Z)[A-Z0-9]{0,2}|"
    r"(?:CC|CA|MB|MA|EK?|CCK)(?:/[CW]\d{1,2})?)|"
    r"[A-Z]{1,6}(?:-?[A-Z]{1,3})?-?\d{2,6}(?:-?[A-Z0-9]{1,6}){0,3})(?![\w@]|\.\w)"
)
_LABELLED_MODEL = regex.compile(
    r"\b(?:model|item|art(?:icle)?|part|type|sku|ref)\.?\s*(?:no\.?|number|nr\.?|code|"
    r"#)?\s*[:#.]?\s*(?P<m>(?=[A-Z0-9\-/.]*\d)[A-Z0-9][A-Z0-9\-/.]{1,18}[A-Z0-9]|\p{Lu}\d{1,3})(?!\w)",
    regex.IGNORECASE,
)
_NOT_MODEL = regex.compile(
    r"^(?:ISO|IEC|EN|DIN|ASTM|ASME|ANSI|API|JIS|GB|BS|UL|SS|AISI|RAL|IP|HS|DN|PN|AWG|EUR|USD|GBP|RMB|CNY|PI|PO|"
    r"RFQ|INV|SC|QT|Q|QTN|"
    r"Q[1-4]|H[12]|FY|COVID|MP|ROHS|GP|HQ|ETD|ETA|BL|BSCI|SA|OHSAS|HACCP|GMP|FDA|NO|TEL|FAX|FOB|CIF|EXW|CFR|DDP|"
    r"DAP|UTC|GMT|PM|AM|"
    r"CAS|UN|VAT|MOQ|PH|WEEK|W|KW|CW|A|S|MT|TGHU|MSKU|PIN|BOX|ROOM|RM|SUITE|LC|TT|D|M|V|T)-?\d",
)  # fmt: skip

_GENERIC = frozenset(
    [
        "tender",
        "table",
        "acquiring",
        "siguiente",
        "lo",
        "brand",
        "repairing",
        "repair",
        "repairs",
        "client",
        "clients",
        "customer",
        "customers",
        "shop",
        "store",
        "warehouse",
        "boss",
        "use",
        "usage",
        "test",
        "tests",
        "proforma",
        "shipping",
        "freight",
        "stock",
        "plan",
        "plans",
        "help",
        "support",
        "question",
        "questions",
        "mail",
        "email",
        "reference",
        "product",
        "products",
        "item",
        "items",
        "goods",
        "good",
        "material",
        "materials",
        "price",
        "prices",
        "quotation",
        "quote",
        "quotes",
        "offer",
        "offers",
        "catalogue",
        "catalog",
        "catalogs",
        "catalogues",
        "list",
        "company",
        "business",
        "cooperation",
        "details",
        "detail",
        "information",
        "info",
        "following",
        "below",
        "above",
        "attached",
        "attachment",
        "same",
        "such",
        "these",
        "those",
        "this",
        "that",
        "them",
        "it",
        "they",
        "one",
        "ones",
        "order",
        "orders",
        "sample",
        "samples",
        "your",
        "our",
        "my",
        "the",
        "a",
        "an",
        "some",
        "any",
        "all",
        "best",
        "more",
        "everything",
        "something",
        "purchase",
        "inquiry",
        "enquiry",
        "rfq",
        "request",
        "supplier",
        "suppliers",
        "manufacturer",
        "manufacturers",
        "you",
        "us",
        "me",
        "we",
        "i",
        "project",
        "service",
        "services",
        "long-term",
        "partnership",
        "partner",
        "delivery",
        "shipment",
        "payment",
        "market",
        "urgent",
        "new",
        "mentioned",
        "listed",
        "stuff",
        "various",
        "different",
        "many",
        "several",
        "please",
        "kindly",
        "follows",
        "here",
        "there",
        "and",
        "or",
        "of",
        "to",
        "in",
        "cost",
        "costs",
        "terms",
        "reply",
        "meeting",
        "visit",
        "working",
        "hearing",
        "further",
        "future",
        "pricing",
        "quantity",
        "quantities",
        "pcs",
        "pieces",
        "sets",
        "units",
        "good",
        "quality",
        "different",
        "kinds",
        "kind",
        "range",
        "types",
        "type",
        "attached",
        "drawing",
        "drawings",
        "specification",
        "specifications",
    ]
)
_CALENDAR = regex.compile(
    r"january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|weeks?|months?|years?|quarters?|days?",
    regex.IGNORECASE,
)
_CUT = regex.compile(
    r"\s(?:for|with|from|to|in(?!\s+(?:pelle|acciaio|legno|cotone|gomma|plastica|ottone|alluminio|vetro)\b)|at|which|that|who|as|and\s+(?:we|i|would|please|your|the|our|will|also|need|want|"
    r"can|is|hope|have)|but|so|because|if|per|"
    r"we|i|you|please|is|are|was|were|can|could|would|will|by|on|via|including|includes?|made\s+by|according|"
    r"like|such|based|"
    r"fob|cif|exw|cfr|ddp|dap|fca|asap|urgently|soon|today|now|again|under|within|before|after|below|above|"
    r"attached|following|"
    r"delivered|shipped|into|through|since|when|where|while|then|thanks?|regarding|about|listed|shown|mentioned|"
    r"has|have|not|"
    r"no|do|does|my|our|your|the|this|these|those|a|an|then|also|too|here|there|directly|only|each|every|both|"
    r"valid|ready|made|used|suitable|available|required|needed|produced|manufactured|specified|described|quoted|"
    r"offered|dated|of\s+(?:our|your|the|this)|we['’]\w+|i['’]\w+)\b.*$"
    r"|(?:,(?!\d)|[()\[\]\"“”<>|/\\*•]).*$",
    regex.IGNORECASE,
)  # fmt: skip
_LEAD = regex.compile(
    r"^(?:(?:ihr\w{0,2}|unser\w{0,2}|euer|eure\w?|vos|votre|nos|notre|sus?|nuestr[oa]s?|su[ao]s|seus?|voss[oa]s?|vostr[oaie]|nostr[oaie]|ваш\w*|наш\w*|containers?\s+of|"
    r"your|our|the|a|an|some|any|following|these|those|this|that|such|few|good|best|high|quality|new|"
    r"more|several|various|different|"
    r"all|kinds?|types?|range|supply|supplier|suppliers|supplies|manufacturers?|purchase|buy|import|order|"
    r"buying|purchasing|importing|sourcing|"
    r"of|for|on|about|price|prices|quotation|quote|offer|inquiry|first|trial|initial|regular|about|around|"
    r"approx\.?|up\s+to|"
    r"lots?\s+of|qualit(?:y|ies)\s+of|(?:20|40)\s?['’]?\s?(?:gp|hq|hc|ft)\s+(?:of\s+)?|"
    r"reliable|large|big|small|quantity|quantities|samples?|one|two|three|four|five|ten|product|products|item|"
    r"items|model|your\s+product)"
    r"\b[\s:]*|\d[\d,.]*\s?k?\s?(?:pcs?|pieces?|sets?|units?|pairs?|kgs?|mts?|tons?|tonnes?|cartons?|ctns?|"
    r"rolls?|boxes|bags?|meters?|metres?|"
    r"containers?|x\s?\d\d\s?['’]?\s?(?:gp|hq|hc|ft)?)?\b\s*(?:of\s+)?)+",
    regex.IGNORECASE,
)  # fmt: skip
_SUBJECT = regex.compile(
    r"^(?:\s*(?:re|fwd?|aw|wg|sv|antw|tr|rv|res|enc|回复|转发|"
    r"答复)\s*(?:\[\d+\])?\s*[:：]\s*)*(?:(?:new\s+)?(?:inquiry|enquiry|rfq|"
    r"request(?:\s+for\s+(?:a\s+)?(?:quotation|quote|offer|prices?))?|"
    r"quotation(?:\s+request)?|quote(?:\s+request)?|price(?:\s+request)?|order|offer|purchase|"
    r"product\s+inquiry)\b\s*(?:for|of|on|about|regarding|re|:|-|–|\||#)?\s*)(?P<product>.+)$",
    regex.IGNORECASE,
)  # fmt: skip


def find_incoterm(text: str, places: Places | None = None) -> Incoterm | None:
    """The first Incoterm that stands with a place, else the first one; lower-case only before a place (DOMAIN 3.1)."""
    found = [_incoterm(m, places) for m in (*_INCOTERM.finditer(text), *_LOWER.finditer(text))]
    return next((i for i in found if i.place), next(iter(found), None))


def ex_works(parts: tuple[str, ...], words: TradeWords, places: Places | None = None) -> tuple[Incoterm, ...]:
    """EXW said in words, with the place behind them: "ab Werk Pforzheim", "franco fabbrica Prato"."""
    said = words.note("ex_works")
    for part in parts:
        if match := said.first(part):
            place = _INCOTERM.match(f"EXW {part[match.end() :].lstrip(' ,:(')}")
            return (replace(_incoterm(place, places) if place else Incoterm("EXW"), evidence=" ".join(part[match.start() : match.end() + 20].split())),)
    return ()


def find_incoterms(text: str, places: Places | None = None) -> tuple[Incoterm, ...]:
    """Every Incoterm that stands with a place, in the order of the text and each once, the one of :func:`find_incoterm` first."""
    matches = sorted((*_INCOTERM.finditer(text), *_LOWER.finditer(text)), key=lambda m: m.start())
    found = {(i.term, i.place): i for m in matches if (i := _incoterm(m, places)).place}
    first = find_incoterm(text, places)
    held = [first] if first else []
    return tuple(held + [i for i in found.values() if first is None or (i.term, i.place) != (first.term, first.place)])[:MAX_FOUND]


def _incoterm(match: Any, places: Places | None = None) -> Incoterm:
    term = match["term"].upper().replace("C+F", "C&F")
    place = _without_a_noun(" ".join((match["place"] or "").split()), places)
    words = place.split(" ")
    while words and _NO_PLACE.match(words[-1].strip(".,-")):
        words.pop()
    cut = next((n for n, w in enumerate(words) if _NO_PLACE.match(w.strip(".,-"))), len(words))
    place = " ".join(words[:cut]).strip(" .,-")
    return Incoterm(term, "" if place.isupper() and len(place) < 3 else place, " ".join(match.group(0).split()))


def _without_a_noun(place: str, places: Places | None) -> str:
    """"Hamburg, Germany" stays; of "Xiamen, Mindestabnahme" the town: behind a comma only a country belongs to it."""
    town, comma, rest = place.partition(",")
    return place if not comma or places is None or rest.strip().casefold() in places.names else town


def find_models(text: str) -> tuple[str, ...]:
    """Model and item numbers as written, each once; norms, materials, document numbers and currencies left out."""
    found: dict[str, None] = {}
    for pattern in (_LABELLED_MODEL, _MODEL):
        for match in pattern.finditer(text):
            name = match["m"].strip(".-/")
            before = text[max(0, match.start() - 22) : match.start()]
            if _NOT_MODEL.match(name) and pattern is _MODEL:
                continue
            if (
                regex.search(
                    r"\b(?:PI|PO|P\.O\.|RFQ|quot\w*|offer|order|invoice|contract|ref\w*|account|a/c|tel|"
                    r"phone|container|no\.?)\W*(?:no\.?\W*)?$",
                    before,
                    regex.I,
                )
                and pattern is _MODEL
            ):
                continue
            if regex.fullmatch(r"20[0-3]\d|\d{1,2}", name) or regex.match(r"^\d{1,2}[./-]\d", name):
                continue
            found.setdefault(name)
    return tuple(found)[:MAX_FOUND]


def find_product(subject: str, parts: tuple[str, ...], table: TermRules, counted: str = "") -> str:
    """The goods in the writer's own words, at most five of them; empty when unsure. ``counted``: what stands beside a quantity."""
    alive = table.alive("product", parts)
    for part in parts:
        for _, pattern in alive:
            match = pattern.search(part)
            if match and (name := clean_product(match.group("product"))):
                return name
    match = _SUBJECT.match(subject)
    return counted or (clean_product(match["product"]) if match else "")


_COUNTED = regex.compile(
    rf"^\s*(?:(?:ca\.?|circa|environ|unas?|unos|etwa|около|yaklaşık|حوالي)\s+)?(?:\d[\d.,']*(?:\s\d{{3}})*(?!\s*[x×]\s*\d)\s*k?\s*(?:{COUNT_UNITS})?(?!\w)\.?\s*"
    r"(?:de\s+|d['’]\s?|di\s+|of\s+|von\s+|من\s+)?)?(?:(?:les?|la|las|los|el|un|une?|una|uma|der|die|das|den|ein|eine[nr]?|gli|dei|delle|des|du|os|as)\s+)*",
    regex.IGNORECASE,
)
_CUT_MORE = regex.compile(
    r"\s(?:and|plus|as\s+well\s+as|e|ed|y|más|und|sowie|et|ve|и|و)\s+(?:\p{L}+\s+)?\d.*$|"
    r"\s(?:USD|EUR|RMB|CNY|GBP|US\$|@|unit\s+price|antes|avant|vor|spätestens|prima|non\s+oltre|al\s+massimo|до|не\s+позднее|für|zum|zur|bis|nach|mit|frei|pour|rendus?|livrée?s?|avec|para|con|com|puest[ao]s?|hasta|até|fino|consegna|resa|circa|per|entro|на\s+условиях|"
    r"доставк\w+|объ[её]м\w*|с\s+доставкой|в\s+количестве|için|teslim\w*|بكمية|السعر|من\s+فضلكم|CPT|CIP|DPU|DAT|DDU|CFR|CNF)(?!\w).*$|[：，。；].*$",
    regex.IGNORECASE,
)
_NO_GOODS = regex.compile(
    r"每|(?<!\w)(?:pago|hace\s+falta|payments?|Zahlung\w*|paiement|pagamento|оплат\w+|ödeme\w*)(?!\w)|(?<![A-Za-z])(?:FOB|CIF|EXW|CFR|DAP|DDP|FCA|CPT|CIP)(?![A-Za-z])|(?<!\w)(?:cotizaci[oó]n|oferta|precios?|presupuesto|devis|prix|offre|demande|angebote?|preise?n?|anfrage|preventivo|prezz[oi]|offerta|richiesta|"
    r"cota[çc][ãa]o|pre[çc]os?|proposta|цен[аыу]|предложение|запрос|teklif\w*|fiyat\w*|mod[eè]l[oe]?|modell|mercanc[ií]a|mercadoria|ware|marchandises?|merce|"
    r"товара?|malla?r?|ürün\w*|produkte?|productos?|produits?|prodott[oi]|produtos?|продукци\w+|muestras?|échantillons?|muster|amostras?|campion[ei]|numune|"
    r"образ\w+|зразок|количеств\w+|cantidad|quantité|quantità|quantidade|Menge|miktar|lazım|价格|报价|产品|样品|目录|عرض|سعر|أسعار|العينة|البضاعة|الكمية|مربع|قبل)(?!\w)",
    regex.IGNORECASE,
)
_LOOSE_END = frozenset("de di da em no na do du des del della für fuer para per por pour en in im con com mit à a y e et und и на по с ile ve من في".split())


_NUMBER_AHEAD = regex.compile(
    r"\s*(\d[\d.,]*\d(?:\s\d{3})*|\d{1,3}(?:\s\d{3})+|[2-9])\s+(?=\p{L}{4})(?!days?|weeks?|months?|years?|hours?|minutes?|percent|times|Tage|Wochen?|Monat|Jahr|Stunde|"
    r"jours|semaines|mois|heures|d[íi]as|semanas|meses|mese|horas|años|anos|giorni|settimane|mesi|anni|ore|дн|недел|месяц|лет|часов|euros?|dollars?|dólar|Prozent)",
    regex.IGNORECASE,
)


def counted_goods(parts: tuple[str, ...], table: TermRules, language: str) -> tuple[Quantity, ...]:
    """A number right before the goods, without a unit: the 1200 of "cotización de 1.200 válvulas"."""
    for _, pattern in table.alive("product", parts):
        for part in parts:
            if match := pattern.search(part):
                number = _NUMBER_AHEAD.match(match.group("product"))
                amount = parse_amount(number[1], language in COMMA_DECIMAL) if number else None
                if number and amount and amount == amount.to_integral_value():
                    return (Quantity(amount, "", number[0].strip()),)
    return ()


def clean_product(words: str) -> str:
    """A noun phrase fit to stand in a sentence, or nothing."""
    name = _bare_name(words)
    return _case(name) if _may_stand(name) else ""


def _bare_name(words: str) -> str:
    """Without what counts it, praises it or follows it."""
    name = _LEAD.sub("", _COUNTED.sub("", " ".join(words.split()).lstrip("ـ ")))
    name = _CUT.sub("", _CUT_MORE.sub("", " " + _COUNTED.sub("", name))).strip(" .,-–:;'’&")
    return str(regex.sub(r"\s+\d[\d,.]*\s?(?:pcs?|pieces?|sets?|units?|k)?$", "", name))


def _may_stand(name: str) -> bool:
    """Is this goods for sure, and short and clean enough for a sentence?"""
    tokens = name.split()
    if _HAN_SPEECH.search(name) or _NUMBER_WORD.match(name):
        return False
    if not 1 <= len(tokens) <= 6 or not 3 <= len(name) <= 48 or _NOT_CLEAN.search(name) or _NO_GOODS.search(name):
        return False
    last = tokens[-1].casefold()
    if tokens[0].casefold() in _LOOSE_END or last in _LOOSE_END or last in _GENERIC - _FIT_TO_END or any(_CALENDAR.fullmatch(t) for t in tokens):
        return False
    return any(t.casefold().strip(".-") not in _GENERIC and regex.search(r"\p{L}{2}", t) for t in tokens)


_FIT_TO_END = frozenset({"products", "goods", "materials", "material", "parts", "machines", "lists"})
_NOT_CLEAN = regex.compile(r"(?<!\d),|,(?!\d)|[^,%\p{L}\p{N}\p{M} &'’.\-]|https?|www\.|\.\w{2,}$|^(?:and|or|but|with|not|no|it|more)\b", regex.IGNORECASE)


_HAN_SPEECH = regex.compile(
    "今天|明天|后天|当天|昨天|预付|付款|付清|定金|订金|尾款|余款|货款|发货|交货|出货|到货|交期|报关|装船|船期|时间|月底|年底|收到|过来|过去|议价|你好|您好|经理|先生|小姐|女士|一下|我们|我司|他们|报价|价格|负责|邮箱|谢谢|贵[司厂]|请|吗|呢|了$|的$|^[给让把跟和与及]"
)
_NUMBER_WORD = regex.compile(
    r"(?:is|are|was|be|no|not|only|about|position|pos|item)\b|"
    r"(?:un[oa]?|dos|tres|cuatro|cinco|seis|diez|deux|trois|quatre|cinq|zwei|drei|vier|fünf|due|tre|quattro|dois|duas|três|quatro|два|две|три|iki|üç)$",
    regex.IGNORECASE,
)
"""What stands where goods would, and is none: talk in Chinese, a verb, a bare number."""


def _case(name: str) -> str:
    """Shouted words in lower case, unless they are short (LED, PVC) or hold a figure."""
    tokens = name.split()
    if name.isupper() and len(name) > 5:
        tokens = [t if len(t) <= 3 or any(c.isdigit() for c in t) else t.lower() for t in tokens]
    return " ".join(tokens)
