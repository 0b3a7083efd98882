"""Which amounts of money does a text name, and which of them are unit prices?

Numbers come in five habits (DOMAIN 3.1): ``1,234.50``, ``1.234,50``, ``1 234,50``, ``1'234.50`` and ``12,34,567``. An
amount is a unit price unless its neighbours say that it is a total, a fee, a freight, a turnover or an old price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import regex

from followupd.model import Price

CAP = 20_000
"""Characters read at most."""
MAX_PRICES = 40
COMMA_DECIMAL = frozenset(
    {"de", "fr", "es", "it", "pt", "ru", "tr", "nl", "pl", "uk", "cs", "sv", "da", "fi", "no", "id"}
)
"""Languages in which ``1.250`` is one thousand two hundred and fifty."""

CURRENCIES = {
    "us$": "USD", "usd": "USD", "u.s.$": "USD", "us dollars": "USD", "us dollar": "USD", "dollars": "USD",
    "dollar": "USD", "usd$": "USD", "us $": "USD", "$": "$", "eur": "EUR", "€": "EUR", "euro": "EUR",
    "euros": "EUR", "gbp": "GBP", "£": "GBP", "rmb": "CNY", "cny": "CNY", "cn¥": "CNY", "¥": "CNY", "￥": "CNY",
    "元": "CNY", "yuan": "CNY", "jpy": "JPY", "yen": "JPY", "aed": "AED", "sar": "SAR", "inr": "INR", "rs.": "INR",
    "rs": "INR", "₹": "INR", "aud": "AUD", "au$": "AUD", "a$": "AUD", "cad": "CAD", "ca$": "CAD", "c$": "CAD",
    "chf": "CHF", "hkd": "HKD", "hk$": "HKD", "sgd": "SGD", "s$": "SGD", "nzd": "NZD", "try": "TRY", "tl": "TRY",
    "₺": "TRY", "rub": "RUB", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "krw": "KRW", "₩": "KRW", "brl": "BRL",
    "r$": "BRL", "mxn": "MXN", "pln": "PLN", "zar": "ZAR", "egp": "EGP", "thb": "THB", "myr": "MYR", "vnd": "VND",
    "idr": "IDR", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "kwd": "KWD", "qar": "QAR", "mad": "MAD", "kes": "KES",
    "ngn": "NGN", "dollars us": "USD", "dólares": "USD", "dolares": "USD", "dólar": "USD", "dolar": "USD", "dollari": "USD",
    "долл.сша": "USD", "долл.": "USD", "долл": "USD", "долларов": "USD", "доллара": "USD", "доллар": "USD", "доллар(ов)": "USD",
    "دولار": "USD", "دولارأمريكي": "USD", "دولارامريكي": "USD", "美元": "USD", "美金": "USD", "евро": "EUR", "юань": "CNY", "юаня": "CNY",
    "юаней": "CNY", "欧元": "EUR",
    "يورو": "EUR", "euros ht": "EUR", "人民币": "CNY", "рублей": "RUB", "рубля": "RUB", "рубль": "RUB", "lira": "TRY",
    "ريال": "SAR", "درهم": "AED", "英镑": "GBP", "reais": "BRL", "real": "BRL",
}  # fmt: skip

UNITS = (
    r"pcs?\.?|pieces?|metro\s+quadr\w+|metro\s+cuadrado|mètre\s+carré|متر\s+(?:ال)?مربع|кв\.?\s?метр\w*|mq|uds?\.?|pçs?|juegos?|jogos?|units?|sets?|pairs?|prs?|kgs?\.?|kilo(?:gram)?s?|mts?|tons?|tonnes?|metric\s+tons?|m2|m²|"
    r"m3|m³|cbm|sqm|sq\.?\s*m|"
    r"sq\.?\s*ft|sqft|meters?|metres?|m|ctns?|cartons?|cases?|dozens?|doz|dz|rolls?|box(?:es)?|bags?|bottles?|"
    r"sheets?|yards?|yds?|"
    r"lbs?|pounds?|lit(?:er|re)s?|l|gallons?|drums?|barrels?|pallets?|packs?|packets?|pks?|bundles?|coils?|"
    r"reels?|grams?|g|"
    r"stk|stück|stueck|pi[èe]ces?|pz|pezz[oi]|unidad(?:es)?|peças?|adet|шт\.?|штук\w?|件|个|個|套|台|只|支|双|吨|公斤|米|"
    r"satz|sätze|paar|paires?|pares|par|paia|paio|çift|takım|пар[ауы]?|комплект\w*|тонн[ауы]?|кг|т|м|TM|tonel\w+|toneladas?|unit[éà]s?|"
    r"unidades?|piezas?|pezzi|metros?|metri|mètres?|sacs?|caixas?|cajas?|kartons?|koli|قطعة|وحدة|زوج|متر|طن|كيلو\w*|كجم|卷|箱|对|平方米|"
    r"container|fcl|item|to|t|person|head|lengths?|rol(?:o|lo|os|los)|rotol[oi]|rouleaux?|rollen?|rulo|рулон\w*|упак\w*|кв\.?\s?м|sacos?|sacch?[oi]|boîtes?|bo[iî]te|scatol[ae]|kutu|paket|коробк\w|barras?|bidons?|"
    r"kilogramos?|kilogramm?|chilo|tonnellat[ae]|لفة|كيس|برميل|كرتون\w*|把|根|条|瓶|袋|块|张|千克|平米"
)
_NUM = r"\d{1,3}(?:[,.'’ \u00a0\u202f]\d{2,3})+(?:[.,]\d{1,4})?(?!\d)|\d{1,12}(?:[.,]\d{1,6})?(?!\d)"
_CUR_SIGN = r"us\s?\$|usd\s?\$|u\.s\.\$|hk\$|au?\$|ca?\$|s\$|r\$|cn¥|[$€£¥￥₹₺₽₩]"
_CUR_WORD = (
    r"us\s+dollars?|usd|eur(?:os?)?|gbp|rmb|cny|yuan|jpy|yen|aed|sar|inr|(?<!\d)rs\.?|aud|cad|chf|hkd|sgd|nzd|try|tl|"
    r"rub|krw|brl|dollars?\s+us|d[óo]lares|d[óo]lar|dollari|reais|lira|долл(?:ар(?:ов|а)?)?\.?(?:\s*США)?|юан(?:ь|я|ей)|рубл[ейья]+|руб\.?|евро|"
    r"دولار(?:\s+[أا]مريكي)?|يورو|ريال|درهم|"
    r"mxn|pln|zar|egp|thb|myr|vnd|idr|sek|nok|dkk|kwd|qar|mad|kes|ngn"
)
_HAN_CURRENCY = "人民币|美元|美金|欧元|英镑|元"
_UNIT_SAID = (
    rf"\s{{0,2}}(?:HT\b\s?)?(?:/|一(?=\p{{Han}})|(?<=HT\s)|per\b|\ba\b|je\b|pro\b|par\b|por\b|al\b|за\b|\bl[aeo]\b|\bil\b|\bel\b|\bo\b|\bd(?:as|ie|er)\b|\bl['’]|每|لكل|لل|ل(?=\s?\p{{Arabic}}))\s{{0,2}}"
    rf"(?P<per>(?:100|1[,.]?000|1k)\s{{0,2}})?(?P<unit>{UNITS})(?![\p{{Latin}}\p{{Cyrillic}}\p{{Arabic}}\d_])|"
    rf"\s?/\s?(?P<per>100|1[,.]?000)(?![\d.,]|\s*\p{{L}})|"
    rf"\s{{0,2}}/?\s?(?P<each>each|ea\.?|apiece|cadauno|cad\.?(?!\s?\d)|chacune?|cada(?:\s+un[oa]?)?|c/u|l['’]un[oa]|للواحدة?|للحبة)(?!\w)"
)
_UNIT_AFTER = rf"(?:{_UNIT_SAID}|\s{{1,2}}(?:HT\s)?(?P<unit>pi[èe]ces?|Stück|Stk|pz|adet|unité|штука)(?![\p{{L}}\d]))"
_RANGE = rf"(?:\s?(?:-|–|~|to)\s?(?:{_CUR_SIGN}|usd|eur)?\s?(?P<high>{_NUM})(?![\d%]))?"
_BEFORE = regex.compile(
    rf"(?<![\p{{Latin}}\p{{Cyrillic}}\d_$])(?P<cur>{_CUR_SIGN}|{_HAN_CURRENCY}|"
    rf"(?:{_CUR_WORD})(?![a-z])(?!1\b))[^\S\n]{{0,2}}[:=]?[^\S\n]{{0,2}}(?P<amount>{_NUM}){_RANGE}(?P<big>\s?(?:million|"
    rf"mln|mio|billion|bn|thousand|k|m)\b(?!\s?[23²³]))?"
    rf"(?:\s?(?:usd|us\$|元))?(?:{_UNIT_AFTER})?",
    regex.IGNORECASE,
)
_AFTER = regex.compile(
    rf"(?<![\p{{Latin}}\p{{Cyrillic}}\d_.,$€£¥/-])(?P<amount>{_NUM}){_RANGE}(?P<big>\s?(?:million|mln|mio|billion|bn|thousand|k)\b)?\s{{0,2}}"
    rf"(?P<cur>{_CUR_SIGN}|(?:{_CUR_WORD}|dollars?|руб\.?)(?![\w$])|{_HAN_CURRENCY})(?:{_UNIT_AFTER})?",
    regex.IGNORECASE,
)
_LABELLED = regex.compile(
    rf"\bprice[s]?\s{{0,2}}[(\[]\s?(?:in\s+)?(?P<cur>{_CUR_SIGN}|"
    rf"{_CUR_WORD})\s?(?:/\s?(?P<unit>{UNITS}))?\s?[)\]]\s{{0,3}}[:=]?\s{{0,3}}(?P<amount>{_NUM})",
    regex.IGNORECASE,
)
_BARE = regex.compile(
    rf"(?<![\w.,$€£¥/:-])(?P<amount>\d{{1,3}}(?:[.,]\d{{3}})*[.,]\d{{1,4}}(?!\d))(?:{_UNIT_SAID})(?!\s?(?:usd|eur|[$€£¥]))",
    regex.IGNORECASE,
)
_PRICES_IN = regex.compile(rf"\b(?:in|en|em)\s+(?P<cur>{_CUR_WORD})(?!\w)", regex.IGNORECASE)
_PRICE_CUE = regex.compile(
    r"\b(?:EXW|FCA|FAS|FOB|CFR|CNF|CIF|CPT|CIP|DAP|DPU|DDP|DAT|DDU)\b|\b(?:price[sd]?|offer|quote[ds]?|cost|preis\w*|angebot|prix|tarif|precio|oferta|"
    r"preço|prezz[oi])|цен\w|fiyat|سعر|价|报",
    regex.IGNORECASE,
)
_UNIT_BEFORE = regex.compile(
    r"(?:\b(?P<tr2>metre|kilo|ton|paket|kutu|litre|rulo)(?:si|su|u|sü|sı)\b|(?P<piece>Stückpreis\w*|per-piece\s+price|سعر\s+القطعة|цена\s+за\s+штуку|birim\s+fiyat\w*|سعر\s+الوحدة|\btanesi|\badedi|\badet\s+fiyat\w*|\bparça\s+başı)|"
    r"\b(?P<tr>kilogram|kilo|kg|metre|ton|set|koli|rulo)\s+fiyat\w*|"
    r"(?:每|سعر\s+ال|цена\s+за\s+|cena\s+za\s+|prezzo\s+(?:al|per)\s+|Preis\s+für\s+(?:ein\w*|die|das|den)\s+|price\s+per\s+|prix\s+(?:au|par|le|la)\s+|precio\s+por\s+|preço\s+por\s+|Preis\s+(?:pro|je)\s+)(?P<unit>\p{Han}|\p{L}{1,9}))"
    r"(?:\s+\p{L}+){0,3}\s*[:：=]?\s*$|(?<!\p{L})ال(?P<al>متر|قطعة|طن|كيلو\w*|وحدة|كرتون\w*)\s+ب\S*\s*$",
    regex.IGNORECASE,
)
_OTHER_WORDS = regex.compile(
    r"(?<!\p{L})(?:Muster\w*|échantillons?|muestras?|amostras?|campion[ei]|образ(?:ец|ц)\w*|numune\w*|ال?عين(?:ة|ات)|Gesamt\w*|Summe|somme|montant|"
    r"importe|итого\w*|сумм\w+|toplam|tutar\w*|المجموع|الإجمالي|Fracht\w*|fret|flete|frete|nolo|фрахт|доставк\w+|navlun|nakliye|Werkzeug\w*|"
    r"moules?|outillage|moldes?|stamp[oi]|пресс-форм\w*|kalıp\w*|قالب|Anzahlung|acompte|anticipo|acconto|предоплат\w+)"
    r"(?:[\s,]+[\p{L}'’]+){0,5}\s*[:：=(,—–-]*\s*$|(?:样品|模具|运费?|总[价额计]?|合计|金额|快递|打样)\p{Han}{0,4}\s*[:：=]?\s*$",
    regex.IGNORECASE,
)

_NOT_BEFORE = regex.compile(
    r"\b(?:total|sub-?total|grand\s+total|sum|altogether|amount(?:ing)?|in\s+all|overall|order\s+value|"
    r"(?:order\s+)?worth|"
    r"invoice\s+value|sample\s+(?:fee|cost|charge|price)s?|samples?|courier|freight|shipping|postage|tooling|"
    r"mou?ld|setup|set-up|"
    r"bank|handling|deposit|down\s*payment|advance|balance|inspection|commission|insurance|duty|charges?|fees?|"
    r"turnover|revenue|"
    r"budget|capital|sales\s+of|minimum\s+order\s+(?:value|amount)|min\.?\s+order\s+(?:value|amount)|surcharge|"
    r"transport|delivery\s+cost|"
    r"old\s+price|was|previous(?:ly)?|instead\s+of|formerly|originally|original|before\s*:?|down\s+from|"
    r"reduced\s+from|lowered\s+from|"
    r"(?:changed|increased|raised|rises?|rose|up|dropped|revised)\s+from|discount\s+of|save|saving|rebate|"
    r"credit|penalty|refund|limit|"
    r"paid|transferred|wired|remitted|swift|payment\s+of|balance\s+of|value\s+of|valued\s+at|stamp|certificate|"
    r"test(?:ing)?\s+(?:fee|cost))"
    r"(?:\s+\w+){0,4}\s*(?:is|are|of|:|=|at|for|by|about|around|approx\.?|,|\()*\s*$",
    regex.IGNORECASE,
)
_NOT_AFTER = regex.compile(
    r"^\s*(?:in\s+total|total\b|altogether|turnover|revenue|(?:for\s+)?(?:the\s+)?(?:sample|courier|freight|"
    r"shipping|tooling|mou?ld|setup|"
    r"bank|handling|express)\b|(?:sample|courier|freight|shipping|handling|bank|tooling|mou?ld)\s+(?:fee|cost|"
    r"charge)|deposit|fee\b|discount|"
    r"off\b|days\b|was\s+(?:paid|sent|transferred|wired)|per\s+(?:shipment|order|year|month|invoice|certificate|"
    r"test|report)\b|a\s+year)",
    regex.IGNORECASE,
)  # fmt: skip
_TOTAL = regex.compile(r"\b(?:grand\s+)?total\b[^.;,\n]{0,45}\b(?:is|to|of|are|be|:|=)\s*$", regex.IGNORECASE)
_UNIT_CUE = regex.compile(
    r"\b(?:unit\s+price|price|@|at|offer|quote|fob|exw|cif|cfr|ddp|fca|dap|each|"
    r"now)\b[^.\n]{0,30}$",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as found. ``unit`` is empty where none is named; ``role`` is unit, bare or other (total, fee, ...)."""

    amount: Decimal
    currency: str
    unit: str
    role: str
    start: int
    end: int
    text: str


