"""How many are wanted or offered?

Amounts with a unit of count, weight or containers, each with its place in the text, so that a price or an item can be bound to it. A number
right before goods is one, too, where something is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import regex

from followupd.judging.money import COMMA_DECIMAL, parse_amount
from followupd.model import Quantity

MAX_FOUND = 20
COUNT_UNITS = (
    r"pcs?|pieces?|lengths?|pçs?|uds?\.?|und(?=\s*(?:$|[|,;\n]))|ct(?=\s*(?:$|[|,;\n]))|n[uú]meros|juegos?|jogos?|conjuntos?|giochi|to(?=[\s,.;])|t(?=[\s,.;)])|pz|stk|stück|units?|sets?|pairs?|prs|dozens?|doz|kgs?|kilos?|kilograms?|mts?|tons?|tonnes?|"
    r"metric\s+tons?|"
    r"cartons?|ctns?|rolls?|boxes|nos?\.(?=\s)|off(?=\s*[,;.)]|\s+(?!the|your|our|this|that|it|if|from|on|for)\p{Ll})|tm(?=\s)|st\.(?=\s)|stck|sz(?:t|tuk)|bags?|bottles?|sheets?|drums?|pallets?|packs?|bundles?|coils?|reels?|sqm|m2|"
    r"m²|square\s+met(?:er|re)s?|"
    r"met(?:er|re)s|metre(?!\p{L})|lfm\.?|lfd\.?\s?m|Laufmeter|m(?=\s+(?:de|di|of|von|du|d['’])\b)|yards?|lit(?:er|re)s|gallons?|lbs?|pounds|barrels?|unidad(?:es)?|unidades?|peças?|piezas?|pzas?|"
    r"pi[èe]ces?|paires?|unités?|pezz[oi]|paia|pares|adet|ad\.(?=\s|$)|çift|takım|метр\w*|шт|штук\w*|пар[аыу]?|литр\w*|единиц\w*|т(?=[\s.,;)])|м(?=[\s.,;)])|м²|м2|комплект\w*|тонн\w*|кг|Stk|Sätze?|Paar|Kartons?|"
    r"metros|metri|mètres|meter|toneladas?|tonnes|kilo|kişilik|tonnellate|ton|قطعة|قطع|حبة|حبات|وحدة|زوج|طن|متر(?:\s+(?:ال)?مربع)?|كرتون(?:ة)?|كيس|لفة|لتر|كيلو(?:غرام|جرام)?|حاوي(?:ة|ات)|件|个(?!工作|月)|套|台|只|吨|噸|双|雙|箱|米|条|條|把|张|張|卷|桶|瓶|袋|根|片|支|台|颗|粒|盒|包|公斤|千克|平方米|平米"
)
PACKED_UNITS = (
    r"rollos?|cajas?|sacos?|tambor\w*|bobinas?|caixas?|rolos?|rotoli|sacchi|scatole|rouleaux|sacs|fûts?|palettes?|bidons?|rollen|säcke|fässer|paletten|"
    r"бухт\w*|рулон\w*|упаков\w+|короб\w+|мешк\w+|лист\w*|паллет\w*|поддон\w*|"
    r"boîtes?|scatola|cajas?|rulo|koli|çuval|palet|paket|kutu|teneke"
)
"""Packings that count goods and may be the goods themselves: jute sacks, wooden boxes."""
_COUNT = regex.compile(
    rf"(?<![\p{{Latin}}\p{{Cyrillic}}\d_.,/$€£¥-])(?P<n>\d{{1,3}}(?:[,.' ]\d{{3}})+|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}|\d{{1,9}}(?:\.\d{{1,2}})?)(?:\s?(?:-|–|"
    rf"to)\s?(?P<high>\d[\d,.]*))?\s?(?P<k>k\b|[万千])?\s?(?:\+\s?)?(?P<unit>{COUNT_UNITS}|{PACKED_UNITS})(?![\p{{Latin}}\p{{Cyrillic}}\p{{Arabic}}\d_])(?!\s*/)",
    regex.IGNORECASE,
)
_CONTAINER = regex.compile(
    r"(?<![\w.])(?:(?P<n>\d{1,3}|one|two|three|an?)\s*(?:[x×*]\s*|\s))?(?P<size>20|40|45)\s*(?:['’]|ft\.?|feet|"
    r"foot|-foot|\s)?\s*(?P<type>GP|HQ|HC|DC|DV|OT|RF|FCL|ft|container)s?\b(?:\s*containers?)?"
    r"|(?P<n3>\d{1,3}|[一二两三四五])个?(?P<feet>20|40|45)尺(?:高)?柜|(?<![\w.])(?P<n2>\d{1,3}|one|two|three|a)\s+(?P<fcl>FCLs?|(?:full\s+)?containers?)\b",
    regex.IGNORECASE,
)
THOUSANDS = {"k": 1000, "千": 1000, "万": 10_000}
_WORD_COUNT = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_MULTIPLIER = regex.compile(
    r"(?:[\d$€£¥]|USD|EUR|RMB|pcs|pieces|price|cost|Stück)\s*(?:/|\bper|\bje|\bpro|\bpar|\bpor|\bза|每)\s*$|"
    r"\b(?:samples?|Muster|échantillons?|muestras?|amostras?|campion[ei]|numune|образец)\s+(?:of|de|di|von|d['’])?\s*$|"
    r"(?:/|\beach|\bevery|\bin\s+(?:one|each|a))\s*$|\b(?:MOQ|minimum|at\s+least|"
    r"capacity|output|produce|stock\s+of|weigh\w*|weight|Gewicht|wiegt|poids|peso|pèse|pesa)\b[^.\n]{0,30}$|(?:вес|ağırlı\w+|وزن|重|产能|年产|月产|日产|库存|الطاقة\s+الإنتاجية)[^.，。\n]{0,12}$",
    regex.IGNORECASE,
)
_PACK = regex.compile(
    r"^装|^\s*(?:/|per\b|in\s+(?:a|an|one|each)\b|each\b|a\s+carton)\s*(?:\w+\s+)?(?:ctns?|"
    r"cartons?|box(?:es)?|bags?|pallets?|polybags?|cases?|containers?|months?|years?|days?|"
    r"weeks?|carton)?",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """An amount with its place in the text."""

    quantity: Quantity
    start: int
    end: int


_SHARES_UNIT = regex.compile(
    r"(?<![\p{L}\d.,/-])(?P<n>\d{1,3}(?:[,.' ]\d{3})+|\d{1,7})\s*(?:/|,|&|(?<=\s)(?:or|and|oder|und|y|o|et|ou|e|и|или|ve|veya|و|أو)(?=\s)|和|或|、)"
    r"\s*(?:alternativ\w*|also|sonst|then)?\s*$",
    regex.IGNORECASE,
)
"""A number that shares the unit of the next one: the 150 of "150 und alternativ 300 Stück"."""
_CONTENT = regex.compile(r"\p{L}[^\n.,;:，；。、()]{0,30}\b(?:of|de|à|von|mit|with|da|di|из|по)\s*$", regex.IGNORECASE)
_CLAUSE = regex.compile(r"[\n.,;:，；。、()]")


def find_quantities(text: str, language: str = "en") -> tuple[Quantity, ...]:
    """Amounts with a unit of count, weight or containers; not those of a price, a packing, a capacity or an MOQ."""
    return tuple(count.quantity for count in find_counts(text, language))[:MAX_FOUND]


def find_counts(text: str, language: str = "en") -> tuple[Count, ...]:
    """As :func:`find_quantities`, with their places, in the order of the text."""
    found: list[Count] = []
    for match in _COUNT.finditer(text):
        if _is_other(match, text, language, found):
            continue
        unit, times = _plain(match["unit"]).rstrip("."), THOUSANDS.get((match["k"] or "").casefold(), 1)
        if (shared := _SHARES_UNIT.search(text, max(0, match.start() - 30), match.start())) and (amount := amount_of(shared["n"], language)):
            found.append(Count(Quantity(amount, unit, _plain(shared["n"])), shared.start("n"), shared.end("n")))
        if amount := amount_of(match["n"], language):
            found.append(Count(Quantity(amount * times, unit, _plain(match.group(0))), match.start(), match.end()))
    for match in _CONTAINER.finditer(text):
        if (quantity := _container(match, text)) and not any(c.start < match.end() and match.start() < c.end for c in found):
            found.append(Count(quantity, match.start(), match.end()))
    return tuple(sorted(found, key=lambda c: c.start))[:MAX_FOUND]


def amount_of(said: str, language: str) -> Decimal | None:
    """A count as the language writes it; dots that part thousands do so in any language ("1.200")."""
    return parse_amount(said, language in COMMA_DECIMAL or bool(regex.fullmatch(r"\d{1,3}(?:\.\d{3})+", said)))


def _is_other(match: Any, text: str, language: str, before: list[Count]) -> bool:
    """A figure of a price, a packing, a capacity, an MOQ; what another count holds: the 94 of "600 juegos de dados de 94 piezas"."""
    ahead = text[max(0, match.start() - 45) : match.start()]
    if match["unit"] == "to" and language != "de":
        return True
    if _MULTIPLIER.search(ahead) or _packs(text[match.end() : match.end() + 30]):
        return True
    if regex.search(r"[(（]\s*$", ahead) and regex.match(r"\s+\p{L}+\s*[)）]", text[match.end() : match.end() + 20]) and before:
        return True
    return bool(before) and before[-1].end <= match.start() and holds(text[before[-1].end : match.start()])


def holds(between: str) -> bool:
    """Do these words between two figures say that the first counts what holds the second: "sets of 94 pcs"?"""
    return len(between) < 45 and _CONTENT.search(" x" + between) is not None and not _CLAUSE.search(between)


def _packs(after: str) -> bool:
    match = _PACK.match(after)
    return bool(match and match.group(0).strip())


def _container(match: Any, text: str) -> Quantity | None:
    if _MULTIPLIER.search(text[max(0, match.start() - 45) : match.start()]):
        return None
    count = (match["n"] or match["n2"] or match["n3"] or "1").casefold()
    number = parse_amount(str(_WORD_COUNT.get(count, count)))
    if number is None or not number or number > 200:
        return None
    unit = "container" if match["fcl"] else f"{match['size'] or match['feet']}{(match['type'] or '').upper()}".replace("CONTAINER", "FT")
    return Quantity(number, unit, _plain(match.group(0)))


def _plain(text: str) -> str:
    return " ".join(text.split())
