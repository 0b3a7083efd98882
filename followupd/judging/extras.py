"""What do samples cost, on whose courier account are they sent, and which customs codes are named?"""

from __future__ import annotations

from decimal import Decimal

import regex

from followupd.judging.money import find_money
from followupd.judging.trade_words import TradeWords
from followupd.model import Price

REACH = 60
"""Characters within which a fee is one of the samples."""
_HS = regex.compile(
    r"(?<![A-Za-z])(?:H\.?S\.?N?(?:\s*/\s*H\.?S\.?N?)?(?!\w)|HTS|HSN|NCM|TARIC|tariff(?:\s+heading)?|customs|pautal|doganale|Waren(?:nummer|-?Nr\.?)|code\s+SH|(?<![A-Za-z])NC(?=\s+\d{4}\.)|البند\s+الجمركي|douani[èe]re|gümrük|Zolltarif\w*|Warentarif\w*|nomenclature|arancelari[ao]|"
    r"ТН\s?ВЭД|GTİP|海关|HS|التعرفة|النظام\s+المنسق)\s*-?(?:codes?|編碼|编码|编号|no\.?|numbers?|nummer|Nr\.?|código|código|код|kodu|الجمركية)?\s*"
    r"(?:is|are|:|：|#|=|\.|号)*\s*(?P<code>\d{4}(?:[. ]?\d{2}){1,3}|\d{2}\.\d{2}(?:\.\d{2}){0,3})(?![\d.]\d)",
    regex.IGNORECASE,
)
_COURIER = regex.compile(
    r"(?<![A-Za-z])(?P<who>(?i:DHL|FedEx|UPS|TNT|EMS|SF|Aramex))(?![A-Za-z])[^\n]{0,40}?(?i:\bacc\b|\baccount|\ba/c|\bacct|Kunden\s?-?nummer|\bKonto|\bcompte|\bcuenta|\bconta\b|"
    r"codice\s+cliente|numero\s+cliente|аккаунт|\bhesap|حساب|账号|帐号)[^\d\n]{0,25}?(?P<number>(?=[A-Z\d -]{0,4}\d)[A-Z\d](?:[ -]?[A-Z\d]){4,13})(?!\w)",
)
_ACCOUNT_FIRST = regex.compile(
    r"(?i:\baccount|\ba/c|Kundennummer|\bKonto|\bcompte|\bcuenta|\bconta\b|codice\s+cliente|hesab\w*|حساب\w*|账号)[^\d\n.]{0,15}?"
    r"(?<![A-Za-z])(?P<who>(?i:DHL|FedEx|UPS|TNT|EMS|SF|Aramex))(?![A-Za-z])[^\d\n]{0,15}?(?P<number>\d[\d -]{5,12}\d)(?!\w)",
)


def find_hs_codes(text: str) -> tuple[str, ...]:
    """Customs codes of 6 to 10 digits behind their label, as written, each once."""
    codes = [" ".join(m["code"].split()) for m in _HS.finditer(text)]
    return tuple(dict.fromkeys(c for c in codes if len(regex.sub(r"\D", "", c)) >= 6))[:10]


def find_courier(text: str) -> str:
    """Such as "DHL 961234567"; empty where only the courier is named."""
    for match in (*_COURIER.finditer(text), *_ACCOUNT_FIRST.finditer(text)):
        number = regex.sub(r"[ -]", "", match["number"])
        if sum(c.isdigit() for c in number) >= 3:
            return f"{match['who']} {number}"
    return ""


def sample_fee(parts: tuple[str, ...], words: TradeWords, language: str = "en") -> tuple[Price | None, bool | None]:
    """What a sample costs (amount 0 where it is free), and whether that comes back with an order."""
    for part in parts:
        for start, _ in words.note("sample").spans(part):
            clause = part[start:]
            if fee := _fee(clause, words, language):
                return fee, _comes_back(clause, words) if fee.amount else None
    return None, None


def _fee(clause: str, words: TradeWords, language: str) -> Price | None:
    near = regex.split(r"[;。]|[.](?=\s|$)", clause)[0]
    money = next((m for m in find_money(near[: REACH + 40], language) if m.start <= REACH), None)
    free = words.note("free").first(near[:REACH])
    if free and not (money and money.start < free.start()):
        return Price(Decimal(0), "", "", " ".join(near[: free.end()].split()))
    if money is None or (money.role == "unit" and money.unit and regex.search(r"\p{N}", near[: money.start])):
        return None
    return Price(money.amount, money.currency, "", money.text)


def _comes_back(clause: str, words: TradeWords) -> bool | None:
    if words.note("not_refundable").first(clause):
        return False
    return True if words.note("refundable").first(clause) else None