def parse_amount(text: str, comma_decimal: bool = False) -> Decimal | None:
    """A written number as a Decimal; ``comma_decimal`` decides ``1.250`` and ``1,250`` where nothing else does."""
    digits = regex.sub(r"[\s'’\u00a0\u202f]", "", text)
    if not digits or len(digits) > 18:
        return None
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
    else:
        decimal = _single_mark(digits, "." if points else ",", points + commas, comma_decimal)
    plain = "".join("." if c == decimal else "" if c in ",." else c for c in digits)
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _single_mark(digits: str, mark: str, count: int, comma_decimal: bool) -> str:
    """Which mark is the decimal one where only one kind occurs; empty for none."""
    if count != 1:
        return ""
    whole, _, rest = digits.partition(mark)
    if len(rest) != 3 or whole in {"", "0"} or len(whole) > 3:
        return mark
    return mark if (mark == ",") == comma_decimal else ""


@lru_cache(maxsize=64)
def find_money(text: str, language: str = "en") -> tuple[Money, ...]:
    """All amounts with a currency, in order of appearance."""
    text = text[:CAP]
    found: list[Money] = []
    for pattern in (_LABELLED, _BEFORE, _AFTER):
        for match in pattern.finditer(text):
            if len(found) >= MAX_PRICES * 2:
                break
            if not any(m.start < match.end() and match.start() < m.end for m in found):
                found.extend(_money(match, text, language))
    return tuple(sorted(found, key=lambda m: m.start))


def find_prices(text: str, language: str = "en") -> tuple[Price, ...]:
    """The unit prices of a text, several items apart, the same price once."""
    seen: dict[tuple[Decimal, str, str], Price] = {}
    money = find_money(text, language)
    currency = one_currency(text, language)
    for m in (*money, *(replace(m, currency=currency) for m in _bare_prices(text, money, language))):
        if m.role != "other" and m.amount > 0:
            key = (m.amount, m.currency, m.unit)
            bare = next(
                (p for p in seen.values() if (p.amount, p.currency) == key[:2] and not (p.unit and m.unit)), None
            )
            if bare is None:
                seen[key] = Price(m.amount, m.currency, m.unit, m.text)
    return tuple(seen.values())[:MAX_PRICES]


def find_unit_money(text: str, language: str = "en", currency: str = "") -> tuple[Money, ...]:
    """Unit prices with their places, those without a currency too; no totals, fees, old prices. ``currency``: the one that all are in."""
    money = find_money(text, language)
    bare = (replace(m, currency=currency) for m in _bare_prices(text, money, language))
    found = (*(m for m in money if m.role != "other"), *bare)
    return tuple(sorted((m for m in found if m.amount > 0), key=lambda m: m.start))


def one_currency(text: str, language: str = "en") -> str:
    """The only currency that a text says its prices are in: "all in US dollars"; empty for none or several."""
    named = {_currency(m["cur"], text) for m in _PRICES_IN.finditer(text)}
    return named.pop() if len(named) == 1 and {m.currency for m in find_money(text, language)} <= named else ""


def _bare_prices(text: str, money: tuple[Money, ...], language: str) -> list[Money]:
    """Figures with a unit and without any currency, where a price or an Incoterm was spoken of: "FOB Ningbo 2.35/pc"."""
    found = []
    for match in _BARE.finditer(text):
        before = regex.split(r"[\n;!?]|\.(?=\s|$)", text[max(0, match.start() - 90) : match.start()])[-1]
        taken = any(m.start < match.end() and match.start() < m.end for m in money)
        if taken or not _PRICE_CUE.search(before) or _NOT_BEFORE.search(before) or _OTHER_WORDS.search(before):
            continue
        amount = parse_amount(match["amount"], language in COMMA_DECIMAL)
        if amount:
            shown = " ".join(match.group(0).split())
            found.append(Money(amount, "", _unit(match.groupdict()), "unit", match.start(), match.end(), shown))
    return found


def _money(match: Any, text: str, language: str) -> list[Money]:
    groups = match.groupdict()
    currency = _currency(groups["cur"], text)
    role = _role(match, text, groups)
    unit = _unit(groups) or _unit_before(text[max(0, match.start() - 45) : match.start()])
    out = []
    was = regex.search(
        r"\b(?:from|instead\s+of)\W*$", text[max(0, match.start() - 14) : match.start()], regex.IGNORECASE
    )
    for name in ("high",) if was and groups.get("high") else ("amount", "high"):
        amount = parse_amount(groups[name], language in COMMA_DECIMAL) if groups.get(name) else None
        if amount is not None:
            out.append(
                Money(amount, currency, unit, role, match.start(), match.end(), " ".join(match.group(0).split()))
            )
    return out


def _currency(mark: str, text: str) -> str:
    code = CURRENCIES.get(" ".join(mark.casefold().split()), "") or CURRENCIES.get(mark.casefold().replace(" ", ""), "")
    code = code or CURRENCIES.get(mark.casefold().replace(" ", "").rstrip("."), "")
    if code != "$":
        return code or "USD"
    other = {c.upper() for c in regex.findall(r"\b(?:AUD|CAD|SGD|HKD|NZD|MXN)\b", text)}
    return other.pop() if len(other) == 1 and not regex.search(r"\bUSD\b|US\$", text) else "USD"


def _unit(groups: dict[str, Any]) -> str:
    unit = " ".join((groups.get("unit") or "").casefold().rstrip(".").split())
    per = regex.sub(r"\s", "", groups.get("per") or "").replace(",", "").lower()
    if per and unit:
        return f"{'1000' if per == '1k' else per} {unit}"
    return unit or per or ("pc" if groups.get("each") else "")


def _unit_before(before: str) -> str:
    """The unit where it stands before the price: "Stückpreis 4,95", "每套￥128", "سعر المتر 3.25"."""
    match = _UNIT_BEFORE.search(regex.split(r"[\n;。，؛]|[.,](?=\s)", before)[-1])
    if not match:
        return ""
    return "pc" if match["piece"] else str(match["unit"] or match["al"] or match["tr"] or match["tr2"]).casefold()


def _role(match: Any, text: str, groups: dict[str, Any]) -> str:
    """``unit`` with a unit or an "each", ``other`` for totals, fees, turnover and old prices, else ``bare``."""
    before = text[max(0, match.start() - 70) : match.start()]
    before = regex.split(r"[\n;.!?](?=\s|$)|\n", before)[-1]
    after = text[match.end() : match.end() + 40]
    if groups.get("big") or _TOTAL.search(before) or _NOT_AFTER.search(after) or after.lstrip()[:1] == "%":
        return "other"
    if groups.get("high") and regex.search(r"\b(?:from|instead\s+of)\W*$", before, regex.IGNORECASE):
        return "unit"
    if _OTHER_WORDS.search(before):
        return "other"
    blocked = _NOT_BEFORE.search(before)
    cue = _UNIT_CUE.search(before)
    if blocked and not (cue and cue.start() > blocked.start() and groups.get("unit")):
        return "other"
    return "unit" if groups.get("unit") or groups.get("each") else "bare"
